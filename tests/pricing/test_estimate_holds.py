"""Real conversations beside their estimates: none of the callers' suites goes beyond its high."""

import asyncio
from dataclasses import replace
from pathlib import Path

from harness.model.call import Role, Tier
from harness.model.suite import Planned
from harness.model.usage import CHARACTERS_A_TOKEN, Unit
from harness.pricing.estimate import Services, estimate
from harness.runner.trial import run_trial
from harness.settings import Settings
from harness.suitefile import find_suites, load_suites
from harness.testing.store import MemoryStore
from harness.wiring import assemble

SUITES = Path(__file__).parents[2] / "suites" / "voice"


def as_hosted(planned: Planned) -> Planned:
    """Return the same as if its agent cost money."""
    return replace(planned, arm=replace(planned.arm, engine_model="openai.gpt-4o"))


def test_no_call_of_the_voice_suites_goes_beyond_its_estimate() -> None:
    cells = [each for suite in load_suites(find_suites((SUITES,))) for each in suite.matrix()]
    assert len(cells) > 10
    toolbox = replace(assemble(Settings(tier="text"), cells), scorers=())
    for each in cells:
        call = asyncio.run(run_trial(each, attempt=1, toolbox=toolbox, store=MemoryStore())).call
        assert call is not None, each.id
        replies = [turn.meant for turn in call.turns if turn.role is Role.AGENT]
        found = estimate(as_hosted(each), services=Services(tier=Tier.TEXT))
        written = sum(usage.amount for usage in found.high if usage.unit is Unit.OUTPUT_TOKENS)
        assert call.duration_ms / 60_000 <= found.minutes.high, each.id
        assert len(replies) <= found.requests.high, each.id
        assert sum(map(len, replies)) / CHARACTERS_A_TOKEN <= written, each.id
