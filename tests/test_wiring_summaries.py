import pytest

from harness.settings import Settings
from harness.wiring.summaries import make_summary_judge
from tests.scorers.test_judge import QueuedLLM


@pytest.mark.parametrize("judge", ["none", "embedded.extractive", "my.module:make_judge"])
def test_without_a_language_model_among_the_judges_summaries_are_read_by_rules(judge: str) -> None:
    assert make_summary_judge(Settings(judge=judge), llm=lambda name: QueuedLLM()) is None


def test_the_first_language_model_among_the_judges_reads_summaries() -> None:
    asked: list[str] = []

    def llm(name: str) -> QueuedLLM:
        asked.append(name)
        return QueuedLLM()

    assert make_summary_judge(Settings(judge="my.module:make, openai.gpt-4o, anthropic.x"), llm=llm) is not None
    assert asked == ["openai.gpt-4o"]
