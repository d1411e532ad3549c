"""Conversations written in Python: the same calls, scores and outcomes, without a suite file.

A test decides by itself what it makes of a result, so these calls have no part in the verdict of the session's suites:
they are kept in runs of their own, under `<reports>/python/`.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

import pytest

from harness.errors import ConfigurationError
from harness.model.case import Case
from harness.model.persona import Voice
from harness.model.prompt import Prompt
from harness.model.run import CaseResult, Run
from harness.model.suite import Arm, Planned
from harness.pytest_plugin.calls import Calls
from harness.pytest_plugin.options import session_settings
from harness.pytest_plugin.wording import conversation_text
from harness.runner.spoiling import SpoilRule
from harness.runs import new_id, prepare
from harness.store.folder import create_run
from harness.suitefile import load_prompt
from harness.wiring import provenance


class RunCase(Protocol):
    """The fixture `run_case`."""

    def __call__(self, case: Case, *, prompt: str | Prompt, engine_model: str = "embedded.extractive") -> CaseResult:
        """Place every trial of a case and return what came of them.

        Args:
            case: The conversation; its id names it in reports.
            prompt: `name@version` of a file in `prompts/` beside the test or above it, or a prompt made in Python.
            engine_model: Who answers the call.

        Raises:
            ConfigurationError: the set-up is wrong; no call was placed.
            StoreError: the result could not be kept.
        """
        ...


class PythonDoor:
    """Places the calls of one session's Python tests."""

    def __init__(self, config: pytest.Config) -> None:
        """Nothing is loaded before the first call."""
        self._settings = session_settings(config)
        self._worker = getattr(config, "workerinput", {}).get("workerid", "main")
        self._planned: dict[str, Planned] = {}
        self._calls: dict[tuple[str, Voice, Voice], Calls] = {}

    def run(self, request: pytest.FixtureRequest, case: Case, *, prompt: str | Prompt, engine_model: str) -> CaseResult:
        """Place a test's calls and wait for them; see `RunCase`."""
        planned = self._plan(request, case, prompt=prompt, engine_model=engine_model)
        calls = self._calls_for(planned)
        result = calls.result(planned)
        text = conversation_text(result, folder=calls.folder.path)
        request.node.add_report_section("call", "harness", f"{planned.id}: {result.outcome.value}\n{text}")
        return result

    def close(self) -> None:
        """Hang up whatever is in flight."""
        for calls in self._calls.values():
            calls.close()

    def _plan(self, request: pytest.FixtureRequest, case: Case, *, prompt: str | Prompt, engine_model: str) -> Planned:
        if isinstance(prompt, str):
            prompt = load_prompt(request.path.parent, prompt)
        persona = replace(case.persona, voice=_named(case.persona.voice, self._settings.caller_voice))
        voice = _named(Voice(language=persona.language), self._settings.agent_voice)
        planned = Planned(
            suite=f"{request.path.stem}.{request.node.name}",
            case=replace(case, persona=persona),
            arm=Arm(prompt=prompt, engine_model=engine_model, voice=voice, stt_language=persona.language),
            # A test reads every trial of the result.
            at_least=case.trials,
        )
        if self._planned.setdefault(planned.id, planned) != planned:
            raise ConfigurationError(
                f"{planned.id} was run before in this test as another conversation. Give each case its own id"
            )
        return planned

    def _calls_for(self, planned: Planned) -> Calls:
        key = (planned.arm.engine_model, planned.arm.voice, planned.case.persona.voice)
        if key not in self._calls:
            settings = self._settings
            run_id = new_id()
            toolbox = prepare(settings, (planned,), run_id=run_id)
            header = Run(
                id=run_id,
                started_at=datetime.now(UTC).isoformat(timespec="seconds"),
                provenance=provenance(settings, (), toolbox),
            )
            folder = create_run(settings.reports / "python", header, (), worker=self._worker)
            # A test decides by itself what spoiled calls mean to it; no test is stopped because of another's.
            rule = SpoilRule(repeats=settings.repeats, max_invalid=1.0)
            self._calls[key] = Calls(toolbox=toolbox, folder=folder, concurrency=settings.concurrency, rule=rule)
        return self._calls[key]


def _named(voice: Voice, default: str) -> Voice:
    return replace(voice, name=default) if voice.name == "auto" else voice
