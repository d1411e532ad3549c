from collections.abc import Sequence
from dataclasses import replace
from math import nan
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audio.clip import Clip
from harness.audio.recording import Recording
from harness.model.call import Call, Role, Tier, TurnLabel
from harness.model.case import Case
from harness.model.moves import Piece, Say
from harness.model.persona import Persona, Surroundings
from harness.model.platform import FaultKind, PlannedFault, PlatformSetup
from harness.model.proof import Proof, Proved
from harness.model.score import Better, Score, Scored, Unscored
from harness.model.validity import VALID, InvalidKind
from harness.runner.sound import measure_quality
from harness.runner.validity import MAX_CALLER_WER, check_validity
from harness.testing.builders import make_call, make_case, make_turn

Samples: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int16]]

CASE = make_case()
CALL = make_call(make_turn(Role.CALLER, "Order four seven one."), make_turn(Role.AGENT, "Thanks.", started_ms=2000))


def wer(value: float, *, turn: int | None = None) -> Score:
    return Score(name="caller_wer", value=value, better=Better.LOWER, turn=turn, reason="2 of 10 words wrong")


def entity(value: float) -> Score:
    return Score(name="caller_entity", value=value, better=Better.HIGHER, turn=0, reason='1 of 2 values, not "471"')


def facts(reason: str, *, passed: bool | None = False, turn: int | None = None) -> Score:
    value = float(bool(passed))
    return Score(name="caller_facts", value=value, better=Better.HIGHER, passed=passed, reason=reason, turn=turn)


UNHEARD = Unscored(name="caller_wer", reason="our recogniser did not listen")
AUDIO, UNCHECKED = InvalidKind.AUDIO, InvalidKind.UNCHECKED
HELPED, HINDERED = InvalidKind.CALLER_HELPED, InvalidKind.CALLER_HINDERED


@pytest.mark.parametrize(
    ("scores", "kind", "words"),
    [
        pytest.param((wer(MAX_CALLER_WER),), None, "", id="at the limit"),
        pytest.param((wer(0.2),), AUDIO, "caller_wer is 0.2, 0.15 is the limit (2 of 10 words", id="not understood"),
        pytest.param((wer(nan),), AUDIO, "could not be understood", id="no number"),
        pytest.param((wer(0.9, turn=0), wer(0.1)), None, "", id="one bad turn in a good call"),
        pytest.param((wer(0.0), entity(0.5)), AUDIO, "lost a value the call depends on in turn 1: 1 of 2", id="value"),
        pytest.param((wer(0.0), entity(1.0)), None, "", id="value kept"),
        pytest.param((UNHEARD,), UNCHECKED, "nobody could check", id="nobody listened"),
        pytest.param((), UNCHECKED, "nobody checked", id="nobody asked"),
        pytest.param((UNHEARD, entity(0.5)), AUDIO, "lost a value", id="what is known comes before what is not"),
    ],
)
def test_caller_must_have_been_understandable(scores: Sequence[Scored], kind: InvalidKind | None, words: str) -> None:
    validity = check_validity(CALL, scores, case=CASE)
    assert (validity.valid, validity.kind) == (kind is None, kind)
    assert words in validity.reason


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize(
    ("scores", "kind", "words"),
    [
        pytest.param([facts("kept to 3 facts", passed=True)], None, "", id="kept"),
        pytest.param(
            [facts("helped: told the order number before it was asked for")],
            HELPED,
            "our caller helped the agent: told the order number before",
            id="helped",
        ),
        pytest.param(
            [facts("hindered: invented a second order", turn=2)],
            HINDERED,
            "left its part in turn 3: inv",
            id="hindered",
        ),
        pytest.param([facts("hindered: looped"), facts("helped: told all")], HELPED, "told all", id="both"),
        pytest.param(
            [Unscored(name="caller_facts", reason="no facts sheet")], UNCHECKED, "no facts sheet", id="not answered"
        ),
        pytest.param([facts("3 facts", passed=None)], UNCHECKED, "3 facts", id="no verdict"),
    ],
)
def test_caller_that_makes_lines_up_must_have_kept_to_its_facts(
    tier: Tier, scores: Sequence[Scored], kind: InvalidKind | None, words: str
) -> None:
    validity = check_validity(replace(CALL, tier=tier), (wer(0.0), *scores), case=CASE)
    assert (validity.valid, validity.kind) == (kind is None, kind)
    assert words in validity.reason


@pytest.mark.parametrize(
    ("proved", "kind", "words"),
    [
        pytest.param(Proved.MATCHES, None, "", id="the agent under test"),
        pytest.param(Proved.UNPROVABLE, None, "", id="nobody can know"),
        pytest.param(Proved.NOBODY, None, "", id="no agent was due"),
        pytest.param(Proved.DIFFERS, InvalidKind.OTHER_AGENT, "than the one under test: because", id="another"),
        pytest.param(Proved.UNKNOWN, UNCHECKED, "nobody could check which prompt", id="not told"),
    ],
)
def test_the_agent_under_test_must_have_taken_the_call(proved: Proved, kind: InvalidKind | None, words: str) -> None:
    call = replace(CALL, resources=(Proof(proved=proved, why="because").resource,))
    validity = check_validity(call, (wer(0.0),), case=CASE)
    assert (validity.valid, validity.kind) == (kind is None, kind)
    assert words in validity.reason
    assert not validity.is_spoiled
    # A repeat of a spoiled call may do better; another agent takes that one too.
    worse = check_validity(call, (wer(0.9),), case=CASE)
    assert worse.is_spoiled is (kind is not InvalidKind.OTHER_AGENT)


def test_sound_comes_before_facts() -> None:
    assert check_validity(CALL, (facts("helped: told all"), wer(0.5)), case=CASE).kind is AUDIO


def test_text_tier_has_no_sound_to_distort() -> None:
    assert check_validity(replace(CALL, tier=Tier.TEXT), (UNHEARD,), case=CASE).valid


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(make_call(), id="never spoke"),
        pytest.param(make_call(make_turn(Role.CALLER, "[keys 1]", keys="1")), id="keys"),
        pytest.param(make_call(make_turn(Role.CALLER, "cough", label=TurnLabel.NOISE)), id="noise"),
        pytest.param(make_call(make_turn(Role.CALLER, "Hello", spoken="", interrupted=True)), id="cut off at once"),
    ],
)
def test_a_caller_without_words_has_nothing_to_distort(call: Call) -> None:
    assert check_validity(call, (), case=CASE) == VALID


def recorded(caller: Samples) -> Call:
    """Return the call with what was on the line."""
    recording = Recording(caller=Clip(caller, 8000), agent=Clip(np.zeros(24000, dtype=np.int16), 8000))
    return replace(CALL, quality=measure_quality(CALL.turns, recording))


def hole(tone: Samples, length_ms: int) -> Samples:
    """Return a tone that breaks off after 400 ms."""
    broken = tone.copy()
    broken[3200 : 3200 + length_ms * 8] = 0
    return broken


TONE: Samples = np.where(np.arange(24000) < 8000, 8000 * np.sin(np.arange(24000) / 5), 0).astype(np.int16)
CLIPPED: Samples = np.clip(TONE * 8.0, -32124, 32124).astype(np.int16)
SILENT: Samples = np.zeros(24000, dtype=np.int16)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        pytest.param(TONE, "", id="clean"),
        pytest.param(CLIPPED, "clipped", id="clipped"),
        pytest.param(SILENT, "silent", id="silent"),
        pytest.param(TONE[::-1].copy(), "silent", id="sound elsewhere"),
        pytest.param(hole(TONE, 100), "", id="gap at the limit"),
        pytest.param(hole(TONE, 120), "breaks off for 120 ms", id="gap"),
    ],
)
def test_callers_audio_must_be_there_and_whole(samples: Samples, words: str) -> None:
    validity = check_validity(recorded(samples), (wer(0.0),), case=CASE)
    assert validity.kind is (AUDIO if words else None)
    assert words in validity.reason


def test_one_silent_turn_of_several_is_named() -> None:
    later = make_turn(Role.CALLER, "Tomorrow, please.", started_ms=4000)
    recording = Recording(
        caller=Clip(np.concatenate([TONE, SILENT, SILENT]), 8000), agent=Clip(np.zeros(72000, dtype=np.int16), 8000)
    )
    turns = (*CALL.turns, later)
    call = replace(CALL, turns=turns, quality=measure_quality(turns, recording))
    assert "silent in turn 3 although" in check_validity(call, (wer(0.0),), case=CASE).reason


def test_a_pause_that_was_meant_is_no_gap() -> None:
    pieces = (Piece(text="Order four"), Piece(text="seven one.", pause_ms=150))
    call = replace(recorded(hole(TONE, 220)), moves=(Say(text="Order four seven one.", pieces=pieces),))
    assert check_validity(call, (wer(0.0),), case=CASE).valid
    assert (
        "150 ms"
        in check_validity(replace(call, quality=recorded(hole(TONE, 260)).quality), (wer(0.0),), case=CASE).reason
    )


def asked(**surroundings: float) -> Case:
    return make_case(persona=Persona(name="omar", surroundings=Surroundings(**surroundings)))  # type: ignore[arg-type]


def broken(kind: FaultKind) -> Case:
    return make_case(platform=PlatformSetup(faults=(PlannedFault(kind=kind),)))


MUTED = make_case(platform=PlatformSetup(flow=({"type": "answer"}, {"type": "mute"})))


@pytest.mark.parametrize(
    ("case", "samples"),
    [
        pytest.param(asked(lost_frames=0.1), hole(TONE, 200), id="lost frames"),
        pytest.param(asked(jitter_ms=40.0), hole(TONE, 200), id="jitter"),
        pytest.param(broken(FaultKind.PACKET_LOSS), hole(TONE, 200), id="packet loss"),
        pytest.param(broken(FaultKind.ONE_WAY_IN), SILENT, id="one way"),
        pytest.param(MUTED, SILENT, id="muted by the flow"),
        pytest.param(asked(gain_db=-60.0), SILENT, id="faint"),
        pytest.param(asked(clip_db=1.0), CLIPPED, id="overdriven"),
        pytest.param(asked(gain_db=12.0), CLIPPED, id="too loud"),
    ],
)
def test_what_the_case_asked_for_is_no_fault_of_ours_while_the_words_come_through(case: Case, samples: Samples) -> None:
    assert check_validity(recorded(samples), (wer(MAX_CALLER_WER),), case=case).valid
    assert not check_validity(recorded(samples), (wer(MAX_CALLER_WER + 0.01),), case=case).valid
    assert not check_validity(recorded(samples), (wer(0.0),), case=CASE).valid


AGENT_SCORES = st.lists(
    st.builds(
        Score,
        name=st.sampled_from(("says", "never_says", "hearing_wer", "speaking_wer", "entity", "latency_ms", "rubric.x")),
        value=st.floats(),
        better=st.sampled_from(Better),
        turn=st.none() | st.integers(0, 3),
        passed=st.none() | st.booleans(),
        required=st.booleans(),
        reason=st.text(max_size=20),
    )
    | st.builds(Unscored, name=st.sampled_from(("says", "rubric.x")), reason=st.text(max_size=20)),
    max_size=6,
)
OUR_SCORES = st.sampled_from(
    [
        (wer(0.0),),
        (wer(0.5),),
        (UNHEARD,),
        (wer(0.0), entity(0.5)),
        (wer(0.0), facts("helped: told all")),
        (wer(0.0), facts("hindered: looped")),
    ]
)


@given(ours=OUR_SCORES, theirs=AGENT_SCORES, answer=st.text(max_size=40), data=st.data())
def test_whatever_is_said_of_the_agent_the_validity_is_the_same(
    ours: tuple[Scored, ...], theirs: list[Scored], answer: str, data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations([*ours, *theirs]))
    other = replace(CALL, turns=(CALL.turns[0], replace(CALL.turns[1], meant=answer, spoken=answer, heard=answer)))
    assert check_validity(other, mixed, case=CASE) == check_validity(CALL, ours, case=CASE)
