import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.voipbin.resources import Kind, Record
from tests.corner_books import SUITE, write_project
from tests.served_account import Account, served

CREDENTIALS = ("ACCESS_KEY", "TOKEN", "USERNAME", "PASSWORD", "DIRECT_HASH")
DESK = {"name": "Desk", "engine_model": "openai.gpt-5-mini", "init_prompt": "Hello.", "stt_language": "en-US"}

Doctor = Callable[..., Result]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with served() as account:
        yield account


@pytest.fixture
def doctor(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Return `harness doctor` in an empty project of the text tier, where the served platform is the platform."""
    (tmp_path / "pyproject.toml").write_text(f'[tool.harness]\ntier = "text"\napi_url = "{account.url}"\n')
    monkeypatch.chdir(tmp_path)
    for name in CREDENTIALS:
        monkeypatch.delenv(f"VOIPBIN_{name}", raising=False)
    return lambda *args: CliRunner().invoke(main, ["doctor", *args])


@pytest.fixture
def key(account: Account, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", account.key)
    return account.key


def found(result: Result) -> dict[str, tuple[str, str, str]]:
    """Return state, sentence and fix of every check by its name."""
    document = json.loads(result.stdout)
    assert document["ready"] == (result.exit_code == 0)
    checks = {each["name"]: (each["state"], each["said"], each["fix"]) for each in document["checks"]}
    assert all(fix for state, _, fix in checks.values() if state == "failed")
    return checks


def states(result: Result) -> dict[str, str]:
    return {name: state for name, (state, _, _) in found(result).items()}


def test_with_nothing_set_simulated_calls_are_ready_and_nobody_is_asked(doctor: Doctor) -> None:
    result = doctor("--api-url", "http://127.0.0.1:9")

    assert result.exit_code == 0, result.output
    assert "Ready for simulated calls, which need no account" in result.stdout
    assert "VOIPBIN_ACCESS_KEY" in result.stdout
    assert states(doctor("--api-url", "http://127.0.0.1:9", "--json")) == {
        **dict.fromkeys(("harness", "models", "disk"), "ok"),
        **dict.fromkeys(("suites", "voices", "hearing", "credentials", "reach", "clock", "login"), "skipped"),
        **dict.fromkeys(("account", "balance", "numbers", "events", "arms", "cases", "engine_model"), "skipped"),
        **dict.fromkeys(("voice", "recogniser", "direct_hash", "route", "sip_extra", "sip", "codec"), "skipped"),
    }


def test_real_calls_that_are_asked_for_need_credentials(doctor: Doctor) -> None:
    result = doctor("--transport", "voipbin", "--route", "text")

    assert result.exit_code == 2
    assert "failed: no credentials are set" in result.stdout
    assert "Not ready: put right credentials first." in result.stdout


def test_a_whole_account_is_ready(doctor: Doctor, account: Account, key: str) -> None:
    ai = account.platform.ais.create(DESK)

    result = doctor("--route", "media", "--ai", ai["id"], "--json")

    checks = found(result)
    assert result.exit_code == 0, result.output
    assert {name for name, (state, _, _) in checks.items() if state in ("warning", "failed")} <= {"reach"}
    assert checks["login"][1] == "opens the account of Simulated customer"
    assert checks["direct_hash"][1] == "the AI Desk's, with direct. before it, as today's platform writes it"
    assert checks["voice"][1].startswith("elevenlabs:EXAVITQu4vr4xnSDxMaL, its default")
    assert "takes the topic of this account's calls" in checks["events"][1]
    assert key not in result.output
    assert ai["direct_hash"] not in result.output


def test_a_direct_hash_alone_opens_its_agent(doctor: Doctor, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    ai = account.platform.ais.create(DESK)
    monkeypatch.setenv("VOIPBIN_DIRECT_HASH", ai["direct_hash"])

    result = doctor("--route", "text", "--json")

    checks = found(result)
    assert result.exit_code == 0, result.output
    assert checks["login"][1] == f"opens the AI {ai['id']}"
    assert {checks[name][0] for name in ("account", "balance", "events")} == {"skipped"}
    assert ai["direct_hash"].removeprefix("direct.") not in result.output


@pytest.mark.parametrize(
    ("change", "check", "said"),
    [
        pytest.param({"engine_model": "gpt-5"}, "engine_model", "must be <provider>.<model>", id="no model"),
        pytest.param({"tts_type": "aws"}, "voice", "tts_type aws is accepted", id="a voice nobody runs"),
        pytest.param({"stt_type": "cartesia"}, "recogniser", "never hears", id="a recogniser nobody runs"),
        pytest.param({"direct_hash": None}, "direct_hash", "nobody can phone it", id="no hash"),
    ],
)
def test_an_agent_that_would_stay_silent_is_found(
    doctor: Doctor, account: Account, key: str, change: Record, check: str, said: str
) -> None:
    ai = account.platform.ais.create(DESK)
    ai |= change

    result = doctor("--route", "media", "--ai", ai["id"], "--json")

    checks = found(result)
    assert result.exit_code == 2
    assert [name for name, (state, _, _) in checks.items() if state == "failed"] == [check]
    assert said in checks[check][1]


def test_an_account_that_cannot_call_is_found(
    doctor: Doctor, account: Account, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    billing = next(account.platform.world.records(Kind.BILLING_ACCOUNT))
    monkeypatch.setitem(billing, "balance_token", 0)
    monkeypatch.setitem(billing, "balance_credit", 9_999)
    write_project(Path("suites"))
    flow = '[{type: connect, option: {source: {type: tel, target: "+15550009999"}, destinations: []}}]'
    Path("suites/desk.suite.yaml").write_text(f"platform: {{flow: {flow}}}\n{SUITE}")

    checks = found(doctor("--route", "media", "--json"))

    assert checks["balance"] == (
        "failed",
        "0 tokens and 0.0099 USD of credit: the platform places no call",
        "top the account up in VoIPBIN's console",
    )
    assert checks["numbers"][0] == "failed"
    assert checks["numbers"][1].startswith("+15550009999 is no active, non-virtual number of this account")
    assert checks["arms"][0] == "ok"
    assert "which a simulated platform runs" in checks["arms"][1]
    assert checks["cases"] == ("ok", "all 2 can be held like this", "")
    in_writing = found(doctor("--route", "text", "--json"))["cases"]
    assert in_writing[0] == "warning"
    assert in_writing[1].startswith("2 of 2 cannot be held like this, such as desk::used_books: it has a flow")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--quiet-hours", "at night"), "quiet_hours = 'at night'", id="hours nobody can read"),
        pytest.param(
            ("--dial", "+15550100000"), "a telephone number (+15550100000) is called by VoIPBIN", id="a route"
        ),
    ],
)
def test_settings_that_would_refuse_every_call_are_found(
    doctor: Doctor, account: Account, key: str, arguments: tuple[str, ...], said: str
) -> None:
    ai = account.platform.ais.create(DESK)

    checks = found(doctor("--route", "text", "--ai", ai["id"], *arguments, "--json"))

    assert checks["route"][0] == "failed"
    assert said in checks["route"][1]


def test_credentials_that_are_refused_stop_what_needs_them(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", "vb_wrong")

    checks = found(doctor("--route", "text", "--json"))

    assert checks["login"][0] == "failed"
    assert "401 INVALID_CREDENTIALS" in checks["login"][1]
    assert checks["balance"] == ("skipped", "needs login", "")
    assert checks["reach"][0] == "ok"


def test_a_platform_that_is_not_there_is_one_failure(doctor: Doctor, key: str) -> None:
    checks = found(doctor("--route", "text", "--api-url", "http://127.0.0.1:9", "--json"))

    assert [name for name, (state, _, _) in checks.items() if state == "failed"] == ["reach"]
    assert checks["reach"][1] == "nothing listens at that host and port"
    assert checks["events"][1] == "needs API"


@pytest.mark.parametrize(
    ("arguments", "title", "said"),
    [
        pytest.param(("--api-url", "ftp://x"), "settings", "api_url must be like", id="an address nobody could ask"),
        pytest.param(("nowhere",), "suites", "there is no file or folder 'nowhere'", id="no such suite"),
    ],
)
def test_a_fault_of_the_set_up_is_one_line_among_others(
    doctor: Doctor, key: str, arguments: tuple[str, ...], title: str, said: str
) -> None:
    result = doctor("--route", "text", *arguments)

    assert result.exit_code == 2
    assert said in " ".join(result.stdout.split())
    assert f"put right {title} first" in result.stdout
