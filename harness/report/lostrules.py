"""Which sentence that a prompt lost is the one its broken cases were about.

A suite's author writes a rule beside a check (`because:`). When a check breaks and the prompt has lost a sentence that
reads like its rule, that sentence is named first. It is a pointer for the reader, not a proof.
"""

import re
from dataclasses import dataclass

from harness.model.run import TrialResult
from harness.model.score import Score
from harness.report.promptdiff import likeness
from harness.report.versions import Comparison, Movement

_SAME_RULE = 0.6
"""From this likeness on, a lost sentence and a check's rule are taken for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRule:
    """A sentence the prompt no longer has."""

    statement: str
    cases: tuple[str, ...]
    """Broken cases whose failed checks name it; empty when none does."""


def lost_rules(comparison: Comparison) -> tuple[LostRule, ...]:
    """Return the lost sentences, those that most broken cases name first, otherwise in the prompt's order."""
    broken = {
        moved.result.case: _rules(moved.result.trials) for moved in comparison.moved if moved.movement is Movement.BROKE
    }
    lost = [
        LostRule(
            statement=statement,
            cases=tuple(case for case, rules in broken.items() if any(_same(statement, rule) for rule in rules)),
        )
        for statement in comparison.statements.lost
    ]
    return tuple(sorted(lost, key=lambda rule: -len(rule.cases)))


def _rules(trials: tuple[TrialResult, ...]) -> set[str]:
    scores = (score for trial in trials for score in trial.scores)
    return {score.because for score in scores if isinstance(score, Score) and score.passed is False and score.because}


def _same(statement: str, rule: str) -> bool:
    return likeness(_words(statement), _words(rule)) >= _SAME_RULE


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
