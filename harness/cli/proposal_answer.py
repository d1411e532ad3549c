"""What a test of a proposal has the platform told: nothing, unless somebody said beforehand what it should lead to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import click

from harness.errors import ConfigurationError
from harness.model.exit_code import ExitCode
from harness.regression.decision import Decision
from harness.regression.judgement import Standing
from harness.transports.voipbin.ais import id_of
from harness.transports.voipbin.proposals import Proposal, closed
from harness.voipbin.resources import Record

AFTER_TEST: Final = (
    click.option(
        "--accept-if-better",
        "accept_if_better",
        is_flag=True,
        help="Accept the proposal when the comparison proves it better.",
    ),
    click.option(
        "--accept", "accept_if_passed", is_flag=True, help="Accept it when the run passes; better is not asked for."
    ),
    click.option("--reject", "reject_if_failed", is_flag=True, help="Reject it when the run fails."),
)
"""What a test may lead to."""


class Answer(StrEnum):
    """What the platform is told."""

    NOTHING = "nothing"
    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What was said beforehand; nothing said, nothing is answered."""

    better: bool = False
    """Accept when it is proved better."""
    passed: bool = False
    """Accept when the run passes."""
    failed: bool = False
    """Reject when the run fails."""

    @property
    def accepts(self) -> bool:
        """Return whether it may come to an acceptance."""
        return self.better or self.passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the platform is told, and why."""

    answer: Answer
    why: str


def require_open(proposal: Proposal, ai: Record | None, *, answering: Answering) -> None:
    """Refuse a test or an answer that can come to nothing.

    Args:
        proposal: What is to be tested or answered.
        ai: The AI it is for; None where it is gone.
        answering: What may be answered.

    Raises:
        ConfigurationError: there is no proposed prompt, or the platform would not take the answer.
    """
    if not proposal.proposed.strip():
        raise ConfigurationError(f"proposal {proposal.id} has no prompt to test: {closed(proposal)}")
    if not (answering.accepts or answering.failed):
        return
    if not proposal.is_open:
        raise ConfigurationError(f"proposal {proposal.id} takes no answer any more: {closed(proposal)}")
    if answering.accepts and has_drifted(proposal, ai):
        raise ConfigurationError(
            f"proposal {proposal.id} cannot be accepted any more: the prompt of its AI has changed since it was made. "
            "Audit calls with the prompt of today and have a new one made; a test without --accept still compares them"
        )


def has_drifted(proposal: Proposal, ai: Record | None) -> bool:
    """Return whether an AI has another prompt than the one its proposal was made for."""
    return ai is None or id_of(ai, "current_prompt_history_id") != proposal.basis


def answer_after(decision: Decision, *, answering: Answering) -> Answered:
    """Return what a run of a test leads to."""
    passed, failed = decision.exit_code is ExitCode.PASSED, decision.exit_code is ExitCode.FAILED
    judgement = decision.judgement
    better = passed and judgement is not None and judgement.policy.gates and judgement.standing is Standing.IMPROVED
    if answering.better and better:
        return Answered(answer=Answer.ACCEPT, why="the comparison proves it better")
    if answering.passed and passed:
        return Answered(answer=Answer.ACCEPT, why="the run passed")
    if answering.failed and failed:
        return Answered(answer=Answer.REJECT, why="the run failed")
    if passed:
        word = "nothing" if judgement is None else judgement.standing.value
        return Answered(answer=Answer.NOTHING, why=f"the run passed, and the comparison says {word}")
    return Answered(answer=Answer.NOTHING, why=f"the outcome of the run is {decision.outcome.value}")
