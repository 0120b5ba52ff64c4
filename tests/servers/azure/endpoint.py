"""What the cloud's clients connect to: the resource manager, the identity and the log streams."""

from __future__ import annotations

import json
import secrets
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.azure.cloud import Cloud
from tests.servers.azure.ingress import TLSServer
from tests.servers.azure.messages import FEDERATED, SECRET, TENANT, Reply, Request

_API_VERSION, _TASKS_VERSION = "2025-01-01", "2019-04-01"


def serve(cloud: Cloud) -> TLSServer:
    """Start the server of a cloud."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            if address.path.endswith(("/eventstream", "/logstream")):
                self.stream(address.path, query)
            elif cloud.tasks and address.path.startswith("/storage/"):
                kind = self.headers.get("x-ms-blob-type", "")
                status, said = cloud.tasks.stored(self.command, address.path, kind, content)
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            elif "/subscriptions" in address.path or address.path == "/tenants":
                body = json.loads(content) if content else None
                self.reply(self.managed(Request(self.command, address.path, body), query))
            else:
                self.reply(_identity(cloud, address.path, content))

        def do_PUT(self) -> None:
            self.do_GET()

        def do_PATCH(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            self.do_GET()

        def managed(self, request: Request, query: dict[str, str]) -> Reply:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in cloud.tokens:
                message = "The access token is missing or invalid."
                return Reply.error(401, "InvalidAuthenticationToken", message)
            tasks = "Microsoft.ContainerRegistry" in request.path
            wanted = _TASKS_VERSION if tasks else _API_VERSION
            if "/providers/" in request.path and query.get("api-version") != wanted:
                cloud.violations.append(f"{request.path}: api-version {query.get('api-version')}")
            return cloud.handle(request)

        def reply(self, reply: Reply) -> None:
            content = b"" if reply.body is None else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def stream(self, path: str, query: dict[str, str]) -> None:
            follow, tail = query.get("follow") == "true", int(query.get("tailLines", 20))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            lines = cloud.stream(path, follow=follow, tail=tail)
            if token != cloud.log_token or lines is None:
                self.reply(Reply.error(401 if lines else 404, "Refused", path))
                return
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            for line in lines:
                self.wfile.write(line.encode() + b"\n")
                self.wfile.flush()

    return TLSServer(Handler, cloud.context)


def _identity(cloud: Cloud, path: str, content: bytes) -> Reply:
    """OpenID Connect's description of the tenant, and tokens for its client."""
    base = f"{cloud.endpoint}/{TENANT}"
    if path == "/metadata/endpoints":
        return Reply(200, _metadata(cloud.endpoint))
    if path.endswith("/.well-known/openid-configuration"):
        described: dict[str, Any] = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        }
        return Reply(200, described)
    if path.endswith("/oauth2/v2.0/token"):
        given = parse_qs(content.decode())
        proofs = (given.get("client_secret"), given.get("client_assertion"))
        if cloud.refuses_logins or proofs not in (([SECRET], None), (None, [FEDERATED])):
            why = "AADSTS7000215: Invalid client secret provided."
            return Reply(401, {"error": "invalid_client", "error_description": why})
        token = f"token-{secrets.token_hex(16)}"
        cloud.tokens.add(token)
        return Reply(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})
    return Reply.error(404, "NotFound", path)


def _metadata(endpoint: str) -> dict[str, Any]:
    """What `az cloud register` reads of a cloud."""
    return {
        "name": "here",
        "resourceManager": endpoint,
        "graph": endpoint,
        "graphAudience": endpoint,
        "portal": endpoint,
        "suffixes": {},
        "authentication": {
            "loginEndpoint": endpoint,
            "audiences": [endpoint],
            "tenant": "organizations",
            "identityProvider": "AAD",
        },
    }
