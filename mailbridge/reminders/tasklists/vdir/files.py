"""Folders of `.ics` files, one entry a file ("vdir", https://vdirsyncer.pimutils.org/, "The Vdir
Storage Format"). Raises OSError; its callers turn it into our words."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from mailbridge import disk
from mailbridge.faults import Step

OFFICE = "office"
_DISPLAY_NAME = "displayname"
_NOT_A_SLUG = re.compile(r"[^a-z0-9]+")


class Vdir:
    """The collections below one root. Temporary and hidden files are no entries."""

    def __init__(self, root: Path, step: Step) -> None:
        self.root = root
        self.step = step

    def collections(self) -> dict[str, Path]:
        """List → its folder. The office's is "", and always there: without it FileNotFoundError,
        because then the disk is not mounted."""
        (self.root / OFFICE).stat()
        with os.scandir(self.root) as entries:
            folders = sorted(
                entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
            )
        found: dict[str, Path] = {"": self.root / OFFICE}
        for folder in folders:
            if folder != OFFICE:
                found.setdefault(self._display_name(folder) or folder, self.root / folder)
        return found

    def collection(self, name: str) -> Path:
        """The folder of a list, made if need be. A cut leaves one that the next call finishes."""
        found = self.collections().get(name)
        if found:
            return found
        slug = _NOT_A_SLUG.sub("-", name.lower()).strip("-")
        if self._display_name(slug) or slug in ("", OFFICE):
            # Two lists with one slug: "a.b" and "a-b".
            slug += "-" + hashlib.blake2b(name.encode(), digest_size=4).hexdigest()
        folder = self.root / slug
        self.step("list: before its folder is made")
        folder.mkdir(exist_ok=True)
        disk.flush_folder(self.root)
        disk.replace(folder / _DISPLAY_NAME, name.encode(), self.step)
        return folder

    def entries(self) -> Iterator[tuple[str, Path]]:
        """Every entry with the list it stands in."""
        for name, folder in self.collections().items():
            with os.scandir(folder) as files:
                names = sorted(
                    file.name
                    for file in files
                    if file.name.endswith(".ics")
                    and not file.name.startswith(".")
                    and file.is_file(follow_symlinks=False)
                )
            for file_name in names:
                yield name, folder / file_name

    def candidates(self, uid: str) -> Iterator[tuple[str, Path]]:
        """Entries that may have this UID, likely ones first: the file with its name, then files
        that other programs gave another name and that hold it somewhere."""
        for name, folder in self.collections().items():
            path = folder / f"{uid}.ics"
            if path.is_file():
                yield name, path
        for name, path in self.entries():
            if path.stem != uid and uid.encode() in _bytes(path):
                yield name, path

    def _display_name(self, folder: str) -> str:
        return _bytes(self.root / folder / _DISPLAY_NAME).decode("utf-8", "replace").strip()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def make_vdir(root: Path) -> Path:
    """An empty vdir with the office's own list; what is there already stays."""
    (root / OFFICE).mkdir(parents=True, exist_ok=True)
    return root
