"""Language models behind Anthropic's Messages API; the one door to the `anthropic` SDK.

The SDK's retries are switched off: `answering.answer` decides, so that all adapters are equally patient.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.errors import MissingExtraError, ServiceError, ServiceTimeoutError
from harness.interfaces import Delta, Message, MessageRole, Schema, StopReason, ToolCall, ToolSpec
from harness.services.answering import answer, opened, rejection
from harness.services.anthropic_wire import wire_tools, wire_turns
from harness.services.providers import Endpoint
from harness.services.token_meter import TokenMeter
from harness.voipbin.engine_models import EngineModel

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent

DEFAULT_MAX_TOKENS = 1024
"""The API insists on a limit; a spoken answer is far shorter."""


_STOPS = {
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.LENGTH,
    "refusal": StopReason.REFUSAL,
    "tool_use": StopReason.TOOL_CALLS,
}


class AnthropicLLM:
    """A model of Anthropic, streamed.

    The API keeps system messages apart and wants the rest to begin with the user: system messages become blocks of
    `system`, in order; neighbours of one role become one message, results of tools counting as the user's; and when the
    agent speaks first, the short neutral user message `answering.OPENING` stands for the caller. Each answer has a
    connection of its own, closed when the answer ends, fails or is abandoned; time measured until the first piece
    therefore includes connecting.
    """

    def __init__(self, engine: EngineModel, *, endpoint: Endpoint, timeout_s: float = 60.0) -> None:
        """Prepare to ask `engine` at `endpoint`; nothing is sent yet.

        Raises:
            MissingExtraError: the `anthropic` package is not installed.
        """
        try:
            # Now, because it takes seconds that would otherwise count as the first answer's latency.
            import anthropic  # noqa: F401
        except ImportError as error:
            raise MissingExtraError(what=f"engine_model {engine}", package="anthropic", extra="anthropic") from error
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
        """Answer, piece by piece; at most `max_tokens`, or DEFAULT_MAX_TOKENS.

        No sampling parameter is ever sent: the API has dropped them and answers them with an error.

        Raises:
            ServiceError: and its children, see `answering`.
        """
        request = self._request(messages, tools=tools, schema=schema, max_tokens=max_tokens or DEFAULT_MAX_TOKENS)
        service = self._endpoint.provider.name
        return answer(lambda: self._ask(request), timeout_s=self._timeout_s, service=service)

    def _request(
        self, messages: Sequence[Message], *, tools: Sequence[ToolSpec], schema: Schema | None, max_tokens: int
    ) -> dict[str, Any]:
        spoken = [message for message in opened(messages) if message.role is not MessageRole.SYSTEM]
        system = [message.content for message in messages if message.role is MessageRole.SYSTEM]
        request: dict[str, Any] = {
            "model": self._engine.model,
            "max_tokens": max_tokens,
            "messages": wire_turns(spoken),
        }
        if tools:
            request["tools"] = wire_tools(tools)
        if system:
            request["system"] = [{"type": "text", "text": content} for content in system]
        if schema is not None:
            request["output_config"] = {"format": {"type": "json_schema", "schema": dict(schema.document)}}
        return request

    async def _ask(self, request: dict[str, Any]) -> AsyncGenerator[Delta, None]:
        import anthropic

        meter = TokenMeter(str(self._engine), request=request)
        try:
            async with anthropic.AsyncAnthropic(
                api_key=self._endpoint.key,
                base_url=self._endpoint.base_url,
                timeout=self._timeout_s,
                max_retries=0,
            ) as client:
                events = await client.messages.create(stream=True, **request)
                meter.accept()
                async with events, aclosing(_read(events, meter)) as deltas:
                    async for delta in deltas:
                        meter.hear(delta)
                        yield delta
                        if delta.stop is not None:
                            return
        # The SDK lets its HTTP library's and JSON's own exceptions through in the middle of a stream.
        except Exception as error:
            translated = self._translate(error)
            raise translated from (error if self._endpoint.redact(str(error)) == str(error) else None)
        finally:
            meter.close()
        raise ServiceError("the answer broke off before its end.", service=self._endpoint.provider.name)

    def _translate(self, error: Exception) -> ServiceError:
        import anthropic

        service = self._endpoint.provider.name
        match error:
            # An error event in the middle of a stream carries the status of the stream's beginning, 200.
            case anthropic.APIStatusError() if error.status_code < 400:
                detail = _detail(error.body) or error.message
                return ServiceError(f"broke off: {self._endpoint.redact(detail)}", service=service)
            case anthropic.APIStatusError():
                return rejection(
                    status=error.status_code,
                    detail=_detail(error.body) or error.message,
                    code=None,
                    retry_after=error.response.headers.get("retry-after"),
                    endpoint=self._endpoint,
                    engine=self._engine,
                )
            case anthropic.APITimeoutError():
                return ServiceTimeoutError(f"no answer within {self._timeout_s:g} s.", service=service)
            case anthropic.APIConnectionError():
                return ServiceError(
                    f"cannot reach {self._endpoint.address}, or the connection broke. "
                    f"Check the network and {self._endpoint.provider.base_url_variable}.",
                    service=service,
                )
            case _:
                said = self._endpoint.redact(f"{type(error).__name__}: {error}")
                return ServiceError(f"sent an answer that cannot be read ({said}).", service=service)


async def _read(events: "AsyncIterator[RawMessageStreamEvent]", meter: TokenMeter) -> AsyncGenerator[Delta, None]:
    call: ToolCall | None = None
    async for event in events:
        if event.type == "message_start":
            usage = event.message.usage
            # What is written into the provider's cache is read all the same.
            read = usage.input_tokens + (usage.cache_creation_input_tokens or 0)
            meter.tell(read=read, cached=usage.cache_read_input_tokens or 0)
        if event.type == "message_delta":
            meter.tell(written=event.usage.output_tokens)
        if event.type == "content_block_start" and event.content_block.type == "tool_use":
            call = ToolCall(id=event.content_block.id, name=event.content_block.name, arguments="")
        if event.type == "content_block_delta":
            if event.delta.type == "text_delta" and event.delta.text:
                yield Delta(text=event.delta.text)
            if event.delta.type == "input_json_delta" and call is not None:
                call = replace(call, arguments=call.arguments + event.delta.partial_json)
        # A call cut at the limit may have no end of its own.
        if event.type in ("content_block_stop", "message_delta") and call is not None:
            yield Delta(tool_call=replace(call, arguments=call.arguments or "{}"))
            call = None
        if event.type == "message_delta" and event.delta.stop_reason is not None:
            yield Delta(stop=_STOPS.get(event.delta.stop_reason, StopReason.END))


def _detail(body: object) -> str:
    match body:
        case {"error": {"message": str(message)}}:
            return message
        case _:
            return ""
