"""Language models with no model in them: fixed replies, for tests and for trying out a suite."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from harness.errors import ConfigurationError, UnknownNameError
from harness.interfaces import LLM, Delta, Message, MessageRole, Schema, StopReason, ToolCall, ToolSpec
from harness.voipbin.engine_models import EngineModel

Reply: TypeAlias = str | Exception | tuple[Delta, ...]
"""Words, sent one by one; a failure to raise; or the very deltas, where a tool call without an id is given one."""

_FILE = "file:"
_TOOL = re.compile(r"tool:\s*(?P<name>[\w-]+)\s*(?P<arguments>.*)")
_NAMES = ("echo", "silent", "file:<path>")


class ScriptedLLM:
    """Gives its replies in order and then repeats the last.

    Which reply it is follows from how many assistant messages the conversation has, tool calls among them, so that
    calls at the same time do not disturb one another.
    """

    def __init__(self, replies: Sequence[Reply], *, model: str = "scripted.replies") -> None:
        """Take at least one reply.

        Raises:
            ConfigurationError: there is none.
        """
        if not replies:
            raise ConfigurationError(f"{model} has no reply; give it at least one.")
        self._replies = tuple(replies)
        self._model = model

    @property
    def model(self) -> str:
        """Return the engine_model."""
        return self._model

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer with the reply whose turn it is; `tools`, `schema` and `max_tokens` change nothing."""
        said = sum(message.role is MessageRole.ASSISTANT for message in messages)
        deltas = _deltas(self._replies[min(said, len(self._replies) - 1)])
        for place, delta in enumerate(deltas):
            call = delta.tool_call
            if call is not None and not call.id:
                delta = replace(delta, tool_call=replace(call, id=f"call_{said}_{place}"))
            yield delta


class EchoLLM:
    """Repeats what the user said last; says nothing before that."""

    @property
    def model(self) -> str:
        """Return the engine_model."""
        return "scripted.echo"

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer with the last user message; `tools`, `schema` and `max_tokens` change nothing."""
        said = [message.content for message in messages if message.role is MessageRole.USER]
        for delta in _deltas(said[-1] if said else ""):
            yield delta


def scripted_llm(engine: EngineModel) -> LLM:
    """Return `scripted.echo`, `scripted.silent` or `scripted.file:<path>`.

    The file holds one reply a line, blank lines skipped; `tool: <name> <json>` calls a tool, whose JSON is passed on as
    it stands, broken or not.

    Raises:
        UnknownNameError: another name.
        ConfigurationError: the file cannot be read or holds no reply.
    """
    makers: dict[str, Callable[[], LLM]] = {
        "echo": EchoLLM,
        "silent": lambda: ScriptedLLM([""], model=str(engine)),
    }
    if engine.model in makers:
        return makers[engine.model]()
    if not engine.model.startswith(_FILE):
        raise UnknownNameError(kind="scripted engine_model", name=engine.model, known=_NAMES)
    path = Path(engine.model.removeprefix(_FILE))
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{engine}: cannot read the replies in {path}: {error}") from error
    return ScriptedLLM([_reply(line.strip()) for line in lines if line.strip()], model=str(engine))


def _reply(line: str) -> Reply:
    if call := _TOOL.fullmatch(line):
        wanted = ToolCall(id="", name=call["name"], arguments=call["arguments"] or "{}")
        return (Delta(tool_call=wanted), Delta(stop=StopReason.TOOL_CALLS))
    return line


def _deltas(reply: Reply) -> tuple[Delta, ...]:
    match reply:
        case str():
            words = re.findall(r"\s*\S+|\s+$", reply)
            return (*(Delta(text=word) for word in words), Delta(stop=StopReason.END))
        case tuple():
            return reply
        case _:
            raise reply
