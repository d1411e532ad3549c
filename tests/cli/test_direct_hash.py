from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.voipbin.resources import Record
from tests.served_account import Account, served

Harness = Callable[..., Result]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with served() as account:
        yield account


@pytest.fixture
def desk(account: Account) -> Record:
    return account.platform.ais.create({"name": "Desk", "engine_model": "openai.gpt-5-mini", "init_prompt": "Hello."})


@pytest.fixture
def harness(account: Account, monkeypatch: pytest.MonkeyPatch) -> Harness:
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", account.key)
    monkeypatch.setenv("HARNESS_API_URL", account.url)
    return lambda *args, answer="": CliRunner().invoke(main, ["direct-hash", *args], input=answer)


def test_a_hash_is_shown_whole_only_where_that_is_asked_for(harness: Harness, desk: Record) -> None:
    masked, whole = (
        harness("show", desk["id"]),
        harness("show", desk["id"], "--reveal", "--sip-domain", "sip.test:5070"),
    )

    assert masked.stdout.startswith(f"sip:{desk['direct_hash'][:9]}•")
    assert desk["direct_hash"] not in masked.output
    assert whole.stdout == f"sip:{desk['direct_hash']}@sip.test:5070\n"


def test_a_new_hash_is_made_after_a_warning_and_a_yes(harness: Harness, desk: Record) -> None:
    old = desk["direct_hash"]

    declined = harness("regenerate", desk["id"], answer="\n")
    nobody = harness("regenerate", desk["id"])

    assert (declined.exit_code, nobody.exit_code, desk["direct_hash"]) == (2, 2, old)
    assert "will be dead at once" in declined.stderr
    assert "--yes" in nobody.stderr
    done = harness("regenerate", desk["id"], "--yes", "--reveal")
    assert done.exit_code == 0, done.output
    assert desk["direct_hash"] != old
    assert done.stdout == f"sip:{desk['direct_hash']}@sip.voipbin.net\n"
    assert old not in done.output


def test_an_ai_without_a_hash_says_how_to_get_one(harness: Harness, desk: Record) -> None:
    desk["direct_hash"] = None

    result = harness("show", desk["id"])

    assert result.exit_code == 2
    assert f"harness direct-hash regenerate {desk['id']}" in result.stderr
