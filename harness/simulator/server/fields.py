"""Fields of request bodies beyond the simple ones of `harness.voipbin.bodies`: numbers, closed sets and addresses."""

from collections.abc import Sequence
from typing import Any, Final

from harness.errors import ApiError
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Body, Object

ADDRESS_TYPES: Final = (
    "agent ai ai_team conference email extension line sip tel webchat web_session whatsapp".split()  # noqa: SIM905
)
METHODS: Final = ("POST", "GET", "PUT", "DELETE")
"""How a webhook may be called."""
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


def address(body: Body, name: str) -> Object:
    """Return an address with the fields that were given; an empty one when there is none.

    Raises:
        ApiError: 400, it is none.
    """
    return _address(bodies.mapping(body, name))


def addresses(body: Body, name: str) -> list[Object]:
    """Return a list of addresses.

    Raises:
        ApiError: 400, one of them is none.
    """
    return [_address(each) for each in bodies.objects(body, name)]


def actions(body: Body, name: str) -> list[Object]:
    """Return a list of actions, as they came.

    Raises:
        ApiError: 400, it is no list of objects.
    """
    return [dict(each) for each in bodies.objects(body, name)]


def _address(given: Body) -> Object:
    read: dict[str, Any] = {"type": choice(given, "type", ADDRESS_TYPES)}
    for name in ("target", "target_name", "name", "detail"):
        if given.get(name) is not None:
            read[name] = bodies.text(given, name)
    return read


def _wrong(name: str, wanted: str) -> ApiError:
    return api_error(Reason.INVALID_JSON_BODY, f"{name} must be {wanted}")
