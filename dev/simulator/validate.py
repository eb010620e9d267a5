"""Meta's rules for a message that is sent: what must be there and how long it may be.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

from collections.abc import Callable

from dev.simulator.checks import invalid, length, missing
from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.store import Json
from dev.simulator.validate_interactive import check_interactive
from dev.simulator.validate_template import check_sent_template

TEXT_MAX = 4096
CAPTION_MAX = 1024
FILENAME_MAX = 240
CALLBACK_DATA_MAX = 512


def check_message(body: Json) -> None:
    """Raise GraphError 100 or 131009, naming the field, when Meta would refuse the message."""
    if body.get("messaging_product") != "whatsapp":
        raise missing("messaging_product", "must be 'whatsapp'")
    if len(str(body.get("biz_opaque_callback_data", ""))) > CALLBACK_DATA_MAX:
        raise invalid("biz_opaque_callback_data", f"at most {CALLBACK_DATA_MAX} characters")
    if not body.get("to") and not body.get("recipient"):
        raise missing("to", "a phone number in `to` or a user id in `recipient` is required")
    kind = body.get("type", "text")
    check = CHECKS.get(kind)
    if check is None:
        one_of = ", ".join(CHECKS)
        raise GraphError(
            INVALID_PARAMETER,
            f"type is {kind!r}",
            message=f"Param type must be one of {{{one_of}}}",
        )
    content = body.get(kind)
    if not isinstance(content, dict):
        raise missing(kind, "an object of the message's type is required")
    check(content)


def _text(content: Json) -> None:
    body = content.get("body")
    if not isinstance(body, str) or not body.strip():
        raise missing("text['body']", "a text that is not empty")
    if len(body) > TEXT_MAX:
        raise GraphError(
            INVALID_PARAMETER,
            f"text.body has {len(body)} characters",
            message=f"Param text['body'] must be at most {TEXT_MAX} characters long.",
        )


def _media(content: Json) -> None:
    if bool(content.get("id")) == bool(content.get("link")):
        raise missing("id", "either a media `id` or a `link`")
    length("caption", content.get("caption", ""), CAPTION_MAX, least=0)
    length("filename", content.get("filename", ""), FILENAME_MAX, least=0)


def _reaction(content: Json) -> None:
    if not content.get("message_id"):
        raise missing("reaction['message_id']", "the id of a message")


def _location(content: Json) -> None:
    for name in ("latitude", "longitude"):
        if not isinstance(content.get(name), int | float):
            raise missing(f"location['{name}']", "a number")


CHECKS: dict[str, Callable[[Json], None]] = {
    "text": _text,
    "interactive": check_interactive,
    "template": check_sent_template,
    "image": _media,
    "document": _media,
    "audio": _media,
    "video": _media,
    "sticker": _media,
    "reaction": _reaction,
    "location": _location,
}
