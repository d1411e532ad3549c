from collections.abc import Sequence

import pytest

from harness.model.free import is_free
from harness.model.usage import Service, Side, Unit, Usage, pooled
from harness.pricing.cost import Cost, cost_of
from harness.pricing.estimate import Span
from harness.pricing.money import amount, between
from harness.pricing.table import packaged_prices

TABLE = packaged_prices()


def used(service: Service, model: str, unit: Unit, number: float) -> Usage:
    return Usage(service=service, side=Side.AGENT, model=model, unit=unit, amount=number)


LLM = [
    used(Service.LLM, "openai.gpt-4o", Unit.INPUT_TOKENS, 1_000_000),
    used(Service.LLM, "openai.gpt-4o", Unit.CACHED_INPUT_TOKENS, 1_000_000),
    used(Service.LLM, "openai.gpt-4o", Unit.OUTPUT_TOKENS, 100_000),
]
SPEECH = [
    used(Service.TTS, "openai:alloy", Unit.CHARACTERS, 900),
    used(Service.TTS, "openai:alloy", Unit.SECONDS, 120),
    used(Service.STT, "openai:whisper-1", Unit.SECONDS, 60),
]
FREE = [
    used(Service.LLM, "embedded.extractive", Unit.INPUT_TOKENS, 9),
    used(Service.TTS, "hibari:heart", Unit.SECONDS, 9),
    used(Service.STT, "whisper:auto/1", Unit.SECONDS, 9),
    used(Service.TELEPHONY, "simulated", Unit.SECONDS, 9),
]
UNKNOWN = [used(Service.LLM, "openai.gpt-99", Unit.INPUT_TOKENS, 1), used(Service.TTS, "acme:x", Unit.SECONDS, 1)]


@pytest.mark.parametrize(
    ("usages", "cost"),
    [
        ([], Cost(usd=0.0, priced=0.0)),
        (LLM, Cost(usd=4.75, priced=4.75)),
        (SPEECH, Cost(usd=0.036, priced=0.036)),
        (FREE, Cost(usd=0.0, priced=0.0)),
        (UNKNOWN, Cost(usd=None, priced=0.0, unpriced=("llm openai.gpt-99", "tts acme:x"))),
        ([*LLM, *UNKNOWN], Cost(usd=None, priced=4.75, unpriced=("llm openai.gpt-99", "tts acme:x"))),
        (
            [used(Service.TTS, "openai:alloy", Unit.CHARACTERS, 9)],
            Cost(usd=None, priced=0, unpriced=("tts openai:alloy",)),
        ),
        ([used(Service.LLM, "openai.gpt-99", Unit.INPUT_TOKENS, 0)], Cost(usd=0.0, priced=0.0)),
    ],
    ids=["nothing", "tokens", "speech", "free", "no price", "partly priced", "the wrong unit", "none of it"],
)
def test_usage_costs_what_the_table_says(usages: Sequence[Usage], cost: Cost) -> None:
    found = cost_of(usages, TABLE)
    assert (found.unpriced, found.usd is None) == (cost.unpriced, cost.usd is None)
    assert found.priced == pytest.approx(cost.priced)


@pytest.mark.parametrize(
    ("service", "model", "free"),
    [
        (Service.LLM, "local.smollm2", True),
        (Service.LLM, "scripted.file:replies.txt", True),
        (Service.LLM, "offline", True),
        (Service.LLM, "localhost.model", False),
        (Service.TTS, "pyttsx3:en-us+steph", True),
        (Service.TTS, "openai:alloy", False),
        (Service.TELEPHONY, "voipbin", False),
    ],
)
def test_what_runs_here_is_free(service: Service, model: str, free: bool) -> None:
    assert is_free(service, model) is free


def test_pooling_adds_up_each_kind_and_keeps_estimates_apart() -> None:
    counted = used(Service.LLM, "openai.gpt-4o", Unit.INPUT_TOKENS, 10)
    guessed = Usage(
        service=Service.LLM,
        side=Side.AGENT,
        model="openai.gpt-4o",
        unit=Unit.INPUT_TOKENS,
        amount=3,
        estimated=True,
    )
    assert [usage.amount for usage in pooled([guessed, counted, counted])] == [20, 3]


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0, "0.00 USD"),
        (0.00001, "<0.0001 USD"),
        (0.0123, "0.0123 USD"),
        (0.0951, "0.10 USD"),
        (0.5, "0.50 USD"),
        (1234.5, "1,234.50 USD"),
    ],
)
def test_a_sum_is_written_as_finely_as_it_needs(usd: float, text: str) -> None:
    assert amount(usd) == text


def test_a_sum_between_two_names_the_currency_once() -> None:
    assert (between(Span(low=0.1, high=2)), between(Span(low=2, high=2))) == ("0.10 to 2.00 USD", "2.00 USD")
