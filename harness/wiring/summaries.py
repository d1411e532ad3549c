"""Who reads what the rules leave open of a summary: the first language model among the judges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.interfaces import LLM
from harness.settings import Settings

if TYPE_CHECKING:  # loaded only where summaries are judged
    from harness.scorers.summary_judge import LLMSummaryJudge


def make_summary_judge(settings: Settings, *, llm: Callable[[str], LLM]) -> LLMSummaryJudge | None:
    """Return the judge of summaries; None when no judge of the settings is a language model.

    Args:
        settings: Who judges.
        llm: Makes a language model by its engine_model.

    Raises:
        ConfigurationError: and its children, naming the fix.
    """
    from harness.services.providers import PROVIDERS, Adapter

    names = (part.strip() for part in settings.judge.split(","))
    models = {name for name, provider in PROVIDERS.items() if provider.adapter is not Adapter.EXTRACTIVE}
    name = next((name for name in names if name.partition(".")[0] in models), None)
    if name is None:
        return None
    from harness.scorers.summary_judge import LLMSummaryJudge

    return LLMSummaryJudge(llm(name), seed=settings.seed)
