"""A TCP proxy on the loopback interface whose connections a test cuts."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class CutProxy:
    """Passes connections on to a port; as a context manager.

    Attributes:
        port: that it listens on.
        cuts: after so many bytes to the server the connections under way are cut, once each.
        away: while it is set, connections are cut as soon as they are made.
        done: how many cuts were made.
    """

    def __init__(self, target: int, cuts: list[int] | None = None) -> None:
        self.target, self.cuts, self.done = target, cuts or [], 0
        self.away = threading.Event()
        self.open: list[socket.socket] = []
        self.sent = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])

    def __enter__(self) -> CutProxy:
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # which ends accept
        self.accepting.join()
        self.listener.close()
        self.cut()

    def cut(self) -> None:
        """Cut all connections that are under way."""
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.open.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:  # closed
                return
            if self.away.is_set():
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            self.open += [client, server]
            for source, sink, counted in ((client, server, True), (server, client, False)):
                arguments = (source, sink, counted)
                threading.Thread(target=self._pass, args=arguments, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(16_384):
                sink.sendall(data)
                self.sent += len(data) if counted else 0
                if self.cuts and self.sent >= self.cuts[0]:
                    self.cuts.pop(0)
                    self.sent, self.done = 0, self.done + 1
                    self.cut()
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
