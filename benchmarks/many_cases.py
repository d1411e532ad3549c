"""Runs of any size, made up from a seed: what the report is measured with when it gets large.

A call has five turns and about 2 KB of text. Its words are drawn from 4,000 made-up ones the way words of a language
are used, a few often and most seldom, so that the text compresses about as well as English does and no better.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from harness.model.call import Call, EndReason, Role, Tier, Turn
from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, Trial, TrialResult
from harness.model.score import Better, Score, Scored
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.suite import ArmRole
from harness.testing.builders import make_prompt

TURNS = 5
TEXT_BYTES = 2000
"""Of a call, shared by its turns."""

_SYLLABLES = tuple(
    "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo ya ze sta tri plo gre and en ing er ly".split()  # noqa: SIM905
)
_PERSONAS = ("hurried commuter", "calm planner", "worried parent", "night owl")
_TAGS = ("booking", "hours", "safety", "numbers", "small talk")
_SUITES = ("desk", "kitchen", "safety")
_PROMPT = "receptionist@v2"
_ENGINE_MODEL = "embedded.extractive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words and how often each is used."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    """Added up, so that a draw is a search."""

    @classmethod
    def of(cls, dice: random.Random, *, size: int = 4000) -> "Vocabulary":
        """Return made-up words; the n-th is used 1/n as often as the first."""
        found: dict[str, None] = {}
        while len(found) < size:
            longest = 1 if len(found) < 20 else 2 if len(found) < 300 else 4
            found["".join(dice.choices(_SYLLABLES, k=dice.randint(1, longest)))] = None
        return cls(words=tuple(found), weights=tuple(accumulate(1 / (rank + 2) for rank in range(size))))

    def text(self, dice: random.Random, *, size: int) -> str:
        """Return sentences of about `size` characters."""
        drawn = dice.choices(self.words, cum_weights=self.weights, k=size // 4)
        text = " ".join(drawn)[:size].rsplit(" ", 1)[0]
        return text.capitalize() + "."


def many_cases(number: int, *, seed: int = 1) -> tuple[CaseResult, ...]:
    """Return the results of `number` cases, one trial each: nine of ten passed."""
    dice = random.Random(seed)
    vocabulary = Vocabulary.of(dice)
    return tuple(_case(index, dice, vocabulary) for index in range(number))


def many_snapshots(results: Sequence[CaseResult]) -> tuple[CaseSnapshot, ...]:
    """Return what a suite file would say of each case."""
    return tuple(
        CaseSnapshot(
            suite=result.suite,
            id=result.case,
            description=f"A caller with question {index + 1} wants an answer.",
            persona=_PERSONAS[index % len(_PERSONAS)],
            manner="",
            tags=(_TAGS[index % len(_TAGS)],),
            source=f"{result.suite}.suite.yaml:{index + 1}",
        )
        for index, result in enumerate(results)
    )


def large_run(number: int, *, seed: int = 1) -> Run:
    """Return a run of `number` cases with one prompt version."""
    results = many_cases(number, seed=seed)
    prompt = make_prompt(version="v2")
    return Run(
        id="20250601-120000-ab12",
        started_at="2025-06-01T12:00:00Z",
        provenance=Provenance(
            harness_version="0.1.0",
            transport="simulated",
            tier=Tier.TEXT,
            latency="modelled",
            seed=seed,
            caller_voices=(),
            agent_voices=(),
            stt="",
            normaliser="basic/1",
        ),
        prompts=(
            PromptSnapshot(
                name="receptionist",
                version="v2",
                digest=prompt.digest,
                source=prompt.source,
                role=ArmRole.CANDIDATE,
                description="Answers whatever it is asked.",
            ),
        ),
        cases=many_snapshots(results),
        results=results,
        planned=number,
    )


def transcript_bytes(run: Run) -> int:
    """Return the size of all words that were spoken, as UTF-8."""
    return sum(len(turn.spoken.encode()) for call in run.calls if call.call for turn in call.call.turns)


def _case(index: int, dice: random.Random, vocabulary: Vocabulary) -> CaseResult:
    outcome = dice.choices(
        (Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.ERROR), weights=(90, 7, 2, 1)
    )[0]
    suite, case = _SUITES[index % len(_SUITES)], f"question_{index + 1:05}"
    planned = f"{suite}::{case}[{_PROMPT}-{_ENGINE_MODEL}]"
    trial = Trial(
        planned=planned,
        suite=suite,
        case=case,
        prompt=_PROMPT,
        engine_model=_ENGINE_MODEL,
        role=ArmRole.CANDIDATE,
        attempt=1,
        seed=index,
        persona=_PERSONAS[index % len(_PERSONAS)],
    )
    turns = _turns(dice, vocabulary)
    reasons = () if outcome is Outcome.PASSED else (f"turn 3: {_SAYS[outcome]}",)
    return CaseResult(
        planned=planned,
        suite=suite,
        case=case,
        prompt=_PROMPT,
        engine_model=_ENGINE_MODEL,
        role=ArmRole.CANDIDATE,
        pass_rule=PassRule(required=1, of=1),
        outcome=outcome,
        trials=(
            TrialResult(
                trial=trial, outcome=outcome, reasons=reasons, scores=_scores(outcome, turns), call=_call(turns)
            ),
        ),
    )


_SAYS = {
    Outcome.FAILED: "the agent did not say the opening hours",
    Outcome.INCONCLUSIVE: "nobody could tell whether the agent said the opening hours",
    Outcome.ERROR: "the line dropped",
}


def _turns(dice: random.Random, vocabulary: Vocabulary) -> tuple[Turn, ...]:
    turns, now = [], 300
    for place in range(TURNS):
        role = Role.CALLER if place % 2 else Role.AGENT
        text = vocabulary.text(dice, size=TEXT_BYTES // TURNS)
        answers = role is Role.AGENT and place > 0
        latency = dice.randint(500, 1900)
        started = now + (latency if answers else 400)
        now = started + 20_000
        turns.append(
            Turn(
                role=role,
                meant=text,
                spoken=text,
                heard=text.lower() if role is Role.CALLER else "",
                started_ms=started,
                ended_ms=now,
                latency_ms=latency if answers else None,
            )
        )
    return tuple(turns)


def _scores(outcome: Outcome, turns: tuple[Turn, ...]) -> tuple[Scored, ...]:
    passed = outcome is not Outcome.FAILED
    said = Score(
        name="says",
        value=float(passed),
        better=Better.HIGHER,
        turn=2,
        passed=passed,
        required=True,
        reason="the agent says the opening hours" if passed else _SAYS[Outcome.FAILED],
    )
    latency = float(turns[2].latency_ms or 0)
    quick = Score(
        name="within_ms",
        value=latency,
        better=Better.LOWER,
        turn=2,
        passed=True,
        required=True,
        reason=f"answered after {latency / 1000:.2f} s, at most 2.50 s allowed",
    )
    return said, quick


def _call(turns: tuple[Turn, ...]) -> Call:
    return Call(
        transport="simulated",
        tier=Tier.TEXT,
        seed=1,
        events=(),
        turns=turns,
        end_reason=EndReason.CALLER_HANGUP,
        duration_ms=turns[-1].ended_ms + 500,
        prompt_label=_PROMPT,
        prompt_digest="b" * 64,
    )
