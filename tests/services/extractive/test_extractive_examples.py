"""The example suites hold what they promise, word for word, before any of it is spoken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.model.case import Case
from harness.model.moves import Expectation, Say
from harness.model.suite import Suite
from harness.scorers.phrases import find_phrase
from harness.services.extractive.prompt_reader import read_prompt
from harness.suitefile import load_suite
from harness.suitefile.prompts import load_prompt

Talk = Callable[..., list[str]]

SUITES = Path(__file__).parents[3] / "suites"
NAMES = ("receptionist", "customer_service", "sales")
LABELS = ("receptionist@v1", "receptionist@v2", "receptionist@v3-draft", "customer_service@v1", "sales@v1")


def broken(expectations: tuple[Expectation, ...], said: str) -> list[str]:
    missed = [
        each.because
        for each in expectations
        for group in each.says
        if not any(find_phrase(phrase, text=said, lang="en-US") for phrase in group)
    ]
    said_anyway = [
        each.because
        for each in expectations
        for phrase in each.never_says
        if find_phrase(phrase, text=said, lang="en-US")
    ]
    return missed + said_anyway


def broken_rules(case: Case, prompt: str, talk: Talk) -> set[str]:
    moves = [move for move in case.moves if isinstance(move, Say)]
    greeting, *answers = talk(prompt, *(move.text for move in moves))
    rules = broken(case.greeting, greeting) + broken(case.expect, " ".join((greeting, *answers)))
    for move, answer in zip(moves, answers, strict=True):
        rules += broken(move.expect, answer)
    return set(rules)


def failures(suite: Suite, label: str, talk: Talk) -> dict[str, set[str]]:
    prompt = load_prompt(SUITES, label).text
    rules = {case.id: broken_rules(case, prompt, talk) for case in suite.cases}
    return {case: broken for case, broken in rules.items() if broken}


@pytest.mark.parametrize("name", NAMES)
def test_the_prompts_under_test_pass(name: str, talk: Talk) -> None:
    suite = load_suite(SUITES / f"{name}.suite.yaml")

    assert failures(suite, suite.arms[0].prompt.label, talk) == {}


def test_v1_lacks_the_rule_that_v2_added(talk: Talk) -> None:
    suite = load_suite(SUITES / "receptionist.suite.yaml")

    assert failures(suite, "receptionist@v1", talk) == {
        "nut_allergy": {"if the caller mentions an allergy, say that the kitchen will know"}
    }


def test_the_draft_fails_for_the_one_rule_it_lost(talk: Talk) -> None:
    suite = load_suite(SUITES / "receptionist.suite.yaml")
    lost = {"always read the booking back before you confirm it"}

    assert failures(suite, "receptionist@v3-draft", talk) == {
        "table_for_two": lost,
        "change_of_mind": lost,
        "booking_from_the_street": lost,
    }


@pytest.mark.parametrize("label", LABELS)
def test_every_order_in_the_example_prompts_is_understood(label: str) -> None:
    assert read_prompt(load_prompt(SUITES, label).text).ignored == ()


def test_there_are_enough_examples_to_learn_from() -> None:
    suites = [load_suite(SUITES / f"{name}.suite.yaml") for name in NAMES]
    cases = [case for suite in suites for case in suite.cases]
    moves = [move for case in cases for move in case.moves]

    assert len(cases) >= 12
    assert len({case.persona.name for case in cases}) >= 4
    assert sum(isinstance(move, Say) and move.interrupts is not None for move in moves) >= 2
