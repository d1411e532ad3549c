from pathlib import Path

import pytest

from harness.errors import SuiteError
from harness.suitefile import load_prompt
from tests.suitefile.suite_texts import Write

FULL = """---
description: Reads bookings back
variables: {restaurant: Any Place, city: Rome, tables: 12, unused: x}
---

You are the receptionist of {{ restaurant }} in {{ city }}.
{% if tables == "12" -%}
There are {{ tables }} tables.
{%- endif %}

"""


def test_a_prompt_is_its_filled_template_and_keeps_the_template(write: Write) -> None:
    root = write({"prompts/host/v2.md": FULL})

    prompt = load_prompt(root, "host@v2", variables={"restaurant": "Trattoria Bella", "other": "y"})

    assert prompt.label == "host@v2"
    assert prompt.text == "You are the receptionist of Trattoria Bella in Rome.\nThere are 12 tables."
    assert prompt.source.startswith("You are the receptionist of {{ restaurant }}")
    assert prompt.source.endswith("{%- endif %}")
    assert prompt.description == "Reads bookings back"
    assert prompt.path == "prompts/host/v2.md"
    assert prompt.variables == (("city", "Rome"), ("restaurant", "Trattoria Bella"), ("tables", "12"))


def test_a_prompt_without_front_matter_is_its_text(write: Write) -> None:
    root = write({"prompts/host/v1.md": "Be brief.\r\n\r\nAsk for the name.\r\n"})

    prompt = load_prompt(root, "host@v1")

    assert prompt.text == prompt.source == "Be brief.\n\nAsk for the name."


def test_a_line_of_dashes_later_in_a_prompt_is_text(write: Write) -> None:
    root = write({"prompts/host/v1.md": "---\ndescription: x\n---\nBe brief.\n\n---\n\nAsk.\n"})

    assert load_prompt(root, "host@v1").text == "Be brief.\n\n---\n\nAsk."


def test_the_nearest_prompts_folder_above_is_used(write: Write) -> None:
    root = write({"prompts/host/v1.md": "Above.", "team/night/notes.txt": "", "other/prompts/host/v1.md": "Beside."})

    above, beside = load_prompt(root / "team" / "night", "host@v1"), load_prompt(root / "other", "host@v1")

    assert (above.text, above.path) == ("Above.", "../../prompts/host/v1.md")
    assert (beside.text, beside.path) == ("Beside.", "prompts/host/v1.md")


def test_equal_text_has_an_equal_digest_whatever_the_front_matter(write: Write) -> None:
    root = write(
        {"prompts/host/v1.md": "Be {{ how }}.\n", "prompts/host/v2.md": "---\ndescription: x\n---\nBe brief.\n"}
    )

    assert load_prompt(root, "host@v1", variables={"how": "brief"}).digest == load_prompt(root, "host@v2").digest


def test_a_variable_the_template_asks_about_may_be_left_out(write: Write) -> None:
    text = "Hello{% if city is defined %} from {{ city }}{% endif %}{{ more | default('.') }}"
    root = write({"prompts/host/v1.md": text})

    assert load_prompt(root, "host@v1").text == "Hello."
    assert load_prompt(root, "host@v1", variables={"city": "Rome", "more": "!"}).text == "Hello from Rome!"


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        pytest.param(
            "A\n{{ x }} {{ y }}\n{{ x }}", ["2:4 'x' has no value", "2:12 'y' has no value"], id="all missing"
        ),
        pytest.param("{{ city.mayor }}", ["1:1 'str object' has no attribute 'mayor'"], id="missing attribute"),
        pytest.param("\n\n{{ ''.__class__ }}", ["3:1 not allowed in a prompt"], id="python's insides"),
        pytest.param("{{ city.format.__globals__ }}", ["1:1 not allowed in a prompt"], id="globals"),
        pytest.param("{% import 'os' as os %}", ["1:1 a prompt can't include or import"], id="import"),
        pytest.param("{{ lipsum() }}", ["1:4 'lipsum' has no value"], id="random words"),
        pytest.param("{{ range(10000000) | list }}", ["1:1 Range too big"], id="too much"),
        pytest.param("{{ city | upcase }}", ["1:1 No filter named 'upcase'"], id="unknown filter"),
        pytest.param("One\n{% for %}", ["2:1 broken template"], id="syntax"),
    ],
)
def test_a_broken_template_is_a_fault_at_its_line(write: Write, template: str, fault: list[str]) -> None:
    root = write({"prompts/host/v1.md": template})

    with pytest.raises(SuiteError) as caught:
        load_prompt(root, "host@v1", variables={"city": "Rome"})

    assert len(caught.value.faults) == len(fault)
    for found, expected in zip(caught.value.faults, fault, strict=True):
        place, _, words = expected.partition(" ")
        assert f"{found.line}:{found.column}" == place
        assert words in found.message


@pytest.mark.parametrize(
    ("label", "message"),
    [
        pytest.param("desk@v33", r"no version 'v33'\. Did you mean 'v3'\? Versions: v1, v2, v3\.", id="near"),
        pytest.param("desk@final", r"no version 'final'\. Versions: v1, v2, v3\.", id="version"),
        pytest.param("desks@v1", r"unknown prompt 'desks' in prompts/\. Did you mean 'desk'\?", id="name"),
        pytest.param("desk", "'desk' is no prompt: write <name>@<version>", id="no version"),
        pytest.param("../desk@v1", "is no prompt", id="a way out of the folder"),
        pytest.param("desk@..", "is no prompt", id="dots"),
        pytest.param("desk@V1", "no version 'V1'", id="another case"),
        pytest.param("bare@v1", r"no version 'v1'\. prompts/bare holds no \.md file\.", id="no versions at all"),
    ],
)
def test_a_prompt_that_is_not_there_names_those_that_are(write: Write, label: str, message: str) -> None:
    root = write({"prompts/bare/notes.txt": ""})

    with pytest.raises(SuiteError, match=message):
        load_prompt(root, label)


def test_no_prompts_folder_says_where_the_prompt_would_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SuiteError, match=r"no folder 'prompts' .* the prompt desk@v1 would be prompts/desk/v1\.md"):
        load_prompt(tmp_path, "desk@v1")
