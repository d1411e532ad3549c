"""Language models behind Anthropic's Messages API; the one door to the `anthropic` SDK.

The SDK's retries are switched off: `answering.answer` decides, so that all adapters are equally patient.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from harness.errors import MissingExtraError, ServiceError, ServiceTimeoutError
from harness.interfaces import Delta, Message, MessageRole, Schema, ToolSpec
from harness.services.answering import answer, opened, rejection
from harness.services.anthropic_wire import read_events, wire_tools, wire_turns
from harness.services.providers import Endpoint
from harness.voipbin.engine_models import EngineModel

DEFAULT_MAX_TOKENS = 1024
"""The API insists on a limit; a spoken answer is far shorter."""


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

        try:
            async with anthropic.AsyncAnthropic(
                api_key=self._endpoint.key,
                base_url=self._endpoint.base_url,
                timeout=self._timeout_s,
                max_retries=0,
            ) as client:
                events = await client.messages.create(stream=True, **request)
                async with events, aclosing(read_events(events)) as deltas:
                    async for delta in deltas:
                        yield delta
                        if delta.stop is not None:
                            return
        # The SDK lets its HTTP library's and JSON's own exceptions through in the middle of a stream.
        except Exception as error:
            translated = self._translate(error)
            raise translated from (error if self._endpoint.redact(str(error)) == str(error) else None)
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


def _detail(body: object) -> str:
    match body:
        case {"error": {"message": str(message)}}:
            return message
        case _:
            return ""
