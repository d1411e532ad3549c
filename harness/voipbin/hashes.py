"""Direct hashes in both spellings (contract section 4.1)."""

import re
from typing import Final

from harness.errors import ConfigurationError

PREFIX: Final = "direct."
_BARE: Final = re.compile(r"[0-9a-f]{12}")


def bare(direct_hash: str) -> str:
    """Return the twelve digits alone, whichever way a hash is spelled.

    Raises:
        ConfigurationError: it is no direct hash. The text does not repeat it: it may be a secret of another kind.
    """
    digits = direct_hash.strip().lower().removeprefix(PREFIX)
    if _BARE.fullmatch(digits) is None:
        raise ConfigurationError(
            "a direct hash is 12 hexadecimal digits, with or without `direct.` before them; take the AI's direct_hash "
            "as it is"
        )
    return digits


def prefixed(direct_hash: str) -> str:
    """Return a hash as the platform stores it. Raises ConfigurationError as `bare`."""
    return PREFIX + bare(direct_hash)
