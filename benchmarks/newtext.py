"""How much of what people wrote is kept, and how much quoted history leaks, beside quotequail.

Run: `python benchmarks/newtext.py [folder of real mail]`. First the replies of ten mail programs
with known new words (the test fixtures of talon, Apache-2.0), then made-up replies of every
style, then the speed on the same texts.
"""

import io
import os
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import quotequail

from mailbridge.ingest.html import to_text
from mailbridge.ingest.newtext import history_removed, newtext, split
from mailbridge.ingest.parse import parse

DATA = Path(os.environ.get("MAILBRIDGE_DATA") or "../shared/data")
WORDS = "Dear Ms Price,\n\nThe roof still leaks.\nCan you help?"
QUOTE = "> Thank you for your letter.\n> We will look into it."
HISTORY = "Thank you for your letter.\nWe will look into it."
WROTE = "On Mon, 2 Mar 2026 at 10:15, Jo Price <jo@office.example> wrote:"
OUTLOOK = "From: Jo Price\nSent: 02 March 2026 10:15\nTo: Amina\nSubject: RE: Roof"
STYLES = {
    "answer above": f"{WORDS}\n\n{WROTE}\n{QUOTE}",
    "answer below": f"{WROTE}\n{QUOTE}\n\n{WORDS}",
    "german": f"{WORDS}\n\nAm 02.03.2026 um 10:15 schrieb Jo <jo@office.example>:\n{QUOTE}",
    "outlook": f"{WORDS}\n\n{'_' * 32}\n{OUTLOOK}\n\n{HISTORY}",
    "original message": f"{WORDS}\n\n-----Original Message-----\n{OUTLOOK}\n\n{HISTORY}",
    "between": f"{WROTE}\n> Thank you for your letter.\n{WORDS}\n> We will look into it.",
    "no quote": WORDS,
}


def ours(text: str) -> str:
    """History only, so that both do the same work."""
    return "\n".join("\n".join(piece) for piece in history_removed(text.split("\n")))


def theirs(text: str) -> str:
    found = quotequail.unwrap(text)
    if not found:
        return text
    return "\n".join(found.get(place) or "" for place in ("text_top", "text_bottom"))


def fixtures(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name, whole text, new words."""
    path = folder / "mail" / "talon-fixtures.tar.gz"
    if not path.exists():
        print(f"{path} is not there: only the made-up replies are measured")
        return
    with tarfile.open(path) as archive:
        members = {one.name: one for one in archive if one.isfile()}
        read = {name: archive.extractfile(one).read() for name, one in members.items()}  # type: ignore[union-attr]  # files only
    for name, raw in sorted(read.items()):
        if "standard_replies" in name and name.endswith(".eml"):
            known = read.get(name.removesuffix(".eml") + "_reply_text", b"Hello").decode()
            yield name, parse(io.BytesIO(raw)).text, known
        elif "html_replies" in name:
            yield name, to_text(raw.decode()), "Hi. I am fine.\nThanks,\nAlex"
    for name, raw in sorted(read.items()):
        if name.endswith("_body") and "stripped" in name:
            signed = read.get(name.removesuffix("_body") + "_signature", b"").decode()
            found = "".join(split(raw.decode())[1].split())
            verdict = "same" if found == "".join(signed.split()) else "differs"
            print(f"  signature {name.rpartition('/')[2]:24} {verdict}")


def lines(text: str) -> set[str]:
    return {" ".join(line.split()) for line in text.split("\n") if line.strip()}


def measure(cases: list[tuple[str, str, str]], cut: Callable[[str], str]) -> str:
    whole = lost = leaked = exact = 0
    started = time.perf_counter()
    found = [lines(cut(text)) for _, text, _ in cases]
    took = time.perf_counter() - started
    for (_, _, known), got in zip(cases, found, strict=True):
        wanted = lines(known)
        whole += len(wanted)
        lost += len(wanted - got)
        leaked += len(got - wanted)
        exact += got == wanted
    kept = f"{lost}/{whole} of the writer's lines lost, {leaked} leaked"
    return f"{exact}/{len(cases)} exact, {kept}, {took * 1e3:.1f} ms"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    real = list(fixtures(folder))
    made_up = [(name, text, WORDS) for name, text in STYLES.items()]
    for title, cases in (("talon's fixtures", real), ("made-up replies", made_up)):
        for who, cut in (("mailbridge", ours), ("quotequail", theirs)):
            print(f"{title:18} {who:12} {measure(cases, cut)}")
    for title, piece in (("quotes", "> a\n"), ("one line", "word "), ("answers", "a:\n> b\n")):
        started = time.perf_counter()
        newtext(piece * (1_000_000 // len(piece)))
        print(f"1 MB of {title:10} mailbridge   {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
