"""Doors between the network of a sandbox's own and this machine's.

Bytes go through and sockets don't: even one that only listens could be turned inside to connect
anywhere in the network that it was made in (connect(2), AF_UNSPEC). Who takes a connection knocks
on a line, a pair of Unix sockets, and gets one end of another pair; its other end is joined to a
connection that was made on the far side. Where a knock leads is fixed, so nothing else can be had
by asking differently. Standard library only, for most of it runs where nothing else is:

    python -I -S tcp_proxy.py reach PORT command …  inside: the command finds a port of this machine
    python -I -S tcp_proxy.py serve LISTENER command …  outside: who connects finds what is inside
    python -I -S tcp_proxy.py give LISTENER command …  inside: a listener of its own for the command
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from typing import NoReturn

#: The variable that tells the descriptor of the line.
LINE = "AI_DEPLOY_DOOR"
_LOOPBACK = "127.0.0.1"
_CONNECT_SECONDS = 5.0
_LAST_WORDS_SECONDS = 1.0
#: Connections at one time; more wait at the door.
_MOST = 100
_KNOCK = b"?"
_ANSWERS = "answers"


def answer(line: socket.socket, port: int) -> None:
    """For each knock, send an end that leads to the port, or nothing where nobody listens.

    Returns when the other end of the line is closed.
    """
    places = threading.Semaphore(_MOST)
    with contextlib.suppress(ConnectionError):
        while line.recv(1):
            places.acquire()
            try:
                connection = socket.create_connection((_LOOPBACK, port), _CONNECT_SECONDS)
            except OSError:
                places.release()
                line.send(_KNOCK)
                continue
            connection.settimeout(None)
            ours, theirs = socket.socketpair()
            _join(ours, connection, places)
            with theirs:
                socket.send_fds(line, [_KNOCK], [theirs.fileno()])


def _stand(listener: socket.socket, line: socket.socket) -> None:
    """For each connection, knock and join it to what comes."""
    while True:
        connection, _ = listener.accept()
        line.send(_KNOCK)
        answered, descriptors, _, _ = socket.recv_fds(line, 1, 1)
        if not answered:
            return
        try:
            end = socket.socket(fileno=descriptors[0])
        except (IndexError, OSError):  # nobody is there, or it is no socket
            connection.close()
        else:
            _join(connection, end)


def _join(
    near: socket.socket, far: socket.socket, place: threading.Semaphore | None = None
) -> None:
    """Pass on what either says, in the background, until both have ended."""
    for one in (near, far):
        if one.family == socket.AF_INET:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    asks = threading.Thread(target=_pass_on, args=(near, far), daemon=True)

    def answers() -> None:
        _pass_on(far, near)
        asks.join()
        near.close()
        far.close()
        if place:
            place.release()

    asks.start()
    threading.Thread(target=answers, name=_ANSWERS, daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def _reach(port: int, argv: Sequence[str]) -> NoReturn:
    line = _inherited_line()
    listener = socket.create_server((_LOOPBACK, port))
    child = _start(argv)
    threading.Thread(target=_stand, args=(listener, line), daemon=True).start()
    _end_as(child)


def _serve(descriptor: int, argv: Sequence[str]) -> NoReturn:
    listener = socket.socket(fileno=descriptor)
    listener.set_inheritable(False)
    ours, theirs = socket.socketpair()
    os.environ[LINE] = str(theirs.fileno())
    theirs.set_inheritable(True)
    signal.signal(signal.SIGTERM, lambda *_: None)  # for who is inside; this ends with them
    child = _start(argv)
    theirs.close()
    with contextlib.suppress(ConnectionError):
        ours.sendall(listener.getsockname()[1].to_bytes(2))
    threading.Thread(target=_stand, args=(listener, ours), daemon=True).start()
    hung_up = select.poll()
    hung_up.register(ours, 0)
    hung_up.poll()  # the sandbox's first process may end before those inside have
    _end_as(child)


def _give(descriptor: int, argv: Sequence[str]) -> NoReturn:
    line = _inherited_line()
    port = int.from_bytes(line.recv(2))
    listener = socket.create_server((_LOOPBACK, port), backlog=128)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    os.dup2(listener.fileno(), descriptor)
    os.set_inheritable(descriptor, True)
    signal.signal(signal.SIGTERM, lambda *_: None)  # for the command
    child = _start(argv)
    os.close(descriptor)
    if listener.fileno() != descriptor:
        listener.close()  # the queue ends with the command

    def attend() -> None:
        answer(line, port)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)  # nobody can reach it any more

    threading.Thread(target=attend, daemon=True).start()
    _end_as(child)


def _inherited_line() -> socket.socket:
    line = socket.socket(fileno=int(os.environ.pop(LINE)))
    line.set_inheritable(False)
    return line


def _start(argv: Sequence[str]) -> int:
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.execvp(argv[0], list(argv))
    return child


def _let_finish() -> None:
    """What was said before the end still arrives."""
    until = time.monotonic() + _LAST_WORDS_SECONDS
    for thread in threading.enumerate():
        if thread.name == _ANSWERS:
            thread.join(max(until - time.monotonic(), 0))


def _end_as(child: int) -> NoReturn:
    """Wait for the child and for its last words, and end as it did."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _let_finish()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    {"reach": _reach, "serve": _serve, "give": _give}[sys.argv[1]](int(sys.argv[2]), sys.argv[3:])
