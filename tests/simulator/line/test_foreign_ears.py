"""What a recogniser understands that expects another language than is spoken."""

import asyncio

import pytest

from harness.interfaces import Ears, Utterance
from harness.model.call import EventKind, Heard, Tier
from harness.model.moves import Say
from harness.model.persona import Persona, Voice
from harness.simulator.kernel.dice import Dice
from harness.simulator.line.foreign_ears import MISHEARD, MISSED, ForeignEars, ears_for
from harness.testing.speech import EchoEars
from tests.calling import AI_TALK, ANSWER, action, events_of, hold_call

LINE = "Guten Tag ich hätte gern einen Termin am Donnerstag um halb neun bei Frau Doktor Winkler bitte"


class WordlessEars:
    """Knows the text and not when its words were said."""

    name = "wordless"

    async def hear(self, utterance: Utterance) -> Heard:
        return Heard(text=utterance.text)


def hear(ears: Ears, text: str = LINE) -> list[str]:
    return asyncio.run(ears.hear(Utterance(text=text, duration_ms=5_000, clip=None))).text.split()


@pytest.mark.parametrize(
    ("expected", "spoken", "understood"),
    [
        ("en-US", "en-GB", True),
        ("de", "de-AT", True),
        ("de_DE", "DE", True),
        ("", "en-GB", True),
        ("de-DE", "", True),
        ("en-US", "de-DE", False),
        ("", "de-DE", False),
        ("fr-FR", "en-US", False),
    ],
)
def test_a_language_is_understood_in_any_region_and_by_nobody_else(
    expected: str, spoken: str, understood: bool
) -> None:
    ears = ears_for(EchoEars(), expected=expected, spoken=spoken, dice=Dice(1))
    assert (hear(ears) == LINE.split()) is understood


@pytest.mark.parametrize("ears", [EchoEars(), WordlessEars()], ids=["with word times", "without"])
def test_most_words_are_missed_or_taken_for_others(ears: Ears) -> None:
    texts = [f"{LINE} {number}" for number in range(40)]
    foreign = ForeignEars(ears, dice=Dice(1))
    heard = [hear(foreign, text) for text in texts]
    said = sum(len(text.split()) for text in texts)
    kept = sum(word in text.split() for text, words in zip(texts, heard, strict=True) for word in words)
    assert sum(map(len, heard)) / said == pytest.approx(1 - MISSED, abs=0.05)
    assert kept / said == pytest.approx(1 - MISSED - MISHEARD, abs=0.05)


def test_it_depends_on_the_call_and_the_words_alone() -> None:
    one, other = (ForeignEars(EchoEars(), dice=Dice(7)) for _ in range(2))
    hear(one, "Something before it")
    assert hear(one) == hear(other)
    assert hear(ForeignEars(EchoEars(), dice=Dice(8))) != hear(other)


def test_words_that_are_left_keep_their_times() -> None:
    utterance = Utterance(text=LINE, duration_ms=5_000, clip=None)
    right = asyncio.run(EchoEars().hear(utterance))
    wrong = asyncio.run(ForeignEars(EchoEars(), dice=Dice(1)).hear(utterance))
    times = {(word.start_ms, word.end_ms) for word in right.words}
    assert {(word.start_ms, word.end_ms) for word in wrong.words} < times


@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("by", ["session", "transcribe"])
def test_in_a_call_the_personas_language_meets_the_platforms(tier: Tier, by: str) -> None:
    flow = (ANSWER, action("transcribe_start", language="en-GB"), AI_TALK)

    def heard(language: str) -> str:
        persona = Persona(name="tester", voice=Voice(language=language))
        call = hold_call(Say(text=LINE), persona=persona, tier=tier, flow=flow)
        finals = (e for e in events_of(call, EventKind.TRANSCRIPT_FINAL) if e.data["by"] == by)
        return " ".join(event.text for event in finals)

    assert heard("en-AU") == LINE
    assert heard("de-DE") not in ("", LINE)
    assert heard("de-DE") == heard("de-DE")
