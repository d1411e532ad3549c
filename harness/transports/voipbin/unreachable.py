"""Why the platform could not be reached: what the network said, as cause and fix."""

import socket
import ssl
from collections.abc import Iterator

from harness.errors import UnreachableError
from harness.transports.voipbin.secrecy import Secrets


def unreachable(
    error: BaseException, *, where: str, within_s: float, is_late: bool, by_proxy: bool, secrets: Secrets
) -> UnreachableError:
    """Return the error for a request that got no answer.

    The result is to be raised outside of the `except`: what a library raised may hold a URL with its credential.

    Args:
        error: What the library raised.
        where: Scheme, host and port that were asked.
        within_s: How long was waited.
        is_late: Whether time ran out.
        by_proxy: Whether the proxy of this machine said no.
        secrets: What must not be shown.
    """
    if is_late:
        return _error(
            where,
            f"no answer came within {within_s:g} s",
            "check the network and its firewall, or allow more time with timeout_s",
        )
    if by_proxy:
        return _error(
            where,
            f"the proxy of this machine refused to connect ({secrets.text(str(error))})",
            "check HTTPS_PROXY, or name the host in NO_PROXY",
        )
    for each in _chain(error):
        match each:
            case ssl.SSLWantReadError() | ssl.SSLWantWriteError():
                # How TLS waits for the network, and no failure of its own.
                continue
            case ssl.SSLCertVerificationError():
                return _error(
                    where,
                    f"the server's certificate is not trusted ({secrets.text(each.verify_message)})",
                    "check the host in api_url, and set ca_file to the certificate of a VoIPBIN of your own",
                )
            case ssl.SSLError():
                return _error(
                    where,
                    "the server does not speak TLS there, or no version both sides know",
                    "check scheme and port in api_url: http:// for `harness simulate`, https:// for others",
                )
            case socket.gaierror():
                return _error(
                    where,
                    "the name of the host is unknown",
                    "check its spelling in api_url, and the DNS of this machine",
                )
            case ConnectionRefusedError():
                return _error(
                    where,
                    "nothing listens at that host and port",
                    "check host and port in api_url, and that the VoIPBIN there, or `harness simulate`, runs",
                )
    said = secrets.text(str(error)) or type(error).__name__
    return _error(where, f"the connection broke ({said})", "check the network, then try again")


def _error(where: str, cause: str, fix: str) -> UnreachableError:
    return UnreachableError(f"{where} cannot be reached", cause=cause, fix=fix)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inside in error.exceptions:
                yield from _chain(inside)
        error = error.__cause__ or error.__context__
