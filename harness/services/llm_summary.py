"""Sums a call up with a language model; its instructions are in two template files beside this one."""

import json
from collections.abc import Sequence
from importlib.resources import files
from string import Template

from harness.errors import ServiceError, ServiceRejectedError
from harness.interfaces import LLM, Message, MessageRole, SpokenLine, StopReason
from harness.interfaces.metering import asked_by
from harness.model.usage import Side
from harness.services.extractive_summary import NOTHING_SAID

MAX_TOKENS = 1_000
"""Room for one paragraph, the thinking of reasoning models included."""


class LLMSummariser:
    """Asks a language model for one paragraph; a call without words is not worth the question."""

    def __init__(self, llm: LLM) -> None:
        """Take the model."""
        self._llm = llm
        folder = files("harness.services") / "templates"
        self._system = Template((folder / "summary_system.txt").read_text(encoding="utf-8"))
        self._request = Template((folder / "summary_request.txt").read_text(encoding="utf-8"))

    @property
    def name(self) -> str:
        """Return the model's engine_model."""
        return self._llm.model

    async def summarise(self, lines: Sequence[SpokenLine], *, language: str) -> str:
        """Return the model's paragraph.

        Raises:
            ServiceError: the model failed, said nothing, or refused.
        """
        spoken = [line for line in lines if line.text.strip()]
        if not spoken:
            return NOTHING_SAID
        # One JSON object a line: no utterance can end its line and speak in another's name.
        transcript = "\n".join(
            json.dumps({"speaker": line.speaker.value, "text": line.text}, ensure_ascii=False) for line in spoken
        )
        system = self._system.substitute(language=language, nothing_said=NOTHING_SAID)
        request = self._request.substitute(transcript=transcript)
        return await self._answer(
            [
                Message(role=MessageRole.SYSTEM, content=system.strip()),
                Message(role=MessageRole.USER, content=request.strip()),
            ]
        )

    async def _answer(self, messages: Sequence[Message]) -> str:
        pieces: list[str] = []
        stop: StopReason | None = None
        with asked_by(Side.PLATFORM):
            async for delta in self._llm.stream(messages, max_tokens=MAX_TOKENS):
                pieces.append(delta.text)
                stop = delta.stop or stop
        text = " ".join("".join(pieces).split())
        if stop is StopReason.REFUSAL:
            raise ServiceRejectedError("refused to sum the call up", service=self.name)
        if not text:
            raise ServiceError("answered without a word when asked for a summary", service=self.name)
        return text
