"""Substitution of variables, and what a request may bring along."""

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.voipbin.variables import own_variables, substitute, substitute_all, variables_fault

KNOWN = {"name": "Ada", "a.b": "dotted", "empty": "", "nested": "${name}"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Hi ${name}", "Hi Ada"),
        ("${name}${name}", "AdaAda"),
        ("${a.b}", "dotted"),
        ("${unknown}", ""),
        ("<${empty}>", "<>"),
        ("${nested}", "${name}"),
        ("$name {name} $ {name}", "$name {name} $ {name}"),
        ("${name", "${name"),
        ("${}", "${}"),
        ("${a${name}}", "}"),
        ("", ""),
    ],
)
def test_names_are_replaced_once_and_unknown_ones_are_nothing(text: str, result: str) -> None:
    assert substitute(text, KNOWN) == result


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (5, 5),
        (True, True),
        (None, None),
        (2.5, 2.5),
        (["${name}", 1, ["${a.b}"]], ["Ada", 1, ["dotted"]]),
        (("${name}",), ["Ada"]),
        ({"${name}": "${name}"}, {"${name}": "Ada"}),
        (MappingProxyType({"x": {"y": "${name}"}}), {"x": {"y": "Ada"}}),
    ],
)
def test_only_texts_are_substituted_and_no_name_of_a_field(value: Any, result: Any) -> None:
    assert substitute_all(value, KNOWN) == result


@given(st.text())
def test_text_without_a_reference_stays_as_it_is(text: str) -> None:
    plain = text.replace("${", "")
    assert substitute(plain, KNOWN) == plain


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (["a"], "must be an object"),
        ({"a": 1}, "'a' is not a text"),
        ({str(n): "" for n in range(101)}, "101 variables are too many"),
        ({"a": "x" * (32 * 1024 + 1)}, "'a' is longer than 32 KB"),
        ({"a": "ü" * (16 * 1024) + "."}, "'a' is longer than 32 KB"),
        ({str(n): "x" * 30_000 for n in range(3)}, "larger than 64 KB"),
    ],
    ids=["list", "number", "many", "long", "long in bytes", "large"],
)
def test_request_with_too_much_is_refused(variables: object, words: str) -> None:
    assert words in variables_fault(variables)


@pytest.mark.parametrize(
    "variables",
    [{}, {str(n): "" for n in range(100)}, {"a": "x" * (32 * 1024)}],
    ids=["none", "a hundred", "32 KB"],
)
def test_request_at_the_limit_is_taken(variables: dict[str, str]) -> None:
    assert variables_fault(variables) == ""


def test_the_platforms_own_names_cannot_be_brought_along() -> None:
    assert own_variables({"voipbin.call.id": "x", "voipbin": "y", "mine": "z"}) == {"voipbin": "y", "mine": "z"}
