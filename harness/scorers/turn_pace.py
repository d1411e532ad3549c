"""Scores of how fast both sides speak: words, or characters where words are not written apart, per minute of speech."""

from collections.abc import Iterator, Sequence

from harness.model.score import Better, Evidence, Score, Scored, Unscored
from harness.scorers.normalise import character_units, compares_characters, normalize_basic
from harness.scorers.turn_reading import TurnReading
from harness.scorers.turn_states import words_per_minute


def pace_scores(reading: TurnReading, *, evidence: Evidence) -> Iterator[Scored]:
    """Yield the pace of the agent and of the caller, each over its own speech."""
    yield _pace("agent_words_per_minute", reading.agent, lang=evidence.arm.voice.language, evidence=evidence)
    yield _pace("caller_words_per_minute", reading.caller, lang=evidence.case.persona.language, evidence=evidence)


def _pace(name: str, turns: Sequence[int], *, lang: str, evidence: Evidence) -> Scored:
    spoken = [evidence.call.turns[index] for index in turns]
    speech_ms = sum(turn.ended_ms - turn.started_ms for turn in spoken)
    units = sum(count_units(turn.spoken, lang=lang) for turn in spoken)
    pace = words_per_minute(units, speech_ms=speech_ms)
    if pace is None:
        return Unscored(name=name, reason="this side did not speak")
    unit = "characters" if compares_characters(lang) else "words"
    return Score(name=name, value=pace, better=Better.LOWER, reason=f"{units} {unit} in {speech_ms} ms of speech")


def count_units(text: str, *, lang: str) -> int:
    """Return how many words a text has, or characters where words are not written apart."""
    plain = normalize_basic(text, lang, keep_fillers=True)
    return len(character_units(plain)) if compares_characters(lang) else len(plain.split())
