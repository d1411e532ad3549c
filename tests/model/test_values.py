from dataclasses import replace

import pytest

from harness.model.outcome import Outcome, Tally
from harness.model.run import Trial
from harness.model.score import WordCounts
from harness.model.suite import Planned, Suite
from harness.testing.builders import make_arm, make_case, make_prompt


def test_a_trial_has_the_same_seed_in_every_arm_and_another_at_every_attempt() -> None:
    case = make_case()
    v1 = Planned(suite="desk", case=case, arm=make_arm(make_prompt("One.")))
    v2 = Planned(suite="desk", case=case, arm=make_arm(make_prompt("Two.", version="v2")))

    assert Trial.of(v1, attempt=1, run_seed=1).seed == Trial.of(v2, attempt=1, run_seed=1).seed
    assert Trial.of(v1, attempt=1, run_seed=1).seed != Trial.of(v1, attempt=2, run_seed=1).seed
    assert Trial.of(v1, attempt=1, run_seed=1).seed != Trial.of(v1, attempt=1, run_seed=2).seed


def test_two_prompts_are_the_same_only_if_their_text_is() -> None:
    prompt = make_prompt("Be kind.")

    assert prompt.digest == replace(prompt, version="v9").digest
    assert prompt.digest != make_prompt("Be brief.").digest


def test_the_matrix_keeps_the_arms_of_a_case_together() -> None:
    cases = (make_case(id="a"), make_case(id="b"))
    arms = (make_arm(), make_arm(make_prompt(version="v2")))
    suite = Suite(name="desk", path="desk.suite.yaml", cases=cases, arms=arms)

    assert [planned.id for planned in suite.matrix()] == [
        "desk::a[receptionist@v1-embedded.extractive]",
        "desk::a[receptionist@v2-embedded.extractive]",
        "desk::b[receptionist@v1-embedded.extractive]",
        "desk::b[receptionist@v2-embedded.extractive]",
    ]


@pytest.mark.parametrize(
    ("counts", "rate"),
    [
        (WordCounts(), 0.0),
        (WordCounts(insertions=2), None),
        (WordCounts(deletions=3), 1.0),
        (WordCounts(hits=1, insertions=2), 2.0),
    ],
    ids=["nothing at all", "words without a reference", "nothing heard", "more heard than said"],
)
def test_an_error_rate_follows_the_rules_for_empty_references(counts: WordCounts, rate: float | None) -> None:
    assert counts.rate == rate


def test_counts_are_pooled_before_they_are_divided() -> None:
    pooled = WordCounts(hits=8, substitutions=2) + WordCounts(hits=90)

    assert pooled.rate == pytest.approx(0.02)


def test_a_tally_counts_every_outcome() -> None:
    tally = Tally.of([Outcome.PASSED, Outcome.ERROR, Outcome.PASSED])

    assert (tally.passed, tally.error, tally.total) == (2, 1, 3)
