"""Which addresses a password may be sent to. Pure."""

import ipaddress
from urllib.parse import urlsplit


def problem_with(url: str) -> str:
    """What is wrong with a server's address, "" when nothing is.

    >>> problem_with("https://cloud.example/remote.php/dav")
    ''
    >>> problem_with("http://cloud.example/dav")
    'sends the password unencrypted: write it with https://'
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        return 'is no address of a server: write it like "https://cloud.example/remote.php/dav"'
    if parts.username or parts.password:
        return "holds a user or password: take it out, and use `user` and `password_command`"
    if parts.scheme == "http" and not _is_here(host):
        return "sends the password unencrypted: write it with https://"
    return ""


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
