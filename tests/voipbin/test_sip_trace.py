"""A call's signalling as text and as a packet capture, and the score of its line."""

import struct

import pytest

from harness.voipbin.resources import EPOCH
from harness.voipbin.sip_trace import PEER, PLATFORM, Dialog, Sip, Step, capture, messages
from harness.voipbin.voice_quality import LegQuality, mean_opinion_score

CALL = Dialog(
    call_id="aaaaaaaa-0000-4000-8000-bbbbbbbbbbbb",
    caller="me@198.51.100.20",
    callee="ai@203.0.113.10",
    is_incoming=True,
)
STEPS = (
    Step(at_ms=0, sip=Sip.INVITE, of=Sip.INVITE, from_caller=True),
    Step(at_ms=1_500, sip=Sip.OK, of=Sip.INVITE, from_caller=False),
    Step(at_ms=9_000, sip=Sip.BYE, of=Sip.BYE, from_caller=False),
)


def test_each_message_is_written_as_sip_and_goes_the_right_way() -> None:
    invite, ok, bye = messages(CALL, STEPS)
    assert [(each.src_ip, each.dst_ip) for each in (invite, ok, bye)] == [
        (PEER, PLATFORM),
        (PLATFORM, PEER),
        (PLATFORM, PEER),
    ]
    assert invite.raw.startswith(
        "INVITE sip:ai@203.0.113.10 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bK"
    )
    assert ok.raw.startswith("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bK")
    assert bye.raw.startswith("BYE sip:me@198.51.100.20 SIP/2.0\r\n")
    assert "From: <sip:ai@203.0.113.10>;tag=bbbbbbbb" in bye.raw
    assert all(each.raw.endswith("Content-Length: 0\r\n\r\n") for each in (invite, ok, bye))
    assert [next(line for line in each.raw.splitlines() if line.startswith("CSeq")) for each in (invite, ok, bye)] == [
        "CSeq: 1 INVITE",
        "CSeq: 1 INVITE",
        "CSeq: 2 BYE",
    ]


def test_a_capture_holds_one_intact_udp_packet_for_each_message() -> None:
    sent = messages(CALL, STEPS)
    raw = capture(sent)
    magic, major, minor, _, _, _, link = struct.unpack_from("<IHHiIII", raw)
    assert (magic, major, minor, link) == (0xA1B2C3D4, 2, 4, 101)
    at = 24
    for message in sent:
        seconds, microseconds, kept, length = struct.unpack_from("<IIII", raw, at)
        assert (seconds - int(EPOCH.timestamp())) * 1_000 + microseconds // 1_000 == message.at_ms
        packet = raw[at + 16 : at + 16 + kept]
        assert (kept, struct.unpack_from("!H", packet, 2)[0]) == (length, length)
        # The ones' complement sum over a header with a right checksum is all ones.
        total = sum(struct.unpack("!10H", packet[:20]))
        assert (total & 0xFFFF) + (total >> 16) == 0xFFFF
        assert struct.unpack_from("!HHH", packet, 20) == (5060, 5060, length - 20)
        assert packet[28:].decode() == message.raw
        at += 16 + kept
    assert at == len(raw)


@pytest.mark.parametrize(
    ("leg", "score"),
    [
        (LegQuality(loss_pct=0), 4.41),
        (LegQuality(loss_pct=1), 3.83),
        (LegQuality(loss_pct=5), 2.17),
        (LegQuality(loss_pct=100), 1.0),
        (LegQuality(loss_pct=0, rtt_ms=600), 3.71),
    ],
    ids=str,
)
def test_loss_and_delay_cost_quality(leg: LegQuality, score: float) -> None:
    # Worked out by hand from the formulas of G.107: R = 93.2 - Id - Ie,eff.
    assert mean_opinion_score(leg) == score
