"""Suites as a proposal is tried with them: the AI's prompt as it was, and the proposed one beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.errors import ConfigurationError, UnknownNameError
from harness.model.prompt import Prompt
from harness.model.suite import Arm, ArmRole, Suite
from harness.runs import Plan
from harness.suitefile import as_in_a_file
from harness.transports.voipbin.proposals import Proposal

_SHORT: Final = 8
"""Digits of the proposal's id that name its prompts."""


def stand_in_for(suites: Sequence[Suite], name: str | None) -> str:
    """Return the name of the prompt whose place a proposal takes: the one that was asked for, or the only one.

    Raises:
        ConfigurationError: the suites know no such prompt, or more than one and none was asked for.
    """
    known = tuple(sorted({arm.prompt.name for suite in suites for arm in suite.arms}))
    if name is not None:
        if name not in known:
            raise UnknownNameError(kind="prompt", name=name, known=known)
        return name
    if len(known) != 1:
        raise ConfigurationError(
            f"these suites test more than one prompt ({', '.join(known)}): say with --as which of them is this AI's, "
            "or name only the suites that are about it"
        )
    return known[0]


def with_proposal(suites: Sequence[Suite], proposal: Proposal, *, name: str) -> tuple[Suite, ...]:
    """Return the suites that test a prompt, with a proposal's two prompts in place of all their arms.

    Args:
        suites: As they are loaded, without baselines.
        proposal: The original prompt becomes the baseline, the proposed one the candidate.
        name: The prompt whose place they take; engine models, voice and language stay those of its first version.
    """
    return tuple(replace(suite, arms=arms) for suite in suites if (arms := tuple(_arms(suite, proposal, name=name))))


def label_of_original(proposal: Proposal, *, name: str) -> str:
    """Return the `name@version` that the original prompt runs under."""
    return _prompt(proposal, "original", proposal.original, name=name).label


def to_its_end(plan: Plan) -> Plan:
    """Return a plan that no evidence ends early.

    A comparison that stops as soon as the candidate is good enough seldom gets to see that it is better.
    """
    return replace(plan, asked=replace(plan.asked, policy=replace(plan.asked.policy, watched=False)))


def _arms(suite: Suite, proposal: Proposal, *, name: str) -> Iterator[Arm]:
    before = [arm for arm in suite.arms if arm.prompt.name == name]
    first = [arm for arm in before if arm.prompt == before[0].prompt]
    for role, version, text in (
        (ArmRole.CANDIDATE, "proposed", proposal.proposed),
        (ArmRole.BASELINE, "original", proposal.original),
    ):
        prompt = _prompt(proposal, version, text, name=name)
        yield from (replace(arm, prompt=prompt, role=role) for arm in first)


def _prompt(proposal: Proposal, version: str, text: str, *, name: str) -> Prompt:
    text = as_in_a_file(text)
    return Prompt(
        name=name,
        version=f"{version}-{proposal.id[:_SHORT]}",
        text=text,
        source=text,
        description=f"{version} prompt of VoIPBIN's proposal {proposal.id}",
    )
