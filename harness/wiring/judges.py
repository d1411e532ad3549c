"""Who answers rubrics: one judge, or a panel where several are named or one is asked several times."""

from collections.abc import Callable
from dataclasses import replace

from harness.errors import ConfigurationError
from harness.interfaces import LLM, Judge
from harness.settings import Settings
from harness.wiring.engines import own

NOBODY = "none"
OFFLINE = "offline"


def make_judge(settings: Settings, *, llm: Callable[[str], LLM]) -> Judge | None:
    """Return the judge of the settings; None when none is configured.

    Args:
        settings: Who judges, and how often each is asked.
        llm: Makes a language model by its engine_model.

    Raises:
        ConfigurationError: and its children, naming the fix.
    """
    names = [name for part in settings.judge.split(",") if (name := part.strip())]
    if names in ([], [NOBODY]):
        return None
    if NOBODY in names:
        raise ConfigurationError(f"judge = {settings.judge!r}: {NOBODY} stands alone, or not at all")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigurationError(
            f"judge = {settings.judge!r}: {twice[0]} is named twice; to ask one judge several times set judge_votes"
        )
    judges = [
        _seat(name, seed=seed, settings=settings, llm=llm)
        for name in names
        # Rules asked again say the same again: that would be no second vote.
        for seed in range(1 if name == OFFLINE else settings.judge_votes)
    ]
    if len(judges) == 1:
        return judges[0]
    from harness.scorers.panel import PanelJudge

    return PanelJudge(judges)


def _seat(name: str, *, seed: int, settings: Settings, llm: Callable[[str], LLM]) -> Judge:
    from harness.scorers.judge import LLMJudge
    from harness.services.providers import PROVIDERS

    if name == OFFLINE:
        from harness.scorers.offline_judge import OfflineJudge

        return OfflineJudge()
    if name.partition(".")[0] not in PROVIDERS and ":" in name:
        made: Judge = own(name, kind="judge", known=())(replace(settings, judge=name))
        return made
    return LLMJudge(llm(name), seed=seed)
