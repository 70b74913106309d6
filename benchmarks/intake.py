"""How fast mail is read in and how much memory that takes, beside the standard library alone.

    python benchmarks/intake.py [--repeats 3] [--times 1] [--folder 20000]

Reads real mail (MAILBRIDGE_DATA, or ../shared/data): mail/spamassassin-ham.tar.gz. Every step is
a process of its own, so that its peak memory is its own; the shown figures are medians. Mails a
second leave out what the same step takes for one mail: Python's start and its imports.

"Bare" is what no mail program can do without: read the file, take its parts apart, decode them.
The whole intake reads, parses, finds the newly written words and the clues, looks them up, decides,
and records every mail in SQLite, flushed to disk; nobody is in the register, so nothing is filed.
--times 2 reads each mail a second time under another Message-ID. Where other programs are at work,
"a CPU s" and "x bare" (both of processor time) say more than "a second".
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

STEPS = Path(__file__).with_name("_intake_steps.py")
SINGLE = 1
PERSON = 1  # exit code: something waits for a person, here the actions that are held


@dataclass(frozen=True, slots=True)
class Ran:
    """One process: what it printed and took. Seconds, of the wall and of the processor; MiB."""

    out: str
    wall: float
    cpu: float
    peak: float


def ran(*words: str | Path) -> Ran:
    """Run a Python program to its end; its resources are its own (wait4)."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as stream:
        out = stream.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in {0, PERSON}, f"{words} ended with {process.returncode}"
    return Ran(out, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def step(*words: str | Path | int) -> Ran:
    return ran(STEPS, *map(str, words))


def mailbridge(home: Path, *words: str) -> Ran:
    return ran("-m", "mailbridge", "--config", home / "mailbridge.toml", "--json", *words)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what is done, to how many, and the row that is its start alone."""

    what: str
    count: int
    start: str = ""


def rounds(folder: Path, mails: Path, count: int) -> tuple[dict[str, Ran], Mapping[str, Any]]:
    """Each step once, and what the first whole intake said of itself."""
    home, single = folder / "office", folder / "single"
    step("office", home, mails, count)
    step("office", single, mails, SINGLE)
    found = {
        "bare 1": step("bare", mails, SINGLE),
        "bare": step("bare", mails, count),
        "parse 1": step("parse", mails, SINGLE),
        "parse": step("parse", mails, count),
        "intake 1": mailbridge(single, "run", "--once"),
        "intake": mailbridge(home, "run", "--once"),
        "again": mailbridge(home, "run", "--once"),
    }
    mailbridge(home, "outbox", "release", "--all")
    found["apply"] = mailbridge(home, "run", "--once")
    found["look"] = mailbridge(home, "run", "--once")
    told = json.loads(found["intake"].out)
    assert told["read"] == count, f"{told['read']} of {count} mails were read"
    assert told["filed"] == 0, f"{told['filed']} mails were filed, of people that nobody knows"
    assert json.loads(found["again"].out)["read"] == 0, "a mail was read twice"
    applied = json.loads(found["apply"].out)
    assert applied["waiting"] + applied["held"] == 0, "actions that were released are not done"
    return found, {**told, "applied": applied["done"], "stopped": applied["stopped"]}


def measure(mails: Path, count: int, repeats: int) -> None:
    all_runs: dict[str, list[Ran]] = defaultdict(list)
    told: Mapping[str, Any] = {}
    for number in range(repeats):
        with tempfile.TemporaryDirectory(dir=mails.parent, prefix=f"round{number}-") as folder:
            found, told = rounds(Path(folder), mails, count)
        for name, one in found.items():
            all_runs[name].append(one)
    wall, cpu, peak = (
        {name: median(getattr(one, field) for one in runs) for name, runs in all_runs.items()}
        for field in ("wall", "cpu", "peak")
    )
    rows = {
        "bare": Row("standard library: read and parse", count, "bare 1"),
        "parse": Row("mailbridge: read and parse only", count, "parse 1"),
        "intake": Row("run --once: all of it is new", count, "intake 1"),
        "again": Row("run --once: nothing is new", 0),
        "apply": Row("run --once: released actions", told["applied"], "again"),
        "look": Row("run --once: after the tagging", 0),
        "intake 1": Row("run --once: one new mail", 0),
    }
    each = (cpu["bare"] - cpu["bare 1"]) / count
    print(
        f"{'':34} {'seconds':>8} {'CPU s':>7} {'a second':>9} {'a CPU s':>8}"
        f" {'peak MiB':>9} {'x bare':>7}"
    )
    for name, row in rows.items():
        rate = busy = ratio = ""
        if row.start:
            rate = f"{row.count / (wall[name] - wall[row.start]):.0f}"
            busy = f"{row.count / (cpu[name] - cpu[row.start]):.0f}"
        if row.start and row.count == count:
            ratio = f"{(cpu[name] - cpu[row.start]) / count / each:.1f}"
        print(
            f"{row.what:34} {wall[name]:8.2f} {cpu[name]:7.2f} {rate:>9} {busy:>8}"
            f" {peak[name]:9.0f} {ratio:>7}"
        )
    print(
        f"\n{count} mails: {told['filed']} filed, {told['set_aside']} set aside, "
        f"{told['asked']} with a question, {told['tagged']} with a tag suggested; "
        f"{told['held']} actions held, {told['applied']} done once released, "
        f"{told['stopped']} refused"
    )
    rate = count / (wall["intake"] - wall["intake 1"])
    busy = count / (cpu["intake"] - cpu["intake 1"])
    ratio = (cpu["intake"] - cpu["intake 1"]) / count / each
    print(
        f"\nfor docs/benchmarks.md:\n| {datetime.now(UTC):%Y-%m-%d} | {machine()} | {count} | "
        f"{rate:.0f} | {busy:.0f} | {ratio:.1f} | {peak['intake']:.0f} | {wall['again']:.1f} |"
    )


def measure_folder(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, nothing = Path(folder) / "office", Path(folder) / "nothing"
        nothing.mkdir()
        step("office", home, nothing, 0)
        one = step("folder", home, count)
    print(f"\none folder of {count} mails, all read before   seconds")
    for what, seconds in json.loads(one.out).items():
        print(f"  {what:43} {seconds:8.3f}")
    print(f"  peak memory {one.peak:.0f} MiB")


def machine() -> str:
    """How big it is."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {gib:.0f} GiB, Python {sys.version.split()[0]}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="of each step")
    parser.add_argument("--times", type=int, default=1, help="how often each mail is taken")
    parser.add_argument("--folder", type=int, default=20_000, help="mails in the big folder")
    options = parser.parse_args(arguments)
    data = Path(os.environ.get("MAILBRIDGE_DATA", "../shared/data"))
    archive = data / "mail" / "spamassassin-ham.tar.gz"
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}; medians of {options.repeats}\n")
    if archive.is_file():
        with tempfile.TemporaryDirectory() as folder:
            mails = Path(folder) / "mails"
            mails.mkdir()
            count = int(step("unpack", archive, mails, options.times).out)
            measure(mails, count, options.repeats)
    else:
        print(f"skipped: there is no {archive}; name the folder of real mail in MAILBRIDGE_DATA")
    if options.folder:
        measure_folder(options.folder)


if __name__ == "__main__":
    main()
