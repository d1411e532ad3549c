"""A language model as judge of a rubric (evaluation.md 3): quotes its evidence, may abstain, is never believed blindly.

An answer that cannot be read, was refused or cut, or quotes what nobody said gets one more try with the fault named;
after that the criterion is `Unscored`. Whether the model is any good as a judge is for its calibration to say.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import assert_never

from jinja2 import Environment, StrictUndefined

from harness.errors import RateLimitedError, ServiceError
from harness.interfaces import LLM, Message, MessageRole, Schema, StopReason
from harness.model.call import Transcript
from harness.model.rubric import Criterion
from harness.model.score import Better, Score, Scored, Unscored
from harness.scorers.untrusted import SealedTranscript, seal
from harness.scorers.verdicts import ANSWER, Reading, Verdict, Word, read_answer

GROUP = 5
"""Most criteria in one request."""
MAX_TOKENS = 4_000
"""Room for one answer, the thinking of reasoning models included."""
_ATTEMPTS = 2
_TEMPLATES = ("judge_system", "judge_request", "judge_retry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A model's answer, whole."""

    text: str
    stop: StopReason | None


class LLMJudge:
    """Asks a language model, a few criteria at a time, for verdicts on one transcript."""

    def __init__(self, llm: LLM, *, seed: int = 0) -> None:
        """Take the model, and the seed that makes the tags around a transcript unknowable to those who speak in it."""
        self._llm = llm
        self._seed = seed
        folder = files("harness.scorers") / "templates"
        self._sources = {name: (folder / f"{name}.j2").read_text(encoding="utf-8") for name in _TEMPLATES}
        # Autoescaping is for HTML; what keeps the transcript in its place is `seal`.
        environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)
        self._templates = {name: environment.from_string(source) for name, source in self._sources.items()}

    @property
    def fingerprint(self) -> str:
        """Return model and hash of everything that shapes a verdict: templates, schema, model, parameters."""
        parameters = {"group": GROUP, "max_tokens": MAX_TOKENS, "attempts": _ATTEMPTS}
        shaping = [self._sources, ANSWER, self._llm.model, parameters]
        digest = hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()
        return f"{self._llm.model}/{digest[:16]}"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        """Return one Score or Unscored per criterion, named `rubric.<id>`, in the criteria's order."""
        scores: list[Scored] = []
        for start in range(0, len(criteria), GROUP):
            scores += await self._judge_group(transcript, criteria[start : start + GROUP])
        return scores

    async def _judge_group(self, transcript: Transcript, criteria: Sequence[Criterion]) -> list[Scored]:
        salt = f"{self._seed}/{','.join(criterion.id for criterion in criteria)}"
        sealed = seal(transcript.turns, salt=salt)
        messages = [
            Message(role=MessageRole.SYSTEM, content=self._templates["judge_system"].render()),
            Message(
                role=MessageRole.USER,
                content=self._templates["judge_request"].render(criteria=criteria, transcript=sealed),
            ),
        ]
        verdicts: dict[str, Verdict] = {}
        faults: Mapping[str, str] = {criterion.id: "" for criterion in criteria}
        for _ in range(_ATTEMPTS):
            try:
                reply = await self._ask(messages)
            except ServiceError as error:
                faults = dict.fromkeys(faults, _service_fault(error))
                break
            open_criteria = [criterion for criterion in criteria if criterion.id in faults]
            reading = _read(reply, criteria=open_criteria, transcript=transcript)
            verdicts |= reading.verdicts
            faults = reading.faults
            if not faults:
                break
            messages += self._complaint(reply, faults)
        return [_scored(c, verdict=verdicts.get(c.id), fault=faults.get(c.id, ""), sealed=sealed) for c in criteria]

    async def _ask(self, messages: Sequence[Message]) -> Reply:
        text: list[str] = []
        stop: StopReason | None = None
        schema = Schema(name="verdicts", document=ANSWER)
        async for delta in self._llm.stream(messages, schema=schema, max_tokens=MAX_TOKENS):
            text.append(delta.text)
            stop = delta.stop or stop
        return Reply(text="".join(text), stop=stop)

    def _complaint(self, reply: Reply, faults: Mapping[str, str]) -> list[Message]:
        """Return the messages that name the faults; services refuse an empty answer in the history."""
        said = [Message(role=MessageRole.ASSISTANT, content=reply.text)] if reply.text.strip() else []
        complaint = self._templates["judge_retry"].render(faults=faults)
        return [*said, Message(role=MessageRole.USER, content=complaint)]


def _read(reply: Reply, *, criteria: Sequence[Criterion], transcript: Transcript) -> Reading:
    match reply.stop:
        case StopReason.END:
            return read_answer(reply.text, criteria=criteria, turns=transcript.turns)
        case StopReason.REFUSAL:
            fault = "the judge refused to answer"
        case StopReason.LENGTH:
            fault = "the judge's answer was cut at its length limit; answer more briefly"
        case StopReason.TOOL_CALLS:
            fault = "the judge called a tool, and there is none"
        case None:
            fault = "the judge's answer broke off"
        case _:
            assert_never(reply.stop)
    return Reading(verdicts={}, faults={criterion.id: fault for criterion in criteria})


def _service_fault(error: ServiceError) -> str:
    if isinstance(error, RateLimitedError):
        wait = "" if error.retry_after_s is None else f", it asks to wait {error.retry_after_s:g} s"
        return f"the judge is rate limited{wait}: {error}"
    return f"the judge could not be asked: {error}"


def _scored(criterion: Criterion, *, verdict: Verdict | None, fault: str, sealed: SealedTranscript) -> Scored:
    name = f"rubric.{criterion.id}"
    question = f'"{criterion.question}"'
    if verdict is None:
        reason = f"the judge gave no usable answer to {question}: {fault}"
        return Unscored(name=name, reason=reason, required=criterion.required)
    notes = " Somebody in the call tried to influence the judge: read it yourself." if verdict.tampering else ""
    notes += " The transcript was too long and was cut for the judge." if sealed.is_cut else ""
    match verdict.word:
        case Word.ABSTAIN:
            reason = f"the judge abstained from {question}: {verdict.reasoning}{notes}"
            return Unscored(name=name, reason=reason, required=criterion.required)
        case Word.NOT_APPLICABLE:
            # Leaves the denominator: no answer is missing, there was nothing to ask about.
            return Unscored(name=name, reason=f"not applicable, {question}: {verdict.reasoning}{notes}")
        case Word.PASS | Word.FAIL:
            passed = verdict.word is Word.PASS
            return Score(
                name=name,
                value=float(passed),
                better=Better.HIGHER,
                passed=passed,
                required=criterion.required,
                reason=f"{question}: {'yes' if passed else 'no'}. {verdict.reasoning}{notes}",
                quotes=verdict.quotes,
            )
        case _:
            assert_never(verdict.word)
