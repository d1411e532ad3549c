"""A scorer answers or says why not, whatever a call looks like."""

import asyncio
import subprocess
import sys
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.interfaces import Scorer
from harness.model.call import Call, EndReason, Role, Tier, Turn
from harness.model.case import Case
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Expectation, Say
from harness.model.persona import Persona, Voice
from harness.model.rubric import Criterion, Rubric
from harness.model.score import Score, Unscored
from harness.scorers.entities import EntityScorer
from harness.scorers.phrases import PhraseScorer
from harness.scorers.rubric import RubricScorer
from harness.scorers.timing import TimingScorer
from harness.scorers.turn_taking import TurnTakingScorer
from harness.scorers.word_errors import caller_wer, hearing_wer, speaking_wer
from harness.testing.builders import make_arm, make_call, make_case, make_evidence, make_turn

SCORERS: tuple[Scorer, ...] = (
    caller_wer(),
    hearing_wer(),
    speaking_wer(),
    PhraseScorer(),
    TimingScorer(),
    TurnTakingScorer(),
    EntityScorer(),
    RubricScorer(judge=None),
)


def demanding(language: str) -> Case:
    expectation = Expectation(says=(("order number", "7:30"),), never_says=("refund",), within_ms=2000)
    entity = Entity(kind=EntityKind.CODE, value="AB7", accept=("",))
    return make_case(
        persona=Persona(name="tester", voice=Voice(language=language)),
        moves=(
            Say(text="Hello?", expect=(expectation,), entities=(entity,)),
            Say(text="\ud800", expect=(expectation,)),
        ),
        greeting=(expectation,),
        expect=(expectation,),
        entities=(entity,),
        rubric=Rubric(name="r", criteria=(Criterion(id="c", question="?"),)),
    )


def score_all(call: Call, *, language: str = "en-US") -> list[Score | Unscored]:
    evidence = make_evidence(demanding(language), call, arm=make_arm(voice=Voice(language=language)))
    return [scored for scorer in SCORERS for scored in asyncio.run(scorer.score(evidence))]


def check(call: Call, *, language: str = "en-US") -> None:
    for scored in score_all(call, language=language):
        assert scored.turn is None or 0 <= scored.turn < len(call.turns)
        assert scored.reason or scored.name == "call_ms"
        if isinstance(scored, Score):
            assert isfinite(scored.value)
            assert all(0 <= quote.turn < len(call.turns) for quote in scored.quotes)


@pytest.mark.parametrize("end", list(EndReason))
@pytest.mark.parametrize("tier", list(Tier))
def test_call_without_turns_is_scored_without_a_crash(end: EndReason, tier: Tier) -> None:
    check(make_call(end_reason=end, tier=tier))


def test_call_of_two_hundred_turns_is_scored() -> None:
    turns = [
        make_turn((Role.AGENT, Role.CALLER)[i % 2], f"Line {i}", started_ms=i * 2000, said=f"line {i}", heard=None)
        for i in range(200)
    ]
    check(make_call(*turns))


TEXTS = st.text(alphabet=st.characters(exclude_categories=()), max_size=12)
TURNS = st.builds(
    Turn,
    role=st.sampled_from(Role),
    started_ms=st.integers(0, 10_000),
    ended_ms=st.integers(0, 10_000),
    meant=TEXTS,
    spoken=TEXTS,
    said=st.none() | TEXTS,
    heard=st.none() | TEXTS,
    interrupted=st.booleans(),
    move=st.none() | st.integers(-1, 5),
    latency_ms=st.none() | st.integers(-1000, 10_000),
)


@settings(max_examples=200)
@given(
    turns=st.lists(TURNS, max_size=6),
    end=st.sampled_from(EndReason),
    tier=st.sampled_from(Tier),
    language=st.sampled_from(["en-US", "ko-KR", "de-DE", ""]),
)
def test_any_call_is_scored(turns: list[Turn], end: EndReason, tier: Tier, language: str) -> None:
    check(make_call(*turns, end_reason=end, tier=tier), language=language)


def test_naming_the_scorers_does_not_load_jiwer() -> None:
    modules = "entities, phrases, rubric, timing, word_errors, reference"
    code = f"import sys; from harness.scorers import {modules}; print('jiwer' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
