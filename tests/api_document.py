"""The platform's OpenAPI document as a yardstick for what the simulator shows; it is not part of this repository."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from harness.voipbin.resources import shown

DOCUMENT = Path(__file__).parents[1].parent / "shared" / "contract" / "openapi.json"


def check_record(record: Mapping[str, Any], schema: str) -> None:
    """Fail unless a resource as the API shows it is one of the document's schema; skip without the document."""
    check_value(shown(record), {"$ref": f"#/components/schemas/{schema}"})


def check_value(value: object, schema: Mapping[str, Any]) -> None:
    """Fail unless a decoded JSON value fits a schema, which may point into the document."""
    validator = OAS30Validator({**schema, "components": _document()["components"]}, format_checker=oas30_format_checker)
    faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not faults, "\n".join(faults)


def answer_schema(path: str, method: str = "get", status: str = "200") -> Mapping[str, Any]:
    """Return the schema of a path's JSON answer; skip without the document."""
    answer = _document()["paths"][path][method]["responses"][status]
    schema: Mapping[str, Any] = answer["content"]["application/json"]["schema"]
    return schema


def request_schema(path: str, method: str = "post") -> Mapping[str, Any]:
    """Return the schema of a path's JSON request; skip without the document."""
    schema: Mapping[str, Any] = _document()["paths"][path][method]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    return schema


def _document() -> Mapping[str, Any]:
    if not DOCUMENT.is_file():
        pytest.skip(f"the OpenAPI document is not there: {DOCUMENT}")
    return _read()


@cache
def _read() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return document
