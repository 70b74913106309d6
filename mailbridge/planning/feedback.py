"""What a person did in Outlook since we last looked, and what that teaches. All pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mailbridge.domain.casework import Case, CaseState
from mailbridge.domain.message import Direction, Folder, Role
from mailbridge.domain.office import Office
from mailbridge.domain.reference import find_references
from mailbridge.planning.filing import case_in
from mailbridge.planning.words import ANSWERED, AWAITING, WHICH_CASE, WHO
from mailbridge.tagging.framework import Framework, suggested


class Did(StrEnum):
    """What a person did to a mail. Also the code in its journal (docs/reasons.md)."""

    ACCEPTED = "tag-accepted"
    DECLINED = "tag-declined"
    FILED = "filed-by-person"
    UNFILED = "unfiled-by-person"
    PUT_AWAY = "put-away-by-person"  # into a folder of their own: the question is answered
    AWAITS = "marked-awaiting"
    AWAITS_NOT = "marked-not-awaiting"
    ANSWERED = "marked-answered"
    UNANSWERED = "marked-unanswered"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing a person did: `value` is a tag or a case reference."""

    did: Did
    value: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What we know of a mail from earlier sightings, and what we ourselves are about to do."""

    tags: frozenset[str]  # canonical, as last seen or written
    case_reference: str  # where the decision files it; "" nowhere
    by_person: bool  # that decision was a person's
    was_filed: bool  # it lay in that case's folder
    was_elsewhere: bool = False  # it lay in another folder than now
    our_tags: frozenset[str] = frozenset()  # being added or removed by us just now
    our_folders: frozenset[str] = frozenset()  # being moved there by us just now


@dataclass(frozen=True, slots=True)
class Now:
    """A mail as it lies now; tags canonical."""

    folder: str
    role: Role
    tags: frozenset[str]
    direction: Direction


def lessons(
    before: Before, now: Now, cases: Iterable[Case], framework: Framework
) -> tuple[Lesson, ...]:
    """What a person did, in the order in which it is to be learned. Our own doings are none."""
    return (*_where(before, now, cases), *_tags(before, now, framework))


def _where(before: Before, now: Now, cases: Iterable[Case]) -> tuple[Lesson, ...]:
    if now.folder in before.our_folders:
        return ()
    case = case_in(now.folder, cases)
    if case and case.reference != before.case_reference:
        return (Lesson(Did.FILED, case.reference),)
    if case and not before.by_person and not before.was_filed:
        # A person moved it where we would have: their word now, so it is never questioned again.
        return (Lesson(Did.FILED, case.reference),)
    is_back = now.role in (Role.INBOX, Role.SENT) and before.was_filed
    if case is None and is_back and before.case_reference:
        return (Lesson(Did.UNFILED, before.case_reference),)
    is_elsewhere = case is None and now.role is Role.OTHER and before.was_elsewhere
    if is_elsewhere and now.tags.intersection((WHO, WHICH_CASE)):
        return (Lesson(Did.PUT_AWAY),)
    return ()


def _tags(before: Before, now: Now, framework: Framework) -> tuple[Lesson, ...]:
    added = now.tags - before.tags - before.our_tags
    removed = before.tags - now.tags - before.our_tags
    found: list[Lesson] = []
    for tag in framework.tags:
        name, question = tag.name, suggested(tag.name)
        if name in added:
            found.append(Lesson(Did.ACCEPTED, name))
        elif name in removed or (question in removed and name not in now.tags):
            found.append(Lesson(Did.DECLINED, name))
    if now.direction is not Direction.INBOUND:
        for tag_name, sets, did in (
            (ANSWERED, removed, Did.UNANSWERED),
            (AWAITING, added, Did.AWAITS),
            (AWAITING, removed, Did.AWAITS_NOT),
            (ANSWERED, added, Did.ANSWERED),
        ):
            if tag_name in sets:
                found.append(Lesson(did, tag_name))
    return tuple(found)


class FolderDid(StrEnum):
    """What a person did to a case's folder. Also the code in its journal."""

    MADE = "case-folder-made"
    RENAMED = "case-folder-renamed"
    CLOSED = "case-folder-closed"
    REOPENED = "case-folder-reopened"
    FOUND = "case-folder-found"  # nothing was done; we learn its lasting id


@dataclass(frozen=True, slots=True)
class FolderLesson:
    """One thing a person did to a case's folder. `reference` is "" for a new case."""

    did: FolderDid
    folder: Folder
    title: str
    reference: str = ""


_REFERENCE_AT_END = re.compile(r"\s*\(([^()]*)\)\s*$")


def folder_lessons(
    folders: Iterable[Folder], cases: Iterable[Case], office: Office
) -> tuple[FolderLesson, ...]:
    """What people did to the folders of cases.

    A folder is a case's when its name ends in the case's reference, when the backend's lasting id
    says so, or when it is called as we last saw it; in this order. Only direct children of the
    folder of cases, and of the closed ones, are cases; a second folder that claims a case is none.
    """
    by_reference = {case.reference: case for case in cases}
    by_id = {case.folder_id: case for case in by_reference.values() if case.folder_id}
    by_name = {case.folder: case for case in by_reference.values() if case.folder}
    claims: dict[str, list[Folder]] = {}
    found: list[FolderLesson] = []
    for folder in sorted(folders, key=lambda each: each.name):
        if _state_of(folder, office) is None:
            continue
        title, reference = _title(folder)
        case = by_reference.get(reference) or by_id.get(folder.id) or by_name.get(folder.name)
        if case is None:
            found.append(FolderLesson(FolderDid.MADE, folder, title))
        else:
            claims.setdefault(case.reference, []).append(folder)
    for reference, folders_of_case in claims.items():
        case = by_reference[reference]
        found.extend(_changes(_own(folders_of_case, case), case, office))
    return tuple(found)


def _own(claiming: list[Folder], case: Case) -> Folder:
    """Of several folders that claim a case, the one we know: a copy has a new id or name."""
    return min(
        claiming,
        key=lambda each: (
            not case.folder_id or each.id != case.folder_id,
            each.name != case.folder,
            each.name,
        ),
    )


def _changes(folder: Folder, case: Case, office: Office) -> Iterable[FolderLesson]:
    state, (title, _) = _state_of(folder, office), _title(folder)
    was_named, _ = _title(Folder(case.folder)) if case.folder else ("", "")
    if state is not case.state:
        did = FolderDid.CLOSED if state is CaseState.CLOSED else FolderDid.REOPENED
        yield FolderLesson(did, folder, title, case.reference)
    if case.folder and title != was_named:
        yield FolderLesson(FolderDid.RENAMED, folder, title, case.reference)
    if folder.name != case.folder or folder.id != case.folder_id:
        yield FolderLesson(FolderDid.FOUND, folder, title, case.reference)


def _state_of(folder: Folder, office: Office) -> CaseState | None:
    """Open or closed by where the folder lies; None for a folder that is no case's."""
    above, _, name = folder.name.rpartition("/")
    if folder.name == office.closed_folder or not name:
        return None
    return {office.closed_folder: CaseState.CLOSED, office.cases_folder: CaseState.OPEN}.get(above)


def _title(folder: Folder) -> tuple[str, str]:
    """A folder's title, and the reference at its end or ""."""
    name = folder.name.rpartition("/")[2]
    found = _REFERENCE_AT_END.search(name)
    references = find_references(found[1]) if found else ()
    if found is None or not references:
        return name.strip(), ""
    return name[: found.start()].strip(), references[0]
