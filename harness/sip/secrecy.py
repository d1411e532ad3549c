"""Keeps credentials out of everything a telephone says: a direct hash opens an agent to whoever has it."""

import logging
import re
from typing import Final

LOGGER: Final = logging.getLogger(__name__)
_HASH: Final = re.compile(r"(direct\.)[^@;:>\s\"']+", re.IGNORECASE)


def masked(text: str) -> str:
    """Return a text without the hashes of direct addresses."""
    return _HASH.sub(r"\1***", text)


class MaskedLog(logging.Handler):
    """Hands on what the stack logs, without credentials.

    The stack's own loggers name the called address in plain text, so that none of their records may go further.
    """

    def __init__(self) -> None:
        """Take every record from the loggers it is added to."""
        super().__init__()
        self._stack = logging.getLogger("baresip")
        self._did_propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        """Log it again under our name."""
        if LOGGER.isEnabledFor(record.levelno):
            LOGGER.log(record.levelno, "%s", masked(record.getMessage()))

    def install(self) -> None:
        """Stand between the stack and everybody's log."""
        self._did_propagate = self._stack.propagate
        self._stack.propagate = False
        self._stack.addHandler(self)

    def remove(self) -> None:
        """Leave the stack's log as it was."""
        self._stack.removeHandler(self)
        self._stack.propagate = self._did_propagate
