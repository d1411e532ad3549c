"""Arms for comparisons, a word of letters for each case: `PPF?` passed twice, failed once and proved nothing once."""

from collections.abc import Mapping, Sequence

from harness.model.outcome import Outcome
from harness.model.suite import ArmRole
from harness.regression.comparing import Reference, judge
from harness.regression.facts import ArmFacts, CaseFacts, TrialFacts
from harness.regression.judgement import THIS_RUN, EarlyEvidence, Judgement
from harness.regression.policy import Policy, Profile, policy_of

OUTCOMES = {"P": Outcome.PASSED, "F": Outcome.FAILED, "?": Outcome.INCONCLUSIVE, "!": Outcome.ERROR}
ENGINE = "embedded.extractive"
STRICT = policy_of(Profile.PULL_REQUEST)


def arm(
    prompt: str,
    *cases: str,
    metrics: Mapping[str, Sequence[float | None]] | None = None,
    quarantined: Sequence[int] = (),
    engine_model: str = ENGINE,
    digest: str = "",
) -> ArmFacts:
    """Return an arm that tried cases `desk::c00`, `desk::c01` …, a metric given as one value for each of them."""

    def case(place: int, letters: str) -> CaseFacts:
        measured = [(name, values[place]) for name, values in sorted((metrics or {}).items())]
        known = tuple((name, value) for name, value in measured if value is not None)
        trials = tuple(
            TrialFacts(
                attempt=attempt,
                outcome=OUTCOMES[letter],
                metrics=known if letter in "PF" else (),
            )
            for attempt, letter in enumerate(letters, start=1)
        )
        return CaseFacts(id=f"desk::c{place:02d}", trials=trials, quarantined=place in quarantined)

    return ArmFacts(
        prompt=prompt,
        digest=digest or prompt,
        engine_model=engine_model,
        role=ArmRole.CANDIDATE,
        cases=tuple(case(place, letters) for place, letters in enumerate(cases) if letters),
    )


def judged(
    candidate: ArmFacts | Sequence[ArmFacts],
    *baselines: ArmFacts,
    policy: Policy = STRICT,
    early: Mapping[str, EarlyEvidence] | None = None,
    differs: tuple[str, ...] = (),
    source: str = THIS_RUN,
    extended: bool = False,
) -> Judgement:
    """Return what candidates come to beside the baselines of one reference."""
    candidates = [candidate] if isinstance(candidate, ArmFacts) else candidate
    found = judge(
        candidates,
        [Reference(source=source, arms=baselines, differs=differs)],
        policy=policy,
        early=early or {},
        extended=extended,
    )
    assert found is not None
    return found
