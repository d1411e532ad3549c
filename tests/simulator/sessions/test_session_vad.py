"""A session that listens as the platform's settings say: a detector of voice begins turns and helps to end them."""

from typing import Any

import pytest

from harness.audio.clip import Clip
from harness.interfaces import Utterance
from harness.model.call import EventKind, Tier
from harness.model.platform import TurnModelName, VadConfig
from harness.simulator.line.voice_spans import speech_changes
from harness.simulator.sessions.talk import SessionSetup
from harness.testing.activity import LevelActivity, ScriptedActivity
from harness.testing.speech import EchoEars
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOUR_MS, Line, Stage, action

RUN = 60_000
SAYS_MS = 4_500


def listening(
    *replies: str, says: str, vad: VadConfig | None = None, smart_turn: bool = False, **parts: Any
) -> tuple[Stage, Line]:
    """Hold a call whose agent speaks for six seconds and whose caller speaks over it."""
    setup = SessionSetup(turn_model=TurnModelName.VAD, vad=vad or VadConfig(), smart_turn=smart_turn)
    equipment = {"activity": lambda: LevelActivity()} | parts
    stage = Stage(*(replies or ("word " * 20, "Yes?")), session=setup, tier=Tier.AUDIO, parts=equipment)
    line = stage.with_ai()
    line.says(says, at_ms=SAYS_MS)
    stage.run(for_ms=RUN)
    return stage, line


def heard_changes(line: Line, says: str, vad: VadConfig) -> list[int]:
    """When the detector believes a change in what the caller said, as it came off the line."""
    length_ms = 300 * len(says.split())
    tape = line.leg.lines.window(SAYS_MS, SAYS_MS + length_ms)
    assert tape is not None
    clip: Clip = tape.caller
    utterance = Utterance(text=says, duration_ms=clip.duration_ms, clip=clip)
    return [SAYS_MS + change.at_ms for change in speech_changes(utterance, activity=LevelActivity(), config=vad)]


@pytest.mark.parametrize("start_secs", [0.0, 0.1, 0.2, 0.5], ids=str)
def test_agent_is_cut_when_the_detector_believes_the_voice(start_secs: float) -> None:
    vad = VadConfig(start_secs=start_secs)
    _, line = listening(says="Sorry to interrupt", vad=vad)
    began_ms, _ = heard_changes(line, "Sorry to interrupt", vad)
    assert line.time_of(EventKind.AUDIO_CUT) == began_ms
    assert SAYS_MS + start_secs * 1_000 <= began_ms <= SAYS_MS + start_secs * 1_000 + 100


@pytest.mark.parametrize("stop_secs", [0.2, 0.8, 2.0], ids=str)
def test_turn_ends_with_the_later_of_silence_and_the_final(stop_secs: float) -> None:
    vad = VadConfig(stop_secs=stop_secs)
    _, line = listening(says="Sorry to interrupt", vad=vad)
    _, ceased_ms = heard_changes(line, "Sorry to interrupt", vad)
    final_ms = line.time_of(EventKind.TRANSCRIPT_FINAL)
    assert line.time_of(EventKind.USER_TURN_ENDED) == max(ceased_ms, final_ms)


@pytest.mark.parametrize(
    ("vad", "activity"),
    [
        (VadConfig(confidence=0.9), ScriptedActivity(0.8)),
        (VadConfig(min_volume=1.0), LevelActivity()),
        (VadConfig(start_secs=5.0), LevelActivity()),
    ],
    ids=["not sure enough", "not loud enough", "not long enough"],
)
def test_voice_the_detector_does_not_believe_interrupts_by_its_final_only(vad: VadConfig, activity: Any) -> None:
    stage, line = listening(says="Sorry to interrupt", vad=vad, activity=lambda: activity)
    assert line.time_of(EventKind.AUDIO_CUT) == line.time_of(EventKind.TRANSCRIPT_FINAL)
    assert stage.messages("user") == [("user", "Sorry to interrupt")]


def test_noise_without_words_interrupts_and_is_not_answered() -> None:
    stage, line = listening(says="Achoo", ears=lambda _: EchoEars(deaf_to=["Achoo"]))
    assert line.of(EventKind.AUDIO_CUT)
    assert len(stage.agent.asked) == 1
    assert len(line.of(EventKind.USER_TURN_ENDED)) == 1


@pytest.mark.parametrize(("says", "waits"), [("I would like a", True), ("I would like a table.", False)], ids=str)
def test_smart_turn_waits_for_words_that_stop_half_way(says: str, waits: bool) -> None:
    _, line = listening(says=says, smart_turn=True)
    _, ceased_ms = heard_changes(line, says, VadConfig())
    ended_ms = line.time_of(EventKind.USER_TURN_ENDED)
    assert (ended_ms == ceased_ms + 3_000) is waits
    assert waits or ended_ms == max(ceased_ms, line.time_of(EventKind.TRANSCRIPT_FINAL))


def test_nothing_is_detected_before_the_session_begins() -> None:
    setup = SessionSetup(turn_model=TurnModelName.VAD)
    stage = Stage("Hello.", session=setup, tier=Tier.AUDIO, parts={"activity": lambda: LevelActivity()})
    line = stage.with_ai()
    line.says("Hm", at_ms=150)
    stage.run(for_ms=RUN)
    assert not line.of(EventKind.USER_TURN_ENDED)
    assert line.spoken() == ["Hello."]


def test_voice_that_is_cut_at_the_far_end_has_ceased() -> None:
    setup = SessionSetup(turn_model=TurnModelName.VAD)
    stage = Stage("Hello.", "Fine.", session=setup, tier=Tier.AUDIO, parts={"activity": lambda: LevelActivity()})
    ai = stage.platform.ais.create({"engine_model": "openai.gpt-5"})
    talk = action("talk", text="word " * 20, digits_handle="next")
    near = stage.placed(
        action("sleep", duration=8_000), talk, action("sleep", duration=HOUR_MS), target=ai["direct_hash"]
    )
    far = stage.line(stage.records(Kind.CALL)[1]["id"])
    stage.run(for_ms=8_000)
    near.presses("1", at_ms=stage.clock.now_ms() + 5_000)
    stage.run(for_ms=RUN)
    cut_ms = near.entered_ms("sleep") if len(near.entered) < 3 else near.of(EventKind.ACTION_ENTERED)[2].at_ms
    ended_ms = far.time_of(EventKind.USER_TURN_ENDED)
    assert cut_ms <= ended_ms < cut_ms + 1_000
    assert near.spoken()[-1].split() == ["word"] * len(near.spoken()[-1].split())
    assert len(stage.messages("user")) == 1
