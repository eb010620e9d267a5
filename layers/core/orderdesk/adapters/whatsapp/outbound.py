"""Sends messages through Meta's Graph API.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderdesk.adapters.outgoing import Answer, call
from orderdesk.adapters.whatsapp.refusals import refusal_of
from orderdesk.domain.errors import SendFailed, Unavailable
from orderdesk.domain.messages.sending import ErrorClass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orderdesk.usecases.ports import Recipient


class GraphMessenger:
    """`url` holds the version, as in https://graph.facebook.com/v26.0; `token` is asked each time,
    so that a renewed one is used by a container that is still warm.
    """

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url = url.rstrip("/")
        self._token = token

    def send(self, to: Recipient, body: dict[str, object], *, callback_data: str) -> str:
        """Send a message body and return its wamid.

        Raises SendFailed: with `retry` for what may go out later. Meta knows no idempotency key, so
        after a timeout (`error_code` None) the message may have been sent.
        """
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_address(to),
            **body,
            "biz_opaque_callback_data": callback_data,
        }
        headers = {"authorization": f"Bearer {self._token()}"}
        try:
            answer = call(
                "POST", f"{self._url}/{to.phone_number_id}/messages", headers=headers, body=message
            )
        except Unavailable as error:
            raise SendFailed(
                error.message, error_code=None, retry=True, error_class=ErrorClass.UNSURE
            ) from error
        return _wamid(answer)


def _address(to: Recipient) -> dict[str, str]:
    """Without the plus, Meta would put the country code of the shop before the number."""
    if not to.phone_number_id:
        raise SendFailed("No number to send from is known.", error_code=None, retry=False)
    if to.phone:
        return {"to": f"+{to.phone}"}
    if to.user_id:
        return {"recipient": to.user_id}
    raise SendFailed("This customer has no phone number or id.", error_code=None, retry=False)


def _wamid(answer: Answer) -> str:
    if not answer.ok:
        raise _failure(answer)
    try:
        wamid: str = answer.body["messages"][0]["id"]
    except (KeyError, IndexError, TypeError) as error:
        # Sending again would make two. Its statuses carry the key.
        raise SendFailed(
            "WhatsApp's answer names no message.",
            error_code=None,
            retry=False,
            error_class=ErrorClass.ACCEPTED,
        ) from error
    return wamid


def _failure(answer: Answer) -> SendFailed:
    """Meta's own words go along: its details name the field or the limit."""
    error = answer.body.get("error")
    said: Mapping[str, Any] = error if isinstance(error, dict) else {}
    code = said.get("code") if isinstance(said.get("code"), int) else None
    refusal = refusal_of(code, http_status=answer.status)
    data = said.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    words = details or said.get("message") or f"HTTP {answer.status}"
    numbered = f"{code}: {words}" if code is not None else str(words)
    return SendFailed(
        f"{refusal.meaning} ({numbered})",
        error_code=code,
        retry=refusal.retry,
        error_class=refusal.error_class,
        retry_after=_seconds(answer.headers.get("retry-after", "")),
    )


def _seconds(said: str) -> int | None:
    """Meta sends seconds; a date, which the standard allows as well, it does not."""
    return int(said) if said.isascii() and said.isdecimal() else None
