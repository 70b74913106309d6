"""Mail that comes in numbers: two campaigns, newsletters, alerts, and the office's answers."""

from datetime import date, timedelta

from mailbridge.demo.cast import CONSTITUENTS
from mailbridge.demo.mails import YEAR, Mail

_LAST_DAY = 32  # days after 2 November: 4 December

_PARK = (
    "I am writing to ask you to oppose the sale of Beacon Park. Parks are the lungs of our town. "
    "Once it is sold it is gone for ever. Please write to the council and ask it to think again."
)
_BEES = (
    "Please sign the pledge to protect bees. A third of our food depends on them. Will you speak "
    "up in Parliament for a ban on the pesticides that harm them?"
)
# Some add words of their own above or below what the campaign wrote for them.
_OWN = {
    "oldroyd": "I learned to ride a bicycle there, and so did my daughter. ",
    "lowe": "I sit on the bench by the pond every day since my wife died. ",
    "knight": "PS: my hives came through the winter. ",
}


def _campaign(name: str, day: int, subject: str, words: str, people: list[str]) -> list[Mail]:
    return [
        Mail(
            f"{name}.{who}",
            f"{day + n // 8} Nov {9 + n % 8}:{n * 7 % 60:02}",
            who,
            subject,
            _OWN.get(who, "") + words,
            asks="Which case?" if who in CONSTITUENTS else "Who?",
        )
        for n, who in enumerate(people)
    ]


_KNOWN = list(CONSTITUENTS)
PARK = tuple(
    _campaign(
        "park", 9, "Save Beacon Park", _PARK, [*_KNOWN[29:60], "frost", "gallagher", "kovacs"]
    )
)
BEES = tuple(_campaign("bees", 24, "Protect our bees", _BEES, [*_KNOWN[44:60], "hoang"]))

_LISTS = (
    ("Moor & Vale Gazette <news@gazette.example>", "This week in Northmoor", 4,
     "Council budget; the panto; a lost tortoise. Unsubscribe at any time."),
    ("House Briefings <briefings@library.example>", "New briefing papers", 2,
     "Renters' rights; bus franchising; the water bill. You get this because you subscribed."),
    ("Chamber of Trade <events@chamber-northmoor.example>", "Breakfast meeting", 1,
     "Porridge and business rates, half past seven at the Talbot."),
    ("Moor Rescue <hello@moor-rescue.example>", "Our newsletter", 5,
     "Fourteen call-outs, two dogs, one balloonist."),
    ("Parish Council <notices@northmoor-parish-list.example>", "Notices", 3,
     "The footbridge; the Christmas tree; who has the key of the village hall?"),
)  # fmt: skip


def _on(days: int, at: str) -> str:
    """That many days after Monday 2 November, in the words of a story."""
    day = date(YEAR, 11, 2) + timedelta(days=days)
    return f"{day.day} {day:%b} {at}"


LISTS = tuple(
    Mail(
        f"list.{n}.{week}",
        _on(7 * week + weekday, f"06:{10 + n * 9}"),
        who,
        subject,
        words,
        signs="-",
        form="html",
        extra=(("List-Id", f"<{n}.lists.example>"), ("Precedence", "bulk")),
    )
    for n, (who, subject, weekday, words) in enumerate(_LISTS)
    for week in range(5)
    if 7 * week + weekday <= _LAST_DAY
)

# Machines on their own account: alerts and receipts, which ask nobody anything.
ALERTS = tuple(
    Mail(
        f"alert.{n}",
        when,
        "Committee Alerts <no-reply@alerts.parliament.example>",
        "Your saved search has new results",
        f"{n} new written answers mention Northmoor.",
        signs="-",
        extra=(("Auto-Submitted", "auto-generated"),),
    )
    for n, when in enumerate(
        ("3 Nov 05:00", "10 Nov 05:00", "17 Nov 05:00", "24 Nov 05:00", "1 Dec 05:00"), start=2
    )
)

# The office answers views and campaigns; those are letters to nobody's third party.
_ANSWERED = (
    ("2 Nov 15:20", "view.tanaka", "I voted against the cull in May and shall again."),
    ("3 Nov 09:45", "view.ahmed", "I signed the motion that calls for one."),
    ("5 Nov 11:30", "view.clarke", "I shall raise the revaluation with the Treasury."),
    ("9 Nov 16:30", "view.edwards", "I should love to. It is in the diary."),
    ("11 Nov 10:50", "view.hussain", "I have asked for a debate."),
    ("16 Nov 10:35", "view.murphy", "The education centre will be glad to have them."),
    ("18 Nov 11:55", "park.knight", "I have written about Beacon Park in the Gazette."),
    ("20 Nov 14:05", "view.shaw", "I voted for it to stay."),
    ("25 Nov 12:40", "view.walker", "May I ask for the name of the home?"),
    ("4 Nov 14:10", "view.barker", "I have met the WASPI group twice and back their case."),
    ("6 Nov 12:40", "view.davies", "I have not decided, and should like to hear more views."),
    ("10 Nov 14:15", "view.foster", "Planning is for the council, to whom I have sent your view."),
    ("12 Nov 15:30", "view.irving", "I shall pass that on to the county councillor."),
    ("13 Nov 14:50", "view.kaur", "You are right to be cross. I have asked the minister when."),
    ("19 Nov 12:25", "view.reid", "I serve on the veterans' group and have raised it there."),
    ("24 Nov 15:45", "view.turner", "So they should be. My question is down for Tuesday."),
    ("27 Nov 14:05", "view.zaman", "The new law should help, and I shall vote for it."),
    ("30 Nov 11:05", "view.carter", "I support it, and have two rescue dogs to please."),
    ("3 Dec 10:55", "view.ellis", "It is frozen for another year. I opposed that."),
    ("1 Dec 12:15", "bees.knight", "I have signed it. Well done with the hives."),
)  # fmt: skip

ANSWERS = tuple(
    Mail(f"reply.{n}", when, "office:sam", words=words, to=re.partition(".")[2], re=re)
    for n, (when, re, words) in enumerate(_ANSWERED)
)

# And some people write once more.
_ONCE_MORE = (
    ("4 Nov 07:20", "reply.0", "That is good to hear."),
    ("5 Nov 21:15", "reply.1", "A motion is not enough."),
    ("8 Nov 20:00", "reply.2", "They will not answer you either."),
    ("10 Nov 09:05", "reply.3", "Splendid! The brass band is booked."),
    ("13 Nov 20:20", "reply.4", "Do tell me when it is."),
    ("21 Nov 11:30", "reply.7", "For once we agree."),
    ("26 Nov 18:10", "reply.8", "It is The Larches, and she is happy there."),
    ("2 Dec 07:50", "reply.19", "Rescue dogs are the best."),
)

ONCE_MORE = tuple(
    Mail(
        f"again.{n}",
        when,
        (who := next(one.to for one in ANSWERS if one.id == re)),
        words=words,
        re=re,
        asks="Which case?",
    )
    for n, (when, re, words) in enumerate(_ONCE_MORE)
)
