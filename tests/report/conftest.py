"""A run with everything a report must show: fixed and broken cases, a barge-in, word errors, gaps, hostile text."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.files import save_recording
from harness.audio.recording import Recording
from harness.model.call import Call, ClipRef, Event, EventKind, Role, Tier, Turn
from harness.model.case import PassRule
from harness.model.finding import Finding, FindingName, Resource
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, Trial, TrialResult
from harness.model.score import AlignedWord, Better, Edit, Score, Scored, Unscored, WordCounts
from harness.model.slug import slug
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.suite import ArmRole, Planned
from harness.runner.outcome import fold_case
from harness.testing.builders import make_arm, make_call, make_case, make_prompt, make_turn
from harness.voipbin.troubleshooting import ADVICE
from tests.report.browsing import started

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RATE_HZ = 8000

V1 = """You are the receptionist of Bella Trattoria.
Greet the caller with the name of the restaurant.
We are open Tuesday to Sunday from noon to ten in the evening.
Take bookings for up to eight people.
Keep every answer to two sentences.
"""
V2 = """You are the receptionist of Bella Trattoria.
Greet the caller with the name of the restaurant.
We are open Tuesday to Sunday from noon to eleven in the evening.
Take bookings for up to eight people.
Always repeat the day, the time and the number of people before you confirm.
Keep every answer to two sentences.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A run and the folder that holds its recordings."""

    run: Run
    folder: Path


def speech(turns: tuple[Turn, ...], role: Role, *, duration_ms: int) -> Clip:
    """Return noise that swells like syllables wherever a side speaks."""
    rng = np.random.default_rng(5 if role is Role.CALLER else 6)
    time = np.arange(duration_ms * RATE_HZ // 1000) / RATE_HZ
    tone = rng.normal(0, 1, time.size) * (0.35 + np.abs(np.sin(time * 11)) * np.abs(np.sin(time * 2.3)))
    mask = np.zeros(time.size)
    for turn in turns:
        if turn.role is role:
            mask[turn.started_ms * 8 : turn.ended_ms * 8] = 1
    return Clip((tone * mask * 5000).clip(-32000, 32000).astype(np.int16), RATE_HZ)


def booking_turns(*, repeats: bool, heard_tail: str = "for ate people") -> tuple[Turn, ...]:
    """Return a booking: the agent is cut off once, and repeats the details or does not."""
    reply = "Thank you, I have noted that."
    if repeats:
        reply = "That is Friday at nine for eight people. Shall I confirm?"
    tail = " How may I help you today? We have a lovely terrace"
    agent, caller = Role.AGENT, Role.CALLER
    return (
        make_turn(
            agent,
            f"Bella Trattoria, good evening.{tail} and live music.",
            started_ms=300,
            ended_ms=4100,
            spoken=f"Bella Trattoria, good evening.{tail}",
            said="bella trattoria good evening how may i help you today we have a lovely terrace",
            interrupted=True,
        ),
        make_turn(
            caller,
            "Hi, I would like a table on Friday at nine for eight people.",
            started_ms=3900,
            ended_ms=7600,
            heard=f"hi i would like a table on friday at nine {heard_tail}",
            said="hi i would like a table on friday at nine for eight people",
            move=0,
        ),
        make_turn(agent, reply, started_ms=8420, ended_ms=12100, latency_ms=820, said=reply.lower()),
        make_turn(caller, "Great, thank you.", started_ms=12600, ended_ms=13900, heard="great thank you", move=1),
        make_turn(agent, "See you then. Goodbye!", started_ms=15300, ended_ms=17000, latency_ms=1400),
    )


def word_errors() -> tuple[AlignedWord, ...]:
    """Return an alignment with one error of each kind."""
    words = [
        AlignedWord(edit=Edit.EQUAL, reference=w, hypothesis=w)
        for w in ["hi", "i", "would", "like", "a", "table", "on"]
    ]
    words.append(AlignedWord(edit=Edit.DELETE, reference="friday", hypothesis=""))
    words.extend(AlignedWord(edit=Edit.EQUAL, reference=w, hypothesis=w) for w in ["at", "nine", "for"])
    words.append(AlignedWord(edit=Edit.SUBSTITUTE, reference="eight", hypothesis="ate"))
    words.append(AlignedWord(edit=Edit.EQUAL, reference="people", hypothesis="people"))
    words.append(AlignedWord(edit=Edit.INSERT, reference="", hypothesis="please"))
    return tuple(words)


def booking_scores(*, repeats: bool) -> tuple[Scored, ...]:
    """Return what is measured in a booking."""
    counts = WordCounts(hits=11, substitutions=1, deletions=1, insertions=1)
    return (
        Score(
            name="says",
            value=float(repeats),
            better=Better.HIGHER,
            turn=2,
            passed=repeats,
            required=True,
            reason="the agent says “Friday”, “nine” and “eight”"
            if repeats
            else "the agent did not say “Friday”, “nine” and “eight”",
            because="a booking is repeated before it is confirmed",
        ),
        Score(
            name="within_ms",
            value=820.0,
            better=Better.LOWER,
            turn=2,
            passed=True,
            required=True,
            reason="answered after 0.82 s, at most 2.50 s allowed",
        ),
        Score(
            name="hearing_wer",
            value=3 / 13,
            better=Better.LOWER,
            turn=1,
            counts=counts,
            alignment=word_errors(),
        ),
        Score(name="hearing_wer", value=3 / 16, better=Better.LOWER, counts=counts + WordCounts(hits=3), passed=None),
        Score(name="caller_wer", value=0.0, better=Better.LOWER, counts=WordCounts(hits=16)),
        Unscored(name="rubric.courtesy", reason="no judge is configured"),
    )


class RunBuilder:
    """Collects results of a sample run and writes their recordings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results: list[CaseResult] = []

    def call(self, trial: Trial, turns: tuple[Turn, ...]) -> Call:
        duration = max((turn.ended_ms for turn in turns), default=0) + 500
        path = f"audio/{slug(trial.id)}.flac"
        (self.folder / "audio").mkdir(parents=True, exist_ok=True)
        sides = [speech(turns, role, duration_ms=duration) for role in (Role.CALLER, Role.AGENT)]
        save_recording(Recording(sides[0], sides[1]), self.folder / path)
        cuts = tuple(
            Event(at_ms=turn.ended_ms, kind=EventKind.AUDIO_CUT, role=Role.AGENT, data={"unplayed_ms": 900})
            for turn in turns
            if turn.interrupted
        )
        reference = ClipRef(path=path, duration_ms=duration, sample_rate_hz=RATE_HZ, channels=2, sha256="0" * 64)
        return make_call(*turns, duration_ms=duration, events=cuts, recording=reference)

    def add(
        self,
        case: str,
        *,
        version: str,
        role: ArmRole,
        outcomes: tuple[Outcome, ...],
        turns: tuple[Turn, ...] = (),
        scores: tuple[Scored, ...] = (),
        reasons: tuple[str, ...] = (),
        with_call: bool = True,
    ) -> None:
        """Add one case with one prompt version."""
        arm = make_arm(make_prompt(version=version), role=role)
        rule = PassRule(required=len(outcomes), of=len(outcomes))
        planned = Planned(suite="desk", case=make_case(id=case, pass_rule=rule), arm=arm)
        trials = []
        for attempt, outcome in enumerate(outcomes, start=1):
            trial = Trial.of(planned, attempt=attempt, run_seed=1)
            call = self.call(trial, turns) if with_call else None
            why = reasons if outcome is not Outcome.PASSED else ()
            trials.append(TrialResult(trial=trial, outcome=outcome, reasons=why, scores=scores, call=call))
        self.results.append(fold_case(planned, trials))

    def run(self, **fields: object) -> Run:
        """Return the run collected so far."""
        cases = dict.fromkeys(result.case for result in self.results)
        run = Run(
            id="20250601-120000-ab12",
            started_at="2025-06-01T12:00:00Z",
            provenance=Provenance(
                harness_version="0.1.0",
                transport="simulated",
                tier=Tier.AUDIO,
                latency="modelled",
                seed=1,
                caller_voices=("hibari:heart/0.2.1",),
                agent_voices=("pyttsx3:en-us/2.99",),
                stt="whisper:tiny.en",
                normaliser="basic/1",
            ),
            prompts=tuple(
                PromptSnapshot(
                    name="receptionist",
                    version=version,
                    digest=digest * 64,
                    source=source,
                    role=role,
                    description=description,
                )
                for version, digest, source, role, description in (
                    ("v2", "b", V2, ArmRole.CANDIDATE, "Repeats every booking before confirming it."),
                    ("v1", "a", V1, ArmRole.BASELINE, "The first prompt that went live."),
                )
            ),
            cases=tuple(
                CaseSnapshot(
                    suite="desk",
                    id=case,
                    description=f"The caller wants what “{case.replace('_', ' ')}” says, and is in a hurry.",
                    persona="hurried commuter",
                    manner="short sentences, speaks over the other side",
                    tags=("booking",),
                    source="desk.suite.yaml:12",
                )
                for case in cases
            ),
            results=tuple(self.results),
            planned=sum(len(result.trials) for result in self.results),
        )
        return replace(run, **fields)  # type: ignore[arg-type]


# Not for the session: while it runs, no other test of the process can have an event loop.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Return a browser for one module."""
    with started() as chromium:
        yield chromium


@pytest.fixture
def builder(tmp_path: Path) -> RunBuilder:
    return RunBuilder(tmp_path / "run")


def build_sample(folder: Path, *, red: bool = False) -> Sample:
    """Return a run whose v2 fixes a case of v1 (and, when red, breaks another)."""
    builder = RunBuilder(folder)
    passed, failed = Outcome.PASSED, Outcome.FAILED
    forgot = "turn 3: the agent did not say “Friday”, “nine” and “eight”"
    for version, role in (("v2", ArmRole.CANDIDATE), ("v1", ArmRole.BASELINE)):
        fixed = version == "v2"
        builder.add(
            "booking_for_eight",
            version=version,
            role=role,
            outcomes=(passed, passed) if fixed else (failed, failed),
            turns=booking_turns(repeats=fixed),
            scores=booking_scores(repeats=fixed),
            reasons=(forgot,),
        )
        broke = red and fixed
        for case in ("closed_on_monday", "opening_hours", "allergy_question"):
            bad = broke and case == "opening_hours"
            builder.add(
                case,
                version=version,
                role=role,
                outcomes=(failed, passed) if bad else (passed, passed),
                turns=booking_turns(repeats=not bad, heard_tail="for eight people"),
                scores=booking_scores(repeats=not bad),
                reasons=(forgot,),
            )
        if red:
            builder.add(
                "line_drops",
                version=version,
                role=role,
                outcomes=(Outcome.ERROR,),
                reasons=("the line dropped after 3 s: the transport said “gone”",),
                with_call=False,
            )
    return Sample(run=builder.run(), folder=folder)


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    """Return both samples, made once: writing their recordings takes longest."""
    folder = tmp_path_factory.mktemp("samples")
    return {"green": build_sample(folder / "green"), "red": build_sample(folder / "red", red=True)}


@pytest.fixture
def green(samples: dict[str, Sample], tmp_path: Path) -> Sample:
    return copied(samples["green"], tmp_path / "run")


@pytest.fixture
def red(samples: dict[str, Sample], tmp_path: Path) -> Sample:
    return copied(samples["red"], tmp_path / "run")


def copied(sample: Sample, folder: Path) -> Sample:
    shutil.copytree(sample.folder, folder)
    return replace(sample, folder=folder)


HOSTILE = "<script>alert(1)</script>\x1b[2J"


@pytest.fixture
def told(builder: RunBuilder) -> Sample:
    """Return a failed call with findings, happenings and everything a platform keeps, all of it hostile."""
    turns = (
        make_turn(Role.AGENT, "Hello.", started_ms=500),
        make_turn(Role.CALLER, "", started_ms=2500, keys="1#", heard=""),
        make_turn(Role.AGENT, "Goodbye.", started_ms=4000),
    )
    builder.add("told", version="v2", role=ArmRole.CANDIDATE, outcomes=(Outcome.FAILED,), turns=turns, reasons=("no",))
    run = builder.run()
    (result,) = run.results
    trials = tuple(replace(trial, call=explained(trial.call)) for trial in result.trials if trial.call is not None)
    return Sample(run=replace(run, results=(replace(result, trials=trials),)), folder=builder.folder)


def explained(call: Call) -> Call:
    """Return a call with one of each."""
    called = {"function": {"name": HOSTILE, "arguments": HOSTILE * 20}}
    kept: tuple[tuple[str, dict[str, object]], ...] = (
        ("summary", {"content": HOSTILE}),
        ("aimessage", {"role": HOSTILE, "content": HOSTILE, "tool_calls": [called]}),
        ("transcript", {"direction": HOSTILE, "message": HOSTILE}),
        ("variables", {HOSTILE: HOSTILE}),
        (HOSTILE, {"status": HOSTILE}),
        ("proof", {"proved": "unknown", "why": HOSTILE}),
        ("line", {"codec": HOSTILE, "transport": HOSTILE, "uncertainty_ms": 7.4, "notes": [HOSTILE]}),
    )
    return replace(
        call,
        events=(
            Event(at_ms=1500, kind=EventKind.TOOL_CALLED, text=HOSTILE, data={"arguments": HOSTILE * 20}),
            Event(at_ms=2000, kind=EventKind.FAULT_INJECTED, text=HOSTILE, data={"kind": "x"}),
        ),
        findings=tuple(
            Finding(
                name=name,
                at_ms=4000,
                what=HOSTILE,
                cause=ADVICE[name].cause,
                fix=ADVICE[name].fix,
                blames=ADVICE[name].blames,
            )
            for name in (FindingName.TOOL_FAILED, FindingName.DEAD_AIR)
        ),
        resources=tuple(Resource(kind=kind, fields=fields) for kind, fields in kept),
    )
