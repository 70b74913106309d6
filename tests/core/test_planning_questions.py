"""Which mail is asked about: `Who?`, `Which case?`, `Check sender`, and which is left in peace."""

import pytest

from mailbridge.domain.action import AddTags
from mailbridge.domain.finding import Dossier, Match, Outcome, Verdict
from mailbridge.domain.message import Address, Automatic, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Caseworker
from mailbridge.planning.filing import plan_for

OFFICE = Office(colleague_domains=("parliament.example",))
DOSSIER = Dossier(office=(Caseworker("sam@office.example", "Sam"),))
NOBODY: Verdict[int] = Verdict(Outcome.NOBODY)
NO_CASE: Verdict[str] = Verdict(Outcome.NOBODY)
AMINA: Verdict[int] = Verdict(Outcome.MATCHED, 7)


@pytest.mark.parametrize(
    ("sender", "person", "is_suspect", "automatic", "asked"),
    [
        ("stranger@home.example", NOBODY, False, Automatic.NO, {"Who?"}),
        ("amina@home.example", AMINA, False, Automatic.NO, {"Which case?"}),
        ("amina@home.example", AMINA, True, Automatic.NO, {"Check sender"}),
        ("stranger@home.example", NOBODY, True, Automatic.NO, {"Check sender"}),
        ("stranger@home.example", NOBODY, False, Automatic.LIST, set()),
        ("sam@office.example", NOBODY, False, Automatic.NO, set()),
        ("whips@parliament.example", NOBODY, False, Automatic.NO, set()),
        ("clerk@lords.parliament.example", NOBODY, False, Automatic.NO, set()),
        ("joe@notparliament.example", NOBODY, False, Automatic.NO, {"Who?"}),
    ],
)
def test_a_mail_is_asked_one_question_at_most(
    *, sender: str, person: Verdict[int], is_suspect: bool, automatic: Automatic, asked: set[str]
) -> None:
    mail = Message(MessageKey("1"), from_=(Address(sender),), automatic=automatic)
    plan = plan_for(mail, Match(person, NO_CASE, is_suspect), DOSSIER, OFFICE, ())
    tags = {tag for one in plan if isinstance(one.action, AddTags) for tag in one.action.tags}
    assert tags == asked
