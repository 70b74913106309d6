"""Every mail of the demo, oldest first: the stories put together."""

from mailbridge.demo import stories_letters as letters
from mailbridge.demo import stories_many as many
from mailbridge.demo import stories_pryce as opened
from mailbridge.demo import stories_unplaced as unplaced
from mailbridge.demo.mails import Mail

MAILS: tuple[Mail, ...] = tuple(
    sorted(
        (
            *opened.BILL,
            *opened.EVICTION,
            *letters.DAMP,
            *letters.VISA,
            *letters.PIP,
            *letters.HIP,
            *letters.METER,
            *letters.BURGLARY,
            *letters.SEWAGE,
            *letters.REHOUSE,
            *letters.TAX,
            *letters.LICENCE,
            *letters.SCHOOL,
            *letters.RAMP,
            *letters.PERMIT,
            *unplaced.AWKWARD,
            *unplaced.STRANGERS,
            *unplaced.VIEWS,
            *many.PARK,
            *many.BEES,
            *many.LISTS,
            *many.ALERTS,
            *many.ANSWERS,
            *many.ONCE_MORE,
        ),
        key=lambda mail: mail.at,
    )
)
BY_ID = {mail.id: mail for mail in MAILS}
TWICE = "view.hussain"
"""This one arrives a second time, as a server does that is not sure it delivered the first."""
TWICE_FILED = "visa.holding"
"""So does this one, after it was filed."""
