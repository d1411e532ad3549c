"""Ready values for tests: everything has a sensible default, any field can be named."""

from dataclasses import replace
from typing import Any

from harness.model.call import Call, EndReason, Role, Tier, Turn, TurnLabel
from harness.model.case import Case
from harness.model.moves import Backchannel, Disturbance, Hangup, Press, Say, Wait
from harness.model.outcome import Outcome
from harness.model.persona import Persona
from harness.model.prompt import Prompt
from harness.model.run import Trial, TrialResult
from harness.model.score import Evidence
from harness.model.suite import Arm, Planned


def make_prompt(text: str = "You are a receptionist.", **fields: Any) -> Prompt:
    """Return a prompt `receptionist@v1`."""
    values: dict[str, Any] = {"name": "receptionist", "version": "v1", "source": text, "text": text}
    return Prompt(**(values | fields))


def make_arm(prompt: Prompt | None = None, **fields: Any) -> Arm:
    """Return an arm with the embedded agent."""
    values: dict[str, Any] = {"prompt": prompt or make_prompt(), "engine_model": "embedded.extractive"}
    return Arm(**(values | fields))


def make_case(*lines: str, **fields: Any) -> Case:
    """Return a case whose caller says `lines` one after the other."""
    values: dict[str, Any] = {
        "id": "hello",
        "persona": Persona(name="tester"),
        "moves": tuple(Say(text=line) for line in lines or ("Hello, are you open today?",)),
    }
    return Case(**(values | fields))


def make_turn(role: Role, meant: str, *, started_ms: int = 0, **fields: Any) -> Turn:
    """Return a turn of one second that was spoken in full."""
    values: dict[str, Any] = {
        "role": role,
        "meant": meant,
        "spoken": meant,
        "started_ms": started_ms,
        "ended_ms": started_ms + 1000,
    }
    return Turn(**(values | fields))


def make_call(*turns: Turn, **fields: Any) -> Call:
    """Return a finished call with the given turns."""
    values: dict[str, Any] = {
        "transport": "simulated",
        "tier": Tier.AUDIO,
        "seed": 1,
        "events": (),
        "turns": turns,
        "end_reason": EndReason.CALLER_HANGUP,
        "duration_ms": max((turn.ended_ms for turn in turns), default=0),
        "prompt_label": "receptionist@v1",
        "prompt_digest": make_prompt().digest,
    }
    return Call(**(values | fields))


def make_evidence(case: Case, call: Call, *, arm: Arm | None = None) -> Evidence:
    """Return what a scorer sees of a call in which the caller did what the case says, its turns labelled by that."""
    moves = tuple(
        move for move in case.moves if isinstance(move, Say | Press | Wait | Backchannel | Disturbance | Hangup)
    )

    def labelled(turn: Turn) -> Turn:
        move = moves[turn.move] if turn.move is not None and 0 <= turn.move < len(moves) else None
        interrupts = isinstance(move, Say) and move.interrupts is not None
        return replace(turn, label=TurnLabel.BARGE_IN) if interrupts else turn

    made = replace(call, moves=moves, turns=tuple(labelled(turn) for turn in call.turns))
    return Evidence(case=case, arm=arm or make_arm(), call=made)


def make_result(outcome: Outcome = Outcome.PASSED, *, attempt: int = 1, **fields: Any) -> TrialResult:
    """Return the result of a trial of `make_case()` with `make_arm()`."""
    planned = fields.pop("planned", None) or Planned(suite="desk", case=make_case(), arm=make_arm())
    values: dict[str, Any] = {
        "trial": Trial.of(planned, attempt=attempt, run_seed=1),
        "outcome": outcome,
        "call": make_call(),
    }
    return TrialResult(**(values | fields))
