"""docs/chasing.md tells of every reason code that the reminders give."""

import re
from pathlib import Path

import pytest

import mailbridge.reminders
from mailbridge.reminders.phrasebook import Tone

ROOM = Path(mailbridge.reminders.__file__).parent
PAGE = ROOM.parent.parent / "docs" / "chasing.md"

CODE = re.compile(r'"((?:letter|answers?|chase)(?:-[a-z]+)+|letter)"')


def codes() -> set[str]:
    return {code for source in ROOM.glob("*.py") for code in CODE.findall(source.read_text())}


def test_the_codes_are_found_in_the_source() -> None:
    assert {"letter", "letter-thanks", "answers-thread", "answer-mixed", "chase-due"} <= codes()


@pytest.mark.parametrize("code", sorted(codes() | set(Tone)))
def test_each_reason_code_and_kind_of_phrase_is_documented(code: str) -> None:
    assert f"`{code}`" in PAGE.read_text(encoding="utf-8")
