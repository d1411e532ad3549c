import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from harness.model.call import Call, Role, Tier
from harness.model.persona import Persona, Voice
from harness.model.score import Edit, Evidence, Score, Scored, Unscored, WordCounts
from harness.model.voice_floor import VoiceFloor
from harness.scorers.word_errors import WordErrorScorer, caller_wer, hearing_wer, speaking_wer
from harness.testing.builders import make_arm, make_call, make_case, make_turn


def score(scorer: WordErrorScorer, call: Call, *, language: str = "en-US") -> Sequence[Scored]:
    case = make_case(persona=Persona(name="tester", voice=Voice(language=language)))
    arm = make_arm(voice=Voice(language=language))
    return asyncio.run(scorer.score(Evidence(case=case, arm=arm, call=call)))


CALL = make_call(
    make_turn(Role.AGENT, "Bella's, good evening.", said="bellas good evening"),
    make_turn(
        Role.CALLER, "A table for two at seven, please.", said="a table for 2 at 7 please", heard="a cable for 2"
    ),
    make_turn(Role.CALLER, "My order is four seven one.", said="my order is 471", heard="my order is 471"),
)


@pytest.mark.parametrize(
    ("scorer", "errors", "words"),
    [
        pytest.param(caller_wer(), 0, 11, id="caller: script against our recogniser"),
        pytest.param(hearing_wer(), 4, 11, id="hearing: script against the platform's recogniser"),
        pytest.param(speaking_wer(), 0, 3, id="speaking: agent's text against our recogniser"),
    ],
)
def test_each_rate_lays_its_own_two_texts_together(scorer: WordErrorScorer, errors: int, words: int) -> None:
    whole = score(scorer, CALL)[-1]
    assert isinstance(whole, Score)
    assert whole.turn is None
    assert whole.counts is not None
    assert (whole.counts.errors, whole.counts.reference_words) == (errors, words)
    assert whole.value == errors / words


def floors(errors: int) -> Callable[[Voice, Role], VoiceFloor | None]:
    def of(voice: Voice, side: Role) -> VoiceFloor:
        counts = WordCounts(hits=200 - errors, substitutions=errors)
        name = f"own:{side.value}"
        return VoiceFloor(voice=name, engine="1", language="en", recogniser="ears", counts=counts)

    return of


@pytest.mark.parametrize("make", [caller_wer, hearing_wer], ids=["caller_wer", "hearing_wer"])
def test_what_the_voice_loses_by_itself_stands_beside_the_rate_of_the_call(
    make: Callable[..., WordErrorScorer],
) -> None:
    *turns, whole = score(make(floors=floors(3)), CALL)
    assert whole.reason.endswith("; the voice own:caller itself loses 1.5 % of 200 words over a telephone")
    assert not any("own:caller" in each.reason for each in turns)


def test_a_voice_above_the_limit_is_blamed_by_name() -> None:
    whole = score(caller_wer(floors=floors(64)), CALL)[-1]
    assert "the voice own:caller itself loses 32.0 % of 200 words" in whole.reason
    assert whole.reason.endswith("more than the 15 % a valid call may lose: blame the voice")


def test_a_floor_at_another_rate_says_so() -> None:
    persona = Persona(name="tester", voice=Voice(rate=1.4))
    evidence = Evidence(case=make_case(persona=persona), arm=make_arm(), call=CALL)
    whole = asyncio.run(caller_wer(floors=floors(3)).score(evidence))[-1]
    assert "1.5 % of 200 words at its own rate and pitch over a telephone" in whole.reason


def test_the_text_tier_has_no_voice_to_blame() -> None:
    whole = score(hearing_wer(floors=floors(64)), replace(CALL, tier=Tier.TEXT))[-1]
    assert "own:caller" not in whole.reason


def test_call_pools_the_counts_of_its_turns() -> None:
    *turns, whole = score(hearing_wer(), CALL)
    counts = [s.counts for s in turns if isinstance(s, Score) and s.counts is not None]
    assert isinstance(whole, Score)
    assert whole.counts == counts[0] + counts[1]
    assert [s.turn for s in turns] == [1, 2]


@pytest.mark.parametrize("scorer", [caller_wer(), hearing_wer()], ids=lambda scorer: scorer.name)
def test_keys_are_no_words(scorer: WordErrorScorer) -> None:
    keys = make_turn(Role.CALLER, "[keys 12#]", keys="12#")
    assert score(scorer, replace(CALL, turns=(*CALL.turns, keys))) == score(scorer, CALL)


def test_reason_names_the_words_as_written_too() -> None:
    score_of_turn = score(caller_wer(), CALL)[1]
    assert score_of_turn.reason == "0 of 4 words wrong (as written: 3 of 6)"


def test_turn_score_carries_an_alignment_people_can_read() -> None:
    first = score(hearing_wer(), CALL)[0]
    assert isinstance(first, Score)
    wrong = [(s.reference, s.hypothesis) for s in first.alignment if s.edit is Edit.SUBSTITUTE]
    assert wrong == [("table", "cable")]


def test_only_the_words_really_played_are_expected_after_an_interruption() -> None:
    cut = make_turn(
        Role.AGENT, "We open at nine and close at five.", spoken="We open at", interrupted=True, said="we open at"
    )
    whole = score(speaking_wer(), make_call(cut))[-1]
    assert isinstance(whole, Score)
    assert whole.value == 0


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        pytest.param(make_call(), "the caller said nothing in this call", id="no turns"),
        pytest.param(
            make_call(make_turn(Role.CALLER, "Hello"), tier=Tier.TEXT),
            "our recogniser did not listen to the caller's audio (text tier: nothing was spoken)",
            id="text tier",
        ),
        pytest.param(
            make_call(make_turn(Role.CALLER, "Hello")),
            "our recogniser did not listen to the caller's audio",
            id="no recogniser",
        ),
        pytest.param(
            make_call(make_turn(Role.CALLER, "", said="thank you")),
            "words were heard, but none was to be said",
            id="words without a reference",
        ),
    ],
)
def test_what_nobody_could_measure_is_unscored(call: Call, reason: str) -> None:
    whole = score(caller_wer(), call)[-1]
    assert isinstance(whole, Unscored)
    assert (whole.turn, whole.reason) == (None, reason)


def test_turns_nobody_listened_to_are_left_out_and_counted() -> None:
    call = replace(CALL, turns=(*CALL.turns, make_turn(Role.CALLER, "Bye")))
    *_, last, whole = score(caller_wer(), call)
    assert isinstance(last, Unscored)
    assert whole.reason.endswith("in 2 turns; 1 without a transcript left out")


def test_insertions_without_a_reference_are_pooled() -> None:
    noise = make_turn(Role.CALLER, "", said="you did baby")
    *_, turn, whole = score(caller_wer(), replace(CALL, turns=(*CALL.turns, noise)))
    assert isinstance(turn, Unscored)
    assert isinstance(whole, Score)
    assert whole.counts is not None
    assert whole.counts.insertions == 3


def test_nothing_meant_and_nothing_heard_is_no_error() -> None:
    whole = score(caller_wer(), make_call(make_turn(Role.CALLER, "...", said="")))[-1]
    assert isinstance(whole, Score)
    assert whole.value == 0


def test_silence_where_words_were_meant_is_all_wrong() -> None:
    whole = score(caller_wer(), make_call(make_turn(Role.CALLER, "Hello there", said="")))[-1]
    assert isinstance(whole, Score)
    assert whole.value == 1


def test_korean_is_measured_in_characters_and_shown_in_stretches() -> None:
    call = make_call(make_turn(Role.CALLER, "감사합니다", heard="감사함니다"))
    turn, whole = score(hearing_wer(), call, language="ko-KR")
    assert isinstance(turn, Score)
    assert whole.reason == "1 of 5 characters wrong (in words: 1 of 1) in 1 turn"
    assert [(s.reference, s.hypothesis) for s in turn.alignment] == [("감사", "감사"), ("합", "함"), ("니다", "니다")]
