"""The ways out: mail, chat and the rest through Apprise, signed webhooks, a mailbox on this machine, the terminal.

One attempt each; attempts again are the outbox's business. What did not get through raises NotDelivered in words that
never hold a secret. A message keeps its id from attempt to attempt: a timeout may mean that it arrived.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import logging
import mailbox
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from pipeline import terminal
from pipeline.alerts.config import Target
from pipeline.alerts.message import Message

TIMEOUT_S = 15.0
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64: the last four bytes are the address that is meant
FROM = "Fine-tune Prices <alerts@finetune-prices.invalid>"


class NotDelivered(Exception):
    """A message did not get through, or nobody knows whether it did."""


def send(target: Target, message: Message, now: datetime) -> None:
    """Hand one message to one target. Raises NotDelivered."""
    if target.lacking:
        raise NotDelivered(f"{', '.join(target.lacking)} {'is' if len(target.lacking) == 1 else 'are'} not set")
    try:
        _CHANNELS[target.kind](target, message, now)
    except NotDelivered as error:
        raise NotDelivered(target.without_secrets(str(error))) from None
    except Exception as error:  # a library's fault on one channel is that channel's failure
        words = target.without_secrets(terminal.one_line(str(error)) or "without words")
        raise NotDelivered(f"{type(error).__name__}: {words}") from None


def _to_terminal(_target: Target, message: Message, _now: datetime) -> None:
    terminal.say("")
    for line in [message.subject, *message.text.splitlines()]:
        terminal.say(f"  {line}")


def _to_mailbox(target: Target, message: Message, now: datetime) -> None:
    folder = Path(target.address).expanduser()
    folder.parent.mkdir(parents=True, exist_ok=True)
    box = mailbox.Maildir(folder, create=True)
    try:
        box.add(mail_of(message, now))
    finally:
        box.close()


def mail_of(message: Message, now: datetime) -> EmailMessage:
    """The message as a mail, plain text and HTML; its Message-ID is the message's own."""
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = FROM
    mail["To"] = FROM
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@finetune-prices.invalid>"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _by_apprise(target: Target, message: Message, _now: datetime) -> None:
    import apprise  # noqa: PLC0415 - 170 services are loaded only where one is used

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs addresses; what counts is said by us
    service = apprise.Apprise()
    if not service.add(_once(target.address)):
        raise NotDelivered("Apprise knows no service by this address")
    html = apprise.NotifyFormat.HTML
    # Mail and others take HTML; a service that does not gets the plain text as it is.
    takes_html = all(html in _listed(server.notify_format) for server in service)
    body, style = (message.html, html) if takes_html else (message.text, apprise.NotifyFormat.TEXT)
    if not service.notify(title=message.subject, body=body, body_format=style):
        raise NotDelivered("Apprise could not deliver it")


def _listed(formats: object) -> tuple[object, ...]:
    """The forms a service takes: one, or several since Apprise 2.3."""
    return formats if isinstance(formats, tuple) else (formats,)


def _once(url: str) -> str:
    """The address with Apprise's own attempts switched off: the outbox counts them."""
    return url if "retry=" in url else f"{url}{'&' if '?' in url else '?'}retry=0"


def _to_webhook(target: Target, message: Message, now: datetime) -> None:
    import httpx  # noqa: PLC0415

    body = json.dumps(message.as_json(), ensure_ascii=False, sort_keys=True).encode()
    head = {"content-type": "application/json", "user-agent": "finetune-prices-alerts"}
    head |= signature_head(message.id, now, body, target.secrets)
    url = httpx.URL(target.address)
    if url.scheme not in {"http", "https"} or not url.host:
        raise NotDelivered("a webhook is an http or https address")
    address = _checked_address(url.host, url.port or (443 if url.scheme == "https" else 80), target.allow_private)
    head["host"] = url.netloc.decode()
    # The address that was checked is the one that is called: a name may answer otherwise a moment later.
    called = url.copy_with(host=address)
    try:
        with httpx.Client(follow_redirects=False, trust_env=False, timeout=TIMEOUT_S) as client:
            answer = client.post(called, content=body, headers=head, extensions={"sni_hostname": url.host})
    except httpx.TimeoutException as error:
        raise NotDelivered(f"no answer within {TIMEOUT_S:g} s: it may have arrived") from error
    except httpx.HTTPError as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
    if answer.is_redirect:
        raise NotDelivered(
            f"it answered {answer.status_code}, a redirect: those are not followed, write the new address"
        )
    if not answer.is_success:
        raise NotDelivered(f"it answered {answer.status_code}")


def signature_head(message_id: str, now: datetime, body: bytes, secrets: tuple[str, ...]) -> Mapping[str, str]:
    """The three headers of Standard Webhooks: HMAC-SHA256 over id, time and body, once a secret."""
    if not secrets:
        raise NotDelivered("the webhook's secret is whsec_ and at least 24 letters of base64")
    moment = str(int(now.timestamp()))
    signed = b".".join((message_id.encode(), moment.encode(), body))
    signatures = [
        "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode() for secret in secrets
    ]
    return {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": " ".join(signatures)}


def _key(secret: str) -> bytes:
    """The bytes of "whsec_<base64>"."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < 16:
        raise NotDelivered("the webhook's secret is whsec_ and at least 24 letters of base64")
    return key


def _checked_address(host: str, port: int, allow_private: bool) -> str:
    """An address the name stands for. Raises NotDelivered where any of them is of a private network and may not be."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotDelivered(f"the webhook's name is not known: {error.strerror or error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and any(not _is_public(address) for address in addresses):
        raise NotDelivered("the webhook is an address of a private network; allow_private: true allows that")
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if found.version == 6 and found in _TRANSLATED:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast and (inner is None or inner.is_global)


def shown(target: Target) -> str:
    """What may be said of a target: its kind, and the host of a webhook never."""
    return f"{target.kind}, {', '.join(target.lacking)} not set" if target.lacking else target.kind


_CHANNELS: Mapping[str, Callable[[Target, Message, datetime], None]] = {
    "apprise": _by_apprise,
    "webhook": _to_webhook,
    "mailbox": _to_mailbox,
    "terminal": _to_terminal,
}
