"""From the settings `judge` and `judge_votes` to who answers rubrics."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.interfaces import LLM, Delta, Message, Schema, ToolSpec
from harness.model.call import Transcript
from harness.model.judge_card import JudgeCard
from harness.model.rubric import Criterion
from harness.model.score import Scored
from harness.scorers.rubric import RubricScorer
from harness.settings import Settings
from harness.store.cards import write_card
from harness.wiring import Workshop
from harness.wiring.judges import make_judge


class NamedLLM:
    def __init__(self, model: str) -> None:
        self.model = model

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        yield Delta()


class OwnJudge:
    fingerprint = "own/1"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        return ()


def make_own(settings: Settings) -> OwnJudge:
    return OwnJudge()


def named(model: str) -> LLM:
    return NamedLLM(model)


@pytest.mark.parametrize(
    ("judge", "votes", "start"),
    [
        pytest.param("openai.gpt-4o", 1, "openai.gpt-4o/", id="one"),
        pytest.param("openai.gpt-4o", 3, "panel(openai.gpt-4o+openai.gpt-4o+openai.gpt-4o)/", id="three votes"),
        pytest.param("openai.a, anthropic.b", 1, "panel(openai.a+anthropic.b)/", id="two judges"),
        pytest.param(f"openai.a,{__name__}:make_own", 1, "panel(openai.a+own)/", id="one of one's own on the panel"),
    ],
)
def test_several_judges_or_votes_are_a_panel(judge: str, votes: int, start: str) -> None:
    made = make_judge(Settings(judge=judge, judge_votes=votes), llm=named)
    assert made is not None
    assert made.fingerprint.startswith(start)


@pytest.mark.parametrize("judge", ["none", "", " "])
def test_nobody_judges_unless_named(judge: str) -> None:
    assert make_judge(Settings(judge=judge), llm=named) is None


@pytest.mark.parametrize(
    ("judge", "words"),
    [
        pytest.param("openai.a,openai.a", "named twice; to ask one judge several times set judge_votes", id="twice"),
        pytest.param("none,openai.a", "stands alone", id="nobody and somebody"),
    ],
)
def test_panel_that_makes_no_sense_is_refused(judge: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        make_judge(Settings(judge=judge), llm=named)


def test_votes_are_at_least_one() -> None:
    with pytest.raises(ConfigurationError, match="judge_votes must be at least 1"):
        Settings(judge_votes=0)


def test_what_is_known_about_a_judge_is_found_by_its_fingerprint(tmp_path: Path) -> None:
    settings = Settings(judge=f"{__name__}:make_own", reports=tmp_path, tier="text")
    card = JudgeCard(fingerprint="own/1", labels="mine", calibrated_at="2026-01-01T00:00:00Z")
    assert Workshop(settings).judge_card() is None

    write_card(settings.judge_cards, card)

    (scorer,) = (each for each in Workshop(settings).scorers() if isinstance(each, RubricScorer))
    assert scorer.card == card
