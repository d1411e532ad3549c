"""An AI of the platform as a prompt file: its text, and how it comes to stand where it was asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from harness.errors import ConfigurationError, SuiteError
from harness.model.prompt import prompt_digest
from harness.suitefile import KnownVersion, as_in_a_file, new_file, open_prompt, with_note
from harness.suitefile.values import check_label, check_language
from harness.transports.voipbin.ais import id_of
from harness.voipbin.ais import DEFAULT_STT, DEFAULT_TTS, voice_id
from harness.voipbin.resources import Record

_SETTINGS: Final = ("engine_model", "tts_type", "tts_voice_id", "stt_type", "stt_language")


def known_version(ai: Record) -> KnownVersion:
    """Return what a prompt file notes of an AI."""
    return KnownVersion(
        ai=str(ai["id"]),
        version=id_of(ai, "current_prompt_history_id"),
        digest=prompt_digest(as_in_a_file(str(ai.get("init_prompt") or ""))),
        **{name: str(ai.get(name) or "") for name in _SETTINGS},
    )


def pulled_file(ai: Record) -> str:
    """Return the text of a prompt file for an AI. Raises ConfigurationError where it has no prompt."""
    prompt = str(ai.get("init_prompt") or "")
    if not prompt.strip():
        raise ConfigurationError(f"the AI {ai.get('name') or ai['id']} has no prompt: there is nothing to pull")
    name = str(ai.get("name") or "").strip()
    return new_file(
        prompt,
        known=known_version(ai),
        description=f"{name or 'An AI'}, as it is on VoIPBIN",
        language=_language(str(ai.get("stt_language") or "")),
    )


def put_down(file: str, ai: Record, path: Path, *, force: bool) -> str:
    """Write a pulled prompt where nothing is lost by it, and return what was done in a sentence.

    Args:
        file: The text `pulled_file` made.
        ai: The AI.
        path: Where.
        force: Write whatever is lost.

    Raises:
        ConfigurationError: the file there holds something else, or cannot be written.
    """
    known = known_version(ai)
    version = f"version {known.version}" if known.version else "the prompt"
    there = None if force else _there(path)
    if there == known.digest:
        note_version(ai, path)
        return f"{path} holds {version} already"
    if there is not None and not _is_as_pulled(path, there):
        raise ConfigurationError(
            f"{path} holds another prompt, which is not what was pulled before: choose another file with --to, or "
            "replace it with --force"
        )
    _write(path, file)
    return f"wrote {version} to {path}; {_label(path)}"


def note_version(ai: Record, path: Path) -> None:
    """Note in a file that holds an AI's prompt which version it is.

    Raises:
        ConfigurationError: it cannot be read or written.
    """
    try:
        before = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}") from error
    after = with_note(before, known_version(ai))
    if after != before:
        _write(path, after)


def settings_lines(ai: Record) -> Iterator[str]:
    """Yield what an AI is set to beside its prompt, for whoever wants to test it like that."""
    tts, stt = str(ai.get("tts_type") or DEFAULT_TTS), str(ai.get("stt_type") or DEFAULT_STT)
    yield f"  engine_model  {ai.get('engine_model') or 'none'}"
    yield f"  voice         {tts}:{voice_id(tts, str(ai.get('tts_voice_id') or '')) or 'its default'}"
    yield f"  recogniser    {stt}, {ai.get('stt_language') or 'language by itself'}"
    tools = ai.get("tool_names")
    if isinstance(tools, list) and tools:
        yield f"  tools         {', '.join(str(tool) for tool in tools)}"


def _there(path: Path) -> str | None:
    """Return the digest of the prompt a file holds; None where there is no file."""
    if not path.exists():
        return None
    try:
        return open_prompt(path).prompt.digest
    except SuiteError:
        return ""


def _is_as_pulled(path: Path, digest: str) -> bool:
    try:
        file = open_prompt(path)
    except SuiteError:
        return False
    untouched = file.known is not None and file.known.digest == digest
    # A template says more than the text it gives.
    return untouched and not file.prompt.variables


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror or error}") from error


def _label(path: Path) -> str:
    home = path.absolute().parent
    label = f"{home.name}@{path.stem}"
    try:
        check_label(label)
    except ValueError as error:
        return f"no suite can name it there: {error}"
    if home.parent.name == "prompts":
        return f"suites call it {label}"
    return "suites look for prompts/NAME/VERSION.md, so that none finds it there"


def _language(text: str) -> str:
    try:
        return check_language(text)
    except ValueError:
        return ""
