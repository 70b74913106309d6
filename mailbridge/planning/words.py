"""The categories mailbridge itself puts on mail, as OUTLOOK.md's contract names them."""

from mailbridge.tagging.framework import Framework, category_names

WHO = "Who?"
WHICH_CASE = "Which case?"
CHECK_SENDER = "Check sender"
AWAITING = "Awaiting answer"
ANSWERED = "Answered"

QUESTIONS = (WHO, WHICH_CASE, CHECK_SENDER)
OWN = (*QUESTIONS, AWAITING, ANSWERED)


def vocabulary(framework: Framework) -> tuple[str, ...]:
    """Every category that mailbridge knows; all others are the office's own, never touched."""
    return (*OWN, *category_names(framework))
