"""The caller that needs no key and no weights: a language model's seam over a sheet that is read, not understood."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

from harness.errors import ConfigurationError, ServiceRejectedError
from harness.interfaces import Delta, Message, MessageRole, Schema, StopReason, ToolSpec
from harness.model.caller_sheet import CallerSheet, read_heard, read_line
from harness.services.embedded_caller.lines import Part, Scene
from harness.services.embedded_caller.wording import LANGUAGES, Wording, read_wording


class EmbeddedCaller:
    """Improvises from the sheet in its system prompt: the same conversation gives the same line on any machine."""

    def __init__(self) -> None:
        """Keep the wordings that were read: every line of every call needs one."""
        self._read = lru_cache(maxsize=None)(read_wording)

    @property
    def model(self) -> str:
        """Return `embedded.caller`."""
        return "embedded.caller"

    def require(self, language: str) -> None:
        """Raise ConfigurationError unless it speaks a language (BCP-47)."""
        self._wording(language)

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer with the caller's next line as JSON; `tools`, `schema` and `max_tokens` change nothing.

        Raises:
            ServiceRejectedError: the messages are no caller's, or ask for a language it does not speak.
        """
        system = next((message.content for message in messages if message.role is MessageRole.SYSTEM), "")
        try:
            sheet = CallerSheet.read(system)
            wording = self._wording(sheet.language)
        except ConfigurationError as error:
            raise ServiceRejectedError(str(error), service=self.model) from error
        except ValueError as error:
            text = f"{error}; it plays callers only, as caller_model, and cannot be an agent's engine_model"
            raise ServiceRejectedError(text, service=self.model) from error
        reply = Part(sheet, wording=wording, scene=_scene(messages)).reply()
        for word in re.findall(r"\S+\s*", json.dumps({"say": reply.text, "done": reply.done}, ensure_ascii=False)):
            yield Delta(text=word)
        yield Delta(stop=StopReason.END)

    def _wording(self, language: str) -> Wording:
        primary = language.replace("_", "-").partition("-")[0].casefold()
        if primary not in LANGUAGES:
            raise ConfigurationError(
                f"embedded.caller improvises in {', '.join(LANGUAGES)}, not in {language!r}; name a language model as "
                "caller_model, such as openai.gpt-4o, or write the lines yourself"
            )
        return self._read(primary)


def _scene(messages: Sequence[Message]) -> Scene:
    own: list[str] = []
    heard: list[str] = [""]
    for message in messages:
        match message.role:
            case MessageRole.ASSISTANT:
                own.append(read_line(message.content))
                heard.append("")
            case MessageRole.USER:
                heard[-1] = f"{heard[-1]} {read_heard(message.content)}".strip()
            case _:
                pass
    return Scene(own=tuple(own), heard=tuple(heard))
