"""How often first mails are named rightly, wrongly, or left to a person, at the shipped settings.

    python benchmarks/matching.py [--most 3000]

Reads a made-up register and what first mails to it give away (MAILBRIDGE_DATA, or ../shared/data):
people_100000.csv.gz and first_contacts_12000.csv.gz. A third of the writers are in no register,
relatives and namesakes of those who are among them. Intervals are 95 % (Wilson).
"""

import argparse
import csv
import gzip
import math
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from mailbridge.domain.finding import Clues, Dossier, Match, Outcome
from mailbridge.domain.message import Address, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent
from mailbridge.matching import clues, match
from mailbridge.matching.identifiers import find_phones

OFFICE = Office(emails=("office@mp.example",))


class Register:
    """People by address, postcode and telephone number, as the store looks them up."""

    def __init__(self, people: Iterator[dict[str, str]]) -> None:
        self.by: dict[str, list[Constituent]] = defaultdict(list)
        self.external: dict[int, str] = {}
        for number, row in enumerate(people):
            person = Constituent(
                id=number,
                name=" ".join(filter(None, (row["forename"], row["middle"], row["surname"]))),
                emails=tuple(filter(None, (row["email"].lower(),))),
                postcode=row["postcode"],
                street=row["address"],
                phones=find_phones(row["phone"]),
            )
            self.external[number] = row["unique_id"]
            for key in (*person.emails, person.postcode, *person.phones):
                self.by[key].append(person)

    def dossier(self, found: Clues) -> Dossier:
        """Everybody whom the clues may mean."""
        keys = (*found.addresses, *found.postcodes, *found.phones)
        people = {person.id: person for key in keys for person in self.by.get(key, ())}
        return Dossier(people=tuple(people.values()))


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def mail_of(row: dict[str, str]) -> Message:
    """A first mail that gives away what the row does."""
    foot = (row["sig_name"], row["address"], row["postcode"], row["phone"])
    return Message(
        MessageKey(row["qid"]),
        from_=(Address(row["from_email"].lower(), row["display"]),),
        subject="Please help",
        new_text="Dear MP,\n\nI should be glad of your help.\n\nKind regards,\n"
        + "\n".join(filter(None, foot)),
    )


def interval(hits: int, of: int) -> str:
    """A share with its 95 % Wilson interval."""
    if not of:
        return "none"
    z, share = 1.96, hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return f"{hits}/{of} = {share:.3%} ({low:.3%} to {high:.3%})"


def why(found: Match) -> str:
    return " + ".join(one.code for one in found.evidence if one.person == found.person.value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=12_000, help="how many mails to read")
    options = parser.parse_args()
    data = Path(os.environ.get("MAILBRIDGE_DATA", "../shared/data")) / "register"
    register = Register(rows(data / "people_100000.csv.gz"))
    cases = list(rows(data / "first_contacts_12000.csv.gz"))[: options.most]
    outcomes: Counter[tuple[str, str]] = Counter()
    named_by: Counter[tuple[str, bool]] = Counter()
    started = time.perf_counter()
    for row in cases:
        mail = mail_of(row)
        found = clues(mail, OFFICE)
        verdict = match(mail, found, register.dossier(found), OFFICE)
        if verdict.person.outcome is not Outcome.MATCHED or verdict.person.value is None:
            outcomes["left", row["kind"]] += 1
            continue
        is_right = register.external[verdict.person.value] == row["truth"]
        outcomes["right" if is_right else "wrong", row["kind"]] += 1
        named_by[why(verdict), is_right] += 1
    took = time.perf_counter() - started
    right = sum(count for (how, _), count in outcomes.items() if how == "right")
    wrong = sum(count for (how, _), count in outcomes.items() if how == "wrong")
    registered = sum(row["truth"] != "" for row in cases)
    print(f"{len(cases)} first mails, {registered} of them from people in the register")
    print(f"named wrongly, of all mails   {interval(wrong, len(cases))}")
    print(f"named wrongly, of those named {interval(wrong, right + wrong)}")
    print(f"named rightly, of registered  {interval(right, registered)}")
    print(f"{len(cases) / took:.0f} mails a second (clues, dossier in memory, match)")
    print("\nby kind of writer")
    for (how, kind), count in sorted(outcomes.items()):
        print(f"  {kind:26} {how:6} {count}")
    print("\n   right wrong  named because of (all that were ever wrong, and the most frequent)")
    kinds = sorted({codes for codes, _ in named_by}, key=lambda codes: -named_by[codes, True])
    for codes in kinds:
        if named_by[codes, False] or named_by[codes, True] > 100:
            print(f"  {named_by[codes, True]:6} {named_by[codes, False]:5}  {codes}")


if __name__ == "__main__":
    main()
