"""What a cassette says, as JSON that people read and review: the question, word for word, and the answer.

A text of several lines is a list of lines, so that a changed prompt shows as changed lines. The pieces an answer came
in stand beside its whole text as their lengths: the text can be read, and still be streamed as it was.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from harness.interfaces import Delta, Message, Schema, StopReason, ToolCall, ToolSpec
from harness.services.scrubbing import Scrubber

Json: TypeAlias = Any

VERSION = 1
"""Raised whenever an older harness could not read a cassette."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request without secrets, and its SHA-256."""

    document: Json
    key: str

    @classmethod
    def of(cls, document: Json) -> "Question":
        """Return the question a document asks."""
        canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
        return cls(document=document, key=hashlib.sha256(canonical.encode()).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One delta of an answer."""

    delta: Delta
    wait_ms: int | None = None
    """How long it was waited for; None where times were not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question, for which trial it was asked the how-many-th time, and the answer."""

    question: Question
    trial: str
    take: int
    answer: tuple[Piece, ...]
    """The last piece carries the stop reason."""


def question_of(
    model: str,
    messages: Sequence[Message],
    *,
    tools: Sequence[ToolSpec],
    schema: Schema | None,
    max_tokens: int | None,
    scrubber: Scrubber,
) -> Question:
    """Return what is asked of a model: everything that shapes its answer, and no secret."""
    document: dict[str, Json] = {"model": model, "messages": [_message(message) for message in messages]}
    if tools:
        document["tools"] = [
            {"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in tools
        ]
    if schema is not None:
        document["schema"] = {"name": schema.name, "document": schema.document}
    if max_tokens is not None:
        document["max_tokens"] = max_tokens
    return Question.of(scrubber.document(document))


def encode(exchange: Exchange, *, scrubber: Scrubber) -> str:
    """Return an exchange as the text of its file; equal exchanges give equal text."""
    document = {
        "cassette": VERSION,
        "trial": exchange.trial,
        "take": exchange.take,
        "key": exchange.question.key,
        "request": exchange.question.document,
        "answer": list(_encode_answer(exchange.answer, scrubber=scrubber)),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # UTF-8 has no unpaired surrogates; JSON's escapes have.
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def decode(text: str) -> Exchange:
    """Return the exchange in a file's text.

    Raises:
        ValueError: it is none, or was changed by hand so that it is no longer what was asked.
    """
    match json.loads(text):
        case {"cassette": int(version)} if version != VERSION:
            raise ValueError(f"it is of version {version}, and this harness reads version {VERSION}")
        case {"trial": str(trial), "take": int(take), "key": str(key), "request": request, "answer": [*parts]}:
            question = Question.of(request)
            if question.key != key:
                raise ValueError("its request was changed and no longer has the key it was recorded under")
            answer = tuple(piece for part in parts for piece in _decode_part(part))
            if not answer or answer[-1].delta.stop is None:
                raise ValueError("its answer has no end: the last part must be a stop reason")
            return Exchange(question=question, trial=trial, take=take, answer=answer)
        case _:
            raise ValueError("it lacks one of trial, take, key, request and answer")


def as_text(content: Json) -> str:
    """Return the text that stands in a document as a text or as a list of lines. Raises ValueError."""
    match content:
        case str():
            return content
        case [*lines] if all(isinstance(line, str) for line in lines):
            return "\n".join(lines)
        case _:
            raise ValueError(f"a text, or a list of lines, is expected instead of {content!r}")


def _as_lines(text: str) -> str | list[str]:
    return text.split("\n") if "\n" in text else text


def _message(message: Message) -> dict[str, Json]:
    document: dict[str, Json] = {"role": message.role.value, "content": _as_lines(message.content)}
    if message.tool_calls:
        document["tool_calls"] = [_call(call) for call in message.tool_calls]
    if message.tool_call_id:
        document["tool_call_id"] = message.tool_call_id
    return document


def _call(call: ToolCall) -> dict[str, str]:
    return {"id": call.id, "name": call.name, "arguments": call.arguments}


def _encode_answer(answer: Iterable[Piece], *, scrubber: Scrubber) -> Iterator[dict[str, Json]]:
    for is_text, group in groupby(answer, key=lambda piece: bool(piece.delta.text)):
        if is_text:
            yield _encode_text(tuple(group), scrubber=scrubber)
            continue
        for piece in group:
            waited = {} if piece.wait_ms is None else {"wait_ms": piece.wait_ms}
            if piece.delta.tool_call is not None:
                yield {"tool_call": scrubber.document(_call(piece.delta.tool_call)), **waited}
            elif piece.delta.stop is not None:
                yield {"stop": piece.delta.stop.value, **waited}


def _encode_text(pieces: Sequence[Piece], *, scrubber: Scrubber) -> dict[str, Json]:
    texts = [piece.delta.text for piece in pieces]
    waits = [piece.wait_ms for piece in pieces if piece.wait_ms is not None]
    whole = "".join(texts)
    clean = scrubber.text(whole)
    # A secret may lie across pieces: what was scrubbed is one piece.
    lengths, waits = ([len(text) for text in texts], waits) if clean == whole else ([], [sum(waits)] if waits else [])
    part: dict[str, Json] = {"text": _as_lines(clean)}
    if len(lengths) > 1:
        part["pieces"] = _row(lengths)
    if waits:
        part["waits_ms"] = _row(waits)
    return part


def _decode_part(part: Json) -> Iterator[Piece]:
    match part:
        case {"text": content, **rest}:
            yield from _decode_text(as_text(content), pieces=rest.get("pieces"), waits=rest.get("waits_ms"))
        case {"tool_call": {"id": str(id_), "name": str(name), "arguments": str(arguments)}, **rest}:
            call = ToolCall(id=id_, name=name, arguments=arguments)
            yield Piece(delta=Delta(tool_call=call), wait_ms=_wait(rest))
        case {"stop": str(stop), **rest} if stop in tuple(StopReason):
            yield Piece(delta=Delta(stop=StopReason(stop)), wait_ms=_wait(rest))
        case _:
            raise ValueError(f"a part of its answer is neither text, nor tool call, nor stop reason: {part!r}")


def _decode_text(text: str, *, pieces: Json, waits: Json) -> Iterator[Piece]:
    lengths = [len(text)] if pieces is None else _numbers(pieces)
    if sum(lengths) != len(text):
        raise ValueError('the lengths in "pieces" do not add up to its text; where you changed the text, remove them')
    waited: Sequence[int | None] = [None] * len(lengths) if waits is None else _numbers(waits)
    if len(waited) != len(lengths):
        raise ValueError('"waits_ms" has not as many numbers as there are pieces')
    start = 0
    for length, wait_ms in zip(lengths, waited, strict=True):
        yield Piece(delta=Delta(text=text[start : start + length]), wait_ms=wait_ms)
        start += length


def _wait(part: Json) -> int | None:
    match part.get("wait_ms"):
        case None | int() as wait_ms:
            return wait_ms
        case wrong:
            raise ValueError(f'"wait_ms" is a whole number, not {wrong!r}')


def _row(numbers: Iterable[int]) -> str:
    # One line in the file; a JSON list would take a line for each number.
    return " ".join(map(str, numbers))


def _numbers(row: Json) -> list[int]:
    if not isinstance(row, str) or not all(number.isdecimal() for number in row.split()):
        raise ValueError(f"numbers with spaces between them are expected instead of {row!r}")
    return [int(number) for number in row.split()]
