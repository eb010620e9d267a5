"""Meta's door, fed with the samples of events/."""

import base64
import hashlib
import hmac
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from functions.whatsapp_webhook import app
from orderdesk import wiring
from orderdesk.adapters.memory.inbox import MemoryInbox
from orderdesk.adapters.secrets import Secrets
from orderdesk.domain.errors import Unavailable

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
SECRET, TOKEN = "whatsapp-app-secret", "whatsapp-verify-token"
REFUSED = {"wrong_signature", "no_signature", "handshake", "wrong_handshake"}
QUEUED = sorted(
    {path.stem.removeprefix("whatsapp_") for path in EVENTS.glob("whatsapp_*")} - REFUSED
)


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> MemoryInbox:
    inbox = MemoryInbox()
    secrets = Secrets(app_secrets=("the-next-secret", SECRET), verify_token=TOKEN)
    monkeypatch.setattr(wiring, "secrets", lambda: secrets)
    monkeypatch.setattr(wiring, "inbox", lambda: inbox)
    return inbox


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"whatsapp_{name}.json").read_text("utf-8"))
    return event


def signed(
    body: bytes, secret: str = SECRET, header: str = "X-Hub-Signature-256"
) -> dict[str, Any]:
    event = sample("order")
    del event["headers"]["x-hub-signature-256"]
    event["headers"][header] = (
        "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    )
    event["body"], event["isBase64Encoded"] = base64.b64encode(body).decode(), True
    return event


def call(event: dict[str, Any]) -> tuple[int, str]:
    answer = app.handler(event, None)
    return answer["statusCode"], answer["body"]


def refused(event: dict[str, Any]) -> tuple[int, str]:
    """The status and the code of the error; the answer has to say what to do."""
    status, body = call(event)
    error = json.loads(body)["error"]
    assert error["message"]
    return status, error["code"]


def kinds(inbox: MemoryInbox) -> list[str]:
    return [json.loads(entry.text)["kind"] for entry in inbox.entries]


def test_the_handshake_is_answered_with_the_bare_challenge(inbox: MemoryInbox) -> None:
    answer = app.handler(sample("handshake"), None)

    assert (answer["statusCode"], answer["body"]) == (200, "1158201444")
    assert answer["headers"]["content-type"].startswith("text/plain")


def test_a_handshake_with_another_token_is_refused(inbox: MemoryInbox) -> None:
    assert refused(sample("wrong_handshake")) == (403, "forbidden")


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"hub.mode=subscribe&hub.verify_token={TOKEN}",
        f"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token={TOKEN}",
        f"hub_mode=subscribe&hub_challenge=1&hub_verify_token={TOKEN}",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=%FF%00",
    ],
)
def test_half_a_handshake_is_refused(inbox: MemoryInbox, query: str) -> None:
    assert refused(sample("handshake") | {"rawQueryString": query}) == (403, "forbidden")


@pytest.mark.parametrize("name", QUEUED)
def test_whatever_meta_signed_is_queued_and_answered(inbox: MemoryInbox, name: str) -> None:
    assert call(sample(name)) == (200, "")

    assert inbox.entries


def test_a_batch_is_queued_update_by_update(inbox: MemoryInbox) -> None:
    call(sample("batch"))

    assert kinds(inbox) == ["message", "message", "status", "message"]


def test_a_body_in_base64_is_the_same_body(inbox: MemoryInbox) -> None:
    call(sample("order"))
    call(sample("base64"))

    assert len(inbox.entries) == 1


def test_what_is_not_json_is_queued_with_its_reason(inbox: MemoryInbox) -> None:
    assert call(sample("not_json")) == (200, "")

    [entry] = inbox.entries
    assert json.loads(entry.text)["reason"] == "not_json"
    assert json.loads(entry.text)["raw"] == "<html>Not what Meta sends</html>"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"", b"[]", b'{"entry":[{"changes":[7]}]}'])
def test_any_bytes_that_meta_signed_are_queued(inbox: MemoryInbox, body: bytes) -> None:
    assert call(signed(body)) == (200, "")

    assert kinds(inbox) == ["unreadable"]


@pytest.mark.parametrize("secret", ["the-next-secret", SECRET])
@pytest.mark.parametrize("header", ["X-Hub-Signature-256", "X-HUB-SIGNATURE-256"])
def test_both_secrets_are_accepted_under_any_spelling_of_the_header(
    inbox: MemoryInbox, secret: str, header: str
) -> None:
    assert call(signed(b"{}", secret, header))[0] == 200


def test_without_a_signature_nothing_is_queued(inbox: MemoryInbox) -> None:
    assert refused(sample("no_signature")) == (401, "unauthenticated")
    assert not inbox.entries


def test_with_a_wrong_signature_nothing_is_queued(inbox: MemoryInbox) -> None:
    assert refused(sample("wrong_signature")) == (403, "forbidden")
    assert not inbox.entries


@pytest.mark.parametrize(
    "signature", ["sha256=", "sha256=zz", "sha1=abc", "é", "sha256=" + "0" * 63]
)
def test_a_malformed_signature_is_a_wrong_one(inbox: MemoryInbox, signature: str) -> None:
    event = sample("order")
    event["headers"]["x-hub-signature-256"] = signature

    assert refused(event) == (403, "forbidden")


def test_a_body_beyond_metas_limit_is_refused_before_anything_else(inbox: MemoryInbox) -> None:
    event = sample("no_signature") | {"body": "x" * (3 * 1024 * 1024 + 1)}

    assert refused(event) == (413, "too_large")


def test_a_body_of_metas_limit_is_taken(inbox: MemoryInbox) -> None:
    assert call(signed(b" " * (3 * 1024 * 1024)))[0] == 200


@pytest.mark.parametrize("fields", [{"body": "\ud800"}, {"body": "A", "isBase64Encoded": True}])
def test_a_body_that_is_no_bytes_is_refused(inbox: MemoryInbox, fields: dict[str, Any]) -> None:
    assert refused(sample("order") | fields) == (400, "invalid")


def test_another_method_is_refused(inbox: MemoryInbox) -> None:
    event = sample("order")
    event["requestContext"]["http"]["method"] = "PUT"

    answer = app.handler(event, None)

    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET, POST")


def test_meta_sends_again_what_could_not_be_queued(inbox: MemoryInbox) -> None:
    inbox.is_down = True

    assert refused(sample("order")) == (503, "unavailable")


def test_meta_sends_again_while_the_secrets_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Secrets:
        raise Unavailable("The secrets cannot be read.")

    monkeypatch.setattr(wiring, "secrets", missing)

    assert refused(sample("order")) == (503, "unavailable")
    assert refused(sample("handshake")) == (503, "unavailable")


def test_meta_sends_again_after_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = Secrets(app_secrets=(SECRET,), verify_token=TOKEN)
    monkeypatch.setattr(wiring, "secrets", lambda: secrets)
    monkeypatch.delenv("INBOX_BUCKET", raising=False)
    wiring.inbox.cache_clear()

    assert refused(sample("order")) == (503, "unavailable")


def test_the_log_tells_neither_who_wrote_nor_what(
    inbox: MemoryInbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("order", "text", "wrong_signature", "no_signature", "not_json"):
        app.handler(sample(name), None)

    told = " ".join(str(vars(record)) for record in caplog.records)

    assert caplog.records
    for secret in ("9876543210", "Priya", "another color", "wamid", "kurta", SECRET):
        assert secret not in told


REFUSALS = """
import json, sys
from functions.whatsapp_webhook import app
for name in ("no_signature", "wrong_shape"):
    event = json.load(open("events/whatsapp_no_signature.json"))
    if name == "wrong_shape":
        event["headers"]["x-hub-signature-256"] = "sha256=nothing"
    assert app.handler(event, None)["statusCode"] in (401, 403)
heavy = {"botocore", "boto3", "pydantic", "aws_lambda_powertools"}
print(sorted(heavy & set(sys.modules)))
"""


def test_who_is_refused_at_the_door_costs_no_import() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", REFUSALS],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'core'}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == "[]"
