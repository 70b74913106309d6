"""Mail that nobody should file alone: strangers, couples, forgers, machines, and odd mail."""

from mailbridge.demo.cast import OFFICE
from mailbridge.demo.mails import Mail

_FORGED_VERDICT = "mx.elsewhere.example; dmarc=pass header.from=home.example"

AWKWARD = (
    # One address, two people: with no name below it nobody can say which of them wrote.
    Mail("couple.nobody", "3 Nov 20:20", "Hartley Household <hartleys@home.example>",
         "Street light", "The street light outside our house has been out for a month.",
         asks="Who?", signs="-", tags=("Transfer: council",)),
    Mail("couple.joan", "10 Nov 20:41", "hartley-j", "Winter fuel",
         "I wrote about the light; this is about my winter fuel payment, which has not come.",
         asks="Which case?", form="home", tags=("Pensions",)),
    # A stranger who quotes a reference: a neighbour, a newspaper, anybody.
    Mail("stranger.quotes", "11 Nov 13:13", "colborne", "Your reference {rehouse}",
         "I found a letter with reference {rehouse}. Where does Laura Green live now? I am a "
         "friend.", asks="Who?"),
    # Our own server says that the sender is not who they claim.
    Mail("forged.rahman", "12 Nov 02:40", "rahman", "Re: Damp at Elm Court",
         "Please send all papers about the damp at Elm Court to my new address tonight.",
         verdict="fail", asks="Check sender"),
    # Another server's verdict is only a line that the sender wrote: it is ignored.
    Mail("forged.verdict", "13 Nov 11:26", "ekpo", "Roadworks", "The roadworks on Dyer's Yard have "
         "no end date.", verdict="", asks="Who?",
         extra=(("Authentication-Results", _FORGED_VERDICT),)),
    # Somebody with two open cases writes about neither by name.
    Mail("singh.which", "13 Nov 18:02", "singh", "Any news?",
         "Have you heard anything yet?", asks="Which case?", case="permit"),
    # A closed case: a person decides whether it begins again.
    Mail("bins.again", "16 Nov 07:30", "price", "Bins again, {bins}",
         "I am afraid it has started again: three weeks without a collection.", case="bins",
         asks="Which case?"),
    # Odd mail.
    Mail("odd.latin1", "5 Nov 10:10", "oconnor", "Café licence – £100 fee?",
         "My café's licence fee went up by £100. Is that right?", form="latin1",
         asks="Which case?"),
    Mail("odd.no-id", "6 Nov 12:00", "lambert", "Church clock",
         "The church clock strikes thirteen. Who pays for that?", form="no-id",
         asks="Which case?"),
    Mail("odd.ukrainian", "9 Nov 19:19", "zelenko", "Школа для сина",
         "Мій син не має місця в школі. Чи можете допомогти? Перекладу немає, вибачте.",
         asks="Which case?", form="home"),
    Mail("odd.forwarded", "11 Nov 09:05", "Parish Clerk <clerk@northmoor-parish.example>",
         "Fwd: The footbridge at Weaver Street",
         "For your information: this came to the parish, but the bridge is not ours.",
         paper="footbridge.eml", signs="Ivy Marlow, Clerk", asks="Who?"),
    Mail("odd.winmail", "13 Nov 09:45", "grant", "Minutes of the flood group",
         "The minutes are attached, if you can open them.", paper="winmail.dat",
         asks="Which case?"),
    Mail("odd.broken", "12 Nov 10:30", OFFICE, words="\x01\x02 no header, and no mail at all \x03",
         form="broken"),
    Mail("odd.bounce", "20 Nov 15:31",
         "Mail Delivery System <MAILER-DAEMON@mx.whitcombe-mp.example>",
         "Undelivered Mail Returned to Sender",
         "This is the mail system. Your message could not be delivered:\n\n"
         "<old.friend@nowhere.example>: 550 5.1.1 User unknown",
         form="bounce", signs="-", verdict="",
         extra=(("X-Failed-Recipients", "old.friend@nowhere.example"),
                ("Auto-Submitted", "auto-replied"))),
    Mail("odd.holiday", "17 Nov 09:16", "quinn", "Automatic reply: Thank you for writing",
         "I am on holiday until 23 November.", extra=(("Auto-Submitted", "auto-replied"),)),
    # Colleagues, and the office to itself.
    Mail("own.rota", "6 Nov 17:01", "Bethan Lloyd <bethan.lloyd@whitcombe-mp.example>",
         "Surgery rota", "Library on the 20th, Mill Lane on the 4th.", signs="Bethan"),
    Mail("own.whip", "16 Nov 18:30", "Duty Whip <whips@parliament.example>", "Business next week",
         "Three-line whip on Wednesday from seven.", signs="-"),
    # Words that must be seen today, from somebody nobody knows.
    Mail("alarm.stranger", "24 Nov 22:58", "jarvis", "I can't go on",
         "I can't go on like this. I don't want to live any more. Nobody listens.", asks="Who?",
         tags=("Safeguarding",)),
)  # fmt: skip

# Strangers, each with something else: the register does not know them, so a person decides.
_STRANGERS = (
    ("3 Nov 11:50", "devlin", "Bus to the hospital", ("The bus to the hospital was cut to one an "
     "hour and my mother misses her appointments."), "Transport and roads"),
    ("5 Nov 13:20", "frost", "Library hours", ("Is it true that the library will only open on "
     "Saturdays?"), ""),
    ("10 Nov 08:18", "gallagher", "HMRC and my refund", ("HMRC have owed me a tax refund for a "
     "year and nobody answers the telephone."), "Tax and HMRC"),
    ("12 Nov 14:44", "hoang", "Hoá đơn nước – water bill", ("My water bill is in two names and "
     "both are wrong."), ""),
    ("17 Nov 16:35", "ingham", "Pothole in Saddler's Court", ("There is a pothole in Saddler's "
     "Court that you could bathe a dog in."), "Transport and roads"),
    ("18 Nov 12:12", "kovacs", "Planning application for a mast", ("I object to the planning "
     "application for a phone mast beside the nursery."), "Planning"),
    ("23 Nov 10:09", "leach", "Attendance Allowance", ("My husband's Attendance Allowance was "
     "stopped while he was in hospital and has not come back."), "Benefits"),
    ("27 Nov 15:55", "ekpo", "Roadworks still", "Still there, still no date, still no workmen.",
     ""),
    ("30 Nov 18:17", "devlin", "Bus, again", "You have not answered about the bus service.", ""),
    ("2 Dec 09:30", "frost", "Library hours", "I asked a month ago about the library.", ""),
)  # fmt: skip

STRANGERS = tuple(
    Mail(f"stranger.{n}", when, who, subject, words, asks="Who?", tags=(tag,) if tag else ())
    for n, (when, who, subject, words, tag) in enumerate(_STRANGERS, start=1)
)

# People the office knows, about something that is no case of theirs.
_VIEWS = (
    ("2 Nov 09:44", "tanaka", "Badger cull", "Please vote to end the badger cull.",
     "Animal welfare"),
    ("2 Nov 17:03", "ahmed", "Ceasefire", "Will you call for a ceasefire?", "Foreign affairs"),
    ("3 Nov 13:31", "barker", "WASPI", "As a WASPI woman I ask where you stand.", "Pensions"),
    ("4 Nov 08:05", "clarke", "Business rates", "The business rates on my shop have doubled.",
     "Business and economy"),
    ("5 Nov 19:52", "davies", "Assisted dying bill", ("How will you vote on the assisted dying "
     "bill at second reading?"), "Democracy and rights"),
    ("6 Nov 10:46", "edwards", "Summer fete", ("We would be delighted if you could open our summer "
     "fete next June."), "Events and invitations"),
    ("7 Nov 12:00", "foster", "Solar farm", ("I object to the planning application for a solar "
     "farm at Low Moor."), "Planning"),
    ("9 Nov 14:28", "hussain", "NHS dentists", "There is no NHS dentist within thirty miles.",
     "NHS and health"),
    ("10 Nov 16:40", "irving", "20mph zone", "Please stop the 20mph zone on Northgate.",
     "Transport and roads"),
    ("11 Nov 20:30", "jackson", "Zoos", "Why is cruelty to animals in zoos still allowed?", ""),
    ("12 Nov 11:11", "kaur", "Childcare hours", ("We were promised free childcare and no nursery "
     "has a place."), "Education and SEND"),
    ("13 Nov 08:49", "murphy", "Tour of Parliament", "Could my guides have a tour of Parliament?",
     "Events and invitations"),
    ("15 Nov 22:14", "naylor", "Online scams", "My bank will not refund me after a scam.",
     "Consumer and banking"),
    ("16 Nov 13:05", "okoro", "Visa rules", "Carers should not lose their visas so quickly.", ""),
    ("17 Nov 09:58", "patel", "Post office", "Our post office is to close in March.", ""),
    ("18 Nov 18:36", "reid", "Veterans", "Veterans wait years for help with their injuries.",
     ""),
    ("19 Nov 07:12", "shaw", "Winter fuel payment", "Bring back the winter fuel payment.",
     "Pensions"),
    ("20 Nov 12:59", "turner", "Sewage", "Fine the water companies for sewage in our rivers.",
     "Environment"),
    ("21 Nov 15:15", "vaughan", "Welsh signs", "May the twin town sign be in Welsh as well?", ""),
    ("23 Nov 14:02", "walker", "Care home fees", ("My mother's care home fees have gone up by a "
     "third."), "Social care"),
    ("24 Nov 10:37", "yates", "Legal aid", "There is no legal aid solicitor left in the county.",
     "Justice and prisons"),
    ("25 Nov 16:26", "zaman", "Zero-hours contracts", ("My employer has put us all on zero-hours "
     "contracts."), "Employment"),
    ("26 Nov 09:08", "abbott", "Licence fee", "The BBC licence fee is too dear for pensioners.",
     ""),
    ("27 Nov 11:45", "bailey", "Shop theft", "Shoplifting is daily now and the police never come.",
     "Crime and policing"),
    ("28 Nov 13:13", "carter", "Puppy farms", "Please support the law against puppy farms.",
     "Animal welfare"),
    ("30 Nov 10:21", "dixon", "Energy bills", "My energy bills have gone up again.",
     "Energy and bills"),
    ("1 Dec 15:48", "ellis", "Student loans", "Is the student loan threshold frozen for ever?",
     "Education and SEND"),
    ("2 Dec 19:40", "farrow", "Fireworks", "Fireworks should be quieter; the dogs are terrified.",
     ""),
    ("3 Dec 08:52", "gibson", "Thank you", "Thank you for speaking in Tuesday's debate.", ""),
    ("3 Dec 12:24", "hayes", "Football club", "The football club must not be moved to Leaford.",
     ""),
)  # fmt: skip

VIEWS = tuple(
    Mail(f"view.{who}", when, who, subject, words, asks="Which case?",
         tags=(tag,) if tag else (), form=("plain", "html", "plain", "latin1")[n % 4])
    for n, (when, who, subject, words, tag) in enumerate(_VIEWS)
)  # fmt: skip
