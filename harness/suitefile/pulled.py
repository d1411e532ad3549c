"""Prompt files that come from the platform, and what is noted in them of the version the platform had.

The note travels with the file: a copy that becomes the next version still knows which version it was made from, so
that a push can tell whether somebody else has changed the prompt meanwhile.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Final

NOTE: Final = "voipbin"
"""The key of the front matter the note stands under."""

_NOTED = re.compile(rf"^{NOTE}:.*\n(?:[ \t]+.*\n|[ \t]*\n(?=[ \t]))*", re.MULTILINE)
_FENCED = re.compile(r"\A---[ \t]*\n(?P<front>(?:.*\n)*?)---[ \t]*(?:\n|\Z)")
_OPENS = re.compile(r"\{(?=[{%#])")
_UNPRINTED = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVersion:
    """The version an AI of the platform had when a file was last pulled from it or pushed to it."""

    ai: str
    """The AI's id."""
    version: str = ""
    """Of its prompt history; empty where it had none."""
    digest: str = ""
    """Of the prompt, as `Prompt.digest` makes it."""
    engine_model: str = ""
    """This and the rest: what the AI was set to beside its prompt, for whoever reads the file."""
    tts_type: str = ""
    tts_voice_id: str = ""
    stt_type: str = ""
    stt_language: str = ""


def as_in_a_file(text: str) -> str:
    """Return a prompt of the platform as a prompt file can hold it: ends of lines alike, nothing blank around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def new_file(text: str, *, known: KnownVersion, description: str, language: str = "") -> str:
    """Return the text of a prompt file for a prompt of the platform; read again, it gives that prompt.

    Args:
        text: The prompt; nothing in it is taken for a template.
        known: Noted in the front matter.
        description: Shown in reports.
        language: The agent's; empty: as the suite says.
    """
    front = [f"description: {_quoted(description)}"] if description.strip() else []
    front += [f"language: {language}"] if language else []
    body = as_in_a_file(text)
    return "\n".join(["---", *front, _note(known) + "---", _literal(body), ""])


def with_note(file: str, known: KnownVersion) -> str:
    """Return the text of a prompt file with another note in its front matter, and everything else as it was."""
    file = file.replace("\r\n", "\n")
    fenced = _FENCED.match(file)
    if fenced is None:
        return f"---\n{_note(known)}---\n{file}"
    front = _NOTED.sub("", fenced["front"])
    return f"---\n{front}{_note(known)}---\n{file[fenced.end() :]}"


def _note(known: KnownVersion) -> str:
    lines = (f"  {name}: {_quoted(value)}\n" for name, value in asdict(known).items() if value)
    return f"{NOTE}:\n{''.join(lines)}"


def _quoted(text: str) -> str:
    # A JSON text is a YAML text, but for the characters YAML does not take as they are.
    return json.dumps(_UNPRINTED.sub(" ", " ".join(text.split())), ensure_ascii=False)


def _literal(body: str) -> str:
    """Return a text as a template that gives it."""
    if not _OPENS.search(body):
        return body
    if "endraw" not in body:
        return f"{{% raw %}}\n{body}\n{{% endraw %}}"
    return _OPENS.sub('{{ "{" }}', body)
