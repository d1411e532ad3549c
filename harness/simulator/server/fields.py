"""Fields of request bodies beyond the simple ones of `harness.voipbin.bodies`: numbers, closed sets, addresses."""

import re
from collections.abc import Sequence
from typing import Final

from harness.errors import ApiError
from harness.voipbin import bodies
from harness.voipbin.addresses import ADDRESS_FIELDS
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Body, Object

METHODS: Final = ("POST", "GET", "PUT", "DELETE")
"""How a webhook may be called."""
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_INT64: Final = 2**63


def integer(body: Body, name: str) -> int:
    """Return a whole number.

    Raises:
        ApiError: 400, it is something else.
    """
    value = body.get(name)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not -_INT64 <= value < _INT64:
        raise _wrong(name, "an integer")
    return value


def number(body: Body, name: str) -> float:
    """Return a number.

    Raises:
        ApiError: 400, it is something else.
    """
    value = body.get(name)
    if value is None:
        return 0
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wrong(name, "a number")
    return value


def choice(body: Body, name: str, allowed: Sequence[str]) -> str:
    """Return a text of a closed set, or an empty one for the default.

    Raises:
        ApiError: 400, it is something else.
    """
    value = bodies.text(body, name)
    if value and value not in allowed:
        raise api_error(Reason.INVALID_ARGUMENT, f"{name} is {value!r}, and not one of {', '.join(allowed)}")
    return value


def email(body: Body, name: str) -> str:
    """Return an e-mail address, or an empty text when there is none.

    Raises:
        ApiError: 400, it is something else.
    """
    value = bodies.text(body, name)
    if value and _EMAIL.fullmatch(value) is None:
        raise api_error(Reason.INVALID_ARGUMENT, f"{name} is {value!r}, which is no e-mail address")
    return value


def variables(body: Body, name: str) -> dict[str, str]:
    """Return an object of texts; their sizes are the platform's business.

    Raises:
        ApiError: 400, one of them is something else.
    """
    given = bodies.mapping(body, name)
    return {each: bodies.text(given, each) for each in given}


def address(body: Body, name: str) -> Object:
    """Return an address, as it came.

    Raises:
        ApiError: 400, one of its fields is no text.
    """
    return _address(bodies.mapping(body, name))


def addresses(body: Body, name: str) -> list[Object]:
    """Return a list of addresses, as they came.

    Raises:
        ApiError: 400, one of their fields is no text.
    """
    return [_address(each) for each in bodies.objects(body, name)]


def _address(given: Body) -> Object:
    for field in ADDRESS_FIELDS:
        bodies.text(given, field)
    return dict(given)


def _wrong(name: str, wanted: str) -> ApiError:
    return api_error(Reason.INVALID_JSON_BODY, f"{name} must be {wanted}")
