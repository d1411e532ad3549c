"""Values to JSON and back: the store's one door to pydantic.

Every document carries a schema version. Reading is strict: nothing is coerced, an unknown key or version is a
StoreError. What JSON cannot hold is met on the way out: a number that is not finite is refused, an unpaired surrogate
becomes U+FFFD.
"""

import json
from functools import cache
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from harness.errors import StoreError
from harness.model.run import TrialResult

SCHEMA = 7
"""Version of the documents written; raised whenever an older harness could not read them.

2: findings and what the platform kept of a call. 3: how a call sounded. 4: whether a trial was valid, repeats, what
the caller did, which part failed. 5: which judge answered, the votes of a panel, advisory criteria. 6: quarantine,
trials beyond the pass rule, where a prompt stands in its file. 7: what was masked in a copy.
"""
READABLE = (1, 2, 3, 4, 5, 6, SCHEMA)
"""Versions that can be read: what a newer one added is left empty."""

_STOP_APART = 6
"""From this version on a header does not hold why its run was stopped, which has always stood in a file of its own."""

_HEAD = f'{{"schema": {SCHEMA}, "value": '.encode()
"""How every document begins that this version writes."""

_NO_NUMBERS = (b"NaN", b"Infinity")
"""What pydantic would take for numbers."""

T = TypeVar("T")


class TornDocumentError(StoreError):
    """A document that ends in the middle or is not JSON: the mark of a process that was killed while writing."""


def encode(value: Any, *, as_type: type, path: str) -> str:
    """Return a value as one line of JSON with its schema version; equal values give equal text.

    Raises:
        StoreError: a number in it is NaN or infinite; `path` names the document meant to be written.
    """
    document = {"schema": SCHEMA, "value": _adapter(as_type).dump_python(value, mode="json")}
    return dump(document, path=path)


def decode(text: str | bytes, *, as_type: type[T], path: str) -> T:
    """Return the value in a document written by `encode`.

    Raises:
        TornDocumentError: the text is not a whole JSON document.
        StoreError: it is one, of another schema version or shape; `path` names where it was read.
    """
    written = _as_written(text, as_type=as_type)
    if written is not None:
        return written
    try:
        document = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise TornDocumentError(f"is not a whole JSON document: {error}", path=path) from error
    version = document.get("schema") if isinstance(document, dict) else None
    if version not in READABLE:
        raise StoreError(_version_fault(version), path=path)
    found = document.get("value")
    if version < _STOP_APART and isinstance(found, dict) and isinstance(found.get("run"), dict):
        found["run"].pop("stopped", None)
    try:
        return from_plain(found, as_type=as_type)
    except ValueError as error:
        raise StoreError(f"does not have the shape of schema {version}: {error}", path=path) from error


def _as_written(text: str | bytes, *, as_type: type[T]) -> T | None:
    """Return the value of a document as this version writes it, which takes one pass; None where a closer look is due.

    A run of thousands of trials is read in less than half the time.
    """
    line = (text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text).strip()
    if not line.startswith(_HEAD) or not line.endswith(b"}") or any(word in line for word in _NO_NUMBERS):
        return None
    bare: type = as_type
    try:
        value: T = _adapter(bare).validate_json(line[len(_HEAD) : -1], strict=True, extra="forbid")
    except ValidationError:
        return None
    return value


def from_plain(found: object, *, as_type: type[T]) -> T:
    """Return the value that plain JSON values stand for; nothing is coerced, and an unknown key is a fault.

    Raises:
        ValueError: the first fault, with its place.
    """
    bare: type = as_type
    try:
        value: T = _adapter(bare).validate_json(json.dumps(found), strict=True, extra="forbid")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "document"
        raise ValueError(f"{place}: {first['msg']}") from error
    return value


def encode_trial(result: TrialResult) -> str:
    """Return a trial's result as one line of JSON, as the store keeps it."""
    return encode(result, as_type=TrialResult, path=result.trial.id)


def decode_trial(text: str | bytes, *, path: str) -> TrialResult:
    """Return the trial's result in a line written by `encode_trial`."""
    return decode(text, as_type=TrialResult, path=path)


def dump(document: Any, *, path: str, indent: int | None = None, sort_keys: bool = False) -> str:
    """Return plain JSON values as text, non-ASCII kept, unpaired surrogates as U+FFFD."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent, sort_keys=sort_keys)
    except ValueError as error:
        raise StoreError(
            "cannot be written: it holds a number that is not finite (NaN or infinity). "
            "A scorer that could not measure must answer Unscored",
            path=path,
        ) from error
    # Most text is ASCII, in which there is nothing to mend.
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@cache
def _adapter(as_type: type) -> TypeAdapter[Any]:
    return TypeAdapter(as_type)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _version_fault(version: object) -> str:
    if isinstance(version, int) and version > SCHEMA:
        return (
            f"was written by a newer harness (schema {version}, this one reads up to {SCHEMA}). "
            "Update with: pip install -U voipbin-harness"
        )
    return (
        f"has schema {version!r}, this harness reads {READABLE[0]} to {SCHEMA}. Run the suites again, or read it with "
        "the harness version that wrote it"
    )
