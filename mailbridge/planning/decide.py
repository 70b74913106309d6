"""One mail's decision: the one place where matching, tagging and reminders are put together."""

from collections.abc import Iterable, Mapping

from mailbridge.domain.action import Plan
from mailbridge.domain.casework import Answer, Letter
from mailbridge.domain.finding import Clues, Decision, Dossier, Facet, Suggestion
from mailbridge.domain.message import Direction, Message
from mailbridge.domain.office import Office
from mailbridge.matching import match as matched
from mailbridge.planning.filing import answer_plan, awaiting_plan, is_history, plan_for
from mailbridge.planning.rules import Rules
from mailbridge.reminders.answers import answers_of
from mailbridge.reminders.letters import continued, letters_of, why
from mailbridge.tagging.suggest import suggest


def decide(  # the facts of one decision, each from another room
    message: Message,
    clues: Clues,
    dossier: Dossier,
    rules: Rules,
    office: Office,
    letter_counts: Mapping[str, int],
) -> Decision:
    """Who, which case, which tags, which letters and answers, and what may be done alone.

    `letter_counts` tells how many letters each case has had. Pure: the same facts give the same
    decision; nothing is fetched and nothing done.
    """
    match = matched(message, clues, dossier, office)
    is_inbound = message.direction is Direction.INBOUND
    suggestions = _suggestions(message, dossier, rules, office) if is_inbound else ()
    plan = plan_for(message, match, dossier, office, suggestions)
    if is_inbound:
        answers = answers_of(message, match, dossier, rules.phrasebook, office)
        return Decision(
            match=match,
            suggestions=suggestions,
            answers=answers,
            plan=plan + _answer_plans(answers, dossier),
        )
    if is_history(message, office):
        return Decision(match=match)
    letters = letters_of(message, match, dossier, office, _Next(letter_counts))
    goes_on = continued(message, match, dossier, office)
    return Decision(
        match=match,
        letters=letters,
        continued=goes_on,
        plan=_letter_plans(letters) + plan,
        reasons=(why(message, match, dossier, office),),
    )


def _suggestions(
    message: Message, dossier: Dossier, rules: Rules, office: Office
) -> tuple[Suggestion, ...]:
    """What the rules suggest. A body's mail is an answer, not a new matter: it has no issue or
    urgency of its own, but what is sensitive in it stays so."""
    found = suggest(message, rules.rulebook, rules.framework, office)
    if not dossier.organisations:
        return found
    return tuple(each for each in found if each.facet is Facet.SENSITIVITY)


class _Next(dict[str, int]):
    """The number of each case's next letter; a case without letters begins with 1."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__({case: count + 1 for case, count in counts.items()})

    def __missing__(self, case: str) -> int:
        return 1


def _answer_plans(answers: Iterable[Answer], dossier: Dossier) -> Plan:
    letters = {letter.id: letter for letter in dossier.letters}
    return tuple(
        planned
        for answer in answers
        if answer.letter_id in letters
        for planned in answer_plan(letters[answer.letter_id], answer)
    )


def _letter_plans(letters: Iterable[Letter]) -> Plan:
    """Each mail is marked once, however many bodies it went to."""
    plans = {planned.key: planned for letter in letters for planned in awaiting_plan(letter)}
    return tuple(plans.values())
