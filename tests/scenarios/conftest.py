"""What the stories share: the edges they are told on, parsed rules, and a filled register."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mailbridge.planning.rules import Rules, parse_rules
from mailbridge.runners import shelf
from tests.scenarios.backends import BACKENDS
from tests.scenarios.office import OfficeInATest
from tests.scenarios.story import Story

MEMORY = Path("/dev/shm")  # noqa: S108  # a disk in memory, where there is one
StoryMaker = Callable[..., Story]


@pytest.fixture(scope="session", autouse=True)
def _parse_rules_once() -> Iterator[None]:
    """The shipped rules take 0.3 s to parse, and every office has the same."""
    known: dict[tuple[tuple[str, str], ...], Rules] = {}

    def parse_once(texts: Mapping[str, str]) -> Rules:
        key = tuple(sorted(texts.items()))
        if key not in known:
            known[key] = parse_rules(texts)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "parse_rules", parse_once)
        yield


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an office that has imported its lists, with nothing in its mailbox."""
    home = tmp_path_factory.mktemp("office")
    OfficeInATest(home)
    path = home.with_name("template.sqlite")
    shutil.copy(home / "mailbridge.sqlite", path)
    return path


@pytest.fixture(params=BACKENDS)
def an_office(request: pytest.FixtureRequest, _template: Path) -> Iterator[StoryMaker]:
    """Opens an office with other settings than the usual ones, such as `filing={"how": …}`."""
    made: list[Story] = []
    # Every commit waits for the disk, so a story is told three times as fast without one.
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:

        def opened(**answers: dict[str, object]) -> Story:
            home = Path(folder)
            backend = BACKENDS[request.param](home)
            made.append(Story(home, answers=answers, backend=backend, template=_template))
            return made[-1]

        yield opened
        for office in made:
            office.ends()


@pytest.fixture
def office(an_office: StoryMaker) -> Story:
    """An office as it comes out of `mailbridge init`."""
    return an_office()
