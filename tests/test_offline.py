import socket

import pytest


def test_tests_cannot_leave_the_machine() -> None:
    with pytest.raises(RuntimeError, match=r"tried to reach example\.com"):
        socket.create_connection(("example.com", 80), timeout=1)
    with socket.socket() as line, pytest.raises(RuntimeError, match=r"tried to reach 192\.0\.2\.1"):
        line.connect(("192.0.2.1", 80))


def test_tests_may_talk_to_themselves() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as line,
    ):
        assert line.getpeername() == server.getsockname()
