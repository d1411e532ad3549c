from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.interfaces import Transport
from harness.settings import Settings
from harness.voipbin.resources import Kind, Record
from harness.wiring import Workshop
from tests.gated_project import LOST, STALLS, prompt_text, write_fair
from tests.served_account import Account, served

POOR, GOOD = prompt_text(STALLS[LOST:]), prompt_text()
ONCE = ("--trials", "1")

Harness = Callable[..., Result]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with served() as account:
        yield account


@pytest.fixture
def harness(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Harness:
    write_fair(tmp_path / "suites")
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", account.key)
    monkeypatch.setenv("HARNESS_API_URL", account.url)
    return lambda *args: CliRunner().invoke(main, args)


def propose(account: Account, before: str, after: str, *, status: str = "completed") -> Record:
    """Return a proposal that waits for an answer, for an AI of its own."""
    ai = account.platform.ais.create({"name": "Fair", "engine_model": "openai.gpt-5-mini", "init_prompt": before})
    return account.platform.world.create(
        Kind.PROPOSAL,
        customer_id=ai["customer_id"],
        ai_id=ai["id"],
        basis_prompt_history_id=ai["current_prompt_history_id"],
        original_prompt=before,
        proposed_prompt=after,
        rationale="Callers were told too little.",
        status=status,
    )


MEDDLE: list[Callable[[], object]] = []
"""What somebody does while a test's calls are held, once."""


def meddling_transport(settings: Settings) -> Transport:
    """Return the usual transport, after somebody has done something to the account."""
    while MEDDLE:
        MEDDLE.pop()()
    return Workshop(replace(settings, transport="simulated")).transport()


def ai_of(account: Account, proposal: Record) -> Record:
    return account.platform.world.require(Kind.AI, proposal["ai_id"])


def test_a_better_prompt_is_accepted_where_that_was_asked_for(harness: Harness, account: Account) -> None:
    proposal = propose(account, POOR, GOOD)

    result = harness("proposal", "test", proposal["id"], "--accept-if-better", "--reject", *ONCE)

    assert result.exit_code == 0, result.output
    assert "fair@proposed-" in result.stdout
    assert "The proposal is accepted: the comparison proves it better." in result.stdout
    assert proposal["status"] == "accepted"
    assert ai_of(account, proposal)["init_prompt"] == GOOD


def test_a_worse_prompt_is_rejected_only_where_that_was_asked_for(harness: Harness, account: Account) -> None:
    proposal = propose(account, GOOD, POOR)
    test = ("proposal", "test", proposal["id"], "suites/fair.suite.yaml", *ONCE)

    shown = harness(*test, "--accept-if-better", "--accept")

    assert shown.exit_code == 1, shown.output
    assert "regressed" in shown.stdout
    assert "The proposal stays completed: the outcome of the run is failed." in shown.stdout
    assert proposal["status"] == "completed"
    assert harness(*test, "--reject").exit_code == 1
    assert proposal["status"] == "rejected"


def test_an_equal_prompt_is_not_better(harness: Harness, account: Account) -> None:
    proposal = propose(account, GOOD, f"{GOOD}The fair is on the meadow.\n")

    result = harness("proposal", "test", proposal["id"], "--accept-if-better", *ONCE)

    assert result.exit_code == 0, result.output
    assert "the comparison says inconclusive" in result.stdout
    assert proposal["status"] == "completed"


def test_a_prompt_that_moved_on_is_told_before_the_first_call_and_compared_all_the_same(
    harness: Harness, account: Account
) -> None:
    proposal = propose(account, POOR, GOOD)
    ai = ai_of(account, proposal)
    account.platform.ais.replace(ai["id"], {**ai, "init_prompt": "Typed in the admin page."})

    refused = harness("proposal", "test", proposal["id"], "--accept")

    assert refused.exit_code == 2
    assert "has changed since it was made" in refused.stderr
    assert "placing" not in refused.stderr
    assert "the platform will not accept it any more" in harness("proposal", "show", proposal["id"]).stdout


def test_a_prompt_that_moves_on_during_a_test_expires_the_proposal(
    harness: Harness, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = propose(account, POOR, GOOD)
    ai = ai_of(account, proposal)
    monkeypatch.setenv("HARNESS_TRANSPORT", "tests.cli.test_proposal:meddling_transport")
    MEDDLE.append(lambda: account.platform.ais.replace(ai["id"], {**ai, "init_prompt": "Typed meanwhile."}))

    result = harness("proposal", "test", proposal["id"], "--accept", "--trials", "1")

    assert result.exit_code == 3, result.output
    assert "did not accept" in result.stderr
    assert "audit calls with the prompt of today" in result.stderr
    assert (proposal["status"], ai["init_prompt"]) == ("expired", "Typed meanwhile.")


def test_proposals_are_listed_shown_and_answered_by_hand(harness: Harness, account: Account) -> None:
    proposal = propose(account, POOR, GOOD)
    making = propose(account, POOR, "", status="progressing")

    listed = harness("proposal", "list", "--ai", proposal["ai_id"], "--status", "completed").stdout
    shown = harness("proposal", "show", proposal["id"]).stdout
    early = harness("proposal", "test", making["id"])
    rejected = harness("proposal", "reject", proposal["id"], "--yes")

    assert [line.split()[0] for line in listed.splitlines()] == [proposal["id"]]
    assert "Callers were told too little." in shown
    assert f'+If the caller asks about {STALLS[0]}, say "You find {STALLS[0]} in row 11."' in shown.splitlines()
    assert early.exit_code == 2
    assert "still being made" in early.stderr
    assert (rejected.exit_code, proposal["status"]) == (0, "rejected")
    again = harness("proposal", "accept", proposal["id"], "--yes")
    assert again.exit_code == 2
    assert "rejected before" in again.stderr
