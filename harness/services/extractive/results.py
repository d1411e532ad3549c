"""What the agent says about the result of a tool: one sentence of it, the one that answers the caller best."""

import json
import re
from collections.abc import Iterator, Sequence

from harness.services.extractive import phrases
from harness.services.extractive.answers import spoken
from harness.services.extractive.matching import Index
from harness.services.extractive.prompt_reader import sentences
from harness.services.extractive.words import terms

_LONGEST = 30
"""Words of a sentence; the rest is left out."""
_ID_NAME = re.compile(r"(?:^|_)(?:id|ids|uuid|tm_\w+)$", re.IGNORECASE)
_PLURAL = re.compile(r"[^su]s$")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def result_answer(results: Sequence[str], *, asked: str) -> str:
    """Return the sentence.

    Args:
        results: contents of the tool messages, each `{"status": "ok", "data": …}`, an error like it, or any text.
        asked: what the caller had said.
    """
    statements: list[str] = []
    failed = False
    for result in results:
        match _read(result):
            case {"status": "error"}:
                failed = True
            case {"status": "ok", **rest}:
                statements += _statements(rest.get("data"), name="")
            case other:
                statements += _statements(other, name="")
    if not statements:
        return phrases.NOT_DONE if failed else phrases.DONE
    best = Index(tuple(statements)).matches(terms(asked))
    words = spoken(best[0].text if best else statements[0]).split()
    return " ".join(words) if len(words) <= _LONGEST else " ".join(words[:_LONGEST]).rstrip(" ,;:.") + "."


def _read(result: str) -> object:
    try:
        document: object = json.loads(result)
    except (json.JSONDecodeError, RecursionError):
        return result
    return document


def _statements(value: object, *, name: str) -> Iterator[str]:
    """Yield what can be said of a value: sentences as they stand, a short value with its name, nothing of ids."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _statements(inner, name=str(key))
        case list():
            for inner in value:
                yield from _statements(inner, name=name)
        case str() if _ID.fullmatch(value.strip()) or _ID_NAME.search(name):
            return
        case str() if len(value.split()) > 3 or not name:
            yield from sentences(value)
        case str() | int() | float() if not isinstance(value, bool) and str(value).strip():
            noun = re.sub(r"[\W_]+", " ", name).strip().casefold()
            yield f"The {noun} {'are' if _PLURAL.search(noun) else 'is'} {value}."
        case _:
            return
