"""Only Meta, who holds an app secret, may say something."""

import hashlib
import hmac
from collections.abc import Callable, Sequence

import pytest

from orderdesk.adapters.whatsapp.signature import check, is_verify_token
from orderdesk.domain.errors import Forbidden, Unauthenticated, Unavailable

BODY = b'{"object":"whatsapp_business_account","text":"\\u00e4 \\/"}'
NEW, OLD = "the-new-app-secret", "the-old-app-secret"


def secrets(*values: str) -> Callable[[], Sequence[str]]:
    return lambda: values


def signed(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_both_secrets_are_accepted_while_one_is_being_rotated(secret: str) -> None:
    check(BODY, signed(secret), secrets(NEW, OLD))


def test_a_body_without_a_signature_is_nobodys() -> None:
    with pytest.raises(Unauthenticated, match="X-Hub-Signature-256"):
        check(BODY, "", secrets(NEW))


def test_another_secret_is_refused() -> None:
    with pytest.raises(Forbidden, match="does not fit"):
        check(BODY, signed("somebody-elses"), secrets(NEW, OLD))


def test_one_byte_more_is_refused() -> None:
    with pytest.raises(Forbidden):
        check(BODY + b" ", signed(NEW), secrets(NEW))


def test_a_body_written_anew_is_refused() -> None:
    with pytest.raises(Forbidden):
        check(BODY.replace(rb"\/", b"/"), signed(NEW), secrets(NEW))


@pytest.mark.parametrize(
    "signature",
    ["sha256=", "sha256=abc", "sha1=" + "0" * 40, "0" * 64, "sha256=" + "g" * 64, "sha256=é" * 9],
)
def test_what_is_no_signature_is_refused_without_asking_for_the_secrets(signature: str) -> None:
    def forbidden() -> Sequence[str]:
        raise AssertionError("asked for the secrets")

    with pytest.raises(Forbidden, match="64 hexadecimal"):
        check(BODY, signature, forbidden)


@pytest.mark.parametrize("configured", [(), ("",)])
def test_without_an_app_secret_nobody_gets_in(configured: tuple[str, ...]) -> None:
    with pytest.raises(Unavailable, match="secrets parameter"):
        check(BODY, signed(""), secrets(*configured))


def test_the_verify_token_has_to_be_the_same() -> None:
    assert is_verify_token("tökén", "tökén")
    assert not is_verify_token("token", "tokem")


def test_an_empty_verify_token_is_never_right() -> None:
    assert not is_verify_token("", "")
