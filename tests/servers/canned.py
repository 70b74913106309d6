"""A server on loopback that answers as it is told to: wrongly, late, half, or not at all."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import urlsplit

HANG = b"hang"  # instead of an answer: say nothing until the client gives up


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]  # names in small letters
    body: bytes


Reaction = Callable[[Request], bytes]


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An HTTP answer; `retry_after="5"` is a header. After `connection="close"` it is closed."""
    given = {
        "Content-Length": str(len(body)),
        **{n.replace("_", "-"): v for n, v in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} As Told\r\n{lines}\r\n".encode() + body


def forward(request: Request, url: str) -> bytes:
    """What the server at `url` answers to this."""
    connection = HTTPConnection(urlsplit(url).netloc)
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    connection.request(request.method, request.path, request.body, headers)
    with connection.getresponse() as response:
        found = answer(response.status, response.read())
    connection.close()
    return found


class Canned:
    """Each request is given to `react`; an empty answer closes the connection without a word.

    `certificate` is a PEM file with key and certificate, and makes it speak TLS.
    """

    def __init__(self, react: Reaction, certificate: Path | None = None) -> None:
        self.requests: list[Request] = []
        self._react = react
        self._connections: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._context: ssl.SSLContext | None = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://localhost:{self._server.getsockname()[1]}/"
        self._threads = [threading.Thread(target=self._serve)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_error: object) -> None:
        for open_one in (self._server, *self._connections):
            with suppress(OSError):
                open_one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):  # told to stop
            while True:
                connection, _ = self._server.accept()
                self._connections.append(connection)
                self._threads.append(threading.Thread(target=self._speak, args=[connection]))
                self._threads[-1].start()

    def _speak(self, plain: socket.socket) -> None:
        # The client may go away, or trust us not.
        with suppress(OSError), plain:
            connection = (
                self._context.wrap_socket(plain, server_side=True) if self._context else plain
            )
            with connection, connection.makefile("rb") as stream:
                while request := _read(stream):
                    self.requests.append(request)
                    found = self._react(request)
                    if found == HANG:
                        connection.recv(1)
                    if found in {HANG, b""}:
                        return
                    connection.sendall(found)
                    if b"connection: close" in found:
                        return


def _read(stream: BinaryIO) -> Request | None:
    method, path, _ = (stream.readline().decode() or "  ").split(" ")
    headers = {}
    while line := stream.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body) if method else None


def self_signed(folder: Path) -> Path:
    """A certificate for localhost that nobody trusts, with its key, as PEM."""
    key, certificate, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
