"""A model server in a thread: what it was asked, and what a script lets it answer.

It speaks four formats, told apart by the path: Chat Completions, Responses (OpenAI), Messages
(Anthropic) and generateContent (Google), plain and streamed::

    with ModelServer(lambda seen: speak(seen, {"code": "…", "reasoning": "…"})) as server:
        environ = {"OPENAI_BASE_URL": server.url + "/v1"}
        ...
        assert len(server.calls) == 1
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.servers.local import LocalServer, QuietHandler

Format = Literal["chat", "responses", "messages", "generate", "models"]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def format(self) -> Format:
        path = self.path.partition("?")[0]
        if path.endswith("/chat/completions"):
            return "chat"
        if path.endswith("/responses"):
            return "responses"
        if path.endswith("/messages"):
            return "messages"
        if "enerateContent" in path:
            return "generate"
        return "models"

    @property
    def streamed(self) -> bool:
        return bool(self.body.get("stream")) or "streamGenerateContent" in self.path

    @property
    def model(self) -> str:
        if self.format == "generate":
            return self.path.partition("/models/")[2].partition(":")[0]
        return str(self.body.get("model", ""))

    @property
    def function(self) -> str:
        """The function that is offered, "" where none is."""
        for tool in self.body.get("tools") or ():
            if "function" in tool:
                return str(tool["function"]["name"])
            if "functionDeclarations" in tool:
                return str(tool["functionDeclarations"][0]["name"])
            return str(tool["name"])
        return ""

    @property
    def asked(self) -> list[str]:
        """The texts of the user's messages, in whichever format."""
        messages = self.body.get("messages") or self.body.get("input") or self.body.get("contents")
        return [_text_of(one) for one in messages or () if one["role"] == "user"]

    @property
    def text(self) -> str:
        """Everything that was sent, as one text to look into."""
        return json.dumps(self.body, ensure_ascii=False)


def _text_of(message: Mapping[str, Any]) -> str:
    """A message's text, which some formats write in parts."""
    content = message.get("content") or message.get("parts") or ""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


@dataclass(frozen=True)
class Answer:
    """What is sent back.

    Attributes:
        chunks: the body, in pieces that are flushed one by one.
        wait: is waited for before the first chunk, so that a test says when, not how long.
        pause: seconds between chunks, for a server that drips.
        cut: end the connection after the chunks without ending the body.
    """

    status: int = 200
    chunks: tuple[bytes, ...] | Iterator[bytes] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    wait: threading.Event | None = None
    pause: float = 0.0
    cut: bool = False


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON body; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, (json.dumps(body).encode(),), named)


Respond = Callable[[Seen], Answer]


class ModelServer(LocalServer):
    """A server on a free port of the loopback, as a context manager.

    Attributes:
        url: ``http://127.0.0.1:PORT``, without a path.
        requests: everything that arrived, in order.
    """

    def __init__(self, respond: Respond) -> None:
        self.requests: list[Seen] = []
        self.released = threading.Event()
        server = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                self._answer()

            def do_GET(self) -> None:
                self._answer()

            def _answer(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.command, self.path, headers, body)
                server.requests.append(seen)
                # A client that gave up closes its side; that is its right.
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._send(respond(seen))

            def _send(self, answer: Answer) -> None:
                if answer.wait is not None:
                    answer.wait.wait()
                self.send_response(answer.status)
                self.send_header("content-type", answer.content_type)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for chunk in answer.chunks:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                    self.wfile.flush()
                    if answer.pause and server.released.wait(answer.pause):
                        break
                if answer.cut:
                    self.close_connection = True
                else:
                    self.wfile.write(b"0\r\n\r\n")

        super().__init__(Handler)
        self.url = self.address

    @property
    def calls(self) -> list[Seen]:
        """The requests that asked a model, without the lists of models."""
        return [seen for seen in self.requests if seen.method == "POST"]

    def hang(self) -> Answer:
        """An answer that does not come until the server ends."""
        return Answer(wait=self.released)

    def stop(self) -> None:
        self.released.set()
        super().stop()


def in_turn(*answers: Answer | Respond) -> Respond:
    """The answers one after the other, the last one again and again."""
    turns = iter(answers)
    last: list[Answer | Respond] = []
    lock = threading.Lock()

    def respond(seen: Seen) -> Answer:
        with lock:
            for turn in turns:
                last[:] = [turn]
                break
        turn = last[0]
        return turn if isinstance(turn, Answer) else turn(seen)

    return respond
