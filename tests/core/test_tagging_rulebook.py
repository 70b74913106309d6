"""Rules: which mail they hit, and what is told of a file that is wrong."""

from dataclasses import replace

import pytest

from mailbridge.domain.finding import Facet
from mailbridge.domain.message import Direction, Message, MessageKey
from mailbridge.domain.rules import RulesBroken
from mailbridge.tagging.framework import Framework, Tag
from mailbridge.tagging.rulebook import MOST_TEXT, Rulebook

FRAMEWORK = Framework((Tag("Housing", Facet.ISSUE, "blue", use="Homes."),))
ENDS = 'confidence = 0.8\nhit = "x"\nmiss = "y"\n'


def rule(body: str, *, id_: str = "r", ends: str = ENDS) -> str:
    return f'[[rule]]\nid = "{id_}"\ntag = "Housing"\n{body}\n{ends}'


def book(*texts: str) -> Rulebook:
    return Rulebook.parse(
        {f"tags-{number}.toml": text for number, text in enumerate(texts)}, FRAMEWORK
    )


def mail(text: str = "", subject: str = "") -> Message:
    return Message(key=MessageKey("0" * 20), subject=subject, text=text, new_text=text)


def found(body: str, message: Message) -> tuple[str, ...]:
    hits = book(rule(body)).hits(message)
    return hits[0].words if hits else ()


@pytest.mark.parametrize(
    ("body", "text", "words"),
    [
        ('words = ["damp"]', "My flat is DAMP.", ("DAMP",)),
        ('words = ["damp"]', "We are damping down.", ()),
        ('words = ["black mould"]', "black\n   mould", ("black mould",)),
        ('words = ["black mould"]', "It went black. Mould is next.", ()),
        ('words = ["anti social"]', "anti-social neighbours", ("anti-social",)),
        ('words = ["can\'t cope"]', "I can’t cope", ("can't cope",)),
        ('words = ["landlord(s|)"]', "two landlords", ("landlords",)),
        ('words = ["mould", "black mould"]', "black mould, Black Mould", ("black mould",)),
        ("words = ['/\\bmou?ldy?\\b/']", "moldy walls", ("moldy",)),
        ('words = ["damp"]\nunless = ["damp squib"]', "a damp squib", ()),
        (
            'words = ["damp"]\nunless = ["damp squib"]',
            "It was a damp squib. My own flat is cold, it is small and it is very damp.",
            ("damp",),
        ),
        ('words = ["evicted"]\nnear = ["today"]', "evicted today", ("evicted",)),
        ('words = ["evicted"]\nnear = ["today"]', "evicted" + " and" * 40 + " today", ()),
        ('words = ["évicté"]', "il est ÉVICTÉ — sans £ rien", ("ÉVICTÉ",)),
    ],
)
def test_a_rule_finds_its_words(body: str, text: str, words: tuple[str, ...]) -> None:
    assert found(body, mail(text)) == words


@pytest.mark.parametrize(
    ("where", "hits"),
    [("subject", {"subject"}), ("text", {"text"}), ("both", {"subject", "text"})],
)
def test_words_count_where_the_rule_says(where: str, hits: set[str]) -> None:
    body = f'words = ["damp"]\nwhere = "{where}"'
    mails = {"subject": mail("hello", subject="damp"), "text": mail("damp", subject="hello")}
    assert {place for place, one in mails.items() if found(body, one)} == hits


def test_near_reaches_from_subject_to_text_but_a_phrase_does_not() -> None:
    assert found('words = ["evicted"]\nnear = ["today"]', mail("Today.", subject="Evicted"))
    assert not found('words = ["black mould"]', mail("mould", subject="Black"))


def test_a_rule_looks_at_new_words_and_not_at_what_was_quoted() -> None:
    quoted = replace(mail("Thanks"), text="Thanks\n> my flat is damp")
    assert not found('words = ["damp"]', quoted)


def test_headers_decide_alone_or_beside_words() -> None:
    listed = replace(mail("damp"), headers=(("list-id", "News of Anytown"),))
    assert found('headers = { List-Id = "news" }', listed) == ("List-Id header",)
    assert found('words = ["damp"]\nheaders = { List-Id = "news" }', listed) == ("damp",)
    assert not found('words = ["damp"]\nheaders = { List-Id = "news" }', mail("damp"))
    assert not found('headers = { List-Id = "^alerts" }', listed)


@pytest.mark.parametrize(
    ("direction", "hits"),
    [("inbound", {"inbound"}), ("outbound", {"outbound"}), ("any", set(Direction))],
)
def test_a_rule_is_for_one_direction_or_any(direction: str, hits: set[str]) -> None:
    body = f'words = ["damp"]\ndirection = "{direction}"'
    got = {one for one in Direction if found(body, replace(mail("damp"), direction=one))}
    assert got == hits


def test_a_list_serves_every_file() -> None:
    shared = '[lists]\nsoon = ["today", "tomorrow"]\n'
    both = book(rule('words = ["evicted"]\nnear = ["@soon"]'), shared)
    assert both.hits(mail("evicted tomorrow"))
    assert not both.hits(mail("evicted"))


def test_two_different_finds_of_one_rule_make_it_surer() -> None:
    rules = book(rule('words = ["damp", "rats", "black damp"]'))
    once, twice, same = (
        rules.hits(mail(text))[0].confidence
        for text in ("damp", "damp and rats", "black damp, black damp")
    )
    assert once == same == pytest.approx(0.8)
    assert twice == pytest.approx(0.96)


def test_text_beyond_the_limit_is_not_looked_at() -> None:
    assert not found('words = ["damp"]', mail("x " * (MOST_TEXT // 2) + "damp"))


def test_the_version_changes_with_any_file_and_with_nothing_else() -> None:
    texts = rule('words = ["damp"]'), rule('words = ["rats"]', id_="s")
    assert book(*texts).version == book(*texts).version
    assert book(*texts).version != book(texts[0], texts[1] + "# remark\n").version


def test_a_sample_with_headers_is_read_as_a_mail() -> None:
    ends = 'confidence = 0.8\nhit = "Subject: Damp\\n\\nHello"\nmiss = "Hello damp: no header"\n'
    assert book(rule('words = ["damp"]\nwhere = "subject"', ends=ends)).unproven() == ()


def test_samples_that_do_not_hold_are_told() -> None:
    ends = 'confidence = 0.8\nhit = "dry"\nmiss = "damp"\n'
    assert book(rule('words = ["damp"]', ends=ends)).unproven() == (
        "tags-0.toml, rule 'r': does not hit its own 'hit'",
        "tags-0.toml, rule 'r': hits its own 'miss'",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (rule('words = ["damp"]', ends='confidence = 0.8\nhit = "damp"'), "'miss' is missing"),
        (rule('words = ["damp"]', ends='confidence = 0.8\nmiss = "a"'), "'hit' is missing"),
        (rule('words = ["damp"]', ends='hit = "a"\nmiss = "b"'), "'confidence' is missing"),
        (rule('words = ["damp"]\nsure = 1'), "'sure' must be true or false"),
        (rule('wrods = ["damp"]'), "unknown key 'wrods'; did you mean 'words'?"),
        (rule(""), "neither 'words' nor 'headers'"),
        (rule('words = "damp"'), "'words' must be a list of texts"),
        (rule('words = ["damp"]\nwhere = "sujbect"'), "did you mean 'subject'?"),
        (rule('words = ["damp"]\ndirection = "in"'), "unknown direction 'in'"),
        (rule('words = ["@soon"]'), "unknown list 'soon'"),
        (rule("words = ['/(damp/']"), "the pattern /(damp/ cannot be used"),
        (rule("words = ['/(?<=a)damp/']"), "no look-ahead, look-behind"),
        (rule("words = ['/(damp)?/']"), "it hits every mail"),
        (rule('words = ["damp?"]'), "? means nothing in a phrase"),
        (rule('words = ["damp|rats"]'), "| means nothing in a phrase"),
        (rule('words = ["(a (b|c)"]'), "brackets must pair"),
        (rule('words = ["--"]'), "holds no word"),
        (rule(f'words = ["{"(a|b)" * 10}"]'), "stands for 1024 phrases"),
        (rule('headers = { List-Id = "(" }'), "header 'List-Id': the pattern /(/ cannot be used"),
        (rule('words = ["damp"]').replace("Housing", "Housng"), "did you mean 'Housing'?"),
        ('[lists]\nsoon = "today"', "'soon' must be a list of texts"),
        ("lists = 3", "'lists' must be a table"),
        ("[[rules]]\nid = 3", "unknown key 'rules'; did you mean 'rule'?"),
        ("[[rule]", "not TOML"),
    ],
)
def test_a_mistake_in_a_rule_is_told(text: str, says: str) -> None:
    with pytest.raises(RulesBroken) as broken:
        book(text)
    assert any(says in problem for problem in broken.value.problems), broken.value.problems


def test_every_mistake_of_every_file_is_told_at_once() -> None:
    with pytest.raises(RulesBroken) as broken:
        book(rule("words = ['/(/', '/[/']"), "[[rule]", rule('words = ["a"]\nwhere = "x"'))
    files = [problem.split(",")[0].split(":")[0] for problem in broken.value.problems]
    assert sorted(files) == [
        "tags-0.toml",
        "tags-0.toml",
        "tags-1.toml",
        "tags-2.toml",
        "tags-2.toml",
    ]
    assert any("tags-0.toml has a rule of this id" in one for one in broken.value.problems)


@pytest.mark.parametrize("piece", ["(", "a", "damp ", "evicted today ", "a.b", "' ", "http://"])
def test_no_text_stalls_the_rules(piece: str) -> None:
    # A tokenizer that is quadratic in such a text takes minutes here, and the test times out.
    rules = book(rule('words = ["evicted", "damp"]\nnear = ["today"]\nunless = ["squib"]'))
    hits = rules.hits(mail(piece * (MOST_TEXT // len(piece))))
    assert bool(hits) is (piece == "evicted today ")
