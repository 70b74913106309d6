"""A real CalDAV server for tests: Radicale on loopback, with its data in a temporary folder.

Run as a program, it serves the same as a poor server does: no sync tokens (RFC 6578), and refusals
of the report that would use them.
"""

import io
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PASSWORD = "rosebud"
_CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {root}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {root}/data
[logging]
level = info
"""


class Radicale:
    """The server; it can be killed and started again, on the same port with the same data."""

    def __init__(self, root: Path, *, is_poor: bool = False) -> None:
        self.root = root
        self.is_poor = is_poor
        self.users = 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        root.mkdir(parents=True, exist_ok=True)
        (root / "users").touch()
        self._config = root / "config"
        self._config.write_text(_CONFIG.format(port=self.port, root=root), "utf-8")
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        if self._process:
            return
        module = "tests.servers.radicale" if self.is_poor else "radicale"
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--config", str(self._config)],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr
        said = []
        for line in process.stderr:
            said.append(line)
            if "server ready" in line:
                break
        else:
            raise RuntimeError(f"Radicale did not start: {''.join(said[-3:])}")
        # Nobody reads its log, and a full pipe would stop it.
        self._reader = threading.Thread(target=process.stderr.read)
        self._reader.start()
        self._process = process

    def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._reader.join()
            assert self._process.stderr
            self._process.stderr.close()
            self._process = None

    def new_user(self) -> str:
        """A user with an empty home."""
        self.users += 1
        user = f"user{self.users}"
        with (self.root / "users").open("a", encoding="utf-8") as users:
            users.write(f"{user}:{PASSWORD}\n")
        (self.root / "data" / "collection-root" / user).mkdir(parents=True)
        return user

    def forget_history(self, user: str) -> None:
        """Forget every sync token that was ever handed out."""
        for tokens in (self.root / "data").glob(f"collection-root/{user}/*/.Radicale.cache/sync-*"):
            shutil.rmtree(tokens)


_TOKEN = re.compile(rb"<sync-token>[^<]*</sync-token>|<sync-token */>")
_Start = Callable[..., Any]


def poor(app: Callable[[dict[str, Any], _Start], Iterable[bytes]]) -> Any:  # noqa: ANN401  # WSGI
    """The same server without RFC 6578."""

    def serve(environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["REQUEST_METHOD"] == "REPORT" and b"sync-collection" in body:
            start("403 Forbidden", [("Content-Length", "0")])
            return []
        environ["wsgi.input"] = io.BytesIO(body)
        answer: list[Any] = []
        data = b"".join(app(environ, lambda *given: answer.extend(given)))
        data = _TOKEN.sub(b"", data)
        headers = [pair for pair in answer[1] if pair[0].lower() != "content-length"]
        start(answer[0], [*headers, ("Content-Length", str(len(data)))])
        return [data]

    return serve


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""


def _main() -> None:
    from radicale import config  # noqa: PLC0415  # only the server's own process loads it
    from radicale.app import Application  # noqa: PLC0415  # likewise

    settings = config.load([(sys.argv[-1], False)])
    port = settings.get("server", "hosts")[0][1]
    app = poor(Application(settings))
    with make_server("127.0.0.1", port, app, _Threaded, _Quiet) as server:
        sys.stderr.write("server ready\n")
        sys.stderr.flush()
        server.serve_forever()


if __name__ == "__main__":
    _main()
