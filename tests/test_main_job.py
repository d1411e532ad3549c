"""The main job as a user runs it: real voices, a real line, a real recogniser, the example suites."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.audio.activity import speech_spans
from harness.audio.files import load_recording
from harness.model.call import Call, Event, EventKind, Role
from harness.model.run import TrialResult
from harness.model.score import Score
from harness.store.reading import read_trials
from tests.report.reading import page_text, trials_of

ROOT = Path(__file__).parent.parent
CASE = "change_of_mind"
"""Has an interruption, and is one of the cases the draft breaks."""


@dataclass(frozen=True)
class Session:
    code: int
    output: str
    folder: Path

    @property
    def trials(self) -> tuple[TrialResult, ...]:
        return tuple(read_trials(self.folder).results)

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(trial.call for trial in self.trials if trial.call)

    def events(self, name: str) -> list[tuple[Event, ...]]:
        return [each.call.events for each in self.trials if each.call and each.trial.planned == name]

    def case(self, name: str) -> dict[str, Any]:
        """Return what the verdict file says of a case with one arm."""
        document = json.loads((self.folder / "verdict.json").read_text())
        return next(case for case in document["cases"] if case["id"] == name)


def pytest_suites(reports: Path, *options: str) -> Session:
    """Run `pytest suites/` on one case, with reports and speech cache of its own."""
    command = [sys.executable, "-m", "pytest", "suites/", "-k", CASE, "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, f"--harness-reports={reports}", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    (folder,) = (reports / "runs").iterdir()
    return Session(code=done.returncode, output=done.stdout, folder=folder)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return pytest_suites(tmp_path_factory.mktemp("once"))


def test_the_example_suite_ends_green_and_says_where_the_report_is(session: Session) -> None:
    assert session.code == 0, session.output
    assert "✓ 1 of 1 case passed" in session.output
    assert "index.html" in session.output
    assert (session.folder.parent.parent / "html" / "receptionist" / "v2.html").is_file()


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return a session of its own for the draft, with the version of the other session as its baseline."""
    return pytest_suites(tmp_path_factory.mktemp("draft"), "--harness-prompt=receptionist@v3-draft")


def test_the_same_seed_gives_the_same_calls_from_scratch(session: Session, draft: Session) -> None:
    name = f"receptionist::{CASE}[receptionist@v2-embedded.extractive]"
    once, again = (each.case(name) for each in (session, draft))

    assert (once.pop("role"), again.pop("role")) == ("candidate", "baseline")
    assert once["trials"]
    assert once == again
    assert session.events(name)
    assert session.events(name) == draft.events(name)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_verdict_from_scratch_and_with_two_workers(
    session: Session, tmp_path: Path
) -> None:
    again = pytest_suites(tmp_path, "-n", "2")

    assert (again.folder / "verdict.json").read_bytes() == (session.folder / "verdict.json").read_bytes()
    events = {trial.trial.id: trial.call.events for trial in session.trials if trial.call}
    assert events == {trial.trial.id: trial.call.events for trial in again.trials if trial.call}


@pytest.mark.parametrize("role", Role)
def test_the_recording_holds_speech_where_the_events_say_so_and_nowhere_else(session: Session, role: Role) -> None:
    assert session.calls
    for call in session.calls:
        assert call.recording is not None
        lane = getattr(load_recording(session.folder / call.recording.path), role.value)
        told = [(turn.started_ms, turn.ended_ms) for turn in call.turns if turn.role is role]
        heard = speech_spans(lane)
        assert all(any(s.start_ms < end and s.end_ms > start for s in heard) for start, end in told)
        assert all(any(s.start_ms >= start - 30 and s.end_ms <= end + 30 for start, end in told) for s in heard)


def test_an_interruption_silences_the_agent_at_the_moment_of_the_cut(session: Session) -> None:
    for call in session.calls:
        assert call.recording is not None
        cut = next(event.at_ms for event in call.events if event.kind is EventKind.AUDIO_CUT)
        resumed = next(turn.started_ms for turn in call.turns if turn.role is Role.AGENT and turn.started_ms > cut)
        agent = load_recording(session.folder / call.recording.path).agent

        assert speech_spans(agent.span(cut - 500, cut))
        assert not agent.span(cut, resumed).samples.any()
        assert any(turn.interrupted and len(turn.spoken) < len(turn.meant) for turn in call.turns)


def test_the_default_voice_is_understood_through_the_line(session: Session) -> None:
    rates = [s.value for t in session.trials for s in t.scores if isinstance(s, Score) and s.name == "caller_wer"]

    assert rates
    assert max(rates) <= 0.10


def test_the_draft_ends_red_and_names_the_lost_rule(draft: Session) -> None:
    assert draft.code == 1, draft.output
    assert (
        f"- Always read the booking back before you confirm it. ← named by the failed checks of {CASE}" in draft.output
    )
    page = draft.folder.parent.parent / "html" / "receptionist" / "v3-draft.html"
    assert "Lost rule:" in page_text(page)
    assert any("hear_from_s" in trial for trial in trials_of(page))
