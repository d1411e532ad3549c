import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.suitefile import open_prompt
from harness.voipbin.resources import Kind, Record
from tests.served_account import Account, served

DESK = "You are the desk of a hotel.\nSay {{ hello }} to guests."
KEY = "sk-live-0123456789"
FILE = Path("prompts/desk/v1.md")

Harness = Callable[..., Result]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with served() as account:
        yield account


@pytest.fixture
def desk(account: Account) -> Record:
    for old in list(account.platform.world.records(Kind.AI)):
        account.platform.ais.delete(old["id"])
    body = {
        "name": "Front desk",
        "engine_model": "openai.gpt-5-mini",
        "tts_type": "elevenlabs",
        "stt_language": "de-de",
    }
    return account.platform.ais.create({**body, "init_prompt": DESK, "tool_names": ["stop_service"]})


@pytest.fixture
def harness(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Harness:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", account.key)
    monkeypatch.setenv("HARNESS_API_URL", account.url)

    def run(*args: str, answer: str = "") -> Result:
        result = CliRunner().invoke(main, args, input=answer)
        assert account.key not in result.output
        assert KEY not in result.output
        return result

    return run


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_pulled_prompt_is_the_ais_and_tells_what_else_it_is_set_to(harness: Harness, desk: Record) -> None:
    result = harness("prompts", "pull", "Front desk", "--to", str(FILE))

    assert result.exit_code == 0, result.output
    assert "suites call it desk@v1" in result.stdout
    assert re.search(r"engine_model +openai.gpt-5-mini\n +voice +elevenlabs:EXAV", result.stdout)
    file = open_prompt(FILE)
    assert (file.prompt.text, file.language) == (DESK, "de-DE")
    assert file.known is not None
    assert (file.known.ai, file.known.version) == (desk["id"], desk["current_prompt_history_id"])
    assert harness("prompts", "pull", desk["id"]).stdout == FILE.read_text()


def test_a_file_that_was_edited_is_not_replaced_by_a_pull(harness: Harness, account: Account, desk: Record) -> None:
    pull = ("prompts", "pull", "Front desk", "--to", str(FILE))
    harness(*pull)
    account.platform.ais.replace(desk["id"], {**desk, "init_prompt": "Newer."})
    assert "wrote version" in harness(*pull).stdout
    edit(FILE, "Newer.", "Mine.")

    refused = harness(*pull)

    assert refused.exit_code == 2
    assert "holds another prompt" in refused.stderr
    assert harness(*pull, "--force").exit_code == 0
    assert open_prompt(FILE).prompt.text == "Newer."


def test_a_push_changes_the_prompt_and_nothing_else(harness: Harness, desk: Record) -> None:
    harness("prompts", "pull", "Front desk", "--to", str(FILE))
    new = FILE.with_name("v2.md")
    new.write_text(FILE.read_text())
    edit(new, "hotel", "small hotel")
    before = dict(desk)

    declined = harness("prompts", "push", str(new), "Front desk", answer="n\n")
    assert (declined.exit_code, desk["init_prompt"]) == (2, DESK)
    assert "nothing was changed" in declined.stderr
    result = harness("prompts", "push", str(new), "Front desk", answer="y\n")

    assert result.exit_code == 0, result.output
    assert "-You are the desk of a hotel.\n+You are the desk of a small hotel.\n" in result.stdout
    assert desk["init_prompt"] == open_prompt(new).prompt.text
    changed = {name for name in desk if desk[name] != before[name]}
    assert changed == {"init_prompt", "current_prompt_history_id", "tm_update"}
    known = open_prompt(new).known
    assert known is not None
    assert known.version == desk["current_prompt_history_id"]
    assert "nothing to push" in harness("prompts", "push", str(new), "Front desk", "--yes").stdout


def test_a_prompt_that_somebody_else_changed_is_overwritten_only_by_force(
    harness: Harness, account: Account, desk: Record
) -> None:
    harness("prompts", "pull", "Front desk", "--to", str(FILE))
    edit(FILE, "hotel", "small hotel")
    account.platform.ais.replace(desk["id"], {**desk, "init_prompt": "Typed in the admin page."})
    push = ("prompts", "push", str(FILE), "Front desk", "--yes")

    refused = harness(*push)

    assert refused.exit_code == 2
    assert "has drifted" in refused.stderr
    assert "Typed in the admin page." in refused.stderr
    assert desk["init_prompt"] == "Typed in the admin page."
    assert harness(*push, "--force").exit_code == 0
    assert "small hotel" in desk["init_prompt"]


def test_a_version_kept_beside_the_file_may_be_overwritten_and_templates_are_filled(
    harness: Harness, desk: Record
) -> None:
    FILE.parent.mkdir(parents=True)
    FILE.write_text(DESK.replace("{{ hello }}", '{{ "{{ hello }}" }}'))
    new = FILE.with_name("v2.md")
    new.write_text("You are the desk of {{ hotel }}.")

    result = harness("prompts", "push", str(new), "Front desk", "--yes", "--set", "hotel=Grand = Best")

    assert result.exit_code == 0, result.output
    assert desk["init_prompt"] == "You are the desk of Grand = Best."


def test_a_file_that_is_gone_after_a_push_does_not_undo_it(
    harness: Harness, desk: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness("prompts", "pull", "Front desk", "--to", str(FILE))
    edit(FILE, "hotel", "small hotel")

    def gone(question: str, **_: object) -> bool:
        FILE.rename("elsewhere.md")
        return True

    monkeypatch.setattr(click, "confirm", gone)
    result = harness("prompts", "push", str(FILE), "Front desk")

    assert result.exit_code == 0, result.output
    assert "warning: the version is not noted" in result.stderr
    assert "small hotel" in desk["init_prompt"]


def test_a_masked_key_is_never_sent_back(
    harness: Harness, account: Account, desk: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.platform.ais.replace(desk["id"], {**desk, "engine_key": KEY})
    harness("prompts", "pull", "Front desk", "--to", str(FILE))
    assert KEY not in FILE.read_text()
    edit(FILE, "hotel", "small hotel")

    refused = harness("prompts", "push", str(FILE), "Front desk", "--yes")

    assert refused.exit_code == 2
    assert "VOIPBIN_ENGINE_KEY" in refused.stderr
    assert desk["init_prompt"] == DESK
    monkeypatch.setenv("VOIPBIN_ENGINE_KEY", KEY)
    assert harness("prompts", "push", str(FILE), "Front desk", "--yes").exit_code == 0
    assert "small hotel" in desk["init_prompt"]


def test_history_shows_every_version_and_what_changed(harness: Harness, account: Account, desk: Record) -> None:
    first = desk["current_prompt_history_id"]
    account.platform.ais.replace(desk["id"], {**desk, "init_prompt": DESK + "\nBe brief."})

    listed = harness("prompts", "history", "Front desk")

    assert listed.exit_code == 0, listed.output
    rows = listed.stdout.splitlines()
    assert rows[0] == f"Front desk ({desk['id']}): 2 versions"
    assert re.match(
        rf"\* \d{{4}}-\d\d-\d\d \d\d:\d\d  {desk['current_prompt_history_id']}  [0-9a-f]{{8}}  You", rows[1]
    )
    assert first in rows[2]
    diff = harness("prompts", "history", "Front desk", "--diff", first[:8], "current")
    assert "+Be brief." in diff.stdout.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("pull", "Frontdesk"), "Did you mean 'Front desk'", id="no such name"),
        pytest.param(("history", "5e9c6a1e-3d47-4c0c-9b51-0d4e3f6a2b18"), "has no AI with the id", id="no such id"),
        pytest.param(("history", "Front desk", "--diff", "zz", "current"), "unknown version 'zz'", id="no version"),
    ],
)
def test_what_is_not_there_is_said(harness: Harness, desk: Record, arguments: tuple[str, ...], message: str) -> None:
    result = harness("prompts", *arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_without_an_account_the_variables_are_named(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOIPBIN_ACCESS_KEY")

    result = harness("prompts", "pull", "Front desk")

    assert result.exit_code == 2
    assert "VOIPBIN_ACCESS_KEY" in result.stderr
