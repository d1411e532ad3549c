"""Names of files made from names people chose: any suite, case or prompt name becomes one safe path segment."""

import hashlib
import re

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 80


def slug(name: str, *, reserved: tuple[str, ...] = ()) -> str:
    """Return `name` as a path segment that is safe on every file system.

    A name that is safe already is returned as it is; any other gets a hash of the name appended, so that two names
    never share a segment, even where the file system ignores case.

    Args:
        name: What to name a file or folder after.
        reserved: Segments that are taken; a name equal to one of them counts as unsafe.
    """
    plain = _UNSAFE.sub("-", name).strip("-.")[:_LONGEST]
    safe = plain == name == name.lower() and name not in ("", *reserved)
    if safe and not _WINDOWS_DEVICE.fullmatch(name):
        return name
    return f"{plain or 'x'}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
