"""What people did to the folders of cases, written down: made, renamed, closed, reopened."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from mailbridge.domain.action import MoveFolder, Planned
from mailbridge.domain.casework import Case, CaseState
from mailbridge.domain.message import Folder
from mailbridge.domain.office import Office
from mailbridge.domain.reference import find_references
from mailbridge.planning.feedback import FolderDid, FolderLesson, folder_lessons
from mailbridge.planning.filing import leaf
from mailbridge.runners.recording import add_plan
from mailbridge.store import casework, messages, outbox, state

STATES = {FolderDid.CLOSED: CaseState.CLOSED, FolderDid.REOPENED: CaseState.OPEN}


def learn_folders(  # the facts of one look at the folders
    tx: Connection,
    mailbox: str,
    folders: Iterable[Folder],
    office: Office,
    now: datetime,
    new_reference: Callable[[], str],
) -> None:
    """Bring the cases up to what the folders say. The same folders a second time say nothing."""
    cases = casework.all_cases(tx)
    moving = _being_moved(tx)
    for lesson in folder_lessons(folders, cases, office):
        if lesson.reference in moving:
            continue  # our own renaming is under way: the folder's name is not a person's word
        if lesson.did is FolderDid.MADE:
            if lesson.folder.name not in moving.values():
                _open(tx, lesson, office, now, new_reference)
            continue
        case = casework.case(tx, lesson.reference)
        if case is not None:
            _amend(tx, mailbox, case, lesson, now)
            renamed = casework.case(tx, case.reference)
            if renamed is not None and lesson.did is not FolderDid.FOUND:
                _name(tx, renamed, office, now)


def _being_moved(tx: Connection) -> dict[str, str]:
    """Case reference → the new name that our own renaming is about to give its folder."""
    return {
        wish.action.case_reference: wish.action.new
        for wish in outbox.listing(tx, states=outbox.OPEN, kind="MoveFolder")
        if isinstance(wish.action, MoveFolder)
    }


def _open(
    tx: Connection,
    lesson: FolderLesson,
    office: Office,
    now: datetime,
    new_reference: Callable[[], str],
) -> None:
    """A caseworker made a folder: a case with that title. Its name gets the reference."""
    folder = lesson.folder
    closed = folder.name.startswith(f"{office.closed_folder}/")
    case = Case(
        reference=unused(tx, new_reference),
        title=lesson.title,
        state=CaseState.CLOSED if closed else CaseState.OPEN,
        folder=folder.name,
        folder_id=folder.id,
        opened_on=now.date(),
    )
    casework.put_case(tx, case)
    state.write_journal(
        tx, f"case {case.reference}", lesson.did, f"opened by its folder “{folder.name}”", now
    )
    _name(tx, case, office, now)


def _name(tx: Connection, case: Case, office: Office, now: datetime) -> None:
    """The case's folder gets its reference, where its name has none."""
    above, _, name = case.folder.rpartition("/")
    if case.reference in find_references(name):
        return
    move = MoveFolder(case.reference, case.folder, f"{above}/{leaf(case)}")
    words = "so that people and letters can quote it"
    planned = Planned(move, ("case-reference",), words, f"{case.folder} {now.isoformat()}")
    add_plan(tx, (planned,), now, office)


def unused(tx: Connection, new_reference: Callable[[], str]) -> str:
    """A reference that no case has."""
    while casework.case(tx, reference := new_reference()) is not None:
        pass
    return reference


def _amend(tx: Connection, mailbox: str, case: Case, lesson: FolderLesson, now: datetime) -> None:
    if case.folder and case.folder != lesson.folder.name:
        messages.rename_folder(tx, mailbox, case.folder, lesson.folder.name)
    located = replace(case, folder=lesson.folder.name, folder_id=lesson.folder.id)
    if lesson.did in STATES:
        casework.set_case_state(tx, located, STATES[lesson.did], now.date())
    elif lesson.did is FolderDid.RENAMED:
        casework.put_case(tx, replace(located, title=lesson.title))
    else:
        casework.put_case(tx, located)
    if lesson.did is not FolderDid.FOUND:
        words = f"its folder is now “{lesson.folder.name}”"
        state.write_journal(tx, f"case {case.reference}", lesson.did, words, now)
