"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

# Contract suites are not named test_*; their assertions explain themselves all the same.
pytest.register_assert_rewrite("tests.contracts", "tests.scenarios", "tests.crash")

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is no failure, so no example has a deadline. Where CI is set, Hypothesis loads a
# profile of its own that also draws the same examples each time.
if "CI" not in os.environ:
    settings.register_profile("office", deadline=None)
    settings.load_profile("office")


@pytest.fixture(autouse=True)
def _logs_as_shipped() -> Iterator[None]:
    """Commands set how the whole process logs; the next test begins anew."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real mail and public registers, which are not ours to publish.

    It lies beside the checkout, or where MAILBRIDGE_DATA says.
    """
    folder = Path(os.environ.get("MAILBRIDGE_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no real mail to test with: name its folder in MAILBRIDGE_DATA")
    return folder
