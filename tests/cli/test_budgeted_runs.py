"""Whole runs that cost money: what they say of it at the end, and how a budget stops them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.wire.llm_server import LLMServer, Text

Command = Callable[..., Result]
PRICED = """as_of = 2026-01-02
[[price]]
service = "llm"
model = "openai.*"
usd = { input_tokens = 0.001, output_tokens = 0 }
"""
"""A call's two answers read 240 tokens, cached ones too: 0.24 USD."""


@pytest.fixture(autouse=True)
def server(command: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[LLMServer]:
    Path("prices.toml").write_text(PRICED)
    Path("pyproject.toml").write_text('[tool.harness]\ntier = "text"\nprices = "prices.toml"\n')
    with LLMServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        server.script(lambda request: Text("Corner Books, we sell used books until five."))
        yield server


def test_a_run_says_what_it_cost_beside_what_it_was_to_cost(command: Command) -> None:
    result = command("run", "--engine-model", "openai.gpt-4o")
    assert result.exit_code == 0, result.output
    told = r"^Cost: 0\.72 USD; the plan's estimate was [\d.]+ to [\d.]+ USD; "
    assert re.search(told, result.stdout, re.M)
    assert "prices.toml as of 2026-01-02, over list prices as of" in result.stdout
    assert re.search(told, command("report", "latest", "--markdown", "-").stdout, re.M)


def test_a_budget_stops_before_the_call_that_could_break_it_and_what_was_held_stays(
    command: Command, server: LLMServer
) -> None:
    (high,) = (
        float(line.split(" to ")[1].split()[0]) / 3
        for line in command("plan", "--engine-model", "openai.gpt-4o").stdout.splitlines()
        if line.startswith("Money:")
    )
    # One call fits, and what it leaves is less than another may cost.
    result = command("run", "--engine-model", "openai.gpt-4o", "--budget", f"{high + 0.1:.2f}")
    assert result.exit_code == 4, result.output
    assert len(server.requests) == 2
    assert "of the budget of" in result.stdout
    assert "Cost: 0.24 USD" in result.stdout


def test_a_budget_that_was_raised_lets_a_stopped_run_go_on_and_counts_what_was_spent(command: Command) -> None:
    stopped = command("run", "--engine-model", "openai.gpt-4o", "--budget", "0.01")
    assert stopped.exit_code == 4, stopped.output
    assert "Cost: 0.00 USD: no call was held" in stopped.stdout
    result = command("run", "--engine-model", "openai.gpt-4o", "--budget", "100", "--resume", "latest")
    assert result.exit_code == 0, result.output
    assert "Cost: 0.72 USD" in result.stdout


def test_a_model_without_a_price_is_refused_before_the_first_call_when_a_budget_is_set(
    command: Command, server: LLMServer
) -> None:
    result = command("run", "--engine-model", "gemini.gemini-99", "--budget", "5")
    assert result.exit_code == 2
    assert "there is no price for llm gemini.gemini-99" in result.stderr
    assert 'prices = "prices.toml"' in result.stderr
    assert not server.requests


@pytest.mark.parametrize("budget", [(), ("--budget", "0")], ids=["no budget", "budget of nothing"])
def test_a_free_run_is_silent_about_money_unless_a_budget_was_set(command: Command, budget: tuple[str, ...]) -> None:
    result = command("run", *budget)
    assert result.exit_code == 0, result.output
    free = "Cost: 0.00 USD: everything was embedded, simulated or remembered"
    assert (free in result.stdout) is bool(budget)
    assert ("Cost:" in result.stdout) is bool(budget)


def test_a_price_file_with_a_fault_stops_a_run_before_its_first_call(command: Command) -> None:
    Path("prices.toml").write_text(PRICED.replace('"llm"', '"lmm"'))
    result = command("run")
    assert result.exit_code == 2
    assert "prices.toml:2: service: 'lmm' is unknown; there are llm, tts, stt, telephony" in result.stderr
