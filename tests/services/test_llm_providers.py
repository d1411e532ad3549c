from pathlib import Path

import pytest

from harness.errors import ConfigurationError, MissingKeyError, UnknownNameError
from harness.services.providers import PROVIDERS, Adapter, endpoint_of, lookup
from harness.voipbin.engine_models import ACCEPTED_PROVIDERS, OWN_PROVIDERS, RUNNING_PROVIDERS


def test_every_provider_the_platform_accepts_is_in_the_table() -> None:
    assert sorted(PROVIDERS) == sorted((*ACCEPTED_PROVIDERS, *OWN_PROVIDERS))


@pytest.mark.parametrize(
    ("name", "adapter", "extra"),
    [
        ("openai", Adapter.OPENAI, "openai"),
        ("groq", Adapter.OPENAI, "openai"),
        ("anthropic", Adapter.ANTHROPIC, "anthropic"),
        ("local", Adapter.LOCAL, "local"),
        ("scripted", Adapter.SCRIPTED, ""),
        ("embedded", Adapter.EXTRACTIVE, ""),
    ],
)
def test_a_provider_says_who_speaks_with_it_and_what_to_install(name: str, adapter: Adapter, extra: str) -> None:
    assert (lookup(name).adapter, lookup(name).extra) == (adapter, extra)


def test_an_unknown_provider_gets_the_nearest_known_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'anthropic'"):
        lookup("antropic")


HOSTED = [p for p in PROVIDERS.values() if p.adapter in (Adapter.OPENAI, Adapter.ANTHROPIC)]


@pytest.mark.parametrize("name", [provider.name for provider in HOSTED])
def test_every_hosted_provider_is_reached_once_its_variables_are_set(name: str) -> None:
    provider = lookup(name)
    place = "https://place.example" if name == "azure" else "eu-west-1"
    environ = {provider.key_variable: "k1", provider.place_variable: place}
    endpoint = endpoint_of(provider, environ=environ)
    assert endpoint.base_url.startswith("http://localhost" if name == "ollama" else "https://")
    assert "{" not in endpoint.base_url
    assert endpoint.key == ("" if name == "ollama" else "k1")


@pytest.mark.parametrize("name", [provider.name for provider in HOSTED if provider.key_variable])
def test_a_missing_key_is_named_before_any_call(name: str) -> None:
    with pytest.raises(MissingKeyError, match=lookup(name).key_variable):
        endpoint_of(lookup(name), environ={lookup(name).key_variable: " "})


@pytest.mark.parametrize(
    ("name", "environ", "url"),
    [
        ("openai", {"OPENAI_BASE_URL": "http://proxy:8080/v1/"}, "http://proxy:8080/v1"),
        ("groq", {"GROQ_BASE_URL": "https://gateway.example/groq"}, "https://gateway.example/groq"),
        ("aws", {"AWS_REGION": "eu-west-1"}, "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1"),
        ("aws", {"AWS_BASE_URL": "https://bedrock.example/v1"}, "https://bedrock.example/v1"),
        ("azure", {"AZURE_OPENAI_ENDPOINT": "https://me.openai.azure.com/"}, "https://me.openai.azure.com/openai/v1"),
    ],
)
def test_the_environment_says_where_a_provider_is(name: str, environ: dict[str, str], url: str) -> None:
    assert endpoint_of(lookup(name), environ={lookup(name).key_variable: "k", **environ}).base_url == url


@pytest.mark.parametrize(
    ("name", "environ", "variable"),
    [
        ("azure", {}, "AZURE_OPENAI_ENDPOINT"),
        ("aws", {}, "AWS_REGION"),
        ("azure", {"AZURE_OPENAI_ENDPOINT": "me.openai.azure.com"}, "AZURE_OPENAI_ENDPOINT"),
        ("groq", {"GROQ_BASE_URL": "localhost:9"}, "GROQ_BASE_URL"),
    ],
)
def test_an_address_that_cannot_work_names_its_variable(name: str, environ: dict[str, str], variable: str) -> None:
    with pytest.raises(ConfigurationError, match=variable):
        endpoint_of(lookup(name), environ={lookup(name).key_variable: "k", **environ})


def test_neither_key_nor_password_of_an_endpoint_is_ever_shown() -> None:
    environ = {"OPENAI_API_KEY": "sk-very-secret", "OPENAI_BASE_URL": "https://user:hunter2@proxy.example/v1"}
    endpoint = endpoint_of(lookup("openai"), environ=environ)
    assert endpoint.address == "https://proxy.example/v1"
    assert endpoint.redact("key sk-very-secret is wrong") == "key [key] is wrong"
    for secret in ("sk-very-secret", "hunter2"):
        assert secret not in f"{endpoint!r} {endpoint.address}"


@pytest.mark.parametrize("name", ACCEPTED_PROVIDERS)
def test_the_page_on_engine_models_tells_the_same_as_the_table(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "engine-models.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| `{name}` ") and "_BASE_URL" in line]
    provider = lookup(name)
    assert len(rows) == 1
    for fact in (provider.extra, provider.key_variable, provider.base_url_variable, provider.place_variable):
        assert fact in rows[0]
    assert ("**yes**" in rows[0]) == (name in RUNNING_PROVIDERS)
