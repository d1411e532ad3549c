"""Lines that a language model makes up from the persona's facts and the case's goal.

The limits are ours, not the model's: a line is cut at the step's words whatever the model thought of them, and how many
lines there are is counted by whoever asks. Whether a line kept to the facts is for `scorers/caller_facts.py` to say.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from harness.errors import ServiceError, ServiceRejectedError
from harness.interfaces import LLM, JsonSchema, Message, MessageRole, Schema, StopReason
from harness.interfaces.metering import asked_by
from harness.model.call import Role, Transcript, Turn
from harness.model.caller_sheet import CallerSheet, write_heard, write_line
from harness.model.case import Case
from harness.model.fencing import visible
from harness.model.moves import Improvise
from harness.model.usage import Side

MAX_TOKENS = 2_000
"""Room for one line, the thinking of reasoning models included."""
LINE: JsonSchema = {
    "type": "object",
    "properties": {"say": {"type": "string"}, "done": {"type": "boolean"}},
    "required": ["say", "done"],
    "additionalProperties": False,
}
_TEMPLATES = ("caller_system", "caller_request")
# Scripts without spaces: each of their characters counts as a word.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)|[。！？]")
_CODE_BLOCK = re.compile(r"^```(?:json)?\s*(.*?)\s*```$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovisedLine:
    """What the caller says next."""

    text: str
    """Empty only when `done`: the caller has nothing more to say."""
    done: bool
    """The goal is reached or refused; the caller stops after this line."""


class Improviser:
    """Asks a language model for the persona's next line."""

    def __init__(self, llm: LLM, *, case: Case) -> None:
        """Take the model, and the case whose persona and goal it plays."""
        self._llm = llm
        folder = files("harness.participants") / "templates"
        sources = {name: (folder / f"{name}.j2").read_text(encoding="utf-8") for name in _TEMPLATES}
        # Autoescaping is for HTML; what keeps the agent's words in their place is `write_heard`.
        environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
        self._request = environment.from_string(sources["caller_request"])
        self._system = environment.from_string(sources["caller_system"]).render(sheet=CallerSheet.of(case))
        shaping = json.dumps([sources, self._system, LINE, MAX_TOKENS], sort_keys=True)
        self._digest = hashlib.sha256(shaping.encode()).hexdigest()

    @property
    def identity(self) -> str:
        """Return the model and a digest of everything that shapes its lines: templates, rendered prompt, schema."""
        return f"{self._llm.model}/{self._digest[:12]}"

    async def line(self, transcript: Transcript, *, step: Improvise, left: int) -> ImprovisedLine:
        """Return what the caller says next.

        Args:
            transcript: What was said so far, by both sides.
            step: The limits of this stretch of the script.
            left: How many lines the step still allows, this one included.

        Raises:
            ServiceError: the model failed, refused, or its answer is no line.
        """
        messages = [Message(role=MessageRole.SYSTEM, content=self._system)]
        messages += self._history(transcript.turns, step=step, left=left)
        text: list[str] = []
        stop: StopReason | None = None
        schema = Schema(name="line", document=LINE)
        with asked_by(Side.CALLER):
            async for delta in self._llm.stream(messages, schema=schema, max_tokens=MAX_TOKENS):
                text.append(delta.text)
                stop = delta.stop or stop
        return self._read("".join(text).strip(), stop=stop, words=step.words)

    def _history(self, turns: Sequence[Turn], *, step: Improvise, left: int) -> list[Message]:
        """Return the conversation as the model knows it: its own lines are its answers, scripted ones among them."""
        messages: list[Message] = []
        heard: list[str] = []
        for turn in turns:
            if turn.role is Role.AGENT:
                heard.append(visible(turn.spoken))
            elif turn.has_words:
                messages.append(self._said(heard))
                messages.append(Message(role=MessageRole.ASSISTANT, content=write_line(turn.meant)))
                heard = []
        return [*messages, self._said(heard, words=step.words, left=left)]

    def _said(self, heard: Iterable[str], *, words: int = 0, left: int = 0) -> Message:
        fenced = write_heard(tuple(heard), salt=self._digest)
        content = self._request.render(heard=fenced, words=words, left=left)
        return Message(role=MessageRole.USER, content=content.strip())

    def _read(self, text: str, *, stop: StopReason | None, words: int) -> ImprovisedLine:
        service = self._llm.model
        if stop is StopReason.REFUSAL:
            raise ServiceRejectedError("refused to play the caller; try another caller_model", service=service)
        if stop is StopReason.LENGTH:
            raise ServiceError(f"the caller's line was cut at {MAX_TOKENS} tokens", service=service)
        if stop is not StopReason.END:
            why = "called a tool, and there is none" if stop else "the answer broke off"
            raise ServiceError(f"made up no line for the caller: {why}", service=service)
        line = _parse(text)
        if line is None:
            raise ServiceError(f"made up no line for the caller, but {text[:120]!r}", service=service)
        said = cut_to_words(" ".join(visible(line.text).split()), words)
        if not said and not line.done:
            raise ServiceError("made up an empty line for the caller, who was not done", service=service)
        return ImprovisedLine(text=said, done=line.done)


def cut_to_words(text: str, words: int) -> str:
    """Return a line of at most so many words: whole sentences where one fits, else cut in the middle."""
    found = list(_WORD.finditer(text))
    if len(found) <= words:
        return text
    cut = text[: found[words - 1].end()]
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= len(cut)]
    return cut[: ends[-1]] if ends else cut.rstrip(" ,;:-")


def _parse(text: str) -> ImprovisedLine | None:
    """Return a model's answer as a line; a model that knows no schema may answer in plain words."""
    fenced = _CODE_BLOCK.match(text)
    text = fenced[1] if fenced else text
    if not text.startswith(("{", "[")):
        return ImprovisedLine(text=text, done=False)
    try:
        answer = json.loads(text)
        say, done = answer["say"], answer["done"]
    except (KeyError, TypeError, ValueError):
        return None
    return ImprovisedLine(text=say, done=done) if isinstance(say, str) and isinstance(done, bool) else None
