"""Lets a command in a network of its own reach one port of this machine.

Run inside as ``python -I -S door.py PORT command …``: it listens on that port of the sandbox's own
loopback, and for each connection asks through an inherited line for one that was made outside.
What is asked of outside is always the same, so nothing else can be had by asking differently.
Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from typing import NoReturn

#: The variable that tells the descriptor of the line.
LINE = "AI_DEPLOY_DOOR"
_LOOPBACK = "127.0.0.1"
_CONNECT_SECONDS = 5.0
_KNOCK = b"?"


def answer(line: socket.socket, port: int) -> None:
    """Outside: for each knock, send a connection to the port, or nothing where there is none.

    Returns when the other end is closed.
    """
    while line.recv(1):
        try:
            connection = socket.create_connection((_LOOPBACK, port), _CONNECT_SECONDS)
        except OSError:
            line.send(_KNOCK)
            continue
        with connection:
            connection.setblocking(True)
            socket.send_fds(line, [_KNOCK], [connection.fileno()])


def main() -> NoReturn:
    """Inside: start the command, stand at the door until it ends, and end as it did."""
    port, argv = int(sys.argv[1]), sys.argv[2:]
    line = socket.socket(fileno=int(os.environ.pop(LINE)))
    line.set_inheritable(False)
    listener = socket.create_server((_LOOPBACK, port))
    child = os.fork()
    if not child:
        os.execv(argv[0], argv)
    threading.Thread(target=_stand, args=(listener, line), daemon=True).start()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


def _stand(listener: socket.socket, line: socket.socket) -> None:
    while True:
        inner, _ = listener.accept()
        line.send(_KNOCK)
        _, descriptors, _, _ = socket.recv_fds(line, 1, 1)
        if not descriptors:
            inner.close()
            continue
        outer = socket.socket(fileno=descriptors[0])
        for one, other in ((inner, outer), (outer, inner)):
            threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
