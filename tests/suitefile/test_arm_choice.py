from pathlib import Path

import pytest

from harness.errors import SuiteError, UnknownNameError
from harness.suitefile import ArmChoice, load_suite, load_suites
from tests.suitefile.suite_texts import MINIMAL, Write

DESK = MINIMAL.replace("[desk@v1]", "[desk@v2]\nbaseline: desk@v1")
BOTH = MINIMAL.replace("desk@v1", "desk@v2, sales@v1")
SALES = {"prompts/sales/v1.md": "Sell.\n", "prompts/sales/v2.md": "Sell more.\n"}


def chosen(*prompts: str, against: str | None = None, models: tuple[str, ...] = ()) -> ArmChoice:
    return ArmChoice(prompts=prompts, against=against, engine_models=models)


@pytest.mark.parametrize(
    ("suite", "choice", "candidates", "baselines"),
    [
        pytest.param(DESK, chosen(), ["desk@v2"], ["desk@v1"], id="as written"),
        pytest.param(DESK, chosen("desk@v3"), ["desk@v3"], ["desk@v2"], id="a draft against the current one"),
        pytest.param(DESK, chosen("desk@v2"), ["desk@v2"], ["desk@v1"], id="the current one against its baseline"),
        pytest.param(DESK, chosen("desk@v3", "desk@v2"), ["desk@v3", "desk@v2"], ["desk@v1"], id="two versions"),
        pytest.param(DESK, chosen("desk@v1"), ["desk@v1"], ["desk@v2"], id="the baseline under test"),
        pytest.param(MINIMAL, chosen("desk@v1"), ["desk@v1"], [], id="nothing to compare with"),
        pytest.param(DESK, chosen("desk@v3", "desk@v3"), ["desk@v3"], ["desk@v2"], id="named twice"),
        pytest.param(DESK, chosen("sales@v2"), [], [], id="another prompt's suite"),
        pytest.param(DESK, chosen("desk@v3", "sales@v2"), ["desk@v3"], ["desk@v2"], id="only what the suite uses"),
        pytest.param(BOTH, chosen("desk@v3", "sales@v2"), ["desk@v3", "sales@v2"], ["desk@v2", "sales@v1"], id="names"),
        pytest.param(DESK, chosen("desk@v3", against="desk@v1"), ["desk@v3"], ["desk@v1"], id="against a named one"),
        pytest.param(DESK, chosen("desk@v3", against="none"), ["desk@v3"], [], id="against none"),
        pytest.param(DESK, chosen(against="desk@v3"), ["desk@v2"], ["desk@v3"], id="another baseline"),
        pytest.param(DESK, chosen(against="none"), ["desk@v2"], [], id="no baseline"),
        pytest.param(DESK, chosen(against="sales@v1"), ["desk@v2"], ["desk@v1"], id="a baseline of others"),
        pytest.param(BOTH, chosen(against="sales@v1"), ["desk@v2"], ["sales@v1"], id="a candidate as baseline"),
        pytest.param(
            DESK,
            chosen(models=("openai.gpt-4o", "local.tiny")),
            ["desk@v2"],
            ["desk@v1"],
            id="engine_models",
        ),
    ],
)
def test_the_command_line_chooses_the_arms(
    write: Write, suite: str, choice: ArmChoice, candidates: list[str], baselines: list[str]
) -> None:
    write({**SALES, "x.suite.yaml": suite})
    models = choice.engine_models or ("embedded.extractive",)

    arms = load_suite(Path("x.suite.yaml"), choice=choice).arms

    expected = [
        (label, role, model)
        for role, labels in (("candidate", candidates), ("baseline", baselines))
        for label in labels
        for model in models
    ]
    assert [(arm.prompt.label, arm.role.value, arm.engine_model) for arm in arms] == expected


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        pytest.param(
            chosen("desk@v33"),
            r"command line: prompt: the prompt 'desk' has no version 'v33'\. Did you mean 'v3'\? Versions: v1, v2",
            id="no such version",
        ),
        pytest.param(chosen("desk"), "command line: prompt: 'desk' is no prompt: write <name>", id="no version"),
        pytest.param(chosen(against="desk@"), "command line: against: 'desk@' is no prompt", id="against nonsense"),
        pytest.param(chosen(against="desk@v7"), "command line: against: .* no version 'v7'", id="against a gap"),
        pytest.param(chosen("desk@v3", against="desk@v3"), "desk@v3 would be compared", id="against itself"),
        pytest.param(chosen(against="desk@v2"), r"desk@v2 is the only prompt of x\.suite\.yaml", id="nothing left"),
        pytest.param(chosen(models=("gpt",)), "command line: engine_model: 'gpt' is no", id="engine_model"),
    ],
)
def test_a_choice_that_cannot_be_is_a_fault(write: Write, choice: ArmChoice, message: str) -> None:
    write({"x.suite.yaml": DESK})

    with pytest.raises(SuiteError, match=message):
        load_suite(Path("x.suite.yaml"), choice=choice)


def test_a_choice_and_the_files_are_told_together_and_once(write: Write) -> None:
    write({"x.suite.yaml": DESK + "oops: 1\n", "y.suite.yaml": DESK})

    with pytest.raises(SuiteError) as caught:
        load_suites([Path("x.suite.yaml"), Path("y.suite.yaml")], choice=chosen("desk@v9"))

    assert [(fault.file, fault.key) for fault in caught.value.faults] == [
        ("command line", "prompt"),
        ("x.suite.yaml", "oops"),
    ]


@pytest.mark.parametrize("choice", [chosen("dusk@v1"), chosen(against="dusk@v1")], ids=["prompt", "against"])
def test_a_prompt_no_suite_uses_is_an_error(write: Write, choice: ArmChoice) -> None:
    write({**SALES, "x.suite.yaml": DESK, "y.suite.yaml": BOTH})

    with pytest.raises(UnknownNameError, match=r"unknown prompt 'dusk'\. Did you mean 'desk'\?"):
        load_suites([Path("x.suite.yaml"), Path("y.suite.yaml")], choice=choice)


def test_suites_without_the_chosen_prompt_stay_with_no_arms(write: Write) -> None:
    write({**SALES, "x.suite.yaml": DESK, "y.suite.yaml": BOTH})

    first, second = load_suites([Path("x.suite.yaml"), Path("y.suite.yaml")], choice=chosen("sales@v2"))

    assert first.arms == ()
    assert list(first.matrix()) == []
    assert [arm.prompt.label for arm in second.arms] == ["sales@v2", "sales@v1"]
