"""The ways a comparison may be stopped, each as a run does it: what is called, and how many trials it took."""

from dataclasses import dataclass
from statistics import NormalDist

from benchmarks.sureness.population import Design, Outcomes
from harness.regression.evalues import TrialPair, stop_for_noninferiority, stop_for_regression
from harness.regression.gate import ALPHA, GateWord, gate_verdict
from harness.regression.planned_looks import obf_boundaries
from harness.regression.spending import spending
from harness.regression.two_arms import adjusted_paired_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a comparison."""

    design: Design
    """At the first look; an extension tries every case as often again."""
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was called, and what it cost."""

    word: GateWord
    pairs: int
    """Trials held in each arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a comparison is looked at, and how sure each look has to be."""

    name: str
    confidences: tuple[float, ...]
    """Of the gate's interval, look by look; a look after the first needs an extension."""
    evidence_alpha: float | None = None
    """At which the e-values stop it after any pair; None: they are not watched."""

    def answer(self, suite: Outcomes, question: Question) -> Answer:
        """Return what the rule makes of a suite that has the trials of every look."""
        size = question.design.cases * question.design.trials
        early = self._watch(suite, question, most=size * len(self.confidences))
        for look, confidence in enumerate(self.confidences, start=1):
            if early is not None and early.pairs <= look * size:
                return early
            counts = suite.counts(trials=look * question.design.trials)
            interval = adjusted_paired_interval(*counts, confidence=confidence).interval
            word = gate_verdict(interval, margin=question.margin)
            if word is not GateWord.INCONCLUSIVE:
                break
        return Answer(word=word, pairs=look * size)

    def _watch(self, suite: Outcomes, question: Question, *, most: int) -> Answer | None:
        """Return what the e-values stop it for, looked at after every pair: whichever suffices first."""
        if self.evidence_alpha is None:
            return None
        pairs = in_turn(suite)[:most]
        worse = stop_for_regression(pairs, alpha=self.evidence_alpha).after
        fine = stop_for_noninferiority(pairs[:worse], margin=question.margin, alpha=self.evidence_alpha).after
        if fine is not None:
            return Answer(word=GateWord.NON_INFERIOR, pairs=fine)
        return None if worse is None else Answer(word=GateWord.REGRESSED, pairs=worse)


def in_turn(suite: Outcomes) -> list[TrialPair]:
    """Return the pairs in the order they are held: each case once before any repeats."""
    arms = (arm.T.ravel().tolist() for arm in (suite.baseline, suite.candidate))
    return [TrialPair(baseline=baseline, candidate=candidate) for baseline, candidate in zip(*arms, strict=True)]


def _offered(name: str, *, looks: int, watched: bool) -> Rule:
    shared = spending(looks=looks, watched=watched)
    return Rule(name=name, confidences=(shared.confidence,) * looks, evidence_alpha=shared.evidence)


ONCE = _offered("once, at the end", looks=1, watched=False)
EARLY = _offered("early stops", looks=1, watched=True)
OFFERED = (
    ONCE,
    _offered("extended", looks=2, watched=False),
    EARLY,
    _offered("early stops, extended", looks=2, watched=True),
    Rule(
        name="extended, O'Brien-Fleming",
        confidences=tuple(2 * NormalDist().cdf(look.critical_z) - 1 for look in obf_boundaries(2, alpha=ALPHA)),
    ),
)
ALPHA_TWICE = Rule(name="*all of alpha twice*", confidences=ONCE.confidences, evidence_alpha=ALPHA)
"""Not on offer: what comes of watching the e-values at alpha, and judging at the same alpha once more."""
