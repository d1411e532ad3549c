"""A language model for what the offline reading of a summary leaves open: other words for what was said.

It goes the way of the rubric judge: a template in a file, structured output, quotes that are checked, one more try with
the faults named, then an abstention. It is never asked about what was decided from values.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from harness.errors import ServiceError
from harness.interfaces import LLM, Message, MessageRole, Schema
from harness.model.call import Turn
from harness.model.fencing import harmless_json, tag_for, visible
from harness.scorers.summary_answers import SUMMARY_ANSWER, SummaryReading, faulty, read_summary_answer
from harness.scorers.summary_claims import Ruling
from harness.scorers.summary_points import PointRuling
from harness.scorers.untrusted import seal
from harness.scorers.whole_answer import MAX_TOKENS, Answer, ask

GROUP = 5
"""Most statements and points in one request."""
_ATTEMPTS = 2
_SCHEMA = Schema(name="summary", document=SUMMARY_ANSWER)
_TEMPLATES = ("summary_system", "summary_request", "summary_retry")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryAnswers:
    """What a model said, by the places of the claims and points it was asked about."""

    claims: Mapping[int, Ruling]
    points: Mapping[int, PointRuling]
    faults: tuple[str, ...] = ()
    """Why something has no answer."""
    tampering: bool = False


class LLMSummaryJudge:
    """Asks a language model about claims and key points, a few at a time."""

    def __init__(self, llm: LLM, *, seed: int = 0) -> None:
        """Take the model, and the seed that makes the tags around a transcript unknowable to those who speak in it."""
        self._llm = llm
        self._seed = seed
        folder = files("harness.scorers") / "templates"
        self._sources = {name: (folder / f"{name}.txt").read_text(encoding="utf-8") for name in _TEMPLATES}
        self._templates = {name: Template(source) for name, source in self._sources.items()}

    @property
    def name(self) -> str:
        """Return the model's engine_model."""
        return self._llm.model

    @property
    def fingerprint(self) -> str:
        """Return model and hash of everything that shapes an answer: templates, schema, model, parameters."""
        parameters = {"group": GROUP, "max_tokens": MAX_TOKENS, "attempts": _ATTEMPTS}
        shaping = [self._sources, SUMMARY_ANSWER, self._llm.model, parameters]
        digest = hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()
        return f"{self._llm.model}/{digest[:16]}"

    async def judge(
        self, turns: Sequence[Turn], *, summary: str, claims: Mapping[int, str], points: Mapping[int, str]
    ) -> SummaryAnswers:
        """Return what the model says about claims and points, by their places; what it cannot say is left out."""
        asked = [*(("statement", place) for place in claims), *(("point", place) for place in points)]
        told: dict[int, Ruling] = {}
        covered: dict[int, PointRuling] = {}
        faults: list[str] = []
        tampering = False
        for start in range(0, len(asked), GROUP):
            group = asked[start : start + GROUP]
            reading = await self._ask_group(
                turns,
                summary=summary,
                claims={place: claims[place] for word, place in group if word == "statement"},
                points={place: points[place] for word, place in group if word == "point"},
            )
            told |= reading.claims
            covered |= reading.points
            faults += reading.faults.values()
            tampering = tampering or reading.tampering
        return SummaryAnswers(claims=told, points=covered, faults=tuple(dict.fromkeys(faults)), tampering=tampering)

    async def _ask_group(
        self, turns: Sequence[Turn], *, summary: str, claims: Mapping[int, str], points: Mapping[int, str]
    ) -> SummaryReading:
        messages = self._request(turns, summary=summary, claims=claims, points=points)
        told: dict[int, Ruling] = {}
        covered: dict[int, PointRuling] = {}
        reading = faulty((), "")
        for _ in range(_ATTEMPTS):
            try:
                reply = await ask(self._llm, messages, schema=_SCHEMA)
            except ServiceError as error:
                names = [*(f"statement {n}" for n in claims), *(f"point {n}" for n in points)]
                reading = faulty(names, f"the judge could not be asked: {error}")
                break
            open_claims = [place for place in claims if place not in told]
            open_points = [place for place in points if place not in covered]
            reading = _read(reply, open_claims, open_points, turns=turns, summary=summary)
            told |= reading.claims
            covered |= reading.points
            if not reading.faults:
                break
            said = [Message(role=MessageRole.ASSISTANT, content=reply.text)] if reply.text.strip() else []
            told_faults = "\n".join(f"- {name}: {fault}" for name, fault in reading.faults.items())
            complaint = self._templates["summary_retry"].substitute(faults=told_faults)
            messages += [*said, Message(role=MessageRole.USER, content=complaint)]
        return SummaryReading(claims=told, points=covered, faults=reading.faults, tampering=reading.tampering)

    def _request(
        self, turns: Sequence[Turn], *, summary: str, claims: Mapping[int, str], points: Mapping[int, str]
    ) -> list[Message]:
        asked = harmless_json(
            {
                "summary": visible(summary),
                "statements": [{"statement": place, "text": visible(text)} for place, text in claims.items()],
                "points": [{"point": place, "text": visible(text)} for place, text in points.items()],
            }
        )
        sealed = seal(turns, salt=f"{self._seed}/{asked}")
        request = self._templates["summary_request"].substitute(
            transcript_tag=sealed.tag,
            transcript=sealed.text,
            asked_tag=tag_for(asked, name="summary", salt=str(self._seed)),
            asked=asked,
            statements=len(claims),
            points=len(points),
        )
        return [
            Message(role=MessageRole.SYSTEM, content=self._sources["summary_system"]),
            Message(role=MessageRole.USER, content=request),
        ]


def _read(
    reply: Answer,
    claims: Sequence[int],
    points: Sequence[int],
    *,
    turns: Sequence[Turn],
    summary: str,
) -> SummaryReading:
    if not reply.fault:
        return read_summary_answer(reply.text, statements=claims, points=points, turns=turns, summary=summary)
    return faulty([*(f"statement {n}" for n in claims), *(f"point {n}" for n in points)], reply.fault)
