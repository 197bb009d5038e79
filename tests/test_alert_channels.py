"""The ways out, against real servers on loopback: mail, signed webhooks, a mailbox; and what may never be printed."""

from __future__ import annotations

import base64
import json
import mailbox
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler
from standardwebhooks import Webhook, WebhookVerificationError

from pipeline.alerts import channels
from pipeline.alerts.channels import NotDelivered
from pipeline.alerts.config import Target
from pipeline.alerts.message import Message, Notice

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # Apprise imports it

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"fedcba9876543210fedcba98").decode()
MESSAGE = Message(
    id="e1.rule",
    subject="pricing of <openai> is read again",
    items=(),
    notices=(Notice(event_id="e1", kind="failing", is_over=True, headline="pricing of <openai> is read again", detail="",
                    since="2026-09-09 06:00 UTC", rules=("operators",)),),
    counts=(), total=0, rules=("operators",), changes_url="https://prices.test/changes/",
    status_url="https://prices.test/status/", is_test=False, is_demo=False,
)  # fmt: skip


class Hook(ThreadingHTTPServer):
    """A receiver that keeps what it got and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.wait_s = 204, 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/alerts?key=hunter2"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        time.sleep(self.server.wait_s)
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def webhook(url: str, *, allow_private: bool = True, secrets: tuple[str, ...] = (SECRET,)) -> Target:
    names = {url: "HOOK_URL", **{secret: "HOOK_SECRET" for secret in secrets if secret}}
    return Target(
        id="hook", kind="webhook", address=url, secrets=secrets, allow_private=allow_private, names=names
    )  # fmt: skip


def refusal(target: Target, message: Message = MESSAGE) -> str:
    with pytest.raises(NotDelivered) as caught:
        channels.send(target, message, datetime.now(UTC))
    said = str(caught.value)
    assert "hunter2" not in said
    assert SECRET not in said
    return said


def test_a_webhook_is_signed_as_standard_webhooks_says(hook: Hook):
    channels.send(webhook(hook.url), MESSAGE, datetime.now(UTC))
    ((path, head, body),) = hook.got
    assert path == "/alerts?key=hunter2"
    assert head["host"] == f"127.0.0.1:{hook.server_address[1]}"
    assert Webhook(SECRET).verify(body, head) == json.loads(body)
    document = json.loads(body)
    assert (document["type"], document["id"], head["webhook-id"]) == ("alert", "e1.rule", "e1.rule")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"openai", b"openal"), head)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, {**head, "webhook-id": "e2.rule"})


def test_both_secrets_sign_while_one_is_being_changed(hook: Hook):
    channels.send(webhook(hook.url, secrets=(SECRET, OLD_SECRET)), MESSAGE, datetime.now(UTC))
    ((_, head, body),) = hook.got
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(body, head)


def test_redirects_are_not_followed(hook: Hook):
    hook.status = 302
    assert "302, a redirect" in refusal(webhook(hook.url))
    assert [path for path, _, _ in hook.got] == ["/alerts?key=hunter2"]


def test_an_answer_that_is_no_success_is_none(hook: Hook):
    hook.status = 500
    assert refusal(webhook(hook.url)) == "it answered 500"


def test_a_timeout_says_that_it_may_have_arrived(hook: Hook, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(channels, "TIMEOUT_S", 0.2)
    hook.wait_s = 0.5
    assert refusal(webhook(hook.url)) == "no answer within 0.2 s: it may have arrived"
    assert len(hook.got) == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.7", "192.168.1.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[fd00::1]", "[64:ff9b::7f00:1]"]
)  # fmt: skip
def test_private_addresses_are_refused_unless_they_are_allowed(host: str):
    said = refusal(webhook(f"http://{host}/hunter2", allow_private=False))
    assert "private network" in said or "not known" in said


def test_a_secret_that_is_none_is_refused_before_anything_is_sent(hook: Hook):
    for secret in ("", "whsec_c2hvcnQ=", "no base64 at all"):
        assert "at least 24 letters of base64" in refusal(webhook(hook.url, secrets=(secret,)))
    assert hook.got == []


def test_a_variable_that_is_not_set_is_named():
    target = Target(id="team", kind="apprise", lacking=("TEAM_URL",))
    assert refusal(target) == "TEAM_URL is not set"


class _Kept(MailHandler):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[bytes] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message.as_bytes())


def test_mail_goes_through_a_real_server_in_both_forms():
    kept = _Kept()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    try:
        url = f"mailto://127.0.0.1:{port}/?from=alerts@example.org&to=team@example.org&mode=insecure"
        channels.send(
            Target(id="team", kind="apprise", address=url, names={url: "TEAM_URL"}), MESSAGE, datetime.now(UTC)
        )
    finally:
        server.stop()
    (raw,) = kept.mails
    mail = message_from_bytes(raw, policy=default)
    assert mail["subject"] == MESSAGE.subject
    assert "team@example.org" in mail["to"]
    html = mail.get_body(("html",))
    assert html is not None
    assert "pricing of &lt;openai&gt; is read again" in html.get_content()


def test_a_mail_server_that_is_not_there_fails_once_and_names_no_password():
    url = "mailto://me:hunter2@127.0.0.1:1/?from=alerts@example.org&to=team@example.org&mode=insecure"
    begun = time.monotonic()
    assert (
        refusal(Target(id="team", kind="apprise", address=url, names={url: "TEAM_URL"}))
        == "Apprise could not deliver it"
    )
    assert time.monotonic() - begun < 10, "the attempts are the outbox's, not Apprise's"


def test_an_address_that_apprise_does_not_know_is_an_error():
    url = "nothing://hunter2"
    said = refusal(Target(id="team", kind="apprise", address=url, names={url: "TEAM_URL"}))
    assert said == "Apprise knows no service by this address"


def test_a_mailbox_is_a_folder_that_mail_programs_read(tmp_path: Path):
    folder = tmp_path / "new" / "mailbox"
    target = Target(id="box", kind="mailbox", address=str(folder))
    channels.send(target, MESSAGE, datetime.now(UTC))
    channels.send(target, replace(MESSAGE, id="e2.rule", is_test=True), datetime.now(UTC))
    first, second = sorted(mailbox.Maildir(folder), key=lambda mail: str(mail["message-id"]))
    assert first["message-id"] == "<e1.rule@finetune-prices.invalid>"
    assert {part.get_content_type() for part in first.walk()} >= {"text/plain", "text/html"}
    assert "TEST" in str(second.get_payload(0))


def test_the_terminal_gets_what_a_terminal_can_show(capsys: pytest.CaptureFixture[str]):
    channels.send(Target(id="t", kind="terminal"), replace(MESSAGE, subject="moved \x1b[31m"), datetime.now(UTC))
    said = capsys.readouterr()
    assert said.out == ""
    assert "\x1b" not in said.err
    assert "pricing of <openai> is read again" in said.err
