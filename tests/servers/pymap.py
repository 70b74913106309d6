"""A poor IMAP server for tests: pymap, in memory. Run as a program it serves at the port named.

It has MOVE, IDLE, UIDPLUS and folder ids, neither CONDSTORE nor SPECIAL-USE nor LIST-STATUS, and
drops keywords. Whoever signs in gets an account of their own, whatever the password.
"""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.servers.dovecot import await_port, free_port


@contextmanager
def pymap(log: Path) -> Iterator[int]:
    """The port of a server that runs, as long as it is wanted."""
    port = free_port()
    root = Path(__file__).resolve().parents[2]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.pymap", str(port)],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        await_port(port, process, log)
        yield port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        process.kill()
        process.wait()


async def _serve(port: int) -> None:
    # Only the program needs these, and they take a while to import.
    from pymap.backend.dict import DictBackend, Identity, Login  # noqa: PLC0415
    from pymap.imap import IMAPService  # noqa: PLC0415
    from pymap.user import UserMetadata  # noqa: PLC0415

    class Anybody(Login):
        async def authenticate(self, credentials: Any) -> Any:  # noqa: ANN401  # as it is there
            name = credentials.authcid
            self.users_dict.setdefault(name, UserMetadata(self.config, name))
            return Identity(name, self, None, frozenset())

    parser = argparse.ArgumentParser()
    IMAPService.add_arguments(parser)
    DictBackend.add_subparser("dict", parser.add_subparsers(dest="backend"))
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    args = parser.parse_args(words)
    args.debug, args.passlib_cfg = False, None
    backend, config = await DictBackend.init(args)
    backend = DictBackend(Anybody(config), config)
    config.apply_context()
    async with AsyncExitStack() as stack:
        await backend.start(stack)
        await IMAPService(backend, config).start(stack)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
