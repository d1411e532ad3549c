"""A request body: read up to its limit, and made into a JSON object as the platform's decoder would."""

import json
import re
from typing import Any, Final, NoReturn

from starlette.requests import Request

from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Object

_HALF_CHARACTER: Final = re.compile(rb"\\u[dD][89abABcdefCDEF]")
_DEEPEST: Final = 64


async def read(request: Request, *, at_most: int) -> bytes:
    """Return the whole body.

    Raises:
        ApiError: 400, because it is longer than allowed.
    """
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > at_most:
            raise api_error(Reason.INVALID_JSON_BODY, f"the body is longer than {at_most} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def parsed(raw: bytes) -> Object:
    """Return the JSON object of a body.

    Raises:
        ApiError: 400, because it is none.
    """
    try:
        value = json.loads(raw.decode(), parse_constant=_refuse)
        if _HALF_CHARACTER.search(raw):
            value = json.loads(_whole_characters(json.dumps(value, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        raise api_error(Reason.INVALID_JSON_BODY, f"the body is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise api_error(Reason.INVALID_JSON_BODY, "the body is no JSON object")
    if _deeper_than(value, _DEEPEST):
        raise api_error(Reason.INVALID_JSON_BODY, f"the body is nested more than {_DEEPEST} levels deep")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON value")


def _whole_characters(text: str) -> str:
    """Return the text with U+FFFD for each half of a character, as the platform's decoder does."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _deeper_than(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper_than(each, levels - 1) for each in inner if isinstance(each, dict | list))
