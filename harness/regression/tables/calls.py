"""Tables about calls: what each came to, what was said in it turn by turn, and everything that happened."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.call import EndReason, Event, EventKind, Role, Speaker, Turn, TurnLabel
from harness.model.outcome import Outcome
from harness.model.run import Run, TrialResult
from harness.model.suite import ArmRole
from harness.model.validity import InvalidKind
from harness.regression.decision import Decision
from harness.regression.tables.shape import Table, flag, integer, listed, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A trial's call, and whether it counts."""

    result: TrialResult
    discarded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A turn of a call."""

    trial: str
    number: int
    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event of a call."""

    trial: str
    number: int
    event: Event


def called(run: Run) -> Iterator[Called]:
    """Yield every trial of a run, those of a case together, the discarded ones last."""
    for result in run.results:
        for trial in result.trials:
            yield Called(result=trial, discarded=False)
        for trial in result.discarded:
            yield Called(result=trial, discarded=True)


def _called(run: Run, _decision: Decision) -> Iterator[Called]:
    return called(run)


def _spoken(run: Run, _decision: Decision) -> Iterator[Spoken]:
    for each in called(run):
        trial = each.result.trial.id
        for number, turn in enumerate(each.result.call.turns if each.result.call else ()):
            yield Spoken(trial=trial, number=number, turn=turn)


def _happened(run: Run, _decision: Decision) -> Iterator[Happened]:
    for each in called(run):
        trial = each.result.trial.id
        for number, event in enumerate(each.result.call.events if each.result.call else ()):
            yield Happened(trial=trial, number=number, event=event)


def _invalid_kind(result: TrialResult) -> str | None:
    return None if result.validity is None or result.validity.kind is None else result.validity.kind.value


def _recording(result: TrialResult) -> str | None:
    return None if result.call is None or result.call.recording is None else result.call.recording.path


TRIALS: Table[Called] = Table(
    name="trials",
    row="one call of one case with one arm",
    items=_called,
    columns=(
        text("trial", "Id, unique within a run", lambda row: row.result.trial.id),
        text("planned", "Id of its case and arm, a row of `cases`", lambda row: row.result.trial.planned),
        text("suite", "Name of the suite", lambda row: row.result.trial.suite),
        text("case", "Id of the case", lambda row: row.result.trial.case),
        text("persona", "Who phones", lambda row: row.result.trial.persona),
        text("prompt", "`name@version`", lambda row: row.result.trial.prompt),
        text("engine_model", "The model behind the prompt", lambda row: row.result.trial.engine_model),
        text("role", "Of the arm: `candidate` or `baseline`", lambda row: row.result.trial.role.value, choices=ArmRole),
        integer("attempt", "From 1", lambda row: row.result.trial.attempt),
        integer("repeat", "0; 1, 2 where our own caller spoiled the one before", lambda row: row.result.trial.repeat),
        integer("seed", "Of everything random in it", lambda row: row.result.trial.seed),
        flag("discarded", "It was made again and counts for nothing", lambda row: row.discarded),
        text(
            "outcome",
            "`passed`, `failed`, `inconclusive` or `error`",
            lambda row: row.result.outcome.value,
            choices=Outcome,
        ),
        text("reasons", "Why it did not pass, most important first", lambda row: listed(row.result.reasons)),
        flag(
            "valid",
            "Whether it says something about the agent; empty for an error",
            lambda row: None if row.result.validity is None else row.result.validity.valid,
            optional=True,
        ),
        text(
            "invalid_kind", "What spoiled it", lambda row: _invalid_kind(row.result), optional=True, choices=InvalidKind
        ),
        text(
            "findings",
            "What explains it, the likeliest cause first",
            lambda row: listed(finding.name.value for finding in row.result.findings),
        ),
        text(
            "failed_parts",
            "The parts its failed checks are laid to",
            lambda row: listed(dict.fromkeys(blame.part.value for blame in row.result.blames)),
        ),
        text(
            "end_reason",
            "Why the call ended; empty, like the columns below, where none came about",
            lambda row: None if row.result.call is None else row.result.call.end_reason.value,
            optional=True,
            choices=EndReason,
        ),
        integer(
            "duration_ms",
            "Length of the call",
            lambda row: None if row.result.call is None else row.result.call.duration_ms,
            optional=True,
        ),
        integer(
            "turns",
            "Number of turns",
            lambda row: None if row.result.call is None else len(row.result.call.turns),
            optional=True,
        ),
        integer(
            "interruptions",
            "Turns that were cut short by the other side",
            lambda row: None if row.result.call is None else sum(turn.interrupted for turn in row.result.call.turns),
            optional=True,
        ),
        text("recording", "Its file in the run's folder", lambda row: _recording(row.result), optional=True),
    ),
)

TURNS: Table[Spoken] = Table(
    name="turns",
    row="what one side did between two silences",
    items=_spoken,
    columns=(
        text("trial", "Id of the call, a row of `trials`", lambda row: row.trial),
        integer("number", "From 0, in the order of the call", lambda row: row.number),
        text("role", "Whose turn: `caller` or `agent`", lambda row: row.turn.role.value, choices=Role),
        text(
            "speaker",
            "Who of the agent's side it was: `agent`, `flow`, `callee` or `request`; empty for the caller",
            lambda row: row.turn.speaker.value if row.turn.role is Role.AGENT else None,
            optional=True,
            choices=Speaker,
        ),
        text("label", "What the caller's sound is to the agent", lambda row: row.turn.label.value, choices=TurnLabel),
        text("meant", "Caller: the script. Agent: what its model wrote", lambda row: row.turn.meant),
        text("spoken", "The part of it that was played", lambda row: row.turn.spoken),
        text(
            "said",
            "What our own recogniser hears in the recording; empty without sound or recogniser",
            lambda row: row.turn.said,
            optional=True,
        ),
        text(
            "heard",
            "Caller: what the platform's recogniser made of it; empty for the agent",
            lambda row: row.turn.heard,
            optional=True,
        ),
        text("keys", "Caller: the keys that were pressed", lambda row: row.turn.keys),
        integer("started_ms", "On the call's clock", lambda row: row.turn.started_ms),
        integer("ended_ms", "On the call's clock", lambda row: row.turn.ended_ms),
        integer(
            "latency_ms",
            "Agent: from the end of the caller's speech to its start; empty for a greeting or an overlap",
            lambda row: row.turn.latency_ms,
            optional=True,
        ),
        flag("interrupted", "The other side cut it short", lambda row: row.turn.interrupted),
        integer(
            "move",
            "Caller: which of its moves it is, from 0; empty for the agent",
            lambda row: row.turn.move,
            optional=True,
        ),
    ),
)

EVENTS: Table[Happened] = Table(
    name="events",
    row="one thing that happened in a call",
    items=_happened,
    columns=(
        text("trial", "Id of the call, a row of `trials`", lambda row: row.trial),
        integer("number", "From 0, in the order of the call", lambda row: row.number),
        integer("at_ms", "On the call's clock", lambda row: row.event.at_ms),
        text("kind", "What happened, such as `speech_started`", lambda row: row.event.kind.value, choices=EventKind),
        text(
            "role",
            "Whose doing: `caller` or `agent`; empty for the platform's",
            lambda row: None if row.event.role is None else row.event.role.value,
            optional=True,
            choices=Role,
        ),
        text("text", "Its words", lambda row: row.event.text),
        text("data", "Its facts, as a JSON object", lambda row: _facts(row.event)),
    ),
)


def _facts(event: Event) -> str:
    return json.dumps(dict(event.data), ensure_ascii=False, sort_keys=True) if event.data else "{}"
