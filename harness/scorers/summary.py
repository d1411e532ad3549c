"""The platform's summary of a call: is it true, does it tell what matters, is it short (evaluation.md, section 8).

Judged twice: against what was really said, and against what the platform heard; the difference is what speech
recognition cost the summary. Values decide first and without a model; a language model, where one is configured, is
asked about the rest, and never overrules a contradiction that was found in the words themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.model.call import Call, Role, Turn
from harness.model.score import Evidence, Scored
from harness.model.summary import Coverage, SummaryExpectation
from harness.scorers.normalise import normalize_basic
from harness.scorers.summary_call import platform_lines, read_conversation, reference_lines
from harness.scorers.summary_claims import Ruling, rule
from harness.scorers.summary_judge import LLMSummaryJudge, SummaryAnswers
from harness.scorers.summary_points import PointRuling, cover
from harness.scorers.summary_scores import Judged, Reading, absent_summary, summary_scores
from harness.scorers.summary_text import atomic_claims

OFFLINE = "the offline rules"
_NO_ANSWERS = SummaryAnswers(claims={}, points={})


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryScorer:
    """`summary_present`, `_faithfulness`, `_contradictions`, `_recall`, `_conciseness`, `_words` and `_stt_cost`.

    Nothing for a case that says nothing about its summary.
    """

    judge: LLMSummaryJudge | None = None
    """Asked about what the rules leave open; None: it stays open."""
    name: str = "summary"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Judge the last summary the platform wrote of the call."""
        expected, call = evidence.case.summary, evidence.call
        if expected is None:
            return ()
        kept = [each for each in call.resources if each.kind == "summary"]
        summary = kept[-1].text("content") if kept else ""
        if not any(map(str.isalnum, summary)):
            return absent_summary(expected, written=bool(kept), unknown=not call.resources)
        # The caller's language is the call's: a summary in another one shares no words with it.
        return summary_scores(await self._judged(summary, expected, call=call, lang=evidence.case.persona.language))

    async def _judged(self, summary: str, expected: SummaryExpectation, *, call: Call, lang: str) -> Judged:
        claims = atomic_claims(summary, lang=lang)
        texts = [claim.text for claim in claims]
        points = [cover(point, claims=claims, summary=summary, lang=lang) for point in expected.points]
        open_points = {
            place: expected.points[place].text for place, ruling in enumerate(points) if ruling.coverage is None
        }
        reference, asked = await self._reading(
            call.turns, heard=False, summary=summary, claims=texts, points=open_points, lang=lang
        )
        platform: Reading | None = reference
        if _hears_nothing(call.turns):
            platform = None
        elif _heard_differently(call.turns, lang=lang):
            platform, _ = await self._reading(
                call.turns, heard=True, summary=summary, claims=texts, points={}, lang=lang
            )
        return Judged(
            summary=summary,
            expected=expected,
            claims=claims,
            reference=reference,
            platform=platform,
            points=tuple(_told(ruling, asked.points.get(place)) for place, ruling in enumerate(points)),
            lang=lang,
            judged_by=OFFLINE if self.judge is None else f"{OFFLINE} and {self.judge.name}",
            faults=asked.faults,
            tampering=asked.tampering,
        )

    async def _reading(
        self,
        turns: Sequence[Turn],
        *,
        heard: bool,
        summary: str,
        claims: Sequence[str],
        points: Mapping[int, str],
        lang: str,
    ) -> tuple[Reading, SummaryAnswers]:
        """Return what one of the two transcripts says to the claims."""
        conversation = read_conversation(platform_lines(turns) if heard else reference_lines(turns), lang=lang)
        rulings = [rule(claim, conversation=conversation, lang=lang) for claim in claims]
        open_claims = {place: claims[place] for place, ruling in enumerate(rulings) if ruling.standing is None}
        asked = _NO_ANSWERS
        if self.judge is not None and (open_claims or points):
            shown = [_as_heard(turn) if heard else replace(turn, heard=None) for turn in turns]
            asked = await self.judge.judge(shown, summary=summary, claims=open_claims, points=points)
        answered = tuple(_answered(ruling, asked.claims.get(place)) for place, ruling in enumerate(rulings))
        return Reading(rulings=answered), asked


def _answered(ruling: Ruling, answer: Ruling | None) -> Ruling:
    return answer if ruling.standing is None and answer is not None else ruling


def _told(ruling: PointRuling, answer: PointRuling | None) -> PointRuling:
    if ruling.coverage is not None or answer is None or answer.coverage is None:
        return ruling
    # Values are exact: a model cannot call a point covered whose values are not there.
    partly = answer.coverage is Coverage.COVERED and bool(ruling.absent)
    return replace(answer, coverage=Coverage.PARTIAL) if partly else answer


def _as_heard(turn: Turn) -> Turn:
    return replace(turn, spoken=turn.heard or "", heard=None) if turn.role is Role.CALLER else turn


def _hears_nothing(turns: Sequence[Turn]) -> bool:
    """Return whether no recogniser of the platform listened to a caller who spoke."""
    words = [turn for turn in turns if turn.role is Role.CALLER and turn.has_words]
    return bool(words) and all(turn.heard is None for turn in words)


def _heard_differently(turns: Sequence[Turn], *, lang: str) -> bool:
    return any(
        normalize_basic(turn.spoken, lang) != normalize_basic(turn.heard or "", lang)
        for turn in turns
        if turn.role is Role.CALLER
    )
