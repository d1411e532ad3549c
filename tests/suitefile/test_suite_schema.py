"""The editor's schema against suites, by a checker of the few JSON Schema words it uses."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.suitefile import suite_schema
from tests.suitefile.suite_texts import MINIMAL

TYPES = {"string": str, "number": int | float, "integer": int, "boolean": bool, "array": list, "object": dict}
KNOWN_WORDS = {
    *("$schema", "$defs", "$ref", "title", "description", "default", "type", "const", "enum", "oneOf", "properties"),
    *(
        "required",
        "additionalProperties",
        "patternProperties",
        "items",
        "minItems",
        "pattern",
        "format",
        "minimum",
        "maximum",
    ),
}


def complaints(value: Any, schema: dict[str, Any], *, root: dict[str, Any], at: str = "") -> list[str]:
    assert set(schema) <= KNOWN_WORDS
    if schema.get("additionalProperties") is True or not set(schema) - {"title", "description", "default"}:
        return []  # Any JSON at all, or any mapping.
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "oneOf" in schema:
        found = [complaints(value, option, root=root, at=at) for option in schema["oneOf"]]
        return [] if sum(not each for each in found) == 1 else [f"{at}: none or several of oneOf"]
    names = schema.get("type", [])
    kinds = [TYPES[name] for name in ([names] if isinstance(names, str) else names)]
    if kinds and not any(isinstance(value, kind) for kind in kinds):
        return [f"{at}: {value!r} is no {names}"]
    found_here = [
        f"{at}: {value!r} breaks {word}"
        for word, broken in {
            "const": "const" in schema and value is not schema["const"],
            "enum": "enum" in schema and value not in schema["enum"],
            "pattern": isinstance(value, str) and not re.search(schema.get("pattern", ""), value),
            "minimum": "minimum" in schema and value < schema["minimum"],
            "maximum": "maximum" in schema and value > schema["maximum"],
            "minItems": isinstance(value, list) and len(value) < schema.get("minItems", 0),
            "required": isinstance(value, dict) and not set(schema.get("required", ())) <= set(value),
        }.items()
        if broken
    ]
    if isinstance(value, list):
        for index, item in enumerate(value):
            found_here += complaints(item, schema["items"], root=root, at=f"{at}[{index}]")
    if isinstance(value, dict):
        for key, item in value.items():
            inner = schema.get("properties", {}).get(key) or next(
                (each for pattern, each in schema.get("patternProperties", {}).items() if re.search(pattern, key)), None
            )
            found_here += (
                [f"{at}: unknown {key}"] if inner is None else complaints(item, inner, root=root, at=f"{at}.{key}")
            )
    return found_here


def check(text: str) -> list[str]:
    schema = suite_schema()
    return complaints(yaml.safe_load(text), schema, root=schema)


def test_a_suite_with_everything_passes(everything: Path) -> None:
    assert check(everything.read_text(encoding="utf-8")) == []


def test_a_file_of_personas_passes(everything: Path) -> None:
    assert check((everything.parent / "people.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MINIMAL + "promts: [x]\n", id="unknown key"),
        pytest.param(MINIMAL.replace("desk@v1", "desk"), id="no version"),
        pytest.param(MINIMAL.replace("say", "sya"), id="unknown move"),
        pytest.param(MINIMAL.replace("id: a", "id: a b"), id="id"),
        pytest.param(MINIMAL.replace("id: a", "description: a"), id="no id"),
        pytest.param(MINIMAL + "    pass: most\n", id="pass rule"),
        pytest.param(MINIMAL + "    persona: {rate: 3}\n", id="rate"),
        pytest.param(MINIMAL + "    limits: {hearing_wer: 15}\n", id="share"),
        pytest.param(MINIMAL + "    entities: [{type: word, value: x}]\n", id="entity type"),
        pytest.param(MINIMAL + "personas: {a b: {}}\n", id="name of a persona"),
        pytest.param(MINIMAL.replace("{say: hi}", "{say: hi}, {hangup: false}"), id="hangup: false"),
        pytest.param("cases: []\n", id="no case"),
        pytest.param(MINIMAL.replace("{say: hi}", "{press: 12x}"), id="no key of a telephone"),
        pytest.param(MINIMAL + "    platform: {flow: [{type: ai_tlk}]}\n", id="action type"),
        pytest.param(MINIMAL + "    platform: {flow: [{option: {}}]}\n", id="no action type"),
        pytest.param(MINIMAL + "    platform: {tools: [send_emial]}\n", id="tool"),
        pytest.param(MINIMAL + "    platform: {tool_mocks: {send_emial: {}}}\n", id="mock of no tool"),
        pytest.param(MINIMAL + "    platform: {faults: [{kind: llm_hang}]}\n", id="fault"),
        pytest.param(MINIMAL + "    platform: {variables: {a b: x}}\n", id="name of a call's variable"),
        pytest.param("platform: {direction: inbound}\n", id="direction"),
    ],
)
def test_what_one_key_can_get_wrong_is_marked_in_the_editor(text: str) -> None:
    assert check(text)


def test_every_key_says_what_it_means() -> None:
    schema = suite_schema()
    shapes = [schema, *schema["$defs"].values()]

    words = [(shape["title"], key, word) for shape in shapes for key, word in shape["properties"].items()]
    silent = [(title, key) for title, key, word in words if not word.get("description")]

    assert silent == []
    assert all(shape["description"] for shape in shapes)


def test_the_schema_is_json_and_names_its_dialect() -> None:
    assert json.loads(json.dumps(suite_schema()))["$schema"] == "https://json-schema.org/draft/2020-12/schema"
