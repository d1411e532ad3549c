"""Takes secrets out of what is to be kept in files that others may read.

Two kinds are known: values of the environment whose variable is meant for a secret, and text that has the form of a
key whoever wrote it. The forms are narrow on purpose: a made-up `sk-canary-17` of a safety suite must stay what it is.
"""

import os
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from harness.services.providers import PROVIDERS

Json: TypeAlias = Any

SECRET = "[secret]"
"""Stands where a secret was."""
LEAST_LENGTH = 12
"""A shorter value of the environment is a placeholder such as `test`, and would blot out ordinary words."""
_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
_KEY_VARIABLES = frozenset(provider.key_variable for provider in PROVIDERS.values() if provider.key_variable)
_FORMS = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
        sk-(?=[\w-]*\d)[\w-]{32,}                       # OpenAI, Anthropic, OpenRouter, DeepSeek
      | (?:xai-|gsk_|hf_|nvapi-|pplx-|csk-|fw_|r8_)(?=\w*\d)\w{32,}
      | AIza[\w-]{35}                                   # Google
      | (?:AKIA|ASIA)[0-9A-Z]{16}                       # AWS
      | eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}        # JSON Web Token
    )
    | (?<=\bBearer[ ])[\w.~+/=-]{24,}
    """,
    re.VERBOSE,
)


class Scrubber:
    """Replaces secrets by `[secret]`; scrubbing twice changes nothing more."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Read which values of the environment are secret."""
        values = {
            value.strip() for name, value in environ.items() if name in _KEY_VARIABLES or _NAMES.search(name.upper())
        }
        # The longest first: one secret may begin with another.
        self._values = sorted((value for value in values if _is_secret(value)), key=lambda value: (-len(value), value))

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        for value in self._values:
            text = text.replace(value, SECRET)
        return _FORMS.sub(SECRET, text)

    def document(self, value: Json) -> Json:
        """Return a JSON value without secrets in its texts; names of keys are left alone."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {name: self.document(each) for name, each in value.items()}
            case list() | tuple():
                return [self.document(each) for each in value]
            case _:
                return value


def _is_secret(value: str) -> bool:
    return len(value) >= LEAST_LENGTH and not any(character.isspace() for character in value)
