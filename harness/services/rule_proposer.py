"""Improves a prompt with no model: one more instruction for whatever audits marked lowest.

It exists so that the platform's proposals can be tried offline; it is as clever as the table below.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from harness.interfaces import ProposedPrompt
from harness.model.audit import Dimension, Evaluation

INSTRUCTIONS: Mapping[Dimension, tuple[str, ...]] = MappingProxyType(
    {
        Dimension.HELPFULNESS: (
            "Answer every question the caller asks before you ask one of your own.",
            "If you cannot help, say so in one sentence and offer the nearest thing you can do.",
        ),
        Dimension.ACCURACY: (
            "State only facts, numbers and times that stand in this prompt or that the caller gave you.",
            "Read every number back to the caller before you act on it.",
        ),
        Dimension.TONE: (
            "Be warm and polite: greet, thank, and apologise when something goes wrong.",
            "Keep every reply under three short sentences.",
        ),
        Dimension.GOAL_COMPLETION: (
            "Before the call ends, say in one sentence what was agreed.",
            "If something is missing to do what the caller wants, ask for it, one question at a time.",
        ),
        Dimension.TOOL_USAGE: (
            "When a tool fails, tell the caller what did not work and what you will do instead.",
            "Use a tool only when you have everything it needs.",
        ),
    }
)
"""What is added for a dimension, the first that does not stand in the prompt yet."""


class RuleProposer:
    """Adds one instruction for each dimension that was marked lowest."""

    @property
    def name(self) -> str:
        """Return its name."""
        return "rules"

    async def propose(self, prompt: str, *, evaluations: Sequence[Evaluation], language: str) -> ProposedPrompt:
        """Return the prompt with the instructions behind it, or as it is when it holds all of them already."""
        means = _means(evaluations)
        lowest = [dimension for dimension, mean in means.items() if mean == min(means.values())]
        added = {dimension: new for dimension in lowest if (new := _new(dimension, prompt))}
        lines = "".join(f"\n{instruction}" for instruction in added.values())
        reasons = " ".join(
            f"{dimension.value.replace('_', ' ')} was marked lowest ({means[dimension]:.1f} of 5 in "
            f"{_counted(evaluations, dimension)}): {_reason(evaluations, dimension)} "
            f"So the prompt now says: {instruction}"
            for dimension, instruction in added.items()
        )
        rationale = f"Rule-based proposal. {reasons}" if added else "Rule-based proposal. Nothing left to add."
        return ProposedPrompt(prompt=f"{prompt.rstrip()}{lines}", rationale=rationale)


def _means(evaluations: Sequence[Evaluation]) -> dict[Dimension, float]:
    means = {}
    for dimension in Dimension:
        scores = [each.marks[dimension].score for each in evaluations if dimension in each.marks]
        if scores:
            means[dimension] = sum(scores) / len(scores)
    return means


def _counted(evaluations: Sequence[Evaluation], dimension: Dimension) -> str:
    count = sum(dimension in each.marks for each in evaluations)
    return f"{count} audit{'' if count == 1 else 's'}"


def _reason(evaluations: Sequence[Evaluation], dimension: Dimension) -> str:
    marks = [each.marks[dimension] for each in evaluations if dimension in each.marks]
    return min(marks, key=lambda mark: mark.score).reason


def _new(dimension: Dimension, prompt: str) -> str:
    return next((line for line in INSTRUCTIONS[dimension] if line not in prompt), "")
