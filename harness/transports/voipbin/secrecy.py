"""Keeps the credentials of a client out of errors and logs: they travel in URLs, which everybody likes to quote."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

from harness.model.finding import WITHHELD, Json, Resource

_FORMS: Final = re.compile(
    r"((?:[?&]|\b)(?:token|accesskey|signature|X-Goog-Signature)=)[^&#\s\"')]+|(\bdirect\.)[0-9a-f]{12}\b",
    re.IGNORECASE,
)
"""Credentials known by where they stand, whoever they belong to."""
_LEAST_LENGTH: Final = 4
"""A shorter secret protects nothing, and would blot out ordinary words."""
_QUIET: Final = ("httpcore.connection", "httpcore.http11", "httpcore.proxy", "websockets.client")
"""Loggers of libraries that show headers or URLs when debugging is on."""


class Secrets:
    """Everything one client must not show."""

    def __init__(self, *known: str) -> None:
        """Take what is secret from the start."""
        self._known: set[str] = set()
        for each in known:
            self.add(each)

    def add(self, secret: str) -> None:
        """Withhold this too from now on."""
        bare = secret.removeprefix("direct.")
        if len(bare) >= _LEAST_LENGTH:
            self._known |= {bare, quote(bare, safe="")}

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        # The longest first: one secret may begin with another.
        for secret in sorted(self._known, key=lambda each: (-len(each), each)):
            text = text.replace(secret, WITHHELD)
        return _FORMS.sub(lambda found: (found[1] or found[2]) + WITHHELD, text)

    def document(self, value: Json) -> Json:
        """Return a JSON value without secrets in its texts, and without the fields that are known to hold one."""
        match value:
            case str():
                return self.text(value)
            case dict():
                public = Resource(kind="", fields=value).fields
                return {name: self.document(each) for name, each in public.items()}
            case list() | tuple():
                return [self.document(each) for each in value]
            case _:
                return value

    @contextmanager
    def out_of_logs(self) -> Iterator[None]:
        """Keep them out of what the libraries log meanwhile."""
        guard = _Guard(self)
        for name in _QUIET:
            logging.getLogger(name).addFilter(guard)
        try:
            yield
        finally:
            for name in _QUIET:
                logging.getLogger(name).removeFilter(guard)


class _Guard(logging.Filter):
    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._secrets.text(record.getMessage()), None
        record.exc_info = record.exc_text = None
        return True
