"""TCP proxy between a sandbox's network namespace and this machine's.

Bytes are forwarded and sockets are not handed over: even one that only listens could be turned
inside to connect anywhere in the namespace that it was made in (connect(2), AF_UNSPEC). Whoever
accepts a connection sends a request on the control socket, one end of a Unix socket pair, and
receives one end of a further pair, whose other end is joined to a connection made on the far side.
The far side's port is fixed, so that no request can reach anything else. Standard library only:

    python -I -S tcp_proxy.py reach PORT command …  inside: the command reaches a port outside
    python -I -S tcp_proxy.py dial PORT command …  outside: a server inside reaches the port
    python -I -S tcp_proxy.py serve LISTENER command …  outside: clients reach the server inside
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
from collections.abc import Callable, Sequence
from typing import NoReturn

#: Variables that hold the descriptor of a control socket: for reach, and for give.
REACH_VARIABLE = "AI_DEPLOY_TCP_PROXY_REACH"
_GIVE_VARIABLE = "AI_DEPLOY_TCP_PROXY_GIVE"
_LOOPBACK = "127.0.0.1"
_CONNECT_SECONDS = 5.0
_FLUSH_SECONDS = 1.0
_POLL_SECONDS = 0.005
#: Connections at one time; more have to wait.
_MOST = 100
_REQUEST = b"?"
#: Connections that are being made or joined. One counts before the far side can know of it, so a
#: server that answers and ends at once finds its answer forwarded.
_under_way: set[object] = set()


def connect_on_request(control: socket.socket, port: int) -> None:
    """For each request, connect to the port and send a socket joined to that, or none on failure.

    Returns when the other end of the control socket is closed.
    """
    places = threading.Semaphore(_MOST)
    with contextlib.suppress(ConnectionError):
        while control.recv(1):
            places.acquire()
            ended = _begin(places.release)
            try:
                connection = socket.create_connection((_LOOPBACK, port), _CONNECT_SECONDS)
            except OSError:
                ended()
                control.send(_REQUEST)
                continue
            connection.settimeout(None)
            ours, theirs = socket.socketpair()
            _join(ours, connection, ended)
            with theirs:
                socket.send_fds(control, [_REQUEST], [theirs.fileno()])


def _accept(listener: socket.socket, control: socket.socket) -> None:
    """For each accepted connection, request one on the far side and join the two."""
    while True:
        connection, _ = listener.accept()
        ended = _begin()
        control.send(_REQUEST)
        received, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not received:
            return
        try:
            end = socket.socket(fileno=descriptors[0])
        except (IndexError, OSError):  # nobody is there, or it is no socket
            connection.close()
            ended()
        else:
            _join(connection, end, ended)


def _begin(release: Callable[[], None] = lambda: None) -> Callable[[], None]:
    """Count a connection as under way until the function that is returned is called."""
    connection = object()
    _under_way.add(connection)

    def ended() -> None:
        _under_way.discard(connection)
        release()

    return ended


def _join(near: socket.socket, far: socket.socket, ended: Callable[[], None]) -> None:
    """Forward the bytes of either to the other, in threads, until both have ended."""
    for one in (near, far):
        if one.family == socket.AF_INET:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    requests = threading.Thread(target=_forward, args=(near, far), daemon=True)

    def respond() -> None:
        _forward(far, near)
        requests.join()
        near.close()
        far.close()
        ended()

    requests.start()
    threading.Thread(target=respond, daemon=True).start()


def _forward(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def _reach(port: int, argv: Sequence[str]) -> NoReturn:
    control = _inherited_control(REACH_VARIABLE)
    listener = socket.create_server((_LOOPBACK, port))
    child = _start(argv)
    threading.Thread(target=_accept, args=(listener, control), daemon=True).start()
    _end_as(child)


def _dial(port: int, argv: Sequence[str]) -> NoReturn:
    child, control = _start_controlled(REACH_VARIABLE, argv)
    threading.Thread(target=connect_on_request, args=(control, port), daemon=True).start()
    _end_as(child)


def _serve(descriptor: int, argv: Sequence[str]) -> NoReturn:
    listener = socket.socket(fileno=descriptor)
    listener.set_inheritable(False)
    child, control = _start_controlled(_GIVE_VARIABLE, argv)
    with contextlib.suppress(ConnectionError):
        control.sendall(listener.getsockname()[1].to_bytes(2))
    threading.Thread(target=_accept, args=(listener, control), daemon=True).start()
    hung_up = select.poll()
    hung_up.register(control, 0)
    hung_up.poll()  # the sandbox's first process may end before those inside have
    _end_as(child)


def _give(descriptor: int, argv: Sequence[str]) -> NoReturn:
    control = _inherited_control(_GIVE_VARIABLE)
    port = int.from_bytes(control.recv(2))
    listener = socket.create_server((_LOOPBACK, port), backlog=128)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    os.dup2(listener.fileno(), descriptor)
    os.set_inheritable(descriptor, True)
    child = _start(argv, server=True)
    os.close(descriptor)
    if listener.fileno() != descriptor:
        listener.close()  # the queue ends with the command

    def supervise() -> None:
        connect_on_request(control, port)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)  # nobody can reach it any more

    threading.Thread(target=supervise, daemon=True).start()
    _end_as(child)


def _inherited_control(variable: str) -> socket.socket:
    control = socket.socket(fileno=int(os.environ.pop(variable)))
    control.set_inheritable(False)
    return control


def _start_controlled(variable: str, argv: Sequence[str]) -> tuple[int, socket.socket]:
    """Start a server with one end of a control socket; returns its process id and the other."""
    ours, theirs = socket.socketpair()
    os.environ[variable] = str(theirs.fileno())
    theirs.set_inheritable(True)
    with theirs:
        return _start(argv, server=True), ours


def _start(argv: Sequence[str], *, server: bool = False) -> int:
    if server:
        signal.signal(signal.SIGTERM, lambda *_: None)  # the server itself handles it
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.execvp(argv[0], list(argv))
    return child


def _end_as(child: int) -> NoReturn:
    """Wait for the child and the last bytes of its responses, and end as it did."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    until = time.monotonic() + _FLUSH_SECONDS
    while _under_way and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    {"reach": _reach, "dial": _dial, "serve": _serve, "give": _give}[sys.argv[1]](
        int(sys.argv[2]), sys.argv[3:]
    )
