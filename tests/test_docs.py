"""The documents tell the truth about the code, and lead nowhere that doesn't exist."""

import ast
import importlib.util
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted((ROOT / "docs").rglob("*.md"))
# The pages a reader starts from; each document is linked from one of them.
STARTS = [path for path in (ROOT / "README.md", ROOT / "docs" / "index.md") if path.exists()]
PAGES = sorted({*DOCS, *STARTS, *ROOT.glob("*.md")})

# [words](target), but not in code.
_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
# Where somebody works: usual places, and wherever this checkout and this home are.
_OURS = [str(place) for place in (ROOT.parent, Path.home()) if place != Path("/")]
_PLACES = "|".join(map(re.escape, ["/work", "/root", "/tmp", *_OURS]))  # noqa: S108  # only looked for
_MACHINE = re.compile(rf"(?<![\w.~/*-])(?:{_PLACES})/\w")
_REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|deb\.debian|(?<!no-emit-)index[-_]url", re.IGNORECASE
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return _CODE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    return [target for target in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The #fragments of a page's headings, spelt as forges spell them."""
    headings = re.findall(r"^#+\s+(.+?)\s*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tracked() -> list[Path]:
    """Every text file that git keeps or would keep."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if listing.returncode:
        pytest.skip("not a git checkout, so there are no tracked files to read")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("page", DOCS, ids=named)
def test_a_document_says_first_whom_it_is_for(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines if line.strip() and not line.startswith("#"))
    assert first.startswith("For "), f"{named(page)} starts with: {first}"


@pytest.mark.parametrize("page", DOCS, ids=named)
def test_a_document_can_be_reached_from_the_readme_or_the_index(page: Path) -> None:
    if page in STARTS:
        return
    reached = {
        (start.parent / target.partition("#")[0]).resolve()
        for start in STARTS
        for target in links(start)
    }
    assert page in reached, f"link {named(page)} from {' or '.join(map(named, STARTS))}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        name, _, fragment = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (
            fragment and there.suffix == ".md" and fragment not in anchors(there)
        ):
            broken.append(target)
    assert broken == []


def commands() -> Iterator[str]:
    """Every command as people type it: "case list"."""
    cli = importlib.import_module("mailbridge.cli")

    def walk(command: object, words: tuple[str, ...]) -> Iterator[str]:
        below: dict[str, object] = getattr(command, "commands", {})
        if not below:
            yield " ".join(words)
        for name, child in below.items():
            if not getattr(child, "hidden", False):
                yield from walk(child, (*words, name))

    # The group above them is lazy: it knows their names, and loads each by its own.
    return (command for name in cli.COMMANDS for command in walk(cli.load(name), (name,)))


def test_every_command_is_documented() -> None:
    if importlib.util.find_spec("mailbridge.cli") is None:
        pytest.skip("the command line is not written yet")
    names = list(commands())
    assert names
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = [name for name in names if not re.search(rf"mailbridge {re.escape(name)}\b", text)]
    assert missing == [], "say in docs/commands.md what these do: mailbridge …"


def reason_codes() -> set[str]:
    """The codes of every Reason that is written out in the code."""
    codes = set()
    for path in (ROOT / "mailbridge").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Reason":
                given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "code")]
                codes |= {str(arg.value) for arg in given if isinstance(arg, ast.Constant)}
    return codes


def test_every_reason_code_is_documented() -> None:
    codes = reason_codes()
    if not codes:
        pytest.skip("no reasons are given yet")
    page = ROOT / "docs" / "reasons.md"
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def canonical(package: str) -> str:
    """PyPI's own spelling (PEP 503) of a requirement's name, without version and extras."""
    name = re.match(r"[\w.-]+", package)
    assert name, package
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"].get("optional-dependencies", {}).values():
        wanted += extra
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([\w.-]+)`", text, re.MULTILINE)
    assert sorted(map(canonical, wanted)) == sorted(map(canonical, explained))


def test_no_file_names_a_machine_or_a_registry() -> None:
    """What works here only, or only with one registry, doesn't work for the next person."""
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # binary, or a test mail in its own charset
        for number, line in enumerate(text.splitlines(), 1):
            if path != Path(__file__) and (_MACHINE.search(line) or _REGISTRY.search(line)):
                found.append(f"{named(path)}:{number}: {line.strip()[:100]}")
    assert found == []
