"""One code for one language: a BCP-47 tag is written in several ways that mean the same speech."""

from collections.abc import Mapping
from types import MappingProxyType

_SAME: Mapping[str, str] = MappingProxyType({"cmn": "zh", "nb": "no", "iw": "he", "in": "id", "arb": "ar"})
"""Codes of one language by the code recognisers use for it: voices are listed under `cmn`, personas under `zh-CN`."""


def spoken_language(tag: str) -> str:
    """Return the language of a BCP-47 tag: `en` of `en-US`, `zh` of `cmn-Hans`."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    return _SAME.get(primary, primary)
