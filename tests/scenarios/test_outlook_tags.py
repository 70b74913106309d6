"""The words on a message: tags suggested, applied, accepted and declined."""

from tests.scenarios.conftest import StoryMaker
from tests.scenarios.story import Story

STRANGER = "Bo Stranger <bo@far.example>"
DAMP = "There is black mould in both bedrooms and the landlord will not come out."
# A rule of the office's own that it is sure of.
SURE = """
[[rule]]
id = "our-boilers"
tag = "Housing"
words = ["district heating"]
confidence = 0.9
sure = true
hit = "Our district heating is off."
miss = "Our heating is off."
"""


def test_a_tag_that_is_not_sure_is_suggested_with_a_question_mark(office: Story) -> None:
    office.receives("Mould", DAMP)
    office.works()
    assert "Housing?" in office.mail("Mould").tags
    assert "Housing" not in office.mail("Mould").tags


def test_adding_the_tag_accepts_it_and_the_question_goes_away_by_itself(office: Story) -> None:
    office.receives("Mould", DAMP)
    office.works()
    office.tags("Mould", "Housing")
    office.works(minutes=5)
    assert "Housing" in office.mail("Mould").tags
    assert "Housing?" not in office.mail("Mould").tags


def test_renaming_the_question_accepts_it(office: Story) -> None:
    office.receives("Mould", DAMP)
    office.works()
    office.untags("Mould", "Housing?")
    office.tags("Mould", "Housing")
    office.works(minutes=5)
    office.restarts()
    office.lists_afresh()
    office.works(days=1)
    assert "Housing" in office.mail("Mould").tags
    assert "Housing?" not in office.mail("Mould").tags


def test_taking_the_question_off_declines_it_for_good(office: Story) -> None:
    office.receives("Mould", DAMP)
    office.works()
    office.untags("Mould", "Housing?")
    office.works(minutes=5)
    office.restarts()
    office.lists_afresh()
    office.works(days=1)
    assert not office.mail("Mould").tags & {"Housing", "Housing?"}


def test_a_tag_whose_rule_is_sure_is_put_on_without_a_question(office: Story) -> None:
    office.rules["tags-ours.toml"] = SURE
    office.receives("Cold", "Our district heating is off.")
    office.works()
    assert "Housing" in office.mail("Cold").tags
    assert "Housing?" not in office.mail("Cold").tags


def test_an_office_may_have_every_tag_only_suggested(an_office: StoryMaker) -> None:
    office = an_office(tags={"alone": False})
    office.rules["tags-ours.toml"] = SURE
    office.receives("Cold", "Our district heating is off.")
    office.works()
    assert "Housing?" in office.mail("Cold").tags
    assert "Housing" not in office.mail("Cold").tags


def test_an_applied_tag_that_a_person_takes_off_is_never_put_back(office: Story) -> None:
    office.rules["tags-ours.toml"] = SURE
    office.receives("Cold", "Our district heating is off.")
    office.works()
    office.untags("Cold", "Housing")
    office.works(minutes=5)
    office.restarts()
    office.lists_afresh()
    office.works(days=1)
    assert not office.mail("Cold").tags & {"Housing", "Housing?"}


def test_a_tag_taken_off_before_it_was_ever_seen_on_stays_off(office: Story) -> None:
    # Between our putting it on and the next look, a person has already taken it off again.
    office.rules["tags-ours.toml"] = SURE
    office.receives("Cold", "Our district heating is off.")
    office.works()
    office.untags("Cold", "Housing")
    office.tags("Cold", "Own")
    office.restarts()
    office.works(minutes=5)
    office.works(days=1)
    assert office.mail("Cold").tags & {"Housing", "Housing?", "Own"} == {"Own"}


def test_declined_on_one_mail_it_is_still_suggested_on_the_next(office: Story) -> None:
    office.receives("Mould", DAMP)
    office.works()
    office.untags("Mould", "Housing?")
    office.works(minutes=5)
    office.receives("More mould", DAMP)
    office.works(minutes=5)
    assert "Housing?" in office.mail("More mould").tags


def test_peoples_own_categories_are_never_touched(office: Story) -> None:
    case = office.case_with_folder()
    office.tags("My flat", "Follow up", "Red", "Jo?")
    office.works(minutes=5)
    office.receives("Elm Court", f"My case is {case}.\n\nAmina Khan")
    office.tags("Elm Court", "Green", "Who knows?")
    office.works(minutes=5)
    office.works(days=1)
    assert {"Follow up", "Red", "Jo?"} <= office.mail("My flat").tags
    assert {"Green", "Who knows?"} <= office.mail("Elm Court").tags
    assert office.folder(case).holds("Elm Court")


def test_there_is_at_most_one_suggestion_a_facet(office: Story) -> None:
    office.receives(
        "Everything",
        f"{DAMP} My universal credit has been stopped. My visa is delayed at the Home Office. "
        "I cannot get an appointment with my GP and the bins have not been emptied.",
        From=STRANGER,
    )
    office.works()
    issues = {"Housing?", "Benefits?", "Immigration?", "NHS and health?"}
    issues |= {"Council tax and services?"}
    assert len(office.mail("Everything").tags & issues) <= 1


def test_each_facet_has_its_own_tag(office: Story) -> None:
    office.receives(
        "Help",
        "The bailiffs are coming on Thursday to evict us and we have nowhere to live. I have "
        "depression and take antidepressants.",
        From=STRANGER,
    )
    office.works()
    assert {"Housing?", "Urgent?", "Sensitive?"} <= office.mail("Help").tags


def test_there_is_none_rather_than_a_weak_one(office: Story) -> None:
    office.receives("Hello", "I liked your speech about the house last week.", From=STRANGER)
    office.works()
    assert office.mail("Hello").tags == {"Who?"}


def test_a_tag_that_a_person_put_on_first_is_not_suggested(office: Story) -> None:
    office.receives("Mould", DAMP, From=STRANGER)
    office.tags("Mould", "Housing")
    office.works()
    assert office.mail("Mould").tags == {"Housing", "Who?"}


def test_the_same_tag_in_other_letters_is_the_same_tag(office: Story) -> None:
    office.receives("Mould", DAMP)
    office.works()
    office.tags("Mould", "housing")
    office.works(minutes=5)
    assert "Housing?" not in office.mail("Mould").tags


def test_a_suggestion_still_held_when_a_person_declines_it_is_not_put_on(
    an_office: StoryMaker,
) -> None:
    office = an_office(daemon={"effects": "hold"})
    office.receives("Mould", DAMP)
    office.works()
    office.tags("Mould", "Housing")
    office.works(minutes=5)
    office.untags("Mould", "Housing")
    office.works(minutes=5)
    assert office.runs("outbox", "release", "--all").code == 0
    office.works(minutes=5)
    assert not office.mail("Mould").tags & {"Housing", "Housing?"}
