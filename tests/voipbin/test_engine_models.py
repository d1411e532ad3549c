import pytest

from harness.errors import ConfigurationError, UnknownNameError
from harness.voipbin.engine_models import ACCEPTED_PROVIDERS, OWN_PROVIDERS, RUNNING_PROVIDERS, parse_engine_model


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        pytest.param("openai.gpt-4o", "openai", "gpt-4o", id="point"),
        pytest.param("openai:gpt-4o", "openai", "gpt-4o", id="colon"),
        pytest.param("gemini.gemini-2.5-flash", "gemini", "gemini-2.5-flash", id="points in the model"),
        pytest.param("ollama.llama3:8b", "ollama", "llama3:8b", id="colon in the model"),
        pytest.param("openrouter:meta/llama-3.1", "openrouter", "meta/llama-3.1", id="colon first, point later"),
        pytest.param("embedded.extractive", "embedded", "extractive", id="our own"),
    ],
)
def test_engine_model_is_cut_at_the_first_separator(text: str, provider: str, model: str) -> None:
    parsed = parse_engine_model(text)
    assert (parsed.provider, parsed.model) == (provider, model)
    assert str(parsed) == f"{provider}.{model}"


@pytest.mark.parametrize("text", ["gpt-4o", "openai.", "openai. ", ""])
def test_engine_model_without_two_parts_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"openai\.gpt-4o"):
        parse_engine_model(text)


def test_unknown_provider_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'anthropic'"):
        parse_engine_model("antropic.claude")


def test_platform_runs_fewer_providers_than_it_accepts() -> None:
    running = {name for name in ACCEPTED_PROVIDERS if parse_engine_model(f"{name}.x").runs_on_platform}
    assert running == set(RUNNING_PROVIDERS) == {"openai", "grok", "gemini"}


def test_our_own_providers_are_not_the_platforms() -> None:
    assert not set(OWN_PROVIDERS) & set(ACCEPTED_PROVIDERS)
    assert all(parse_engine_model(f"{name}.x").is_own for name in OWN_PROVIDERS)
    assert not parse_engine_model("openai.gpt-4o").is_own
