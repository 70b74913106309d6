"""A line to a server on which everything goes wrong that can: ours, in one thread, on this machine.

    with Proxy(server_port) as proxy:
        proxy.spoil(3, Fault.CUT_AFTER)   # the third command from now
        …                                  # speak to 127.0.0.1 at proxy.port

A command is whatever the client sends in one go. Once a fault has struck, all is well again.
"""

import selectors
import socket
import threading
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self

_MOST = 65536
_NOISE = b"\x00\xff\xfe~!"


class Fault(StrEnum):
    """What happens to one command."""

    CUT_BEFORE = "the line is cut before the command arrives"
    CUT_AFTER = "the line is cut after the command was carried out, before its answer arrives"
    TRUNCATE = "half of the command arrives, and then the line is cut"
    HALF_AN_ANSWER = "half of the answer arrives, and then the line is cut"
    GARBAGE = "the answer arrives with noise in front"
    SILENCE = "the command is carried out, and no answer ever comes"


class Proxy:
    """Listens at `port`; passes on what is said, but for the fault that was asked for."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.commands = 0  # seen so far
        self._countdown, self._fault = 0, Fault.CUT_BEFORE
        self.struck = False
        self._selector = selectors.DefaultSelector()
        self._partner: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._doomed: dict[socket.socket, Fault] = {}  # by client: what befalls its next answer
        self._ends, self._wakes = socket.socketpair()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._wakes.send(b"x")
        self._thread.join(timeout=10)
        self._selector.close()
        for sock in (*self._partner, self._listener, self._ends, self._wakes):
            sock.close()

    def spoil(self, number: int, fault: Fault) -> None:
        """Let `fault` befall the `number`-th command from now (1 is the next); 0: none."""
        self.struck = False
        self._countdown, self._fault = number, fault

    def _run(self) -> None:
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._ends, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._ends:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._pass_on(key.fileobj)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port), timeout=10)
        except OSError:
            client.close()
            return
        self._clients.add(client)
        for sock, partner in ((client, server), (server, client)):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._partner[sock] = partner
            self._selector.register(sock, selectors.EVENT_READ)

    def _pass_on(self, sock: socket.socket) -> None:
        if sock not in self._partner:  # closed by what came just before
            return
        try:
            data = sock.recv(_MOST)
        except OSError:
            data = b""
        if not data:
            self._cut(sock)
        elif sock in self._clients:
            self._command(sock, data)
        else:
            self._answer(sock, data)

    def _command(self, client: socket.socket, data: bytes) -> None:
        self.commands += 1
        if self._countdown:
            self._countdown -= 1
            if not self._countdown:
                self.struck = True
                if self._fault is Fault.CUT_BEFORE:
                    self._cut(client)
                    return
                if self._fault is Fault.TRUNCATE:
                    self._send(self._partner[client], data[: len(data) // 2])
                    self._cut(client)
                    return
                self._doomed[client] = self._fault
        self._send(self._partner[client], data)

    def _answer(self, server: socket.socket, data: bytes) -> None:
        client = self._partner[server]
        match self._doomed.get(client):
            case Fault.CUT_AFTER:
                self._cut(client)
            case Fault.HALF_AN_ANSWER:
                self._send(client, data[: len(data) // 2])
                self._cut(client)
            case Fault.GARBAGE:
                del self._doomed[client]
                self._send(client, _NOISE + data[len(_NOISE) :])
            case Fault.SILENCE:
                pass
            case _:
                self._send(client, data)

    def _send(self, sock: socket.socket, data: bytes) -> None:
        try:
            sock.sendall(data)
        except OSError:
            self._cut(sock)

    def _cut(self, sock: socket.socket) -> None:
        partner = self._partner.pop(sock, None)
        if partner is None:
            return
        self._partner.pop(partner, None)
        self._doomed.pop(sock, None)
        self._doomed.pop(partner, None)
        for each in (sock, partner):
            self._clients.discard(each)
            with suppress(KeyError, ValueError):
                self._selector.unregister(each)
            each.close()
