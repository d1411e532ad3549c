"""JSON path (RFC 9535) into a tool's arguments: the only door to `jsonpath`.

Filters (`[?…]`) are not taken: a place is named, not searched for.
"""

from functools import cache
from typing import TYPE_CHECKING

from harness.model.finding import Json

if TYPE_CHECKING:
    # Loading it takes longer than most suites need for everything else, and few of them look into arguments.
    from jsonpath import JSONPath


class JsonPathError(ValueError):
    """A path that cannot be read; the text is a sentence for its author."""


def check_json_path(path: str) -> str:
    """Return a path that `find_json` can follow.

    Raises:
        JsonPathError: it is none, or has a filter in it.
    """
    if not path.startswith("$") or path == "$":
        raise JsonPathError(
            f"{path!r} is no JSON path; write $ and the place, such as $.to or $.destinations[0].target"
        )
    if "?" in path:
        raise JsonPathError(f"{path!r} has a filter in it; name the place, such as $.destinations[*].target")
    _compiled(path)
    return path


def find_json(path: str, *, document: Json) -> list[Json]:
    """Return every value a checked path leads to; none where there is no such place."""
    return _compiled(path).findall(document)


@cache
def _compiled(path: str) -> "JSONPath":
    from jsonpath import JSONPathEnvironment, JSONPathError

    try:
        compiled = JSONPathEnvironment(strict=True).compile(path)
    except (JSONPathError, UnicodeError, RecursionError) as error:
        raise JsonPathError(f"{path!r} is no JSON path: {str(error).splitlines()[0]}") from error
    # Only paths joined by | and & are of another type, and strict mode knows neither.
    from jsonpath import JSONPath

    assert isinstance(compiled, JSONPath)
    return compiled
