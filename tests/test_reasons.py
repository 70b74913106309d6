"""Every reason code that a person may meet is explained in docs/reasons.md, and no other is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mailbridge.domain.casework import AnswerKind, LetterState
from mailbridge.ingest.attachments import NOTES as ATTACHMENT_NOTES
from mailbridge.ingest.parse import ODDITIES
from mailbridge.matching.weigh import KINDS
from mailbridge.planning.feedback import Did, FolderDid
from mailbridge.reminders.reconcile import Deed
from mailbridge.runners.standing import NOTES

ROOT = Path(__file__).resolve().parent.parent
# Callable → which argument is the code, or a tuple of codes.
_GIVEN = {"Reason": 0, "Oddity": 0, "Trouble": 0, "Planned": 1, "write_journal": 2}
# Rooms that keep their codes in tables and pairs: whatever is written like a code is one.
_SPELLED = {
    "reminders/answers.py": re.compile(r"answers?-[a-z-]+"),
    "reminders/judging.py": re.compile(r"answer-[a-z-]+"),
    "reminders/letters.py": re.compile(r"letter(-[a-z-]+)?"),
    "runners/deskwork.py": re.compile(r"(case|letter|answered|not-answered|undone)-[a-z-]+"),
}


def words_in(node: ast.AST) -> Iterator[str]:
    """The strings that are written out here; not pieces of an f-string."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def written_out() -> set[str]:
    codes = set()
    package = ROOT / "mailbridge"
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        if name.startswith(("demo/", "cli/")):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            place = _GIVEN.get(ast.unparse(call.func).rpartition(".")[2])
            if place is None or len(call.args) <= place:
                continue
            given = call.args[place]
            parts = given.elts if isinstance(given, ast.Tuple) else [given]
            codes |= {str(part.value) for part in parts if isinstance(part, ast.Constant)}
        if name in _SPELLED:
            codes |= {word for word in words_in(tree) if _SPELLED[name].fullmatch(word)}
    return codes


def codes() -> set[str]:
    return (
        written_out()
        | set(KINDS)
        | set(ODDITIES)
        | set(ATTACHMENT_NOTES)
        | set(Did)
        | set(FolderDid)
        | {f"task-{deed.name.lower()}" for deed in Deed}
        | {f"answer-{kind}" for kind in AnswerKind}
        | {f"letter-{state}" for state in LetterState}
        | {code for code, _ in NOTES.values()}
    )


def documented() -> list[str]:
    text = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_code_is_explained() -> None:
    assert sorted(codes() - set(documented())) == []


def test_no_code_is_explained_that_does_not_exist() -> None:
    assert sorted(set(documented()) - codes()) == []


def test_no_code_is_explained_twice() -> None:
    assert len(documented()) == len(set(documented()))
