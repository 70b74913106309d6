# ruff: noqa: E501  # a mail's paragraph is one line, as it is in the mail
"""Made-up replies that are easily misjudged, by what a person would call them.

All were written before the rules were changed for any of them. Every second one was then kept from
the changes: `KNOWN` was worked with, `UNSEEN` only measured. One hand wrote replies and rules, and
had seen them all, so neither half is a stranger's mail.
"""

ANSWERS = (
    "Our surveyor inspected the flat on 3 November and found no damp. We have therefore closed the complaint and no further works will be carried out by the council.",
    "Contractor instructed to attend on 4 December 8am–1pm.",
    "Dear Ms Okafor, DWP has looked again at Mr Price's claim. His award was stopped on 2 October because his fit note had run out. A new note came on 9 November and he was paid £611.20 on the 12th.",
    "Heating engineer attended yesterday, thermostat replaced, tenant confirmed the radiators are warm. Job closed.",
    "I can confirm that Ms Rahimi's application for settlement was approved on 10 November. Her eVisa was updated the same day.",
    "The Trust has reviewed Mrs Singh's place on the list. She was referred on 4 March and is booked for surgery at the Royal on 15 December at 7.30am.",
    "Mrs Doyle does not qualify for a blue badge. The assessor recorded that she walks 200 metres without help. She may ask for a review within 28 days.",
    "We'll not be taking enforcement action. The officer went out on Monday and the extension is within permitted development.",
    "With apologies for the delay: the council tax bill for 12 High Street was wrong. The discount has been put back from April and £184 refunded to her bank.",
    "The noise was measured in Mr Farrow's bedroom over seven nights. On none of them did it amount to a statutory nuisance, so no notice will be served.",
    "Hi both, lift at Tower House back in service since 2pm Tuesday. New drive board fitted. Residents on floors 6 to 9 were told by letter.",
    "Dear Member, Mr Haile was interviewed on 6 October and refused asylum on 11 November. The refusal letter went to his solicitors that day and he has 14 days to appeal.",
    "Your constituent's passport was held because the photograph did not match. She sent a new one and the passport was posted to her on Friday.",
    "We've rehoused the family: they signed for 9 Oak Close on 16 November and got the keys on the 18th.",
    "I have investigated the complaint at stage two and partly uphold it. Calls were not returned in June and July. We will pay Mrs Khan £250 and have apologised to her in writing.",
    "No, the school cannot take Tom this year. Year 4 is full at 30 and the panel dismissed the appeal on 5 November.",
    "The Pension Service paid Mr Bell's arrears of £2,391.40 into his account on 17 November. The delay was caused by our not having his bank details.",
    "The three missed collections at Mill Lane were on 3, 10 and 17 November. The crew could not pass parked cars. A smaller vehicle collected on the 18th and will do so from now on.",
    "We have considered Ms Quinn's request for a transfer and have decided to refuse it, as she has arrears of £900. She was told of this by letter on 12 November.",
    "The discharge summary was sent to the wrong surgery. It has now gone to Mrs Clarke's own GP, and the ward sister telephoned her on Thursday to say sorry.",
    "Case reviewed. Claimant was overpaid £340 between May and July. The overpayment stands and £25 a month is being taken from the award.",
    "Mr Ali's licence was revoked on medical grounds in June. DVLA received his consultant's report on 2 November and has restored it; the card was posted on Monday.",
)
HOLDING = (
    "We have decided to extend the time for our reply. The decision was made because of the volume of enquiries we have received. The complaint has been escalated to stage two.",
    "Mrs Khan's case has been allocated to Priya Shah, who visited the flat on 12 November. Her report is with the surveyor and we shall write when he has signed it.",
    "Dear Ms Okafor, our reply to your letter of 3 November was drafted last week and has gone up for clearance.",
    "The claim was looked at on 9 November and sent back to the processing team because a page was missing. You'll hear when they have done with it.",
    "The inspection was carried out on Friday. The results have not reached us and I have asked the contractor for them twice.",
    "I have spoken with the ward, and the matron has agreed to look at the notes. I'll write once she has.",
    "The department is considering the points raised. Officials met on 4 November and have commissioned further advice.",
    "Her application was received on 8 May and passed its first checks on 2 June. It is in the queue for a decision maker.",
    "An officer was appointed to investigate on Monday. Interviews were held this week. Her report goes to the head of service next month.",
    "This was discussed at panel on 10 November and deferred for more evidence. It goes back on 8 December.",
    "Apologies, the answer I promised you for last week has been held up by sickness. It was typed on Thursday and waits for the director's signature.",
    "The surveyor has now been and his findings are being written up.",
    "Mr Osei's papers were found on 11 November and were sent to Liverpool, where a caseworker has picked them up. No outcome as yet.",
    "We have commissioned an independent review of Mrs Hall's care. The reviewer was appointed on 2 November. We anticipate her report in February.",
    "The Ombudsman's findings were shared with us on 6 November. We have been given until 4 December to comment, and our position will be set out after that.",
    "Works order raised 14 November. Contractor yet to give us a date. Will chase.",
    "Mr Haile was interviewed on 3 November and his case moved to the decision stage. It is not known how long that stage takes.",
    "The tenancy officer met the family on Tuesday and took photographs. She has put these to the repairs manager, and what can be done is for him to say.",
    "I took this to the Minister's office on 5 November. They have taken it over and told me they would respond direct.",
    "We wrote to the freeholder on 1 and 9 November. The freeholder has not answered. We have given them seven more days.",
)
PROCESS = (
    "Your complaint was reviewed by our triage team and accepted as a stage one complaint. The investigating officer was appointed on 12 November and the complaint was moved to the adult care directorate.",
    "The decision to treat your letter as official correspondence was taken on 4 November. It was assigned to a drafting team and cleared for response.",
    "We have agreed to deal with your enquiry outside the complaints procedure. It was transferred from Housing to Legal on Monday and the file was opened that day.",
    "The case was closed in our old system on 2 November and was reopened in the new one. All correspondence was carried over.",
    "It has been decided that the response should come from the chief executive. The request was approved by the monitoring officer on Tuesday.",
    "Your request was refused under the ordinary enquiry route and has been accepted as a subject access request instead. The clock was restarted on 9 November.",
    "We have changed the officer who handles your enquiry. The handover was completed on 16 November and your letter was included in it.",
    "The Trust has determined that this will be handled under the NHS complaints regulations. A lead investigator was named and terms of reference were agreed on 5 November.",
    "The parliamentary team has approved a revised deadline. This was granted because the original deadline was missed owing to staff absence.",
    "Your email was moved from the Home Secretary's inbox to UKVI on 6 November, where it was given priority. The account manager was informed the same day.",
    "The matter was raised at our weekly casework meeting on 10 November. It was agreed that it should have a named lead, and one was appointed.",
    "Following a review of open enquiries, yours was upgraded to urgent on Friday. The service director was told and has accepted ownership.",
    "We have split your enquiry in two. Part one was sent to Highways and part two was sent to Parking. Both were accepted by those services on 3 November.",
    "Thank you for agreeing to more time. The extension was approved and recorded on 11 November. The director was notified of the new date.",
    "The complaint was found to have been sent to the wrong organisation. It was returned to our contact centre and redirected on 13 November.",
    "I can confirm that your enquiry was escalated on 9 November and that the team leader accepted it. It was issued with a priority flag.",
    "We carried out a check of our mailbox and found your first letter, which was misfiled. It has been restored to the queue and the error was reported.",
    "The stage one response was withdrawn on 5 November so that the complaint can be looked at afresh. A different manager was appointed.",
    "Our correspondence team was restructured on 1 November. Your letter was moved to the new unit and its target date was reset.",
    "We have concluded that a joint response with the integrated care board is required. They were contacted on 12 November and have agreed to contribute.",
)
POLICY = (
    "The council takes damp very seriously. In 2025 the council repaired 400 homes and installed 200 new boilers. A further budget was approved by cabinet and the programme was extended to all wards.",
    "The Government has invested £11 billion in the affordable homes programme. Since 2019 more than 200,000 homes have been completed, and the rules on leasehold were changed in May 2024.",
    "This Trust is committed to cutting waits. Last year we opened two new theatres and carried out 3,000 more operations. Waiting lists were reduced by nine per cent.",
    "Asylum decisions are made under the Immigration Rules. Over 90,000 decisions were made last year and the backlog of older claims was cleared in December 2023.",
    "Universal Credit was introduced to make work pay. In the last quarter 93 per cent of new claims were paid in full and on time. The taper rate was reduced to 55 per cent in 2021.",
    "Anytown Homes has adopted a new damp and mould policy. It was approved by our board in July, staff were trained, and every home was surveyed. Tenants told us that they were pleased.",
    "Housing in the borough is in very short supply. There were 9,400 households on the register in April and 610 properties were let. Band A applicants waited 31 months on average.",
    "The Department recognises how important these matters are. Guidance was issued to all local authorities in March and funding of £42 million was awarded to 31 councils.",
    "Potholes are repaired according to risk. The council filled 18,000 of them last winter and was awarded an extra £2.1 million by the Department for Transport.",
    "Domestic abuse is a dreadful crime. The force has trained 900 officers, arrests were up by 12 per cent and a new unit was opened in the spring.",
    "Customers who receive a bill based on estimates can send a reading at any time. We replaced 60,000 meters last year and our complaints were reduced by a third.",
    "The NHS dental contract was reformed in 2022. Practices were offered a higher payment for complex work and 1.5 million more treatments were delivered.",
    "Parking policy was adopted by full council on 4 March 2024. Permit charges were set at £60 and the scheme was extended to eleven zones after consultation.",
    "We understand the worry that cladding causes. The Building Safety Fund was opened in 2020 and £2.3 billion has been allocated. Works have been completed on 380 buildings.",
    "All applications are considered on their merits. The fee was increased on 9 April and service standards were published. Most applicants were given a decision inside eight weeks.",
    "The Minister has been clear that no child should go without a school place. Councils were given £1.5 billion, and 1.2 million places have been created since 2010.",
    "Our bus network was redesigned in September. Twelve routes were changed, four were withdrawn and fares were capped at £3. Passengers have told us that they like it.",
    "Social care charges are set under the Care Act 2014. The council reviewed its charging policy in February and it was agreed by members. Rates were raised by 4 per cent.",
    "Water companies have been required to monitor every overflow. £60 billion of investment was approved by the regulator, and 174 prosecutions were started.",
    "Since the pandemic passport demand has doubled. HM Passport Office recruited 1,200 staff and 99 per cent of applications were completed within three weeks.",
)
QUESTIONS = (
    "Can I call you tomorrow to discuss? The flat was inspected, works were ordered and completed according to our records, but the tenant says otherwise so I want to check.",
    "We have looked at the account and it was credited with £200 on 4 November. Is that the payment she means?",
    "Mr Price's claim was closed on 2 October and a new one was made on the 9th. Which of the two are you writing about?",
    "Before I go back to the contractor: was the leak that Mrs Doyle saw in the kitchen or in the bathroom? The kitchen one was repaired on 3 November.",
    "The job was completed on 10 November according to the contractor. Please let me know if the tenant disagrees so that I can reopen it.",
    "I've looked into this and spoke to the ward on Tuesday. It would be easier to talk it through, are you free on Thursday at 2?",
    "Our records show two people of that name. One was refused in May and the other was granted leave in June. Grateful if you could tell us her Home Office reference.",
    "The inspector visited on 12 November and no one was in. Do you know when Mrs Khan is at home?",
    "I can confirm that an offer was made to Ms Quinn on 1 November. I'd welcome a word with you before I put the rest in writing.",
    "Payment was made on 6 November to an account ending 4471. Could you check with your constituent that this is hers?",
    "The officer was told by the family that the matter had been sorted and the visit was cancelled. Has something changed?",
    "We replaced the boiler in June. Are we talking about the same property?",
    "I have investigated, and the bins were collected on 3, 10 and 17 November. Perhaps your constituent could send photographs if they were not.",
    "The appointment was offered for 9 December. Would she accept a different hospital if one came up sooner?",
    "The appeal was dismissed on 5 November. I am not clear what you would like us to do and would be glad to hear from you.",
    "Mr Osei's badge was refused on 28 October. He was sent reasons. Do you want me to treat your letter as a request for a review?",
    "Works were done on the 12th and photos were taken. Give me a ring when you have a minute and I'll explain why it isn't so simple.",
    "The council tax was corrected in May. Unless I hear from you that there is something more I shall assume this concerns the 2024 bill. Which year is it?",
    "The complaint was answered on 3 September and Mrs Hall did not come back to us. What outcome is she looking for?",
    "A surveyor attended on 11 November. He was refused entry. Please ask your constituent to ring us to rebook.",
)

# Every second one was never used to change a rule.
KNOWN, UNSEEN = (
    {
        kind: replies[first::2]
        for kind, replies in {
            "answers": ANSWERS,
            "holding": HOLDING,
            "process": PROCESS,
            "policy": POLICY,
            "questions": QUESTIONS,
        }.items()
    }
    for first in (0, 1)
)

# Written when the rules had been changed for KNOWN. Measured once as they stood; then rules were
# changed for the two that were wrongly taken for answers, so this is known now as well.
LATER: dict[str, tuple[str, ...]] = {
    "answers": (
        "Mrs Begum's boiler passed its safety check on 5 November. The engineer set the timer, showed her how it works, and the flat is warm.",
        "Dear Ms Okafor\n\nThe Tax Credit Office has cancelled the overpayment of £1,914 against Mr Kaya. He will get a letter that says so, and the £60 he repaid goes back to his bank.",
        "We have no plans to reopen the footbridge at Mill Lane. It failed its load test in May and the cost of mending it is £310,000, which the parish cannot meet.",
        "Kayleigh's EHC plan was finalised on 13 November and names Hill View School, as her parents had asked. Transport starts on Monday.",
        "The ambulance log shows a call at 02.14 and a crew on scene at 03.50. Mr Ames was taken to the Royal and seen in A&E at 04.35.",
        "Ms Petrov was wrongly told to apply from abroad. She can stay while her application is decided, and we have written to her employer to say that she may work.",
        "The rats came from a broken drain under number 14. Pest control baited it on the 9th, and the drain was relined on the 16th. No sign of them since.",
        "He's been moved to HMP Weston, which is forty minutes from his mother's home. The transfer went through on Wednesday.",
    ),
    "holding": (
        "Thank you for your letter about Mr Kaya. His papers were called in from storage on 10 November and came to hand on Friday; somebody will go through them this week.",
        "The flat was visited on Monday. We are getting a quotation for the windows, and I'll be able to say more when that is in.",
        "I had a conversation with the consultant's secretary on Tuesday. He was in theatre and she left him a note.",
        "Mrs Begum's appeal was lodged on 2 November. A hearing date has not been set.",
        "The first stage of our enquiries was completed on 6 November. The second begins on Monday, and only then can a view be formed.",
        "Our legal adviser was consulted on the 4th and gave a provisional opinion. Counsel has been instructed.",
        "Ms Petrov's case was sampled for quality and the sample was returned with queries. It goes back to the decision maker.",
        "We issued a notice to the owner on 9 November, which gives him 28 days to tell us what he means to do.",
    ),
    "process": (
        "Your office was contacted on 3 November by mistake. The person who rang has been spoken to and our contact list was corrected.",
        "The Director of Place has looked at your letter and decided that it was best answered by the Head of Parking. He was given it on Monday.",
        "It was agreed at a meeting with Members that enquiries such as yours would be numbered. Yours was given number 44.",
        "Please note that your earlier message was deleted in error. It was recovered from a backup on 11 November and printed for the file.",
        "We are pleased to confirm that your enquiry met the criteria for our priority service. This was approved on 4 November.",
        "The complaint did not meet the threshold for stage one and was closed as a service request. That was opened the same day.",
        "I have taken over from Ms Dean, who left on Friday. I have read the file and visited the team.",
        "Correspondence from Members was centralised in October. A new address was issued and the old one was closed.",
    ),
    "policy": (
        "Mould can have many causes. Officers attended 1,100 properties last year, treated the worst of them and found condensation in most.",
        "The council was awarded beacon status in March. Repairs were completed in nine days on average and complaints were upheld in one case in ten.",
        "Decisions on personal independence payment were cleared in 15 weeks in August. Four in ten awards were increased on reconsideration.",
        "The law on renting changed in May. Section 21 was abolished, and landlords were banned from refusing tenants on benefits.",
        "The Trust has recruited midwives from overseas and was rated good. The maternity unit was refurbished and two birthing pools were installed.",
        "Street lights were converted to LED between 2021 and 2024. This was approved after a trial and has reduced our bill.",
        "People who are refused asylum are given notice to leave their accommodation. The period was changed to 56 days and later put back to 28.",
        "The library service was reviewed. Hours were cut at six branches and volunteers were found for three, and we paid for their training.",
    ),
    "questions": (
        "Mr Kaya was paid on the 6th. Has he looked at his bank statement?",
        "Two visits were made to the flat and a card was left. A time that suits Mrs Begum would help us; do you have her number?",
        "The consultant saw her on 3 November and discharged her. I wonder whether you have the right hospital.",
        "We repaired a fence at 14 Mill Lane on 2 November, but your letter says number 40. Kindly confirm.",
        "I have looked into it and the badge was refused. Happy to talk if you want the background, my number is below; I'd sooner not put it in a mail.",
        "Her claim was closed on 1 October at her own request. Does she say that she didn't ask for that?",
        "A transfer was offered to Ms Petrov on 4 November and she declined it. What is it that she would accept?",
        "The bill was cancelled on Monday. You mention a second one: I should need a copy of it.",
    ),
}
