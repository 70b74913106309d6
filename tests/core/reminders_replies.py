# ruff: noqa: E501  # a mail's paragraph is one line, as it is in the mail
"""Made-up replies of councils, departments, the health service and firms, with what they are.

They are ours, from beginning to end, and are no mail of anybody's.
"""

from mailbridge.domain.casework import AnswerKind

AUTO = AnswerKind.AUTOMATIC
ACK = AnswerKind.ACKNOWLEDGEMENT
HOLD = AnswerKind.HOLDING
ANSWER = AnswerKind.SUBSTANTIVE
UNSURE = AnswerKind.UNSURE

# What each reply is to a person who reads it. UNSURE: a person would have to decide too.
REPLIES: tuple[tuple[AnswerKind, str], ...] = (
    # --- machines that do not say so in a header
    (
        AUTO,
        "This is an automated response. Thank you for contacting Anytown Council. Your message has been received.",
    ),
    (
        AUTO,
        "Thank you for your email.\n\nI am on annual leave until Monday 30 November. For urgent matters please ring the contact centre.\n\nKind regards\nJo",
    ),
    (
        AUTO,
        "I am out of the office today with limited access to email. I will respond on my return.",
    ),
    (
        AUTO,
        "Thank you for emailing the MP hotline.\n\nPlease do not reply to this message as this inbox is not monitored. We aim to answer within 15 working days.",
    ),
    (AUTO, "I have now left the Trust. Please write to pals@anytown.nhs.example instead."),
    (AUTO, "**Auto-generated message** Ref 5521: enquiry created."),
    (
        AUTO,
        "This mailbox is monitored Monday to Friday, 9am to 5pm. If your matter is urgent, call the duty line.",
    ),
    (
        AUTO,
        "You have reached the Housing Repairs team. This is an automatic acknowledgement so that you know your message arrived safely. A member of staff will read it in the next two working days. You can check the progress of a repair on our website.",
    ),
    # --- acknowledgements
    (
        ACK,
        "Dear Ms Okafor,\n\nThank you for your email on behalf of Mrs Khan. We have received your enquiry and it has been logged under reference MP-20881. You will receive a reply within 20 working days.\n\nYours sincerely\nMembers' Enquiries",
    ),
    (ACK, "I acknowledge receipt of your letter dated 3 November.\n\nRegards"),
    (
        ACK,
        "Thank you for your correspondence. Your case reference is 778120. Please quote this reference in all future correspondence.",
    ),
    (ACK, "Good morning,\n\nI write to confirm receipt of the below.\n\nMany thanks"),
    (
        ACK,
        "We have received your letter about Mr Osei's passport. Our service standard is to respond to Members within 15 working days.",
    ),
    (ACK, "Thanks, noted."),
    (ACK, "Noted with thanks.\n\nSent from my phone"),
    (ACK, "Thank you for getting in touch."),
    (
        ACK,
        "Dear Office\n\nYour complaint has been registered as a stage one complaint and allocated the number C/1182. We endeavour to respond to all stage one complaints within ten working days of receipt.",
    ),
    (ACK, "Thank you, safely received."),
    (
        ACK,
        "Dear Ms Okafor\n\nThis is to acknowledge your letter to the Chief Executive about parking in Mill Lane. The Chief Executive's office aims to reply within 15 working days.\n\nYours sincerely",
    ),
    (ACK, "Received with thanks, I'll pick this up.\n\nDave\nNeighbourhood Officer"),
    # --- holding replies
    (
        HOLD,
        "Dear Ms Okafor,\n\nI am sorry for the delay in responding to your letter of 3 November. Officers are still looking into the points you raise and I hope to be in a position to reply by 12 January.\n\nYours sincerely",
    ),
    (HOLD, "Your correspondence has been shared with officials."),
    (
        HOLD,
        "Thank you for your letter to the Chancellor. Your correspondence has been shared with officials.\n\nYours sincerely,\nCorrespondence Unit",
    ),
    (HOLD, "I have passed this to our repairs team and asked them to contact Mrs Khan direct."),
    (
        HOLD,
        "Thank you for your enquiry. We are waiting for a report from our contractor and will update you as soon as we have it.",
    ),
    (
        HOLD,
        "Please accept this as a holding reply. A substantive response will be sent to you no later than 3/2/2027.",
    ),
    (
        HOLD,
        "Mrs Adeyemi's application remains under consideration. Due to the complexity of the case we are unable to give a timescale for a decision.",
    ),
    (HOLD, "We will respond to you by the end of next week."),
    (
        HOLD,
        "Apologies, this has taken longer than we would like. I have chased the housing team for an update and will get back to you.",
    ),
    (
        HOLD,
        "Thank you for your patience. The investigation is ongoing and we expect to write to you within the next four weeks.",
    ),
    (
        HOLD,
        "I am writing in response to your letter of 3 November concerning your constituent, Mrs Amina Khan, of 4 Elm Court, and the damp in her home. This is not a matter for the Department and I have transferred your letter to the Ministry of Housing, which will reply to you directly.",
    ),
    (
        HOLD,
        "Hi,\n\nJust to let you know this is with our legal team at the moment. I'll come back to you when I have heard from them.",
    ),
    (
        HOLD,
        "Your complaint is being investigated by the ward matron. Complaints of this kind take six to eight weeks, and you will hear from us by the end of January.",
    ),
    (
        HOLD,
        "We are receiving a high volume of correspondence from Members. Your letter is in hand, and the Minister will write to you early in the new year.",
    ),
    (
        HOLD,
        "Further to your email, we have requested the file from our archive and will provide a full response within ten working days of its arrival.",
    ),
    (
        HOLD,
        "Good afternoon\n\nI have spoken to the team manager who is looking at this today. Once I have an answer I will let you know.\n\nKind regards",
    ),
    (
        HOLD,
        "I note the points that you make on behalf of Mr Lewis. They are being carefully considered, and once a decision has been made we will write to him with the outcome and the reasons for it.",
    ),
    (
        HOLD,
        "The claim was referred to a decision maker on 9 November. No decision has been made yet. I will update you when there is one.",
    ),
    (
        HOLD,
        "Your letter has been forwarded to the Integrated Care Board, who commission this service.",
    ),
    (
        HOLD,
        "Unfortunately the officer who deals with this is off sick. Could you bear with us until next week please?",
    ),
    # --- answers
    (
        ANSWER,
        "Dear Ms Okafor,\n\nI am writing in response to your letter of 3 November on behalf of Mrs Khan of 4 Elm Court.\n\nOur surveyor inspected the flat on 12 November and found damp caused by a failed gutter. The gutter was replaced on 18 November and both bedrooms have been treated and repainted.\n\nI am sorry for the distress this has caused. I hope this is helpful.\n\nYours sincerely",
    ),
    (
        ANSWER,
        "Thank you for your enquiry about Mr Osei's passport.\n\nI can confirm that the passport was printed on Monday and posted by special delivery to the address on his application. The tracking number has been sent to him by text.",
    ),
    (
        ANSWER,
        "Thank you for your letter. Having looked into the matter, I regret to inform you that Mrs Adeyemi's application for further leave was refused on 6 November because she did not meet the financial requirement. She has a right of appeal to the tribunal, and the letter explaining this was sent to her solicitor.",
    ),
    (
        ANSWER,
        "Dear Member,\n\nOur records show that Mr Lewis's claim was closed in May because he did not attend his interview. We have now reviewed that decision. As he was in hospital that day, the claim was reinstated and arrears of £1,240.16 were paid into his account on 16 November.\n\nDWP",
    ),
    (
        ANSWER,
        "I have carried out a review of the complaint at stage two. I do not uphold it. The council visited the property four times, and on each occasion the officer did not hear noise that would amount to a statutory nuisance. If Mr Price remains unhappy he can contact the Local Government Ombudsman.",
    ),
    (
        ANSWER,
        "Apologies for the late reply. The pothole in Mill Lane was filled on Tuesday, and we inspected the rest of the road at the same time. The remaining defects do not meet our intervention level of 40 mm, so there are no further works planned this year.",
    ),
    (
        ANSWER,
        "The Trust has offered Mrs Singh an appointment with the consultant, Mr Rao, on 9 December at 10.30am. She was removed from the list in error after a letter was sent to her old address, for which we apologise. Her details have been corrected.",
    ),
    (
        ANSWER,
        "Dear Ms Okafor\n\nThank you for your letter about the proposed closure of the ticket office. The consultation closed on 1 September. Taking account of the responses, the company has decided to keep the office open on weekdays and to close it at weekends. The full reasons are set out in the decision document published on 20 October.",
    ),
    (
        ANSWER,
        "In answer to your questions: the boiler is eleven years old; it was serviced in June; the part has been fitted. The tenant was without heating for nine days and £135 compensation was credited to her rent account on Friday.",
    ),
    (
        ANSWER,
        "Mr Ali's driving licence was issued on 17 November. The delay was because the medical report from his GP did not reach us until 2 November. I am sorry for the inconvenience that this caused him.",
    ),
    (
        ANSWER,
        "I understand that Miss Green would like to move to a larger property. She was assessed under the allocations policy and placed in Band C. She does not qualify for Band B because the two children are under ten and may share a bedroom. We cannot offer a direct let outside the policy.",
    ),
    (
        ANSWER,
        "Further to your enquiry, we have investigated the bill for 12 High Street. The meter readings had been swapped with those of the flat above. We have corrected the account, refunded £684.20, and written off the collection charge. I would like to apologise for our mistake.",
    ),
    (
        ANSWER,
        "Dear Ms Okafor,\n\nRe: school place for Tom Walsh\n\nThe independent panel met on 5 November and allowed the appeal. A place at Hill View Primary has been offered to Tom's parents, who have accepted it. He started on Monday.",
    ),
    (
        ANSWER,
        "I can confirm that the Child Maintenance Service has now received the employer's figures and that the calculation was corrected. Ms Reid will see the new amount of £74.20 a week from her December payment, and the arrears of £612 are being collected from the other parent's earnings.",
    ),
    (
        ANSWER,
        "Your constituent's visa was granted on 10 November, and the vignette was collected from the application centre on 13 November. UKVI apologises for the time that this took.",
    ),
    (
        ANSWER,
        "The Environment Agency attended on 2 November and took samples above and below the outfall. The results showed that the discharge was within the permit. We have required the company to repair the screen, which was done on 9 November.",
    ),
    (
        ANSWER,
        "Please find below our formal response.\n\nMrs Clarke's mother was discharged from Ward 7 on 2 September. The investigation found that the discharge letter was not sent to her GP and that nobody told the family which medicines had changed. These were failings. The ward has changed its checklist, and the matron has met with the family to apologise.",
    ),
    (
        ANSWER,
        "Thanks for chasing. The fence was repaired by our contractor yesterday, and we've checked with Mrs Begum that she is happy with it. The case has been closed at our end.",
    ),
    (
        ANSWER,
        "We have reviewed Mr Novak's council tax account. The single person discount was cancelled in April when a second adult was registered to vote at the address. That registration was a mistake, so the discount has been reinstated from 1 April and a new bill issued.",
    ),
    (
        ANSWER,
        "The Secretary of State has asked me to reply to your letter of 3 November about the minimum income rule.\n\nThe rule was introduced in 2012 so that families who settle here can support themselves. The figure was raised to £29,000 in April 2024, and the Migration Advisory Committee has since reviewed it. The Government is not persuaded that it should be lowered. Those who do not meet it may still be granted leave where refusal would breach their right to family life.\n\nI hope this explains the position.",
    ),
    (
        ANSWER,
        "Dear Ms Okafor\n\nDamp at Elm Court\n\nI understand Mrs Khan's concern. Mould in these flats comes from two causes, a cold bridge at the balcony and fans that tenants have switched off because of their noise. The landlord's programme for the balconies finished in Block A in June and the fans in Mrs Khan's flat were replaced with quiet ones last week.",
    ),
    # --- what only a person can place
    (
        UNSURE,
        "Before we can respond we will need Mrs Singh's signed consent. Please complete the attached form and return it to this office.",
    ),
    (
        UNSURE,
        "We are unable to trace Mr Lewis from the details provided. Please could you send his date of birth and National Insurance number?",
    ),
    (UNSURE, "See attached."),
    (UNSURE, "Hi, can you give me a ring about this one?"),
    (UNSURE, "Who is the constituent please?"),
    (UNSURE, "I disagree with what you say about our staff."),
    (
        UNSURE,
        "The gutter was replaced on 18 November and the bedrooms have been treated. The question of compensation is still being considered and we will write to you again about that.",
    ),
    (UNSURE, "Is this the same Mrs Khan that we wrote to you about in March?"),
    (UNSURE, "Cllr Brown has been dealing with this, I think you will find."),
    (UNSURE, "Let's discuss on Thursday."),
    # --- a second batch, in other voices
    (
        AUTO,
        "Hello and thank you for your message. This is an auto-reply to let you know it has landed in our inbox. We try to get back to everyone inside five working days.",
    ),
    (AUTO, "I'm away until 4 January. My colleague Priti is covering: priti@anytown.gov.example."),
    (
        AUTO,
        "Thank you for contacting HM Revenue and Customs. Your query is important to us. Please note that this is an automated email and that replies to it are not read.",
    ),
    (
        AUTO,
        "Our offices are closed from 24 December and reopen on 4 January. Messages sent in this time will be answered on our return.",
    ),
    (
        ACK,
        "Dear Sir/Madam\n\nThank you for your email, the contents of which have been noted.\n\nRegards",
    ),
    (ACK, "Got it, thanks. Leave it with me.\n\nSue"),
    (
        ACK,
        "Thank you for your letter of 2 November 2026 to the Home Secretary. This has been allocated to the MP Account Management Team in UKVI, who will provide you with a response within 20 working days.",
    ),
    (
        ACK,
        "Dear colleague, thank you for your representations on behalf of Mr Idris Bell, which were received in this office on 4 November. A case has been opened.",
    ),
    (ACK, "Your Service Request 00912 has been created. We will keep you informed."),
    (ACK, "Thank you for bringing this to our attention."),
    (
        ACK,
        "Confirming that your email has reached the Complaints Team and will be dealt with under the NHS complaints procedure. You should have our reply in 40 working days.",
    ),
    (
        HOLD,
        "I wanted to let you know that I have not forgotten your enquiry. The ward has been asked for the notes and they have not come yet.",
    ),
    (HOLD, "Thanks for the reminder. I'll see what has happened to this one."),
    (
        HOLD,
        "We had hoped to reply to you this week but need further advice from our lawyers. Our revised date is 18 December.",
    ),
    (
        HOLD,
        "Thank you for your recent letter regarding Universal Credit. I have arranged for the jobcentre to contact your constituent to discuss the matter. I will write to you when they have done so.",
    ),
    (
        HOLD,
        "This falls to the Department for Education, to whom we have passed your letter. They should be able to help.",
    ),
    (
        HOLD,
        "Please be advised that the Planning Enforcement officer intends to visit the site in the coming weeks. We shall update you afterwards.",
    ),
    (
        HOLD,
        "I am sorry that you have not yet had a full reply. The case is complicated and is with our senior caseworker. I expect her to complete her review by Friday 11 December.",
    ),
    (HOLD, "Apologies. Staff shortages mean that we are running about six weeks behind."),
    (
        HOLD,
        "I can confirm that your enquiry is with the Benefits team and that a response is being prepared.",
    ),
    (
        HOLD,
        "We have received the report from the surveyor, and we are now deciding what works are needed. A letter will go to Mrs Khan once this has been decided.",
    ),
    (
        HOLD,
        "Thank you for your email. Your concerns have been raised with the operator and we have requested an explanation from them.",
    ),
    (
        ANSWER,
        "Good afternoon,\n\nThe bin crew could not get down Elm Court on the 3rd or the 10th because of parked cars. They went back on the 12th and emptied all of the bins. From this week a smaller lorry does that street.",
    ),
    (
        ANSWER,
        "Dear Ms Okafor, Mr Bell's State Pension has been in payment since 9 November. The first payment covered the period from 4 August and came to £2,391.40. The hold-up was caused by a missing year of contributions, which HMRC supplied on 30 October.",
    ),
    (
        ANSWER,
        "The Home Office has no outstanding application from Ms Rahimi. Her last one was concluded on 14 July 2026, when leave was granted until 13 January 2029. Her eVisa shows this. She can view it by signing in to her UKVI account.",
    ),
    (
        ANSWER,
        "I refer to your letter about Mr Tran's blue badge. He was assessed by an occupational therapist on 28 October, who recorded that he walks 150 metres without stopping. That is above the limit in the regulations, so the application was turned down. He may ask for a review in writing.",
    ),
    (ANSWER, "We've replaced the lamp column outside number 9. It was lit again last night."),
    (
        ANSWER,
        "Dear Member, I am grateful to you for raising Mrs Hall's experience in A&E. She waited eleven hours for a bed. That is not acceptable and I apologise to her. On that night we had 41 people waiting and six wards closed with norovirus. We have since opened a further 12 beds and taken on eight nurses. Mrs Hall's daughter met our chief nurse on Monday and told us that she is content with this.",
    ),
    (
        ANSWER,
        "Your constituent's complaint about her energy bill was looked at by our executive team. We billed her on estimated readings for fourteen months. Using the photographs she sent, we rebilled the account; she is now £212 in credit and we have sent that to her bank. A £50 gesture of goodwill was added.",
    ),
    (
        ANSWER,
        "Ofsted does not investigate single complaints about schools. Mr Doyle should write to the governors, and if he is not satisfied with what they say, to the Department. I enclose a leaflet about this.",
    ),
    (
        ANSWER,
        "The bus stop was moved in September at the request of the police after two collisions. We looked at three other places for it. None has room for a shelter and a level kerb. For that reason the stop stays where it is.",
    ),
    (
        ANSWER,
        "The Parole Board directed release on 2 November. The victim liaison officer telephoned Ms Quinn the same day. An exclusion zone covering the whole of Anytown forms part of his licence.",
    ),
    (
        ANSWER,
        "I attach our reply. In short: no, the grant cannot be paid, because the boiler was bought before the application was approved. The scheme rules, paragraph 12, leave us no discretion.",
    ),
    (UNSURE, "Is your constituent content for us to share this with the landlord?"),
    (UNSURE, "What address does Mr Bell live at now?"),
    (UNSURE, "Please see our letter."),
    (UNSURE, "Can this be closed?"),
    (UNSURE, "I spoke to your colleague about this on the phone."),
)

# Written after the phrases were, and never used to change them: what a stranger's mail would meet.
HELD_OUT: tuple[tuple[AnswerKind, str], ...] = (
    (
        AUTO,
        "Thank you for your email to the Leader of the Council. This is a system generated receipt. Because of the number of emails received the Leader cannot answer each one in person.",
    ),
    (
        AUTO,
        "I'm on maternity leave and will not be checking emails. Please contact Fatima Noor in my absence.",
    ),
    (AUTO, "Ticket #40021 opened. Type your reply above this line."),
    (ACK, "Many thanks for this. We will make sure it goes to the right place."),
    (
        ACK,
        "Dear Ms Okafor\nThank you for your email of today's date, which I have passed to our Parliamentary Business Unit to log.\nRegards",
    ),
    (
        ACK,
        "Good morning, your letter came into the office this morning. I am the named handler for it; my direct line is below.",
    ),
    (ACK, "Much obliged."),
    (
        ACK,
        "We write to acknowledge the complaint you have made on behalf of Mr J Farrow. It will be handled under stage 1 of our complaints procedure. The officer is Gwen Parry.",
    ),
    (
        ACK,
        "Case 2211 has been set up for this enquiry and you can expect to hear within 15 working days.",
    ),
    (
        HOLD,
        "I appreciate that this has dragged on. The legal department hasn't signed the letter off. I am pressing them daily.",
    ),
    (
        HOLD,
        "Dear Ms Okafor, further to my letter of 10 November, I regret that I am still unable to give you a full answer on Mrs Khan's case. Our contractor carried out the first of two damp surveys on 16 November. The second takes place on 3 December, after which the surveyor will produce her report. I shall send you our conclusions before Christmas.",
    ),
    (
        HOLD,
        "The claimant's file is held in a different office and was called for on Tuesday. A reply will be issued as soon as it has been examined.",
    ),
    (
        HOLD,
        "Thank you for your chaser. I have escalated it to the Head of Service and asked for a reply to be with you by close of play on Friday.",
    ),
    (
        HOLD,
        "Responsibility for this moved to Anytown Combined Authority on 1 April, so I have sent your letter there for a reply.",
    ),
    (
        HOLD,
        "Decisions on asylum claims such as Mr Haile's are made in the order that the claims were lodged. His claim was lodged on 9 March 2025 and is awaiting allocation to a decision maker. I'm afraid I can't say when that will be.",
    ),
    (
        HOLD,
        "You asked about the timetable. The panel sits in January and the outcome will be sent to all parties within a fortnight of that.",
    ),
    (HOLD, "We've asked the GP practice for their side of things. Will revert."),
    (
        HOLD,
        "Thank you for raising this important matter with the Minister. The views of your constituent have been drawn to the attention of the policy team.",
    ),
    (
        HOLD,
        "Mrs Khan's transfer request has been received by Lettings and they will assess it shortly. A letter telling her the result will then be posted.",
    ),
    (
        ANSWER,
        "Dear Ms Okafor\n\nMr Farrow, 3 Chapel Row\n\nThank you for your letter. I have spoken to the tenancy team. Mr Farrow's rent account was in arrears because his housing element stopped in July, when he did not report a change of rent. It started again in October and the missing three months were paid to us last week. The notice seeking possession has therefore been withdrawn and no court action will follow.",
    ),
    (
        ANSWER,
        "The tree at the back of Mrs Doyle's garden is protected by an order made in 1988. Our tree officer inspected it on Thursday. It is sound and shows no sign of decay. She may apply to prune it, but consent to fell would be refused.",
    ),
    (
        ANSWER,
        "Thank you for writing about the A12 works. National Highways has brought the completion date forward to 14 February and has withdrawn the full weekend closures. Residents received a leaflet last week with the new dates.",
    ),
    (
        ANSWER,
        "I'm pleased to say Ms Rahimi's biometric card turned up in our post room and went out to her by courier on Wednesday. She signed for it on Thursday.",
    ),
    (
        ANSWER,
        "We have looked at Mrs Tully's pension credit again. The savings figure we used was wrong. She is entitled to £38.20 a week from 6 April, and £1,222.40 went into her account yesterday. A fresh award notice is in the post.",
    ),
    (
        ANSWER,
        "In your letter you asked three questions. 1. The ambulance was called at 21.04 and arrived at 23.51. 2. The call was graded category 3. 3. On review, it should have been category 2. We have written to Mr Ames to apologise and have retrained the call handler.",
    ),
    (
        ANSWER,
        "Housing Benefit cannot be paid for two homes except in the cases listed in regulation 7, and Mr Osei's is none of them. The decision of 2 October stands. He has until 2 November to appeal.",
    ),
    (
        ANSWER,
        "The school has told us that Aisha was excluded for two days, not five, and that the governors reviewed it. Her record has been put right. Her mother met the head on Monday and Aisha is back in class.",
    ),
    (
        ANSWER,
        "Hi, this one's sorted. Contractor attended this morning, new pump fitted, tenant has hot water. Closing the job.",
    ),
    (
        ANSWER,
        "The Minister has asked me to thank you for your letter of 3 November about business rates for pubs. The relief was set at 40 per cent for this year, capped at £110,000 for each business. It was extended in the Budget. The multiplier for small properties was frozen for a fourth year, which saves the average pub £1,650. The Government has no plans to go further.",
    ),
    (UNSURE, "Could you let me have her tenancy reference?"),
    (UNSURE, "Please call me."),
    (UNSURE, "I think you want the county council, not us."),
    (UNSURE, "As discussed."),
)
