"""Ports that are bound here, and who holds one that is not free."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from provisioner.errors import ProvisionerError
from provisioner.modes.ports import PortTaken, listen, port_holder

proc_only = pytest.mark.skipif(
    not Path("/proc/net/tcp").exists(), reason="who holds a port is read from /proc, Linux's"
)


def test_a_free_port_takes_connections_before_anybody_accepts_them() -> None:
    with (
        listen() as listener,
        socket.create_connection(listener.getsockname(), timeout=5) as client,
    ):
        client.sendall(b"early")
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(5) == b"early"


def test_accepted_connections_send_small_answers_at_once() -> None:
    with listen() as listener, socket.create_connection(listener.getsockname(), timeout=5):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_taken_port_is_named_as_the_analysis_knows_it() -> None:
    with listen() as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match="address already in use") as caught:
            listen(port)
    assert caught.value.port == port
    assert str(port) in caught.value.next_step


@proc_only
def test_the_holder_of_a_port_is_found() -> None:
    with listen() as listener:
        port = listener.getsockname()[1]
        assert port_holder(port) == os.getpid()
        with pytest.raises(PortTaken) as caught:
            listen(port)
        assert caught.value.pid == os.getpid()
    assert port_holder(port) is None


def test_a_port_is_free_again_at_once_after_connections_were_closed() -> None:
    with listen() as listener:
        port = listener.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port), timeout=5)
        accepted, _ = listener.accept()
        accepted.close()  # we close first, so that our side keeps the TIME_WAIT
        client.close()
    with listen(port) as again:
        assert again.getsockname()[1] == port


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ProvisionerError, match=r"port 0 on 192\.0\.2\.1 cannot be used"):
        listen(0, "192.0.2.1")
