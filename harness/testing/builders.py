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
from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.judgement import ArmChange, Judgement, MetricChange, Standing
from harness.regression.policy import PASS_RATE, Profile, policy_of


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


def make_metric(**fields: Any) -> MetricChange:
    """Return a pass rate that fell from 1 to 0.556, measured in 7 cases."""
    values: dict[str, Any] = {
        "metric": PASS_RATE,
        "margin": 0.1,
        "word": GateWord.REGRESSED,
        "interval": Interval(estimate=-4 / 9, low=-0.714, high=-0.173),
        "confidence": 0.9,
        "baseline": 1.0,
        "candidate": 5 / 9,
        "cases": 7,
        "p_two_sided": 0.03125,
    }
    return MetricChange(**(values | fields))


def make_change(*metrics: MetricChange, **fields: Any) -> ArmChange:
    """Return the change from `receptionist@v1` to `receptionist@v2`, regressed."""
    values: dict[str, Any] = {
        "candidate": "receptionist@v2",
        "baseline": "receptionist@v1",
        "engine_model": "embedded.extractive",
        "source": "this run",
        "standing": Standing.REGRESSED,
        "metrics": metrics or (make_metric(),),
        "matched": 7,
        "trials": (3, 3),
        "worse": ("desk::opening_hours", "desk::table_for_two"),
    }
    return ArmChange(**(values | fields))


def make_judgement(*changes: ArmChange, **fields: Any) -> Judgement:
    """Return what comparisons under the profile `pull_request` come to, by the first of them."""
    made = changes or (make_change(),)
    values: dict[str, Any] = {
        "policy": policy_of(Profile.PULL_REQUEST),
        "changes": made,
        "standing": made[0].standing,
        "sentence": f"{made[0].standing.value}: {made[0].candidate} beside {made[0].baseline}",
        "next_step": "read with `harness report latest --open` the cases that got worse",
    }
    return Judgement(**(values | fields))
