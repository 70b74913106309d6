"""Two cases that begin in the demo: a council's bill, and bailiffs on Friday."""

from mailbridge.demo.mails import Mail, about

BILL = about(
    "pryce",
    Mail(
        "pryce.bill",
        "2 Nov 08:12",
        "pryce",
        "Council tax bill for a flat I have left",
        "Northmoor Council has sent me a council tax bill of £412.80 for 3 Cloth Hall Flats. I "
        "moved out on 30 June and gave the keys back that day. I have rung them four times and "
        "each time I am told that the bill stands. Could you help?",
        asks="Which case?",
        tags=("Council tax and services",),
    ),
    Mail(
        "pryce.invite",
        "3 Nov 10:30",
        "office:sam",
        words="I am sorry to read of this. Eleanor holds a surgery at the library on Friday "
        "6 November at ten. Please bring the bill and anything that shows when you left.",
        to="pryce",
        re="pryce.bill",
    ),
    Mail(
        "pryce.comes",
        "3 Nov 18:44",
        "pryce",
        words="I shall be there on Friday at ten, with the bill and the inventory that I signed "
        "with the agent on the day I left.",
        re="pryce.invite",
        form="html",
    ),
    Mail(
        "pryce.letter",
        "6 Nov 14:20",
        "office:sam",
        "Miss Rhiannon Pryce, 14 Lock Keeper's Row, ZE6 1AT – council tax account",
        "I write on behalf of my constituent Miss Rhiannon Pryce, who came to my surgery today. "
        "She left 3 Cloth Hall Flats on 30 June and handed back the keys, as the agent's inventory "
        "shows, and has been billed £412.80 for the time since. Please would you look at the "
        "account again and tell me why the bill was not ended on that day?",
        to="council:Council Tax",
    ),
    Mail(
        "pryce.automatic",
        "6 Nov 14:21",
        "council:Council Tax",
        "Automatic reply: Miss Rhiannon Pryce, 14 Lock Keeper's Row, ZE6 1AT – council tax account",
        "This is an automatic reply. Your message has reached the council tax team. We aim to "
        "reply within 15 working days. Please do not reply to this message.",
        re="pryce.letter",
        kind="automatic",
        signs="-",
        extra=(("Auto-Submitted", "auto-replied"),),
        quotes=False,
    ),
    Mail(
        "pryce.worries",
        "18 Nov 19:05",
        "pryce",
        words="A reminder came this morning, with a threat of court. I have not paid. Is there any "
        "word from them?",
        re="pryce.invite",
    ),
    Mail(
        "pryce.patience",
        "19 Nov 11:10",
        "office:sam",
        words="Nothing yet. We shall write again when three weeks are over, and I have told the "
        "council that the bill is in dispute.",
        to="pryce",
        re="pryce.worries",
    ),
    Mail(
        "pryce.chase",
        "1 Dec 10:05",
        "office:sam",
        words="I wrote to you on 6 November and do not seem to have had an answer yet. I should be "
        "grateful if you would let me know when I may expect one; Miss Pryce has since been "
        "threatened with court.",
        to="council:Council Tax",
        re="pryce.letter",
    ),
    Mail(
        "pryce.answer",
        "2 Dec 11:47",
        "council:Dawn Ashby",
        words="Thank you for your letter and I am sorry for the delay. I have now reviewed Miss "
        "Pryce's account. The agent's inventory shows that the flat was empty from 30 June, and "
        "our officer confirmed this with the landlord. The bill of £412.80 was cancelled on "
        "1 December, the reminder has been withdrawn, and a payment of £36 that she had made in "
        "July was refunded to her bank account. The letter that we sent her is attached.",
        re="pryce.chase",
        kind="substantive",
        form="html",
        paper="decision.pdf",
    ),
    Mail(
        "pryce.told",
        "3 Dec 09:50",
        "office:sam",
        words="Good news: the council has cancelled the bill, withdrawn the reminder and refunded "
        "the £36 that you paid in July. Their letter is attached.",
        to="pryce",
        re="pryce.patience",
        paper="decision.pdf",
    ),
    Mail(
        "pryce.thanks",
        "3 Dec 17:22",
        "pryce",
        words="I could cry. Thank you, thank you. The money is in my account.",
        re="pryce.told",
    ),
)

EVICTION = about(
    "eviction",
    Mail(
        "eviction.first",
        "14 Nov 21:30",
        "nguyen",
        "Bailiffs on Friday",
        "The bailiffs are coming on Friday to evict us. I have two children and we have nowhere to "
        "go. The court order is about rent that housing benefit should have paid.",
        asks="Which case?",
        tags=("Urgent",),
    ),
    Mail(
        "eviction.promise",
        "16 Nov 09:25",
        "office:bethan",
        words="I am writing to the council at once and shall ring you before noon. Please keep "
        "every letter from the court.",
        to="nguyen",
        re="eviction.first",
    ),
    Mail(
        "eviction.letter",
        "16 Nov 09:55",
        "office:bethan",
        "URGENT: Ms Linh Nguyen, 77 Canal Street, ZE6 2AU – eviction on Friday 20 November",
        "My constituent Ms Linh Nguyen and her two children are to be evicted on Friday. The "
        "arrears are housing benefit that was stopped in error. Please would you confirm today "
        "that the claim is being put right and that the family will have somewhere to stay?",
        to="council:Housing Options",
    ),
    Mail(
        "eviction.got-it",
        "16 Nov 10:40",
        "council:Yusuf Karim",
        words="Thank you for your letter, which we have received. It has been passed to the "
        "homelessness prevention team.",
        re="eviction.letter",
        kind="holding",
    ),
    Mail(
        "eviction.answer",
        "18 Nov 15:12",
        "council:Yusuf Karim",
        words="I have looked into Ms Nguyen's claim. Housing benefit was stopped because a form "
        "was sent to her old address. The claim was reinstated on 17 November, arrears of £1,940 "
        "were paid to the landlord, and the eviction was cancelled this morning. She does not "
        "need to leave.",
        re="eviction.letter",
        kind="substantive",
    ),
    Mail(
        "eviction.told",
        "18 Nov 16:20",
        "office:bethan",
        words="The eviction has been called off. The council has paid the arrears to your landlord "
        "and your housing benefit runs again.",
        to="nguyen",
        re="eviction.promise",
    ),
    Mail(
        "eviction.thanks",
        "19 Nov 08:03",
        "nguyen",
        words="We all slept last night. My children have drawn a card for your office.",
        re="eviction.told",
    ),
)
