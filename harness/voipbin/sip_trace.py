"""The signalling of one call as SIP messages, and those messages as a packet capture.

A simulated call has no network. What is written here is what a capture at the platform's edge would show of it; the
addresses are those reserved for documentation.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Final

from harness.voipbin.resources import EPOCH

PLATFORM: Final = "203.0.113.10"
PEER: Final = "198.51.100.20"
PORT: Final = 5060
_RAW_IP: Final = 101
"""LINKTYPE_RAW: packets begin with their IP header."""
_UDP: Final = 17


class Sip(StrEnum):
    """A request's method or an answer's code."""

    INVITE = "INVITE"
    RINGING = "180"
    OK = "200"
    BUSY = "486"
    UNAVAILABLE = "480"
    TERMINATED = "487"
    FAILED = "503"
    ACK = "ACK"
    CANCEL = "CANCEL"
    BYE = "BYE"


_REASONS: Final = {
    Sip.RINGING: "Ringing",
    Sip.OK: "OK",
    Sip.BUSY: "Busy Here",
    Sip.UNAVAILABLE: "Temporarily Unavailable",
    Sip.TERMINATED: "Request Terminated",
    Sip.FAILED: "Service Unavailable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message of a call: what, when, and which side sent it."""

    at_ms: int
    sip: Sip
    of: Sip
    """The request it is or answers."""
    from_caller: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """Who speaks with whom."""

    call_id: str
    caller: str
    """SIP address without scheme."""
    callee: str
    is_incoming: bool
    """Whether the platform is called; otherwise it calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipMessage:
    """One message on the wire."""

    at_ms: int
    method: str
    src_ip: str
    dst_ip: str
    raw: str


def messages(dialog: Dialog, steps: Iterable[Step]) -> tuple[SipMessage, ...]:
    """Return the messages of a call in the order of its steps."""
    made = []
    for step in steps:
        from_peer = step.from_caller is dialog.is_incoming
        src, dst = (PEER, PLATFORM) if from_peer else (PLATFORM, PEER)
        raw = _raw(dialog, step, sender=src)
        made.append(SipMessage(at_ms=step.at_ms, method=step.sip.value, src_ip=src, dst_ip=dst, raw=raw))
    return tuple(made)


def capture(sent: Sequence[SipMessage]) -> bytes:
    """Return a pcap file with one UDP packet for each message."""
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, _RAW_IP)
    return header + b"".join(_record(message, number=number) for number, message in enumerate(sent, start=1))


def _raw(dialog: Dialog, step: Step, *, sender: str) -> str:
    is_answer = step.sip in _REASONS
    first = f"SIP/2.0 {step.sip} {_REASONS[step.sip]}" if is_answer else f"{step.sip} {_target(dialog, step)} SIP/2.0"
    asker = sender if not is_answer else (PLATFORM if sender == PEER else PEER)
    # Whoever sends the request of a dialog is its From, also when the called side says BYE.
    by_caller = step.from_caller is not is_answer
    ends = [f"<sip:{dialog.caller}>;tag={dialog.call_id[:8]}", f"<sip:{dialog.callee}>"]
    if step.sip not in (Sip.INVITE, Sip.CANCEL):
        ends[1] += f";tag={dialog.call_id[-8:]}"
    source, target = ends if by_caller else ends[::-1]
    number = 2 if step.of is Sip.BYE else 1
    lines = [
        first,
        f"Via: SIP/2.0/UDP {asker}:{PORT};branch=z9hG4bK{dialog.call_id[:8]}{step.of.lower()}",
        *([] if is_answer else ["Max-Forwards: 70"]),
        f"From: {source}",
        f"To: {target}",
        f"Call-ID: {dialog.call_id}",
        f"CSeq: {number} {step.of}",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""])


def _target(dialog: Dialog, step: Step) -> str:
    return f"sip:{dialog.callee if step.from_caller else dialog.caller}"


def _record(message: SipMessage, *, number: int) -> bytes:
    payload = message.raw.encode()
    # A checksum of 0 means there is none, which IPv4 allows.
    udp = struct.pack("!HHHH", PORT, PORT, 8 + len(payload), 0) + payload
    packet = _ip_header(message, length=20 + len(udp), number=number) + udp
    at_us = int(EPOCH.timestamp()) * 1_000_000 + message.at_ms * 1_000
    return struct.pack("<IIII", at_us // 1_000_000, at_us % 1_000_000, len(packet), len(packet)) + packet


def _ip_header(message: SipMessage, *, length: int, number: int) -> bytes:
    addresses = IPv4Address(message.src_ip).packed + IPv4Address(message.dst_ip).packed
    without = struct.pack("!BBHHHBBH", 0x45, 0, length, number & 0xFFFF, 0, 64, _UDP, 0) + addresses
    return without[:10] + struct.pack("!H", _checksum(without)) + without[12:]


def _checksum(header: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
