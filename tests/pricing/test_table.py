from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.model.usage import Service, Unit
from harness.pricing.table import PriceTable, load_prices, packaged_prices, read_prices

MINE = """as_of = 2026-03-01

[[price]]
service = "llm"
model = "openai.gpt-4o"
per = 1_000_000
usd = { input_tokens = 1, output_tokens = 2 }
source = "our contract"

[[price]]
service = "llm"
model = "openai.gpt-4*"
usd = { input_tokens = 9, output_tokens = 9 }

[[price]]
service = "telephony"
model = "*"
per = 60
usd = { seconds = 0.02 }
"""


def rate(table: PriceTable, service: Service, model: str, unit: Unit) -> float | None:
    price = table.price(service, model)
    return None if price is None else price.of(unit)


def test_the_packaged_prices_are_dated_and_each_says_where_it_is_from() -> None:
    table = packaged_prices()
    assert "list prices as of 20" in table.dated
    assert all(price.source for price in table.prices)


@pytest.mark.parametrize(
    ("service", "model", "unit", "per_million"),
    [
        (Service.LLM, "openai.gpt-4o", Unit.INPUT_TOKENS, 2.5),
        (Service.LLM, "openai.gpt-4o-mini", Unit.OUTPUT_TOKENS, 0.6),
        (Service.LLM, "openai.gpt-4o-mini-2024-07-18", Unit.CACHED_INPUT_TOKENS, 0.075),
        (Service.LLM, "anthropic.claude-haiku-4-5-20251001", Unit.INPUT_TOKENS, 1.0),
        (Service.STT, "openai:whisper-1", Unit.SECONDS, 100.0),
        (Service.TTS, "openai:alloy", Unit.SECONDS, 250.0),
    ],
    ids=lambda value: str(value),
)
def test_a_model_has_its_list_price(service: Service, model: str, unit: Unit, per_million: float) -> None:
    assert rate(packaged_prices(), service, model, unit) == pytest.approx(per_million / 1_000_000)


@pytest.mark.parametrize("model", ["openai.gpt-99", "openai.gpt-4o-2099-01-01", "anthropic.claude-sonnet-5-5"])
def test_a_model_nobody_priced_has_no_price(model: str) -> None:
    assert packaged_prices().price(Service.LLM, model) is None


def test_cached_tokens_without_a_price_of_their_own_are_charged_as_any_other() -> None:
    assert rate(read_prices(MINE, path="p"), Service.LLM, "openai.gpt-4o", Unit.CACHED_INPUT_TOKENS) == 1e-6


def test_the_users_file_wins_and_ours_answers_for_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(MINE)
    table = load_prices(path)
    assert rate(table, Service.LLM, "openai.gpt-4o", Unit.OUTPUT_TOKENS) == 2e-6
    assert rate(table, Service.LLM, "openai.gpt-4o-mini", Unit.OUTPUT_TOKENS) == 9
    assert rate(table, Service.LLM, "anthropic.claude-sonnet-5", Unit.OUTPUT_TOKENS) == pytest.approx(1e-5)
    assert rate(table, Service.TELEPHONY, "anything", Unit.SECONDS) == pytest.approx(0.02 / 60)
    assert table.dated == f"{path} as of 2026-03-01, over {packaged_prices().dated}"


@pytest.mark.parametrize(
    ("replace", "by", "words"),
    [
        ("as_of = 2026-03-01", "", "p: as_of = None is no date"),
        ("as_of = 2026-03-01", 'as_of = "2026-03-01"', "p: as_of = '2026-03-01' is no date"),
        ("as_of = 2026-03-01", "as_of = 2026-03-01\nusd = 3", "p: unknown key 'usd'"),
        ("per = 1_000_000", "per = 0", "p:3: per = 0 must be more than 0"),
        ("per = 60", "per = -1", "p:15: per = -1 is no amount"),
        ("per = 60", "pre = 60", "p:15: unknown key 'pre'"),
        ('service = "telephony"', 'service = "fax"', "p:15: service: 'fax' is unknown; there are llm, tts, stt"),
        ("seconds = 0.02", "seconds = nan", "p:15: usd.seconds = nan is no amount"),
        ("seconds = 0.02", "seconds = true", "p:15: usd.seconds = True is no amount"),
        ("seconds = 0.02", "minutes = 0.02", "p:15: usd: 'minutes' is unknown"),
        ("usd = { seconds = 0.02 }", "usd = 3", "p:15: usd = 3 is no table of units"),
        ("usd = { seconds = 0.02 }", "", "p:15: the price has no usd"),
        ('model = "*"', 'model = "a*b"', "p:15: model = 'a*b' is no name"),
        ('source = "our contract"', "source = 3", "p:3: source = 3 is no text"),
        ('model = "openai.gpt-4*"', 'model = "openai.gpt-4o"', "p: llm 'openai.gpt-4o' has two prices"),
        ("[[price]]", "[price", "p: "),
    ],
)
def test_a_fault_in_a_price_file_is_told_with_its_place(replace: str, by: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^p") as caught:
        read_prices(MINE.replace(replace, by, 1), path="p")
    assert words in str(caught.value)


def test_a_price_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Check the setting prices"):
        load_prices(tmp_path / "none.toml")
