"""Whether the prompt a session ran is the one that was written, with the platform's variables put in (contract 3.7)."""

import re
from collections.abc import Mapping
from typing import Final

from harness.voipbin.variables import PREFIX

_VARIABLE: Final = re.compile(r"\$\{(.+?)\}", re.DOTALL)
_WRITTEN: Final = ("name", "detail", "content", "text")
_NO_VARIABLES: Final[Mapping[str, str]] = {}


def is_same_prompt(served: str, *, written: str, variables: Mapping[str, str] = _NO_VARIABLES) -> bool:
    """Return whether a prompt is another's text, as it stands or with its variables replaced.

    Line ends and spaces at the ends of lines and of the text mean nothing to a model and may be lost in storage.

    Args:
        served: What the platform says it ran.
        written: What it was given, maybe with `${name}` in it.
        variables: What is known of their values; for the others any that is likely is taken.
    """
    got, wanted = _plain(served), _plain(written)
    if got == wanted:
        return True
    if _VARIABLE.search(wanted) is None:
        return False
    parts = _VARIABLE.split(wanted)
    # Text and names take turns.
    pattern = "".join(
        re.escape(part) if place % 2 == 0 else _value(part.strip(), variables) for place, part in enumerate(parts)
    )
    return re.fullmatch(pattern, got, re.DOTALL) is not None


def _value(name: str, variables: Mapping[str, str]) -> str:
    known = variables.get(name)
    if known is not None:
        return re.escape(_plain(known))
    # The platform's own values are ids, numbers and addresses, but for a few that people write.
    is_word = name.startswith(PREFIX) and not name.endswith(_WRITTEN)
    return r"\S{0,200}?" if is_word else r"[^\n]{0,2000}?"


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
