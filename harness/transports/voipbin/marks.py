"""How the harness marks what it makes on a platform, so that it can be found and deleted when its maker is gone.

A mark says which run made a thing and when nobody can need it any more. Nothing without a whole mark is ever deleted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from harness.voipbin.resources import Record
from harness.voipbin.times import read_time

_NAME: Final = "harness "
_LONGEST_NAME: Final = 200
_DETAIL: Final = re.compile(r"voipbin-harness run=(\S+) expires=(\S+)(?: key=(\S+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whose a thing is, and until when."""

    run_id: str
    expires: datetime
    """With a time zone; after this moment nobody uses it any more."""
    key: str = ""
    """Tells apart what one run makes; empty where nothing has to be told apart."""

    def name(self, label: str) -> str:
        """Return the name of a thing for people who look at their account."""
        return f"{_NAME}{self.run_id} {label}"[:_LONGEST_NAME].strip()

    @property
    def detail(self) -> str:
        """Return the mark as it is written into a thing's `detail`."""
        key = f" key={self.key}" if self.key else ""
        return f"voipbin-harness run={self.run_id} expires={self.expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}{key}"

    def on(self, address: Mapping[str, str], *, label: str = "call") -> dict[str, str]:
        """Return an address that carries the mark, for the source of a call the harness places."""
        return {**address, "name": self.name(label), "detail": self.detail}

    @classmethod
    def of(cls, record: Record) -> Self | None:
        """Return the mark of a resource or an address; None where it has none of ours."""
        found = _DETAIL.fullmatch(str(record.get("detail") or "").strip())
        if found is None or not str(record.get("name") or "").startswith(_NAME):
            return None
        expires = read_time(found[2])
        return None if expires is None else cls(run_id=found[1], expires=expires, key=found[3] or "")
