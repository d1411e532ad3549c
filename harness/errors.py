"""Every error the harness raises, in one tree.

    HarnessError
    ├── ConfigurationError          the user can fix it before any call: exit code 2
    │   ├── MissingExtraError       an optional package is not installed
    │   ├── MissingKeyError         an environment variable with a key is not set
    │   ├── UnknownNameError        a name nobody knows, with the nearest known one
    │   ├── VoiceUnavailableError   no installed voice speaks this language
    │   ├── ModelUnavailableError   model weights are absent or not the expected bytes
    │   └── SuiteError              faults in suite, persona, rubric or prompt files, all at once
    ├── ServiceError                a speech or language service failed to do its part
    │   ├── ServiceTimeoutError
    │   ├── RateLimitedError
    │   ├── ServiceRejectedError    the service understood and said no (bad key, bad request)
    │   └── CassetteError           a recorded answer cannot be played, or an answer not be recorded
    │       └── CassetteMissingError    nothing is recorded, and nobody may be asked
    ├── CallError                   the line, not the agent: the call could not be held
    │   └── UnreachableError            the platform gave no answer, or none that could be read
    ├── ApiError                    the platform answered a request with an error
    ├── StoreError                  a run could not be written or read
    └── UnscoredError               a test written in Python asked for a score that could not be measured

An error carries its facts as attributes; its text says what happened, where, and what to do next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self


class HarnessError(Exception):
    """Root of everything the harness raises on purpose."""


class ConfigurationError(HarnessError):
    """The set-up is wrong and no call was placed; the text names the fix."""


class MissingExtraError(ConfigurationError):
    """An optional package is needed and not installed."""

    def __init__(self, *, what: str, package: str, extra: str) -> None:
        """Name the feature, the package it needs and the extra that brings it."""
        self.package = package
        self.extra = extra
        super().__init__(
            f"{what} needs the package {package!r}, which is not installed. "
            f"Install it with: pip install 'voipbin-harness[{extra}]'"
        )


class MissingKeyError(ConfigurationError):
    """A service needs a key and its environment variable is not set."""

    def __init__(self, *, what: str, variable: str) -> None:
        """Name the feature and the environment variable that must hold its key."""
        self.variable = variable
        super().__init__(
            f"{what} needs a key: set the environment variable {variable}. "
            "To run without any key, use engine_model embedded.extractive."
        )


class UnknownNameError(ConfigurationError):
    """A name that stands for nothing, with the nearest known ones."""

    def __init__(self, *, kind: str, name: str, known: tuple[str, ...]) -> None:
        """Say which kind of thing was asked for, and what there is instead."""
        self.kind = kind
        self.name = name
        self.known = known
        super().__init__(f"unknown {kind} {name!r}.{suggestion(name, known)}")


class VoiceUnavailableError(ConfigurationError):
    """No installed voice can speak what was asked for."""


class ModelUnavailableError(ConfigurationError):
    """Model weights are absent, or are not the bytes the harness knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in a file a user wrote."""

    file: str
    line: int
    """1-based; 0 when the file as a whole is meant."""
    column: int
    key: str
    """Path of the key, such as `cases[2].turns[0].say`; empty for the file as a whole."""
    message: str

    def __str__(self) -> str:
        """Return the fault as one line an editor can jump to."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.key + ': ' if self.key else ''}{self.message}"


class SuiteError(ConfigurationError):
    """Faults in suite, persona, rubric or prompt files, gathered and reported at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Take every fault found; at least one."""
        self.faults = tuple(sorted(faults, key=lambda f: (f.file, f.line, f.column, f.key)))
        count = len(self.faults)
        head = f"{count} fault{'s' if count > 1 else ''} in the suite files; no call was placed:"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))

    @classmethod
    def at(cls, file: str, message: str, *, line: int = 0, column: int = 0, key: str = "") -> Self:
        """Return the error for a single fault."""
        return cls((Fault(file=file, line=line, column=column, key=key, message=message),))


class ServiceError(HarnessError):
    """A speech or language service failed."""

    retryable = True

    def __init__(self, message: str, *, service: str, status: int | None = None) -> None:
        """Say what happened at which service, with the HTTP status where there was one."""
        self.service = service
        self.status = status
        super().__init__(f"{service}: {message}")


class ServiceTimeoutError(ServiceError):
    """The service did not answer in time."""


class RateLimitedError(ServiceError):
    """The service asks for fewer requests."""

    def __init__(self, message: str, *, service: str, retry_after_s: float | None = None) -> None:
        """Keep the wait the service asked for, in seconds, when it named one."""
        self.retry_after_s = retry_after_s
        super().__init__(message, service=service, status=429)


class ServiceRejectedError(ServiceError):
    """The service understood the request and refused it; asking again will not help."""

    retryable = False


class CassetteError(ServiceError):
    """A recorded answer of a language model cannot be played, or an answer cannot be recorded."""

    retryable = False

    def __init__(self, message: str, *, service: str, path: str) -> None:
        """Say what is wrong with which file, for which engine_model."""
        self.path = path
        super().__init__(message, service=service)


class CassetteMissingError(CassetteError):
    """Nothing is recorded of what is asked, and nobody may be asked."""


class CallError(HarnessError):
    """The call could not be placed or held; never the agent's failure."""


class UnreachableError(CallError):
    """The platform gave no answer to a request, or none that could be read."""

    def __init__(self, message: str, *, cause: str, fix: str) -> None:
        """Say what could not be reached, the likely cause, and what to do about it."""
        self.message = message
        self.cause = cause
        self.fix = fix
        super().__init__(f"{message}. Cause: {cause}. Fix: {fix}.")


class ApiError(HarnessError):
    """The platform answered a request with an error (contract section 1.4)."""

    def __init__(
        self,
        message: str,
        *,
        http_status: int,
        status: str,
        reason: str,
        details: tuple[Mapping[str, object], ...] = (),
        request: str = "",
        request_id: str = "",
        advice: str = "",
    ) -> None:
        """Take the parts of the error envelope and the HTTP code it came with.

        Args:
            message: The platform's own words.
            http_status: The answer's code.
            status: The envelope's class of errors.
            reason: The envelope's machine-readable reason.
            details: The envelope's details.
            request: Method, path and body of the request, without secrets.
            request_id: By which the platform's people find the request.
            advice: The usual cause and its fix, as sentences.
        """
        self.http_status = http_status
        self.status = status
        self.reason = reason
        self.message = message
        self.details = details
        self.request = request
        self.request_id = request_id
        self.answer = f"{http_status} {reason}: {message}"
        """The platform's answer alone, without advice."""
        asked = ", ".join(part for part in (request, request_id and f"request id {request_id}") if part)
        super().__init__(self.answer + (f" ({asked})" if asked else "") + (f". {advice}" if advice else ""))


class StoreError(HarnessError):
    """A run could not be written or read."""

    def __init__(self, message: str, *, path: str) -> None:
        """Say what could not be done to which path."""
        self.path = path
        super().__init__(f"{path}: {message}")


class UnscoredError(HarnessError):
    """A score was asked for that could not be measured."""

    def __init__(self, *, name: str, reason: str) -> None:
        """Say which score, and why there is none."""
        self.name = name
        self.reason = reason
        super().__init__(f"{name} is unscored: {reason}")


def suggestion(name: str, known: tuple[str, ...]) -> str:
    """Return " Did you mean …?" or " Known: …." for a mistyped name, with a leading space."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f" Did you mean {near[0]!r}?"
    return f" Known: {', '.join(sorted(known))}." if known else ""
