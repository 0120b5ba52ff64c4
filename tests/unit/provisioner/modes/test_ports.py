"""The socket that a service inherits."""

from __future__ import annotations

import socket

from provisioner.modes.service.process import listen


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
