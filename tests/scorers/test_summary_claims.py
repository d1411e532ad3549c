from pathlib import Path

import pytest

from benchmarks.summary_claims import answers, table
from harness.model.call import Role
from harness.model.entity import Entity, EntityKind
from harness.model.summary import Coverage, KeyPoint, Standing
from harness.scorers.summary_call import read_conversation
from harness.scorers.summary_claims import Ruling, rule
from harness.scorers.summary_points import PointRuling, cover
from harness.scorers.summary_text import atomic_claims, word_count

PAGE = Path(__file__).parents[2] / "docs" / "summaries.md"
BOOKING = (
    (0, Role.AGENT, "Bistro Nord, good evening."),
    (1, Role.CALLER, "A table for two on Friday at six, no, sorry, at seven."),
    (2, Role.AGENT, "A table for two on Friday at seven. I will send you a text message."),
)


def ruling(claim: str, *lines: tuple[int, Role, str], lang: str = "en-US") -> Ruling:
    return rule(claim, conversation=read_conversation(lines or BOOKING, lang=lang), lang=lang)


def test_the_page_prints_what_the_labelled_claims_give() -> None:
    assert "\n".join(table(list(answers()))) in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("half", ["development", "held out"])
def test_a_contradiction_is_hardly_ever_found_where_there_is_none(half: str) -> None:
    found = [each for each in answers() if each.half == half and each.decided is Standing.CONTRADICTED]

    assert len(found) > 10
    assert all(each.label is Standing.CONTRADICTED for each in found)


@pytest.mark.parametrize(
    ("claim", "standing"),
    [
        pytest.param("The caller wants a table for two.", Standing.SUPPORTED, id="value and words"),
        pytest.param("The table is for three people.", Standing.CONTRADICTED, id="another number"),
        pytest.param("The table is booked for six.", Standing.CONTRADICTED, id="a value that was taken back"),
        pytest.param("The caller will send a text message.", Standing.CONTRADICTED, id="a promise of the other side"),
        pytest.param("The agent will not send a text message.", Standing.CONTRADICTED, id="the opposite"),
        pytest.param("The bill was 30 dollars.", Standing.NOT_IN_CALL, id="a kind of value nobody named"),
        pytest.param('The caller said: "A table for two on Friday".', Standing.SUPPORTED, id="a quotation"),
        pytest.param('The caller said: "I will send you a text message".', Standing.CONTRADICTED, id="wrong speaker"),
        pytest.param("There was no conversation.", Standing.CONTRADICTED, id="nothing said, and something was"),
        pytest.param("The guest was in a splendid mood.", None, id="other words are left open"),
        pytest.param("De tafel is voor drie personen.", None, id="another language is left open"),
        pytest.param("\ud800", None, id="an unpaired surrogate"),
    ],
)
def test_a_claim_is_held_against_the_call(claim: str, standing: Standing | None) -> None:
    assert ruling(claim).standing is standing


def test_what_decides_is_quoted_with_its_turn() -> None:
    found = ruling("The caller will send a text message.")

    assert found.quote is not None
    assert (found.quote.turn, found.quote.text) == (2, "I will send you a text message.")
    assert found.why == "gives to the caller what the other side promised"


@pytest.mark.parametrize("lines", [(), BOOKING[:1]], ids=["nobody spoke", "only the agent spoke"])
def test_what_is_said_of_a_call_without_a_caller_is_invented(lines: tuple[tuple[int, Role, str], ...]) -> None:
    conversation = read_conversation(lines, lang="en-US")

    invented = rule("The caller booked a table.", conversation=conversation, lang="en-US")
    honest = rule("The caller said nothing.", conversation=conversation, lang="en-US")

    assert (invented.standing, honest.standing) == (Standing.CONTRADICTED, Standing.SUPPORTED)


def test_a_language_without_rules_takes_quotations_only() -> None:
    said = (0, Role.CALLER, "Ich möchte einen Tisch für zwei Personen.")

    assert ruling('Der Anrufer sagte: "einen Tisch für zwei".', said, lang="de-DE").standing is Standing.SUPPORTED
    assert ruling("Ein Tisch für drei Personen wurde bestellt.", said, lang="de-DE").standing is None


@pytest.mark.parametrize(
    ("summary", "claims"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("...", [], id="no words"),
        pytest.param(
            "The caller booked a table at 7 p.m. tomorrow and asked about parking.",
            ["The caller booked a table at 7 p.m. tomorrow", "The caller asked about parking."],
            id="two verbs, one subject",
        ),
        pytest.param("Mr. Brandt paid; he left.", ["Mr. Brandt paid", "he left."], id="a title ends no sentence"),
        pytest.param('She said "Yes. And now?".', ['She said "Yes. And now?".'], id="a quotation stays whole"),
        pytest.param("- One parcel\n- Two letters", ["One parcel", "Two letters"], id="a list"),
    ],
)
def test_a_summary_is_cut_into_claims(summary: str, claims: list[str]) -> None:
    assert [claim.text for claim in atomic_claims(summary, lang="en-US")] == claims


@pytest.mark.parametrize(
    ("text", "words"), [("Two words.", 2), ("", 0), ("你好世界", 4)], ids=["spaces", "none", "cjk"]
)
def test_length_counts_words_or_letters(text: str, words: int) -> None:
    assert word_count(text) == words


def point(summary: str, text: str, *entities: Entity, lang: str = "en-US") -> PointRuling:
    claims = atomic_claims(summary, lang=lang)
    return cover(KeyPoint(text=text, entities=entities), claims=claims, summary=summary, lang=lang)


ORDER = Entity(kind=EntityKind.DIGITS, value="47192")


@pytest.mark.parametrize(
    ("summary", "text", "entities", "coverage"),
    [
        ("The caller books a table for two.", "books a table for two", (), Coverage.COVERED),
        ("A table for two was reserved.", "books a table for two", (), Coverage.COVERED),
        ("The caller books a table for three.", "books a table for two", (), Coverage.MISSING),
        ("The caller books a table.", "books a table for two", (), Coverage.PARTIAL),
        ("The caller did not book a table.", "the caller books a table", (), Coverage.MISSING),
        ("The caller was pleased.", "the caller books a table", (), None),
        ("The order 47192 is late.", "the order is late", (ORDER,), Coverage.COVERED),
        ("The order 47129 is late.", "the order is late", (ORDER,), Coverage.PARTIAL),
        ("", "the order is late", (ORDER,), Coverage.MISSING),
    ],
    ids=["told", "other words", "other value", "no value", "denied", "open", "entity", "other entity", "empty"],
)
def test_a_key_point_is_looked_for(
    summary: str, text: str, entities: tuple[Entity, ...], coverage: Coverage | None
) -> None:
    assert point(summary, text, *entities).coverage is coverage


def test_a_key_point_in_another_language_rests_on_its_values() -> None:
    assert point("Bestellung 47192.", "die Bestellung", ORDER, lang="de-DE").coverage is None
    assert point("Bestellung 1.", "die Bestellung", ORDER, lang="de-DE").absent == ("47192",)
