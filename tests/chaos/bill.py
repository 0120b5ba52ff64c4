"""A model server that keeps the bill: every request that came, every reply that went out whole."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.servers.local import LocalServer, QuietHandler
from tests.servers.speech import speak
from tests.servers.wire import Seen

Moment = Literal["received", "replied"]
Answers = Callable[[str, str], Mapping[str, Any]]
"""The arguments of a function's call, given its name and all that was sent."""


@dataclass
class Entry:
    """One request.

    Attributes:
        content: SHA-256 of the function and the messages, which is what a call is known by.
        replied: the last byte of its reply was sent while the caller was there.
    """

    function: str
    content: str
    replied: bool = False


@dataclass
class Account:
    """What one run asked for, in order; ``at`` is called at the moments of its requests.

    Attributes:
        at: gets the moment and the number of the request, from 1, before a reply is sent
            ("received") and after it was ("replied").
        refusing: answer 503 to everything, as a provider that is down.
    """

    entries: list[Entry] = field(default_factory=list)
    at: Callable[[Moment, int], None] = lambda _moment, _number: None
    refusing: bool = False

    @property
    def received(self) -> int:
        return len(self.entries)

    def repeats(self) -> dict[str, int]:
        """By function, how often a content was asked for that had been asked for before."""
        seen: set[str] = set()
        found: dict[str, int] = {}
        for entry in self.entries:
            if entry.content in seen:
                found[entry.function] = found.get(entry.function, 0) + 1
            seen.add(entry.content)
        return found


class Bill(LocalServer):
    """A server on the loopback, with an account for each name that asks.

    ``url(name)`` is the base URL of an account, as OPENAI_BASE_URL takes it.
    """

    def __init__(self, answers: Answers) -> None:
        self.accounts: dict[str, Account] = {}
        bill = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                sent = self.rfile.read(length)
                if len(sent) < length:  # who asked was killed in the middle of it
                    self.close_connection = True
                    return
                body = json.loads(sent)
                name = self.path.split("/")[1]
                seen = Seen("POST", self.path, {}, body)
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._answer(bill.accounts[name], seen)

            def _answer(self, account: Account, seen: Seen) -> None:
                if account.refusing:
                    self._send(503, b'{"error": {"message": "down for a while"}}')
                    return
                text = json.dumps(seen.body.get("messages"), ensure_ascii=False)
                content = hashlib.sha256(f"{seen.function}\n{text}".encode()).hexdigest()
                entry = Entry(seen.function, content)
                account.entries.append(entry)
                number = len(account.entries)
                account.at("received", number)
                if self._is_gone():
                    self.close_connection = True
                    return
                reply = speak(seen, answers(seen.function, text))
                self._send(200, b"".join(reply.chunks))
                entry.replied = True
                account.at("replied", number)

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _is_gone(self) -> bool:
                """Whether the caller has closed its side, as the system does for the dead."""
                self.connection.setblocking(False)
                try:
                    return not self.connection.recv(1, socket.MSG_PEEK)
                except BlockingIOError:
                    return False
                except ConnectionError:
                    return True
                finally:
                    self.connection.setblocking(True)

        super().__init__(Handler)

    def open(self, name: str) -> Account:
        """A new account."""
        self.accounts[name] = Account()
        return self.accounts[name]

    def url(self, name: str) -> str:
        return f"{self.address}/{name}/v1"
