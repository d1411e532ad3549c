"""A request's decoded JSON body, read field by field as the platform does: absent and null are the unset value.

A value of another JSON type than the field's is refused, as a typed decoder refuses it; an id that is none is none.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

from harness.errors import ApiError
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import NIL_ID

Body: TypeAlias = Mapping[str, Any]
"""A JSON object."""
Object: TypeAlias = dict[str, Any]
"""A JSON object as it is kept."""


def text(body: Body, name: str) -> str:
    """Return a string.

    Raises:
        ApiError: 400, it is something else.
    """
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value


def flag(body: Body, name: str) -> bool:
    """Return a boolean.

    Raises:
        ApiError: 400, it is something else.
    """
    value = body.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise _wrong(name, "true or false", value)
    return value


def mapping(body: Body, name: str) -> Object:
    """Return an object.

    Raises:
        ApiError: 400, it is something else.
    """
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _wrong(name, "an object", value)
    return dict(value)


def texts(body: Body, name: str) -> list[str]:
    """Return a list of strings.

    Raises:
        ApiError: 400, it is something else.
    """
    values = _items(body, name)
    for value in values:
        if not isinstance(value, str):
            raise _wrong(name, "a list of strings", value)
    return values


def objects(body: Body, name: str) -> list[Body]:
    """Return a list of objects.

    Raises:
        ApiError: 400, it is something else.
    """
    values = _items(body, name)
    for value in values:
        if not isinstance(value, Mapping):
            raise _wrong(name, "a list of objects", value)
    return values


def id_or_none(body: Body, name: str) -> str | None:
    """Return an id in its usual spelling; None when it is absent, nil, or no UUID at all.

    Raises:
        ApiError: 400, it is no string.
    """
    found = usual_id(text(body, name))
    return None if found == NIL_ID else found


def usual_id(written: str) -> str | None:
    """Return a UUID in lower case with dashes; None for text that is no UUID."""
    try:
        return str(UUID(written))
    except ValueError:
        return None


def _items(body: Body, name: str) -> list[Any]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(name, "a list", value)
    return list(value)


def _wrong(name: str, wanted: str, value: object) -> ApiError:
    return api_error(Reason.INVALID_JSON_BODY, f"{name} must be {wanted}, not {type(value).__name__} {value!r:.80}")
