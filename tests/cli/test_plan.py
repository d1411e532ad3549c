"""`harness plan`: what a run would take and prove, in a project with two cases and three trials."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.wire.llm_server import LLMServer, Text

Command = Callable[..., Result]


def test_a_free_plan_places_no_call_and_keeps_nothing(command: Command) -> None:
    result = command("plan", "suites", "--prompt", "desk@v2", "--against", "desk@v1")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "desk: 2 cases × 3 trials × 2 arms = 12 calls",
        "  desk@v2-embedded.extractive",
        "  desk@v1-embedded.extractive  (baseline)",
        "",
        "Calls:   12",
        "Time:    3.6 min to 36 min of conversation; 0 s to 36 s on the clock, 4 at a time",
        "Money:   0.00 USD: everything is embedded, simulated or played from cassettes",
        "",
        "Proof:   2 cases × 3 trials are too few for the margin 0.10: even an unchanged prompt would often be "
        "inconclusive. It needs about 40 cases; a drop of 63 points or more of the pass rate is "
        "found with a chance of 80%.",
        "         Variances are assumed: no earlier run has shown them (cases 0.060, trials 0.090).",
    ]
    assert not Path("reports").exists()


def test_a_hosted_model_is_priced_for_whoever_asks_it_with_the_date_of_the_prices(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    suite.write_text(suite.read_text().replace("    tags: [stock]", "    rubric: manners"))
    out = command("plan", "--engine-model", "openai.gpt-4o-mini", "--judge", "anthropic.claude-sonnet-5").stdout
    assert re.search(r"^Money:   \d.* to \d\S* USD \(list prices as of 20\d\d-\d\d-\d\d\)$", out, re.M)
    assert re.search(r"^  llm openai.gpt-4o-mini \(agent\): \S+ to \S+ USD$", out, re.M)
    assert re.search(r"^  llm anthropic.claude-sonnet-5 \(judge\): \S+ to \S+ USD$", out, re.M)


def test_the_users_prices_win_and_what_has_none_is_named(command: Command) -> None:
    Path("mine.toml").write_text(
        'as_of = 2026-01-02\n[[price]]\nservice = "llm"\nmodel = "openai.gpt-9"\nusd = { input_tokens = 1 }\n'
    )
    unpriced = command("plan", "--engine-model", "openai.gpt-9", "--prices", "mine.toml").stdout
    assert "  llm openai.gpt-9 (agent): not priced; add a [[price]] to a file of yours" in unpriced
    assert "Money:   unknown" in unpriced
    Path("mine.toml").write_text(Path("mine.toml").read_text().replace("= 1 }", "= 1, output_tokens = 1 }"))
    priced = command("plan", "--engine-model", "openai.gpt-9", "--prices", "mine.toml").stdout
    assert "mine.toml as of 2026-01-02, over list prices as of" in priced
    assert "  llm openai.gpt-9 (agent): 1,728.00 to 12,510.00 USD" in priced


@pytest.mark.parametrize(
    ("usd", "words"),
    [("100", "100.00 USD is enough"), ("0.001", "may stop the run"), ("0", "0.00 USD will stop the run")],
)
def test_a_budget_is_held_beside_the_estimate(command: Command, usd: str, words: str) -> None:
    result = command("plan", "--engine-model", "openai.gpt-4o-mini", "--budget", usd)
    assert words in result.stdout


def test_a_budget_with_a_model_without_a_price_cannot_be_kept(command: Command) -> None:
    result = command("plan", "--engine-model", "openai.gpt-9", "--budget", "1")
    assert "1.00 USD cannot be kept: a run needs a price for everything it uses" in result.stdout


def test_it_says_how_many_cases_find_a_drop(command: Command) -> None:
    out = command("plan", "--against", "desk@v2", "--detect", "0.1").stdout
    assert "A drop of 10 points is found with a chance of 80% by 81 cases × 3 trials." in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--detect", "2"], "detect is a drop"),
        (["--power", "1"], "power is a chance"),
        (["--budget", "nan"], "budget is an amount"),
        (["--prices", "none.toml"], "none.toml: the price file cannot be read"),
        (["no-such-suite"], "no-such-suite"),
    ],
    ids=["detect", "power", "budget", "prices", "path"],
)
def test_what_is_wrong_is_told_with_exit_code_2(command: Command, args: list[str], words: str) -> None:
    result = command("plan", *args)
    assert result.exit_code == 2, result.output
    assert words in result.output


def test_a_plan_goes_by_what_the_last_run_really_took(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with LLMServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        server.script(lambda request: Text("Corner Books, we sell used books until five."))
        command("run", "--engine-model", "openai.gpt-4o")
    out = command("plan", "--engine-model", "openai.gpt-4o").stdout
    (run,) = (path.name for path in Path("reports/runs").iterdir())
    assert f"as in run {run} where it held these calls" in out
    # Two answers a call, each of 20 tokens, 100 more from the cache, and 9 written: 3 calls.
    (agent,) = re.findall(r"^  llm openai.gpt-4o \(agent\): (.*)$", out, re.M)
    assert agent == "0.0016 USD"
