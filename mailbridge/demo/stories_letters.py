"""Cases that are open when the demo begins: their letters, and what came back to them."""

from mailbridge.demo.mails import Mail, about

_AUTO = (("Auto-Submitted", "auto-replied"),)

# An acknowledgement, then nothing: chased, ticked off, and due a second time.
DAMP = about(
    "damp",
    Mail("damp.again", "2 Nov 07:55", "rahman", "Damp at Elm Court",
         "The mould in the children's bedroom at Elm Court is back and the damp comes through the "
         "wall by the window. Ashdown Homes painted over it in May.", tags=("Housing",)),
    Mail("damp.letter", "2 Nov 11:15", "office:sam",
         "Mrs Amina Rahman, 12 Elm Court, ZE4 1AB – damp",
         "I write on behalf of my constituent Mrs Amina Rahman. The damp that was painted over in "
         "May has come back. Would you please inspect the outer wall and tell me what will be "
         "done, and when?", to="homes:Customer Care"),
    Mail("damp.received", "3 Nov 09:31", "homes:Customer Care",
         words="Thank you for your e-mail. We have received your enquiry and it has been logged "
         "under reference AH/20447.", re="damp.letter", kind="acknowledgement"),
    Mail("damp.told", "3 Nov 12:02", "office:sam",
         words="I have written to Ashdown Homes and they have logged your case. They promise an "
         "answer within ten working days.", to="rahman", re="damp.again"),
    Mail("damp.photos", "9 Nov 20:14", "rahman",
         words="The mould is on the cot now. I can send photographs.", re="damp.told"),
    Mail("damp.yes", "10 Nov 09:20", "office:sam",
         words="Please do send the photographs, and see your GP if the baby coughs.",
         to="rahman", re="damp.photos"),
    Mail("damp.cough", "23 Nov 07:48", "rahman",
         words="The baby has been to the doctor with his chest. Still nobody has come.",
         re="damp.yes", form="html"),
)  # fmt: skip

# A holding reply that names a day; the task is moved by its caseworker, then the answer comes.
VISA = about(
    "visa",
    Mail("visa.asks", "2 Nov 12:40", "osei", "My wife's visa",
         "It is eight months since we applied for my wife's visa. We were told twelve weeks. Is "
         "there anything you can do?", tags=("Immigration",)),
    Mail("visa.letter", "3 Nov 10:05", "office:imran",
         "Mr Kwame Osei, 3 Weaver Street, ZE4 1AD – spouse visa",
         "My constituent Mr Kwame Osei applied for a visa for his wife Abena in March. Your "
         "service standard is twelve weeks. Could you tell me when a decision will be made?",
         to="visas:Members Enquiries"),
    Mail("visa.out", "3 Nov 10:05", "visas:Members Enquiries",
         "Automatic reply: Mr Kwame Osei, 3 Weaver Street, ZE4 1AD – spouse visa",
         "This is an automated response. Please do not reply to this e-mail.",
         re="visa.letter", kind="automatic", signs="-", extra=_AUTO, quotes=False),
    Mail("visa.holding", "10 Nov 15:36", "visas:Priti Vale",
         words="Thank you for your letter about Mr Osei. His wife's application remains under "
         "consideration. We will reply to you by 20 November.", re="visa.letter", kind="holding"),
    Mail("visa.told", "11 Nov 10:10", "office:imran",
         words="Home Affairs tell me that they will answer by 20 November.", to="osei",
         re="visa.asks"),
    Mail("visa.answer", "1 Dec 10:22", "visas:Priti Vale",
         words="I am pleased to confirm that Mrs Osei's visa was granted on 27 November. The delay "
         "arose because a document was mislaid, for which I apologise. The visa "
         "was printed and posted to her on 30 November.", re="visa.letter", kind="substantive"),
    Mail("visa.good", "1 Dec 11:30", "office:imran",
         words="The visa has been granted and is in the post.", to="osei", re="visa.told"),
    Mail("visa.thanks", "1 Dec 13:02", "osei", words="God bless you all. She flies on the 12th.",
         re="visa.good", form="latin1"),
)  # fmt: skip

# The answer comes from an address nobody wrote to, outside the thread, quoting our reference.
PIP = about(
    "pip",
    Mail("pip.tribunal", "3 Nov 16:50", "doyle", "PIP appeal",
         "My PIP appeal was turned down and the tribunal has lost my papers. I have MS and cannot "
         "ring them for hours.", tags=("Benefits", "Sensitive"), asks="Which case?"),
    Mail("pip.letter", "4 Nov 09:40", "office:bethan",
         "Miss Margaret Doyle, 8 Chapel Row, ZE4 2AE – PIP",
         "My constituent Miss Margaret Doyle has been refused PIP although her condition is worse. "
         "Would you please review the decision and let me have your reasons?",
         to="benefits:Member Correspondence"),
    Mail("pip.logged", "4 Nov 12:13", "benefits:Member Correspondence",
         words="Your letter has been received and your enquiry has been logged.", re="pip.letter",
         kind="acknowledgement"),
    Mail("pip.answer", "19 Nov 14:05", "Joan Abel <joan.abel@north.benefits.gov.example>",
         "Miss M Doyle – your reference {pip}",
         "I am replying to your letter of 4 November. A decision maker has reviewed Miss Doyle's "
         "claim and changed the decision: she was awarded the enhanced rate of both components "
         "from 12 June. Arrears of £2,310 were paid into her account on 18 November.",
         kind="substantive"),
    Mail("pip.told", "19 Nov 15:30", "office:bethan",
         words="The Department has changed its decision, and the arrears are in your account.",
         to="doyle", re="pip.tribunal"),
    Mail("pip.thanks", "20 Nov 10:11", "doyle",
         words="I had given up. Thank you for not giving up.", re="pip.told"),
)  # fmt: skip

# A holding reply that names no day: the wait goes on.
HIP = about(
    "hip",
    Mail("hip.cancelled", "31 Oct 18:20", "fletcher", "My hip operation",
         "My hip operation has been cancelled for the third time. I can no longer climb my stairs.",
         tags=("NHS and health",)),
    Mail("hip.letter", "2 Nov 14:25", "office:bethan",
         "Mr Harold Fletcher, 41 Northgate, ZE4 2AF – hip replacement",
         "Mr Harold Fletcher's operation has been cancelled three times. Could you tell me when he "
         "will have it, and why it was put off?", to="hospital:Patient Liaison"),
    Mail("hip.passed", "16 Nov 11:48", "hospital:Patient Liaison",
         words="Thank you for your enquiry. I have passed it to the orthopaedic team and they are "
         "looking into the reasons.", re="hip.letter", kind="holding"),
    Mail("hip.new-address", "17 Nov 19:10", "Harold Fletcher <harold@tablet.example>",
         "My new tablet", "This is my new tablet's address; the old machine is dead.",
         signs="Harold Fletcher", asks="Who?"),
    Mail("hip.from-tablet", "20 Nov 08:15", "Harold Fletcher <harold@tablet.example>",
         "The hip operation", "Is my cancelled hip operation free if done privately? My son asks.",
         signs="Harold Fletcher", tags=("NHS and health",)),
    Mail("hip.ask", "25 Nov 09:00", "fletcher", "Any news of the operation?",
         "Is there any news of my hip operation? It was last cancelled in October.",
         tags=("NHS and health",)),
    Mail("hip.wait", "25 Nov 11:45", "office:bethan",
         words="They are looking into it and we shall chase them in December.", to="fletcher",
         re="hip.ask"),
)  # fmt: skip

# Nothing ever comes; the caseworker deletes the task, because it is settled by telephone.
METER = about(
    "meter",
    Mail("meter.letter", "3 Nov 15:10", "office:sam",
         "Mr Gurpreet Singh, 17 Tannery Lane, ZE4 3AG – smart meter",
         "Mr Gurpreet Singh has been billed £1,180 by a smart meter that shows another flat's use. "
         "Please would you test the meter and correct the account?", to="energy:Complaints"),
    Mail("meter.tested", "20 Nov 17:25", "singh", "Smart meter",
         "They rang. The smart meter was the neighbour's and the bill is gone.",
         asks="Which case?"),
)  # fmt: skip

# The first letter bounces; the second arrives, and is chased in its turn.
BURGLARY = about(
    "burglary",
    Mail("burglary.letter", "2 Nov 15:45", "office:imran",
         "Ms Jana Nováková, 5 Station Road, ZE4 3AH – burglary",
         "Ms Jana Nováková reported a burglary on 9 October and has heard nothing. Would you let "
         "me know what has been done?", to="police:Chief Constables Office"),
    Mail("burglary.bounce", "2 Nov 15:46",
         "Mail Delivery System <MAILER-DAEMON@mx.whitcombe-mp.example>",
         "Undelivered Mail Returned to Sender",
         "This is the mail system. Your message could not be delivered to one recipient:\n\n"
         "<chief.constables.office@ridgeway-police.example>: 550 5.1.1 User unknown",
         re="burglary.letter", kind="bounce", form="bounce", signs="-", verdict="", quotes=False,
         extra=(("X-Failed-Recipients", "chief.constables.office@ridgeway-police.example"),
                ("Auto-Submitted", "auto-replied"))),
    Mail("burglary.again", "3 Nov 14:30", "office:imran",
         words="Ms Jana Nováková reported a burglary on 9 October and has heard nothing. Would you "
         "let me know what has been done? My letter of yesterday could not be delivered.",
         to="police:Member Liaison", re="burglary.letter"),
    Mail("burglary.receipt", "5 Nov 08:50", "police:Member Liaison",
         words="I confirm receipt of your letter.", re="burglary.again", kind="acknowledgement"),
    Mail("burglary.cctv", "12 Nov 19:40", "novak", "Burglary: the shop has CCTV",
         "The shop opposite kept its CCTV film of the night of the burglary. Nobody has asked "
         "for it, or looked into anything."),
)  # fmt: skip

# One case, two bodies: the one answers, the other is chased.
SEWAGE = about(
    "sewage",
    Mail("sewage.smell", "3 Nov 09:02", "whitfield", "Sewage in Mill Beck again",
         "There is raw sewage in Mill Beck below the footbridge for the fourth time this year.",
         tags=("Environment",), form="html"),
    Mail("sewage.water", "4 Nov 10:40", "office:sam",
         "Mr Alan Whitfield, Mill Beck Cottage, ZE5 1AJ – sewage in Mill Beck",
         "Mr Alan Whitfield has seen raw sewage in Mill Beck four times this year. Would you tell "
         "me what caused it and what you will do?", to="water:Regulation"),
    Mail("sewage.council", "5 Nov 10:55", "office:sam",
         "Mr Alan Whitfield, Mill Beck Cottage, ZE5 1AJ – drain below the footbridge",
         "The drain below the footbridge over Mill Beck is the council's. Could you confirm when "
         "it was last cleared?", to="council:Drainage"),
    Mail("sewage.answer", "17 Nov 13:37", "water:Regulation",
         words="Our engineers inspected the overflow on 12 November. They found that a pump had "
         "failed. The pump was replaced on 14 November and the beck was cleared of debris the "
         "same day.", re="sewage.water", kind="substantive"),
    Mail("sewage.told", "17 Nov 15:05", "office:sam",
         words="Moorland Water found a failed pump and replaced it. We wait for the council.",
         to="whitfield", re="sewage.smell"),
    Mail("sewage.clear", "21 Nov 10:30", "whitfield",
         words="The beck is clear this morning and there is a heron.", re="sewage.told"),
)  # fmt: skip

# A sensitive case: its task names nobody. The letter is passed on, which counts for nothing.
REHOUSE = about(
    "rehouse",
    Mail("rehouse.plea", "5 Nov 23:51", "green", "Please help me move somewhere safe",
         "My ex found out where I live and he threatened me again last night. I am scared to go "
         "home with my daughter. The council says to bid like everybody.",
         tags=("Safeguarding",)),
    Mail("rehouse.letter", "6 Nov 09:35", "office:bethan",
         "Ms Laura Green – our reference {rehouse}",
         "Please would you consider a management transfer for Ms Laura Green? I should be grateful "
         "if a senior officer would ring me about the reasons.", to="council:Housing Options"),
    Mail("rehouse.passed", "12 Nov 16:16", "council:Yusuf Karim",
         words="I have forwarded your letter to the allocations team, who deal with transfers.",
         re="rehouse.letter", kind="holding"),
)  # fmt: skip

# A letter that went by post is logged by hand; its answer comes by mail.
TAX = about(
    "tax",
    Mail("tax.notice", "4 Nov 20:05", "bennett", "Another tax code notice",
         "A new notice came today, attached. The tax code is wrong again.",
         paper="tax-code-notice.pdf", tags=("Tax and HMRC",)),
    # Nobody knows this writer; whom it is about stands in the PDF alone: a caseworker decides.
    Mail("tax.adviser", "18 Nov 10:25", "Advice Service <help@advice-shop.example>",
         "A tax code notice", "Please see the attached notice, which we were asked to send you.",
         signs="The advice service, Talbot Street", paper="tax-code-notice.pdf",
         tags=("Tax and HMRC",), asks="Who?"),
    # All that it says stands in its attachment.
    Mail("tax.answer", "24 Nov 09:44", "revenue:Karen Oduya", "Your letter of 19 October",
         "Please find our answer attached.", kind="substantive", paper="answer.pdf"),
    Mail("tax.told", "24 Nov 10:30", "office:bethan",
         words="The Revenue Office has corrected the code, and a refund is on its way.",
         to="bennett", re="tax.notice"),
)  # fmt: skip

# Out of office, then a receipt: neither counts, and the letter is chased.
LICENCE = about(
    "licence",
    Mail("licence.asks", "7 Nov 16:00", "ionescu", "Driving licence renewal",
         "I drive a lorry and my driving licence renewal has been with the agency since June.",
         tags=("Transport and roads",)),
    Mail("licence.letter", "9 Nov 10:20", "office:imran",
         "Mr Mihai Ionescu, 9 Foundry Close, ZE5 2AP – licence renewal",
         "Mr Mihai Ionescu cannot work without his licence. Would you please tell me why the "
         "renewal has taken since June?", to="vehicles:Medical Group"),
    Mail("licence.away", "9 Nov 10:21", "vehicles:Medical Group",
         "Out of office: Mr Mihai Ionescu, 9 Foundry Close, ZE5 2AP – licence renewal",
         "I am currently on annual leave and will be back on Monday 16 November.",
         re="licence.letter", kind="automatic", extra=_AUTO, quotes=False),
    Mail("licence.got-it", "16 Nov 09:12", "vehicles:Medical Group",
         words="Back today. I have received your letter.", re="licence.letter",
         kind="acknowledgement"),
    Mail("licence.job", "26 Nov 12:30", "ionescu", "Licence",
         "My employer will not hold the job past Christmas without the driving licence.",
         signs="Mihai"),
)  # fmt: skip

# Answered in time.
SCHOOL = about(
    "school",
    Mail("school.bus", "9 Nov 08:30", "campbell", "School transport from High Fold",
         "The school bus no longer stops at High Fold and my girls walk two miles in the dark.",
         tags=("Education and SEND",)),
    Mail("school.letter", "10 Nov 11:25", "office:imran",
         "Mrs Fiona Campbell, High Fold Farm, ZE5 3AQ – school transport",
         "Would you please explain why the stop at High Fold was withdrawn, and review it?",
         to="county:Passenger Transport"),
    Mail("school.answer", "26 Nov 13:50", "county:Passenger Transport",
         words="Following your letter we have reviewed the route. The stop was removed in error "
         "when the contract changed in September. It was reinstated on 25 November and the "
         "operator was told to wait there for two minutes.", re="school.letter",
         kind="substantive"),
    Mail("school.told", "26 Nov 14:40", "office:imran",
         words="The stop is back, and the driver has been told to wait.", to="campbell",
         re="school.bus"),
    Mail("school.thanks", "27 Nov 07:45", "campbell",
         words="Both girls were on the bus this morning.", re="school.told"),
)  # fmt: skip

# Somebody takes `Awaiting answer` off: nothing is awaited, and nobody is chased.
RAMP = about(
    "ramp",
    Mail("ramp.letter", "5 Nov 15:15", "office:sam",
         "Mrs Eileen Marsh – ramp at Northmoor station",
         "Would you consider a ramp on the northern platform? Mrs Eileen Marsh cannot use the "
         "stairs.", to="trains:Access"),
    Mail("ramp.rang", "10 Nov 10:00", "marsh", "Ramp at the station",
         "Crosspeak rang me themselves. The ramp at the station opens in spring!"),
)  # fmt: skip

# They ask for something first: unsure, a person must look, and the wait goes on.
PERMIT = about(
    "permit",
    Mail("permit.asks", "10 Nov 21:10", "singh", "Parking permit refused",
         "The council refused my parking permit because the flat is too new to be on its list.",
         tags=("Transport and roads",), asks="Which case?"),
    Mail("permit.letter", "11 Nov 12:05", "office:sam",
         "Mr Gurpreet Singh – parking permit",
         "Could you confirm that Tannery Lane is on the list of streets with permits?",
         to="council:Parking Services"),
    Mail("permit.consent", "25 Nov 10:18", "council:Parking Services",
         words="Before we can discuss the account we need Mr Singh's signed form of authority.",
         re="permit.letter", kind="unsure"),
)  # fmt: skip
