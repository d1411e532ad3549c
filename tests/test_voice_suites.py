"""suites/voice/ and suites/callers.yaml: the demo ends green, shows every feature, and its sound is what it claims."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.pictures import Window, picture
from benchmarks.sound_edges import sound_edges
from harness.audio.files import load_recording
from harness.model.call import Call, EventKind, Role
from harness.model.moves import Branch, Disturbance, Hangup, Improvise, Interruption, Repeat, Say, Sound, TriggerKind
from harness.model.persona import Codec, Noise
from harness.model.script import all_steps
from harness.store.reading import read_trials
from harness.suitefile import load_suites, suite_schema

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "suites" / "voice").glob("*.suite.yaml"))
READY = (ROOT / "suites" / "callers.yaml").read_text(encoding="utf-8")
TEXT = READY + "".join(file.read_text(encoding="utf-8") for file in FILES)
CASES = [case for suite in load_suites(FILES) for case in suite.cases]
STEPS = [step for case in CASES for step in all_steps(case.moves)]
HEARD = ("every_interruption", "early_hangup", "voicemail")

SHAPES = (
    *(
        "SayShape",
        "PressShape",
        "WaitShape",
        "SilenceShape",
        "BackchannelShape",
        "NoiseShape",
        "HoldShape",
        "HangupShape",
    ),
    *("WhenShape", "ChoiceShape", "RepeatShape", "ProceedShape", "ScriptShape", "InterruptShape", "MomentShape"),
    *(
        "CorrectionShape",
        "SpelledShape",
        "DigitsShape",
        "ForeignShape",
        "PauseShape",
        "HabitsShape",
        "SurroundingsShape",
    ),
)
NO_CALLER = {"expect", "entities", "checks", "type", "accept"}
"""Keys about what has to come of a turn, which this demo is not about."""


def run(reports: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command, str(reports)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_demo_ends_green_without_sound(tmp_path: Path) -> None:
    done = run(tmp_path, "harness", "run", "suites/voice", "--tier", "text", "--reports")

    assert done.returncode == 0, done.stdout
    assert f"all {len(CASES)} cases under test passed" in done.stdout


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Call, Path]]:
    reports = tmp_path_factory.mktemp("reports")
    chosen = ("-p", "no:cacheprovider", "-k", " or ".join(HEARD))
    done = run(reports, "pytest", "suites/voice", *chosen, "--harness-reports")
    assert done.returncode == 0, done.stdout
    (folder,) = (reports / "runs").iterdir()
    return {each.trial.case: (each.call, folder) for each in read_trials(folder).results if each.call}


@pytest.mark.parametrize("case", HEARD)
def test_every_turn_sounds_when_it_is_said_to_and_a_cut_agent_is_silent(
    calls: dict[str, tuple[Call, Path]], case: str
) -> None:
    call, folder = calls[case]
    assert call.recording
    edges = list(sound_edges(call, load_recording(folder / call.recording.path)))

    assert edges
    assert [each for each in edges if not each.kept] == []
    assert len([each for each in edges if each.end_off_ms is not None]) == sum(turn.interrupted for turn in call.turns)


def test_the_agent_leaves_its_message_after_the_beep(calls: dict[str, tuple[Call, Path]]) -> None:
    call, _ = calls["voicemail"]
    beep = next(turn for turn in call.turns if turn.spoken == "[beep]")

    assert all(turn.started_ms >= beep.ended_ms for turn in call.turns if turn.role is Role.AGENT)


def test_a_picture_shows_every_turn_and_every_cut(calls: dict[str, tuple[Call, Path]]) -> None:
    call, folder = calls["every_interruption"]
    assert call.recording
    window = Window(start_ms=0, end_ms=call.duration_ms)
    drawn = picture(call, load_recording(folder / call.recording.path), window=window, title="A call")

    cuts = [event.at_ms for event in call.events if event.kind is EventKind.AUDIO_CUT]
    assert len(cuts) >= 2
    assert all(f"cut at {at_ms} ms" in drawn for at_ms in cuts)
    assert drawn.count("<rect") == 1 + len(call.turns)


@pytest.mark.parametrize("kind", ["persona", "script"])
def test_every_ready_caller_has_a_case(kind: str) -> None:
    part = re.search(rf"^{kind}s:\n((?:  .*\n|\n)+)", READY, re.MULTILINE)
    assert part
    names = set(re.findall(r"^  (\w+):", part[1], re.MULTILINE))

    assert len(names) >= 5
    assert {name for name in names if not re.search(rf"\b{kind}: {name}\b", TEXT)} == set()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_key_of_the_format_is_shown(shape: str) -> None:
    keys = set(suite_schema()["$defs"][shape]["properties"]) - NO_CALLER

    assert {key for key in keys if not re.search(rf"[{{ ]{key}:", TEXT)} == set()


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        pytest.param(
            set(TriggerKind), {step.trigger.after for step in STEPS if hasattr(step, "trigger")}, id="moments"
        ),
        pytest.param(set(Interruption), {step.interrupts for step in STEPS if isinstance(step, Say)}, id="reasons"),
        pytest.param(set(Sound), {step.sound for step in STEPS if isinstance(step, Disturbance)}, id="sounds"),
        pytest.param(set(Codec), {case.persona.surroundings.codec for case in CASES}, id="codecs"),
        pytest.param(
            set(Noise),
            {case.persona.surroundings.noise for case in CASES if case.persona.surroundings.snr_db is not None},
            id="noises",
        ),
        pytest.param({Branch, Repeat, Improvise, Hangup}, {type(step) for step in STEPS}, id="steps"),
    ],
)
def test_every_kind_is_shown(kinds: set[object], shown: set[object]) -> None:
    assert kinds - shown == set()


def _choices(shape: str) -> Iterator[tuple[str, str]]:
    for key, field in suite_schema()["$defs"][shape]["properties"].items():
        options = [field, *field.get("anyOf", ())]
        yield from ((key, str(value)) for option in options for value in option.get("enum", ()))


@pytest.mark.parametrize("shape", ["InterruptShape", "PressShape", "DigitsShape", "FactShape"])
def test_every_value_of_a_key_is_shown(shape: str) -> None:
    defaults = {"rfc4733", "when_asked"}
    choices = {(key, value) for key, value in _choices(shape) if key != "type"}

    assert choices
    # A style of reading digits may be the persona's habit.
    missing = {(key, value) for key, value in choices if not re.search(rf"\b(?:{key}|digits): {value}\b", TEXT)}
    assert {value for _, value in missing} <= defaults


def test_every_case_says_what_it_is_about_and_checks_something() -> None:
    assert [case.id for case in CASES if not case.description] == []
    for case in CASES:
        expected = any(isinstance(step, Say) and step.expect for step in all_steps(case.moves))
        assert expected or case.expect or case.greeting or case.limits, case.id
