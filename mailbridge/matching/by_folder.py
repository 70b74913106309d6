"""Evidence from the folder in which a mail lay when it was first seen."""

from mailbridge.domain.finding import Clues, Dossier
from mailbridge.domain.message import Message
from mailbridge.domain.office import Office
from mailbridge.matching.parties import Found
from mailbridge.matching.weigh import point


def by_folder(_message: Message, _clues: Clues, dossier: Dossier, _office: Office) -> Found:
    """A person had already put it into a case's folder: that is the last word."""
    for case in dossier.cases:
        if case.folder and case.folder == dossier.folder:
            words = f"somebody put it into the folder of case {case.reference}"
            yield point("placed-by-person", words, person=case.constituent_id, case=case.reference)
