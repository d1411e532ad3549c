"""The error rates in the languages of the issue: what is compared, by what, and what a mistake counts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.model.call import Role
from harness.model.moves import Expectation
from harness.model.persona import Persona, Voice
from harness.model.score import Edit, Evidence, Score
from harness.scorers.fixed_wording import FixedWordingScorer
from harness.scorers.word_errors import WordErrorScorer, caller_wer, hearing_wer, speaking_wer
from harness.testing.builders import make_arm, make_call, make_case, make_turn

SENTENCES = [
    # language, said, the same written otherwise, with one unit wrong, its length in units
    pytest.param(
        "en-US",
        "I'd like two tickets, please.",
        "i'd like 2 tickets please",
        "i'd like 2 chickets please",
        5,
        id="en-US",
    ),
    pytest.param(
        "en-GB",
        "The colour's lovely, isn't it?",
        "the colour’s lovely isn’t it",
        "the color's lovely isn't it",
        5,
        id="en-GB",
    ),
    pytest.param(
        "de-DE",
        "Ich möchte für Größe 42 zahlen.",
        "ich MÖCHTE für grösse 42 zahlen",
        "ich möchte vor größe 42 zahlen",
        6,
        id="de-DE",
    ),
    pytest.param(
        "fr-FR", "C'est l'été, n'est-ce pas ?", "c’est l’été n’est-ce pas", "c'est l'hiver n'est-ce pas", 8, id="fr-FR"
    ),
    pytest.param("es-ES", "¿Cuánto cuesta mañana?", "cuánto cuesta mañana", "cuánto cuesta manzana", 3, id="es-ES"),
    pytest.param("ko-KR", "예약을 하고 싶어요.", "예약을하고 싶어요", "예약을 하고 쉽어요", 8, id="ko-KR"),
    pytest.param("ja-JP", "予約をお願いします。", "予約を お願いします", "予約をお願いします か", 9, id="ja-JP"),
    pytest.param("zh-CN", "我想订两张票。", "我想订两张票", "我想定两张票", 6, id="zh-CN"),
    pytest.param("th-TH", "ขอจองโต๊ะสองที่", "ขอจอง โต๊ะ สองที่", "ขอจองโตะสองที่", 15, id="th-TH"),
    pytest.param(
        "ar-SA", "أريد حجز طاولة، من فضلك.", "أريد حجز طاولة من فضلك", "أريد حجز طائلة من فضلك", 5, id="ar-SA"
    ),
]
SCORERS = [
    pytest.param(caller_wer, Role.CALLER, "said", id="caller_wer"),
    pytest.param(hearing_wer, Role.CALLER, "heard", id="hearing_wer"),
    pytest.param(speaking_wer, Role.AGENT, "said", id="speaking_wer"),
]


def score(scorer: WordErrorScorer, role: Role, field: str, said: str, found: str, lang: str) -> Score:
    case = make_case(persona=Persona(name="tester", voice=Voice(language=lang)))
    bare = make_turn(role, said)
    turn = replace(bare, said=found) if field == "said" else replace(bare, heard=found)
    call = make_call(turn)
    evidence = Evidence(case=case, arm=make_arm(voice=Voice(language=lang)), call=call)
    first = asyncio.run(scorer.score(evidence))[0]
    assert isinstance(first, Score)
    return first


@pytest.mark.parametrize(("lang", "said", "same", "other", "units"), SENTENCES)
@pytest.mark.parametrize(("make", "role", "field"), SCORERS)
def test_writing_makes_no_error_and_another_word_makes_one(
    make: Callable[[], WordErrorScorer], role: Role, field: str, lang: str, said: str, same: str, other: str, units: int
) -> None:
    equal = score(make(), role, field, said, same, lang)
    assert equal.counts is not None
    assert (equal.value, equal.counts.reference_words) == (0, units)
    wrong = score(make(), role, field, said, other, lang)
    assert wrong.counts is not None
    assert wrong.counts.errors == 1
    assert sum(word.edit is not Edit.EQUAL for word in wrong.alignment) == 1
    assert ("character" in wrong.reason) is (lang[:2] in ("ko", "ja", "zh", "th"))


@pytest.mark.parametrize(("lang", "said", "same", "other", "units"), SENTENCES)
def test_fixed_words_are_compared_the_same_way(lang: str, said: str, same: str, other: str, units: int) -> None:
    case = make_case(expect=(Expectation(wording=said),))
    for text, errors in ((same, 0), (other, 1)):
        evidence = Evidence(
            case=case, arm=make_arm(voice=Voice(language=lang)), call=make_call(make_turn(Role.AGENT, text))
        )
        whole = asyncio.run(FixedWordingScorer().score(evidence))[0]
        assert isinstance(whole, Score)
        assert whole.counts is not None
        assert (whole.counts.errors, whole.counts.reference_words) == (errors, units)


def test_korean_has_its_errors_in_words_beside_those_in_characters() -> None:
    found = score(hearing_wer(), Role.CALLER, "heard", "예약을 하고 싶어요.", "예약을 하고 쉽어요", "ko-KR")
    assert found.reason == "1 of 8 characters wrong (in words: 1 of 3)"


def test_the_mean_of_the_turns_stands_beside_the_pooled_rate() -> None:
    call = make_call(
        make_turn(Role.CALLER, "Yes.", heard="guess"),
        make_turn(Role.CALLER, "A table for nine at seven, please.", heard="a table for nine at seven please"),
    )
    whole = asyncio.run(hearing_wer().score(Evidence(case=make_case(), arm=make_arm(), call=call)))[-1]
    assert isinstance(whole, Score)
    assert whole.value == 1 / 8
    assert whole.reason == "1 of 8 words wrong in 2 turns (mean of the turns 0.5)"
