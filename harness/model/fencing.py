"""Words of a call inside a request to a language model: they can neither leave their place nor hide in it.

What somebody said goes in as JSON without an angle bracket, between tags whose name nobody in the call could know.
"""

import hashlib
import json
import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def visible(text: str) -> str:
    """Return a text without control, format and bidirectional characters, unpaired surrogates or private ones."""
    spaced = re.sub(r"\s", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _HIDDEN)


def harmless_json(value: object, *, indent: int | None = 1) -> str:
    """Return a value as JSON in which no tag can be opened or closed."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def tag_for(text: str, *, name: str, salt: str) -> str:
    """Return a name for the tags around a text: the same text and salt give the same name."""
    return f"{name}-{hashlib.sha256(f'{salt}/{text}'.encode()).hexdigest()[:16]}"


def between_tags(text: str, *, name: str) -> str | None:
    """Return what stands between the first tags that `name`, or `name` and a dash, begins; None without such tags."""
    match = re.search(rf"<({re.escape(name)}(?:-[0-9a-f]+)?)>(.*?)</\1>", text, re.DOTALL)
    return match[2].strip() if match else None
