"""Language models behind the Chat Completions API: OpenAI's own and every compatible server.

The one door to the `openai` SDK for language (its speech has a door of its own). The SDK's retries are switched off:
`answering.answer` decides, so that all adapters are equally patient.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, Final

from harness.errors import MissingExtraError, ServiceError, ServiceTimeoutError
from harness.interfaces import Delta, Message, Schema, StopReason, ToolSpec
from harness.services.answering import answer, opened, rejection
from harness.services.openai_wire import CallPieces, wire_message, wire_tools
from harness.services.providers import Endpoint
from harness.services.token_meter import TokenMeter
from harness.voipbin.engine_models import EngineModel

if TYPE_CHECKING:
    from openai import AsyncStream
    from openai.types.chat import ChatCompletionChunk
    from openai.types.completion_usage import CompletionUsage

_STOPS = {"length": StopReason.LENGTH, "content_filter": StopReason.REFUSAL, "tool_calls": StopReason.TOOL_CALLS}
_OPENAI_FAMILIES = ("gpt-", "o1", "o3", "o4", "chatgpt-", "codex-")
_WITH_TEMPERATURE = ("gpt-3.5", "gpt-4", "gpt-oss", "chatgpt-4o")
_COUNT_WAIT_S: Final = 2.0
"""How long a whole answer is held back for the count of its tokens, which comes with its last bytes."""


class OpenAILLM:
    """A model of OpenAI or of a compatible server, streamed.

    Each answer has a connection of its own, closed when the answer ends, fails or is abandoned; time measured until the
    first piece therefore includes connecting.
    """

    def __init__(self, engine: EngineModel, *, endpoint: Endpoint, timeout_s: float = 60.0) -> None:
        """Prepare to ask `engine` at `endpoint`; nothing is sent yet.

        Raises:
            MissingExtraError: the `openai` package is not installed.
        """
        try:
            # Now, because it takes seconds that would otherwise count as the first answer's latency.
            import openai  # noqa: F401
        except ImportError as error:
            raise MissingExtraError(what=f"engine_model {engine}", package="openai", extra="openai") from error
        self._engine = engine
        self._endpoint = endpoint
        self._timeout_s = timeout_s

    @property
    def model(self) -> str:
        """Return the engine_model."""
        return str(self._engine)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer, piece by piece; words of a refusal are passed on as text before the last delta says REFUSAL.

        No sampling parameter is sent, as the platform sends none; only with a `schema` (a judge) temperature 0 is asked
        for, where the model is known to take it.

        Raises:
            ServiceError: and its children, see `answering`.
        """
        request = self._request(messages, tools=tools, schema=schema, max_tokens=max_tokens)
        service = self._endpoint.provider.name
        return answer(lambda: self._ask(request), timeout_s=self._timeout_s, service=service)

    def _request(
        self, messages: Sequence[Message], *, tools: Sequence[ToolSpec], schema: Schema | None, max_tokens: int | None
    ) -> dict[str, Any]:
        provider = self._endpoint.provider
        sent = messages if provider.opens_itself else opened(messages)
        request: dict[str, Any] = {
            "model": self._engine.model,
            "messages": [wire_message(message, signs_calls=signs_calls(self._engine)) for message in sent],
        }
        if provider.counts_when_asked:
            request["stream_options"] = {"include_usage": True}
        if tools:
            request["tools"] = wire_tools(tools)
        if max_tokens is not None:
            # Compatible servers know only the older name; OpenAI's reasoning models refuse it.
            name = "max_completion_tokens" if provider.name in ("openai", "azure") else "max_tokens"
            request[name] = max_tokens
        if schema is not None:
            shape = {"name": schema.name, "schema": dict(schema.document), "strict": True}
            request["response_format"] = {"type": "json_schema", "json_schema": shape}
            if takes_temperature(self._engine):
                request["temperature"] = 0
        return request

    async def _ask(self, request: dict[str, Any]) -> AsyncGenerator[Delta, None]:
        import openai

        meter = TokenMeter(str(self._engine), request=request)
        try:
            async with openai.AsyncOpenAI(
                api_key=self._endpoint.key or "none",
                base_url=self._endpoint.base_url,
                timeout=self._timeout_s,
                max_retries=0,
            ) as client:
                if self._endpoint.provider.name != "openai":
                    # The SDK reads these from the environment; they are OpenAI's business alone.
                    client.organization = client.project = None
                chunks = await client.chat.completions.create(stream=True, **request)
                meter.accept()
                try:
                    async with aclosing(_read(chunks, meter)) as deltas:
                        async for delta in deltas:
                            meter.hear(delta)
                            if delta.stop is not None and self._endpoint.provider.counts_when_asked:
                                await _count(chunks, meter)
                            yield delta
                            if delta.stop is not None:
                                return
                finally:
                    await _let_go(chunks)
        # The SDK's versions let their HTTP library's and JSON's own exceptions through in the middle of a stream.
        except Exception as error:
            translated = self._translate(error)
            raise translated from (error if self._endpoint.redact(str(error)) == str(error) else None)
        finally:
            meter.close()
        raise ServiceError("the answer broke off before its end.", service=self._endpoint.provider.name)

    def _translate(self, error: Exception) -> ServiceError:
        import openai

        service = self._endpoint.provider.name
        match error:
            case openai.APIStatusError():
                return rejection(
                    status=error.status_code,
                    detail=_detail(error.body) or error.message,
                    code=error.code,
                    retry_after=error.response.headers.get("retry-after"),
                    endpoint=self._endpoint,
                    engine=self._engine,
                )
            case openai.APITimeoutError():
                return ServiceTimeoutError(f"no answer within {self._timeout_s:g} s.", service=service)
            case openai.APIConnectionError():
                return ServiceError(
                    f"cannot reach {self._endpoint.address}, or the connection broke. "
                    f"Check the network and {self._endpoint.provider.base_url_variable}.",
                    service=service,
                )
            case openai.APIError():
                return ServiceError(f"broke off: {self._endpoint.redact(error.message)}", service=service)
            case _:
                said = self._endpoint.redact(f"{type(error).__name__}: {error}")
                return ServiceError(f"sent an answer that cannot be read ({said}).", service=service)


def takes_temperature(engine: EngineModel) -> bool:
    """Return whether a model takes `temperature`; OpenAI's reasoning models answer it with an error."""
    family = engine.model.lower().rsplit("/", 1)[-1]
    if family.startswith(_OPENAI_FAMILIES):
        return family.startswith(_WITH_TEMPERATURE)
    # An Azure deployment bears any name, so that nothing can be told from it.
    return engine.provider not in ("openai", "azure")


def signs_calls(engine: EngineModel) -> bool:
    """Return whether a model refuses its earlier tool calls without a signature: Gemini 3, and names that mean it."""
    return engine.provider == "gemini" and (engine.model.startswith("gemini-3") or engine.model.endswith("-latest"))


async def _let_go(chunks: "AsyncStream[ChatCompletionChunk]") -> None:
    """Close an answer's connection, and the SDK's readers of it.

    Closing the connection leaves the readers where they are, for the garbage collector to end in whichever thread it
    happens to run. Asked once more, each finds the connection closed and ends.
    """
    await chunks.close()
    with suppress(Exception):
        async for _ in chunks:
            pass


async def _count(chunks: "AsyncStream[ChatCompletionChunk]", meter: TokenMeter) -> None:
    """Read on after the end of an answer, until the provider has said what it used."""
    try:
        async with asyncio.timeout(_COUNT_WAIT_S):
            while not meter.is_told:
                _tell(meter, (await anext(chunks)).usage)
    # The answer is whole. Whatever goes wrong behind it costs no more than the count, which is estimated then.
    except Exception:
        return


def _tell(meter: TokenMeter, usage: "CompletionUsage | None") -> None:
    if usage is not None:
        cached = (usage.prompt_tokens_details.cached_tokens or 0) if usage.prompt_tokens_details else 0
        meter.tell(read=usage.prompt_tokens - cached, cached=cached, written=usage.completion_tokens)


async def _read(chunks: "AsyncStream[ChatCompletionChunk]", meter: TokenMeter) -> AsyncGenerator[Delta, None]:
    refused = False
    calls = CallPieces()
    async for chunk in chunks:
        _tell(meter, chunk.usage)
        for choice in chunk.choices or ():
            refused = refused or bool(choice.delta.refusal)
            text = (choice.delta.content or "") + (choice.delta.refusal or "")
            if text:
                yield Delta(text=text)
            for piece in choice.delta.tool_calls or ():
                name, arguments = (piece.function.name, piece.function.arguments) if piece.function else ("", "")
                calls.add(piece.index, id=piece.id, name=name, arguments=arguments, answer_id=chunk.id)
            if choice.finish_reason:
                called = calls.whole()
                for call in called:
                    yield Delta(tool_call=call)
                # Some compatible servers end an answer that calls tools with a plain "stop".
                end = StopReason.TOOL_CALLS if called else StopReason.END
                yield Delta(stop=StopReason.REFUSAL if refused else _STOPS.get(choice.finish_reason, end))


def _detail(body: object) -> str:
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else ""
