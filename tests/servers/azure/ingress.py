"""The ingress: an address of TLS for an app and each revision, which counts what it passes on."""

from __future__ import annotations

import http.client
import random
import ssl
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.servers.azure.revisions import Revision

#: Gives revisions with their weights; () where there is no ingress.
Choice = Callable[[], list[tuple[Revision, int]]]


class TLSServer(ThreadingHTTPServer):
    """A server in a thread, with TLS in the connection's own thread."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._context = context
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def finish_request(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        request.settimeout(60)
        try:
            secured = self._context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        try:
            super().finish_request(secured, client_address)
        except (OSError, ssl.SSLError):
            return  # the client is gone
        finally:
            secured.close()

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


@dataclass
class Address:
    """One address; `answers` are the revisions that answered, with the status."""

    choice: Choice
    context: ssl.SSLContext
    answers: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        address = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                """Nothing is printed."""

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                status, kind, body = address.pass_on(
                    self.command, self.path, self.rfile.read(length)
                )
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

        self.server = TLSServer(Handler, self.context)

    def pass_on(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        chosen = [(one, weight) for one, weight in self.choice() if weight]
        if not chosen:
            return 404, "text/html", b"<title>Azure Container App - Unavailable</title>"
        revision = random.choices(*zip(*chosen, strict=True))[0]
        connection = http.client.HTTPConnection("127.0.0.1", revision.port, timeout=10)
        try:
            with closing(connection):
                connection.request(method, path, body)
                answer = connection.getresponse()
                said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.answers.append((revision.name, 503))
            return 503, "text/plain", f"upstream connect error: {error}".encode()
        if f'"revision": "{revision.commit}"'.encode() in said and answer.status == 200:
            revision.proven = True
        self.answers.append((revision.name, answer.status))
        return answer.status, answer.headers.get("Content-Type", "text/plain"), said
