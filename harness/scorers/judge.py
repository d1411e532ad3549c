"""A language model as judge of a rubric (evaluation.md 3): quotes its evidence, may abstain, is never believed blindly.

An answer that cannot be read, was refused or cut, or quotes what nobody said gets one more try with the fault named;
after that the criterion is `Unscored`. Whether the model is any good as a judge is for its calibration to say.
"""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import assert_never

from jinja2 import Environment, StrictUndefined

from harness.errors import RateLimitedError, ServiceError
from harness.interfaces import LLM, Message, MessageRole, Schema
from harness.model.call import Transcript
from harness.model.rubric import BEST_LEVEL, Criterion
from harness.model.score import Better, Score, Scored, Unscored
from harness.scorers.untrusted import SealedTranscript, seal
from harness.scorers.verdicts import Reading, Verdict, Word, answer_schema, read_answer
from harness.scorers.whole_answer import MAX_TOKENS, Answer, ask

GROUP = 5
"""Most criteria in one request."""
_ATTEMPTS = 2
_TEMPLATES = ("judge_system", "judge_request", "judge_retry")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What one request came to."""

    scores: tuple[Scored, ...]
    tampering: bool


TAMPERING_REPORTED = Score(
    name="tampering_suspected",
    value=1.0,
    better=Better.LOWER,
    reason="the judge reports that somebody in this call tried to influence it; read the verdicts with care",
)


class LLMJudge:
    """Asks a language model, a few criteria at a time, for verdicts on one transcript."""

    def __init__(self, llm: LLM, *, seed: int = 0) -> None:
        """Take the model, and a seed: another one is another vote.

        It decides about the tags around a transcript, unknowable to those who speak in it, and about the order of the
        criteria, so that none of them profits from its place.
        """
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
        parameters = {"group": GROUP, "max_tokens": MAX_TOKENS, "attempts": _ATTEMPTS, "order": "shuffled"}
        schemas = [answer_schema(graded=graded) for graded in (False, True)]
        shaping = [self._sources, schemas, self._llm.model, parameters]
        digest = hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()
        return f"{self._llm.model}/{digest[:16]}"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        """Return one Score or Unscored per criterion, named `rubric.<id>`, in the criteria's order.

        Where the model reports an attempt to influence it, a Score `tampering_suspected` comes after them.
        """
        order = list(criteria)
        said = "/".join(turn.spoken for turn in transcript.turns)
        random.Random(f"{self._seed}/{said}".encode("utf-8", "replace")).shuffle(order)
        scores: dict[str, Scored] = {}
        tampering = False
        for start in range(0, len(order), GROUP):
            group = order[start : start + GROUP]
            answers = await self._judge_group(transcript, group)
            scores |= zip((criterion.key for criterion in group), answers.scores, strict=True)
            tampering = tampering or answers.tampering
        in_order = [scores[criterion.key] for criterion in criteria]
        return [*in_order, TAMPERING_REPORTED] if tampering else in_order

    async def _judge_group(self, transcript: Transcript, criteria: Sequence[Criterion]) -> "_Answers":
        salt = f"{self._seed}/{','.join(criterion.key for criterion in criteria)}"
        sealed = seal(transcript.turns, salt=salt)
        messages = [
            Message(role=MessageRole.SYSTEM, content=self._templates["judge_system"].render()),
            Message(
                role=MessageRole.USER,
                content=self._templates["judge_request"].render(criteria=criteria, transcript=sealed),
            ),
        ]
        schema = answer_schema(graded=any(criterion.is_graded for criterion in criteria))
        verdicts: dict[str, Verdict] = {}
        tampering = False
        faults: Mapping[str, str] = {criterion.key: "" for criterion in criteria}
        for _ in range(_ATTEMPTS):
            try:
                reply = await ask(self._llm, messages, schema=Schema(name="verdicts", document=schema))
            except ServiceError as error:
                faults = dict.fromkeys(faults, _service_fault(error))
                break
            open_criteria = [criterion for criterion in criteria if criterion.key in faults]
            reading = _read(reply, criteria=open_criteria, transcript=transcript)
            verdicts |= reading.verdicts
            tampering = tampering or reading.tampering
            faults = reading.faults
            if not faults:
                break
            messages += self._complaint(reply, faults)
        scores = [_scored(c, verdict=verdicts.get(c.key), fault=faults.get(c.key, ""), sealed=sealed) for c in criteria]
        return _Answers(scores=tuple(scores), tampering=tampering)

    def _complaint(self, reply: Answer, faults: Mapping[str, str]) -> list[Message]:
        """Return the messages that name the faults; services refuse an empty answer in the history."""
        said = [Message(role=MessageRole.ASSISTANT, content=reply.text)] if reply.text.strip() else []
        complaint = self._templates["judge_retry"].render(faults=faults)
        return [*said, Message(role=MessageRole.USER, content=complaint)]


def _read(reply: Answer, *, criteria: Sequence[Criterion], transcript: Transcript) -> Reading:
    if reply.fault:
        return Reading(verdicts={}, faults={criterion.key: reply.fault for criterion in criteria})
    return read_answer(reply.text, criteria=criteria, turns=transcript.turns)


def _service_fault(error: ServiceError) -> str:
    if isinstance(error, RateLimitedError):
        wait = "" if error.retry_after_s is None else f", it asks to wait {error.retry_after_s:g} s"
        return f"the judge is rate limited{wait}: {error}"
    return f"the judge could not be asked: {error}"


def _scored(criterion: Criterion, *, verdict: Verdict | None, fault: str, sealed: SealedTranscript) -> Scored:
    question = f'"{criterion.question}"'
    if verdict is None:
        return _unscored(criterion, reason=f"the judge gave no usable answer to {question}: {fault}")
    said, passed = verdict.reasoning, verdict.word is Word.PASS
    if sealed.is_cut:
        said += " The transcript was too long and was cut for the judge."
    match verdict.word:
        case Word.ABSTAIN:
            return _unscored(criterion, reason=f"the judge abstained from {question}: {said}")
        case Word.NOT_APPLICABLE:
            reason = f"not applicable, {question}: {said}"
            # Leaves the denominator: no answer is missing, there was nothing to ask about.
            return replace(_unscored(criterion, reason=reason), required=False, applicable=False)
        case Word.PASS | Word.FAIL:
            value, word = float(passed), "yes" if passed else "no"
        case int():
            value, word = float(verdict.word), f"{verdict.word} of {BEST_LEVEL}"
        case _:
            assert_never(verdict.word)
    return Score(
        name=criterion.score_name,
        value=value,
        better=Better.HIGHER,
        turn=criterion.turn,
        passed=None if criterion.is_graded else passed,
        required=criterion.required,
        reason=f"{question}: {word}. {said}",
        quotes=verdict.quotes,
    )


def _unscored(criterion: Criterion, *, reason: str) -> Unscored:
    return Unscored(name=criterion.score_name, reason=reason, turn=criterion.turn, required=criterion.required)
