"""Which way a mail went, seen from the office."""

from mailbridge.domain.finding import Authenticity
from mailbridge.domain.message import Direction, Message, Role
from mailbridge.domain.office import Office


def direction_of(
    message: Message, role: Role, office: Office, authenticity: Authenticity
) -> Direction:
    """Inbound, outbound, or between ourselves, by the folder it lay in and by its addresses.

    A mail in the inbox that claims to be from the office is only believed when our own server
    vouches for it; else it is treated as internal, for which nothing is ever done alone.
    """
    ours = set(office.emails)
    is_from_us = message.sender is not None and message.sender.addr in ours
    if role is not Role.SENT and not is_from_us:
        return Direction.INBOUND
    is_vouched_for = role is not Role.INBOX or authenticity is Authenticity.PASS
    goes_out = any(not _is_ours(each.addr, each.domain, office) for each in message.recipients)
    return Direction.OUTBOUND if goes_out and is_vouched_for else Direction.INTERNAL


def _is_ours(addr: str, domain: str, office: Office) -> bool:
    return addr in office.emails or domain in office.colleague_domains
