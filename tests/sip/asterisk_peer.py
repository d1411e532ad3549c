"""Asterisk as the far end, set up for one test: an echo, keys said back, sound before the answer, a busy line."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.sip.certificates import Certificates
from tests.sip.sipp_peer import free_port

HOST: Final = "127.0.0.1"
needs_asterisk = pytest.mark.skipif(shutil.which("asterisk") is None, reason="needs Asterisk 20 or newer")
STARTS_WITHIN_S: Final = 60

_MAIN: Final = """
[directories]
astetcdir => {etc}
astvarlibdir => /var/lib/asterisk
astdbdir => {run}
astkeydir => {run}
astdatadir => /usr/share/asterisk
astspooldir => {run}
astrundir => {run}
astlogdir => {run}
[options]
quiet = yes
"""
_ACCOUNTS: Final = """
[udp]
type=transport
protocol=udp
bind={host}:{port}
[tls]
type=transport
protocol=tls
bind={host}:{tls_port}
cert_file={certificate}
priv_key_file={certificate}
method=tlsv1_2
[caller](!)
type=endpoint
context=calls
disallow=all
allow=ulaw
allow=alaw
dtmf_mode=rfc4733
direct_media=no
[alice](caller)
auth=alice
aors=alice
[alice]
type=auth
auth_type=userpass
username=alice
password=open sesame
[alice]
type=aor
[sealed](caller)
media_encryption=sdes
[anonymous](caller)
"""
_CALLS: Final = """
[calls]
exten => echo,1,Answer()
 same => n,Echo()
exten => keys,1,Answer()
 same => n,Read(PRESSED,,4,,1,10)
 same => n,SendDTMF(${PRESSED})
 same => n,Wait(5)
exten => early,1,Progress()
 same => n,Playtones(425)
 same => n,Wait(1)
 same => n,Answer()
 same => n,Wait(5)
exten => busy,1,Busy()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Where it can be called."""

    port: int
    tls_port: int


@contextmanager
def asterisk(folder: Path, certificates: Certificates) -> Iterator[Exchange]:
    """Run it meanwhile."""
    etc, run, log = folder / "etc", folder / "run", folder / "log"
    etc.mkdir(parents=True)
    run.mkdir()
    exchange = Exchange(port=free_port(), tls_port=free_port())
    files = {
        "asterisk.conf": _MAIN.format(etc=etc, run=run),
        "modules.conf": "[modules]\nautoload=yes\n",
        "logger.conf": "[general]\n[logfiles]\nconsole => notice,warning,error\n",
        "rtp.conf": "[general]\nrtpstart=33000\nrtpend=33999\n",
        "pjsip.conf": _ACCOUNTS.format(
            host=HOST, port=exchange.port, tls_port=exchange.tls_port, certificate=certificates.own
        ),
        "extensions.conf": _CALLS,
    }
    for name, text in files.items():
        (etc / name).write_text(text, encoding="utf-8")
    with log.open("wb") as told:
        process = subprocess.Popen(
            ("asterisk", "-f", "-C", str(etc / "asterisk.conf")), stdin=subprocess.DEVNULL, stdout=told, stderr=told
        )
        try:
            asyncio.run(_until_ready(exchange.tls_port, process, log))
            yield exchange
        finally:
            process.terminate()
            process.wait(STARTS_WITHIN_S)


async def _until_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(STARTS_WITHIN_S * 10):
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise AssertionError(log.read_text(errors="replace"))
