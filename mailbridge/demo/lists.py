"""The office's lists as CSV files, as another program might export them."""

import csv
from collections.abc import Iterable
from pathlib import Path

from mailbridge.demo.cast import BODIES, CONSTITUENTS, MATTERS, WORKERS, external_id
from mailbridge.register import Kind

Rows = tuple[tuple[str, ...], Iterable[tuple[str, ...]]]


def _constituents() -> Rows:
    head = ("Ref", "Title", "First Name", "Surname", "Email", "Mobile", "Address 1", "Post Code")
    return head, (
        (external_id("C", each.key), *_parts(each.name), each.email, each.phone, each.street,
         each.postcode)
        for each in CONSTITUENTS.values()
    )  # fmt: skip


def _parts(name: str) -> tuple[str, str, str]:
    title, first, surname = name.split(" ", 2)
    return title, first, surname


def _organisations() -> Rows:
    head = ("Name", "Type", "Domains", "Other names", "Promised reply", "Source")
    return head, (
        (each.name, each.kind, each.domain, each.aliases, each.wait,
         "its customer charter, made up for this demo" if each.wait else "")
        for each in BODIES.values()
    )  # fmt: skip


def _caseworkers() -> Rows:
    return ("Email", "Name", "Task list"), (
        (each.email, each.name, each.task_list) for each in WORKERS.values()
    )


def _cases() -> Rows:
    head = ("Case ID", "Title", "Constituent ID", "Caseworker", "Status", "Sensitive", "Tags")
    return head, (
        (external_id("CASE-", each.key), each.title, external_id("C", each.person),
         WORKERS[each.worker].email, each.state, each.sensitive, each.tags)
        for each in MATTERS.values()
    )  # fmt: skip


# In the order in which they are imported: a case names its constituent and its caseworker.
LISTS = {
    Kind.CONSTITUENTS: _constituents,
    Kind.ORGANISATIONS: _organisations,
    Kind.CASEWORKERS: _caseworkers,
    Kind.CASES: _cases,
}


def write_lists(folder: Path) -> dict[Kind, Path]:
    """The four files, in the order in which they are to be imported."""
    folder.mkdir(exist_ok=True)
    written = {}
    for kind, rows in LISTS.items():
        written[kind] = folder / f"{kind}.csv"
        head, body = rows()
        with written[kind].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(body)
    return written
