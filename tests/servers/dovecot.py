"""A Dovecot of our own: any user may start it, on a free port of this machine, in a folder.

An account's name ends in the form its mail is kept in: "khan@maildir" (levels parted by ".") or
"khan@sdbox" (by "/"). Every account has the same password.
"""

import getpass
import grp
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "not-a-secret"
_BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_READY_WITHIN = 20.0

_CONFIG = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
{users}
first_valid_uid = 0
mail_uid = {uid}
mail_gid = {gid}
mail_location = %d:~/mail
mail_fsync = never
maildir_stat_dirs = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
{passdb}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_limit = 2
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service imap {{
  process_limit = 100
}}
protocol imap {{
  mail_max_userip_connections = 100
{imap}
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A server that runs."""

    root: Path
    port: int
    tls_port: int

    def home(self, user: str) -> Path:
        """Where an account's mail lies, in the folder `mail`."""
        return self.root / "home" / user


def is_here() -> bool:
    """Whether Dovecot is installed."""
    return _BINARY is not None


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _users() -> str:
    # Dovecot's outer processes refuse to run as root; the package's own users stand ready for them.
    if os.getuid() == 0:
        return ""
    user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    return "\n".join(
        (
            f"default_internal_user = {user}",
            f"default_internal_group = {group}",
            f"default_login_user = {user}",
        )
    )


@contextmanager
def dovecot(
    *,
    tls: str = "ssl = no",
    imap: str = "",
    passdb: str = "",
    mechanisms: str = "plain login",
) -> Iterator[Dovecot]:
    """A server in a folder that is removed at the end. `imap` are lines for its
    `protocol imap` section, such as "imap_capability = IMAP4rev1" for one that can do less."""
    assert _BINARY is not None
    # Not pytest's folder: a socket's path may have 108 bytes, and Dovecot's users must get there.
    root = Path(tempfile.mkdtemp(prefix="dovecot-"))
    root.chmod(0o755)
    server = Dovecot(root, free_port(), free_port())
    config = root / "dovecot.conf"
    for name in ("run", "state", "home"):
        (root / name).mkdir()
    # It refuses to serve root's mail, too.
    uid, gid = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
    os.chown(root / "home", uid, gid)
    config.write_text(
        _CONFIG.format(
            root=root,
            users=_users(),
            uid=uid,
            gid=gid,
            password=PASSWORD,
            port=server.port,
            tls_port=server.tls_port if not tls.startswith("ssl = no") else 0,
            tls=tls,
            imap=imap,
            passdb=passdb,
            mechanisms=mechanisms,
        )
    )
    process = subprocess.Popen(
        [_BINARY, "-F", "-c", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await_port(server.port, process, root / "log")
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        process.wait()
        shutil.rmtree(root, ignore_errors=True)


def await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once somebody listens at a port; AssertionError with the log when nobody does."""
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
            if sock.recv(4):
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    said = log.read_text(errors="replace") if log.exists() else ""
    raise AssertionError(f"the server did not start: {said[-2000:]}")
