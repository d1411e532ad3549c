"""The same suites through the real platform's routes as in process: a served platform is the far end."""

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from tests.corner_books import write_project
from tests.served_process import Served, served_process

TOOLS = "tools: [send_email, connect_call, stop_service]"
FAULTS = """
  - id: broken
    persona: anna
    platform: {faults: [{kind: tts_silent}]}
    turns: [{say: "Do you sell used books?"}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_project(tmp_path / "suites")
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    monkeypatch.chdir(tmp_path)
    for name in ("VOIPBIN_ACCESS_KEY", "VOIPBIN_TOKEN", "VOIPBIN_USERNAME", "VOIPBIN_PASSWORD", "VOIPBIN_DIRECT_HASH"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_process(tmp_path_factory.mktemp("platform"), "--tier", "text", "--real-time") as served:
        yield served


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["run", *args])


def newest(project: Path) -> Path:
    return max((project / "reports" / "runs").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)


def outcomes(project: Path) -> Mapping[str, str]:
    document = json.loads((newest(project) / "verdict.json").read_text())
    return {case["id"]: case["outcome"] for case in document["cases"]}


def live(served: Served, route: str) -> tuple[str, ...]:
    return (
        *("--transport", "voipbin", "--route", route, "--api-url", served.url),
        *(("--sip-domain", served.sip) if served.sip else ()),
    )


def left_on(served: Served) -> dict[str, int]:
    """Return how many AIs and flows are there, and how many calls are up."""
    with httpx.Client(base_url=f"{served.url}/v1.0", params={"accesskey": served.key}) as client:
        ais, flows, calls = (client.get(path).json()["result"] for path in ("/ais", "/flows", "/calls"))
    return {"ais": len(ais), "flows": len(flows), "up": sum(call["status"] != "hangup" for call in calls)}


def test_a_chat_comes_to_the_same_verdict_as_a_simulated_call(
    project: Path, platform: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", platform.key)
    arms = ("--prompt", "desk@v1", "--prompt", "desk@v2")
    simulated = run("suites", *arms)
    there = outcomes(project)
    real = run("suites", *arms, *live(platform, "text"))
    assert (real.exit_code, simulated.exit_code) == (1, 1), real.output
    assert outcomes(project) == there
    assert left_on(platform) == {"ais": 0, "flows": 0, "up": 0}
    kept = "".join(path.read_text(errors="replace") for path in Path("reports").rglob("*") if path.is_file())
    assert platform.key not in kept + real.output


def test_cases_that_cannot_go_the_route_are_told_and_left_out(
    project: Path, platform: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", platform.key)
    suite = project / "suites" / "desk.suite.yaml"
    suite.write_text(suite.read_text() + FAULTS)
    result = run("suites", *live(platform, "text"))
    assert "desk::broken is left out: it has faults" in result.output
    assert result.exit_code == 0, result.output


def test_a_run_without_a_case_that_can_go_the_route_proves_nothing(project: Path, platform: Served) -> None:
    suite = project / "suites" / "desk.suite.yaml"
    text = suite.read_text()
    suite.write_text(text[: text.index("  - id: used_books")] + FAULTS)
    result = run("suites", *live(platform, "text"))
    assert result.exit_code == 2
    assert "no case can go by route text" in result.output


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--route", "text"), "VOIPBIN_ACCESS_KEY"), (("--route", "sip", "--tier", "audio"), "harness doctor")],
    ids=["chat", "telephone"],
)
def test_without_credentials_nobody_is_called(project: Path, options: tuple[str, ...], says: str) -> None:
    assert says in refused(project, *options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--route", "media", "--tier", "text"), "route media has sound"),
        (("--route", "text", "--dial", "sip:desk@example.org"), "set `ai` to the id"),
        (("--route", "text", "--allow", "*"), "allow"),
        (("--route", "text", "--quiet-hours", "at night"), "20:00-08:00 Europe/Berlin"),
        (("--route", "text", "--api-url", "ftp://here"), "api_url must be like"),
        (("--route", "text", "--engine-model", "mistral.large"), "cannot run it"),
    ],
    ids=["without sound", "whoever answers", "everybody", "hours", "address", "a model it cannot run"],
)
def test_what_real_calls_cannot_be_is_said_before_the_first(
    project: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], says: str
) -> None:
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", "vb_" + "0" * 32)
    assert says in refused(project, *options)


def refused(project: Path, *options: str) -> str:
    """Return what is said of options with which no run is begun."""
    result = run("suites", "--transport", "voipbin", *options)
    assert result.exit_code == 2
    runs = project / "reports" / "runs"
    assert not runs.exists() or not any(runs.iterdir())
    return result.output + str(result.exception)


def test_a_plan_says_what_real_calls_cost(project: Path) -> None:
    result = CliRunner().invoke(main, ["plan", "suites", "--transport", "voipbin", "--route", "text"])
    assert result.exit_code == 0
    assert "Money:   0.00 USD: VoIPBIN charges nothing for calls to an AI's own hash" in result.output


def test_real_numbers_need_the_command_line(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.harness]\ncall_real_numbers = "yes"\n')
    result = run("suites")
    assert result.exit_code == 2
    assert "on the command line, and nowhere else" in result.output + str(result.exception)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("baresip") is None, reason="needs the extra [sip]")
def test_spoken_calls_come_to_the_same_verdict_by_every_route(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "pyproject.toml").write_text('[tool.harness]\nconcurrency = 1\nlatency = "modelled"\n')
    simulated = run("suites")
    there = outcomes(project)
    assert simulated.exit_code == 0, simulated.output
    with served_process(project, "--sip", "0") as served:
        monkeypatch.setenv("VOIPBIN_ACCESS_KEY", served.key)
        for route in ("sip", "media"):
            result = run("suites", *live(served, route))
            assert outcomes(project) == there, (route, result.output)
            assert left_on(served) == {"ais": 0, "flows": 0, "up": 0}
            assert result.exit_code == 0, (route, result.output)


def test_an_agent_that_could_phone_people_by_itself_needs_the_word_of_this_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", "vb_" + "0" * 32)
    suite = project / "suites" / "desk.suite.yaml"
    text = suite.read_text()
    suite.write_text(text[: text.index("  - id: used_books")] + FAULTS.replace("faults: [{kind: tts_silent}]", TOOLS))
    said = refused(project, "--route", "text", "--engine-model", "openai.gpt-5-mini")
    assert "its agent would have connect_call, send_email" in said
    assert "--yes-call-real-numbers" in said
