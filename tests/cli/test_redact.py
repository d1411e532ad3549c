"""`harness report --redact`: a copy to show to others, and what must not be found in any byte of it."""

import asyncio
import base64
import json
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.audio.files import load_recording
from harness.audio.recording import Lane
from harness.cli import main
from harness.settings import Settings
from harness.wiring import Workshop

PROMPT = """You are the front desk of Corner Books.
Greet the caller with "Corner Books, what is your telephone number?"
"""
SUITE = """\
prompts: [desk@v1]
engine_models: [embedded.extractive]
personas:
  regular: {facts: {surname: Kowalski}}
cases:
  - id: number
    persona: regular
    description: Marta Kowalski gives 555-0199
    turns:
      - say: "Hello, my telephone number is five five five, oh one nine nine, and this is about a book."
        entities: [{type: phone, value: "555-0199"}]
        expect: {says: ["555-0199"]}
"""
WITH_MORE = """\
      - say: "I am Mrs Kowalski, K O W A L S K I, mail marta dot kowalski at example dot com."
      - say: "My card is four one one one, two two two two, three three three three, four four four four."
"""
PLANTED = re.compile(
    rb"555.{0,2}01.?99|five five|one nine nine|kowalski|\bmarta\b|k.o.w.a.l|4111.?2222|one one one|two two|four four",
    re.IGNORECASE,
)

pytestmark = pytest.mark.slow


def write_project(folder: Path, suite: str) -> None:
    home = folder / "suites" / "prompts" / "desk"
    home.mkdir(parents=True)
    (home / "v1.md").write_text(PROMPT)
    (folder / "suites" / "desk.suite.yaml").write_text(suite)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose calls were held as text."""
    folder = tmp_path_factory.mktemp("held")
    write_project(folder, SUITE + WITH_MORE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        command("run", "--tier", "text")
    return folder


@pytest.fixture
def project(held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(held, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*args: str) -> Result:
    return CliRunner().invoke(main, args)


def run_of(project: Path) -> Path:
    (folder,) = (project / "reports" / "runs").iterdir()
    return folder


def readable(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every file of a folder, and every compressed block of its pages as it is before it is compressed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path, content
            for block in re.findall(rb">([A-Za-z0-9+/\s]{200,}={0,2})<", content):
                packed = base64.b64decode(b"".join(block.split()))
                for window in (-zlib.MAX_WBITS, zlib.MAX_WBITS | 32):
                    try:
                        yield path, zlib.decompress(packed, window)
                    except zlib.error:
                        continue


def found_in(folder: Path) -> dict[str, set[bytes]]:
    places = [(path, PLANTED.findall(content)) for path, content in readable(folder) if path.suffix != ".flac"]
    return {str(path): set(found) for path, found in places if found}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_nothing_planted_is_in_a_byte_of_the_copy_and_the_run_stays_as_it_was(project: Path) -> None:
    source = run_of(project)
    kept = contents(source / "trials")
    assert found_in(source)

    result = command("report", "latest", "--redact")

    assert result.exit_code == 0, result.output
    assert found_in(project / "reports" / "redacted") == {}
    assert contents(source / "trials") == kept
    assert f"Redacted copy of {source.name}: masked in texts: " in result.stdout
    assert "telephone numbers" in result.stdout
    assert not PLANTED.search(result.stdout.encode())


def test_the_copy_says_what_it_is_and_comes_to_the_same_verdict(project: Path) -> None:
    source = run_of(project)
    command("report", "latest")
    command("report", "latest", "--redact")
    copy = project / "reports" / "redacted" / "runs" / f"{source.name}-redacted"

    run = json.loads((copy / "run.json").read_text())["value"]["run"]
    assert run["redacted"]["of"] == source.name
    assert run["redacted"]["masks"]["phone"] > 0
    verdicts = [json.loads((folder / "verdict.json").read_text()) for folder in (source, copy)]
    assert verdicts[0]["verdict"]["outcome"] == verdicts[1]["verdict"]["outcome"] == "failed"
    assert (project / "reports" / "redacted" / "html" / "index.html").is_file()


def test_a_copy_made_twice_has_the_same_bytes(project: Path) -> None:
    command("report", "latest", "--redact")
    first = contents(project / "reports" / "redacted")
    command("report", "latest", "--redact")
    assert contents(project / "reports" / "redacted") == first


def test_a_value_that_looks_like_nothing_can_be_named(project: Path) -> None:
    masked = command("report", "latest", "--redact", "--mask", "about a book")
    assert masked.exit_code == 0
    copies = project / "reports" / "redacted" / "runs"
    assert not any(b"a book." in content for _, content in readable(copies))


def test_the_summary_for_a_pull_request_can_be_redacted_too(project: Path) -> None:
    summary = command("report", "latest", "--redact", "--markdown", "-")
    assert summary.exit_code == 0
    assert not PLANTED.search(summary.stdout.encode())


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(("--mask", "Anna"), "give --redact too", id="mask alone"),
        pytest.param(("--redact", "--reports", "reports/redacted"), "a redacted copy already", id="copy of a copy"),
    ],
)
def test_what_makes_no_sense_is_refused(project: Path, args: tuple[str, ...], words: str) -> None:
    command("report", "latest", "--redact")
    result = command("report", "latest", *args)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_run_whose_suites_are_gone_is_redacted_by_what_its_texts_tell(project: Path) -> None:
    result = command("report", "latest", "--redact", "--suites", "elsewhere")
    assert result.exit_code == 0
    assert "could not be read" in result.stderr
    everything = b"".join(content for _, content in readable(project / "reports" / "redacted"))
    assert not re.search(rb"555.?0199|five five|4111", everything)


def test_a_copy_cannot_be_resumed(project: Path) -> None:
    command("report", "latest", "--redact")
    result = command("run", "--tier", "text", "--resume", "latest", "--reports", "reports/redacted")
    assert result.exit_code == 2
    assert "is a redacted copy" in result.stderr


def test_a_spoken_number_is_not_heard_in_the_copy_and_the_rest_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path, SUITE)
    monkeypatch.chdir(tmp_path)
    command("run", "--repeats", "0")
    source = run_of(tmp_path)
    result = command("report", "latest", "--redact")
    assert result.exit_code == 0, result.output

    redacted = tmp_path / "reports" / "redacted"
    copy = redacted / "runs" / f"{source.name}-redacted"
    before, after = (heard(next((folder / "audio").iterdir())) for folder in (source, copy))
    assert "0199" in before.replace("-", "").replace(" ", "")
    assert not re.search(r"\d{2}|five|nine", after)
    assert "book" in after, "what is not personal can still be heard"
    assert found_in(redacted) == {}
    assert not {*contents(source / "audio").values()} & {*contents(redacted).values()}, "a recording as it was"


def heard(path: Path) -> str:
    """What the reference recogniser hears of the caller in a recording."""
    stt = Workshop(Settings()).recogniser()
    clip = load_recording(path).lane(Lane.CALLER)
    return asyncio.run(stt.transcribe(clip, language="en-US")).text.casefold()
