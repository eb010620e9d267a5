"""The message bodies of WhatsApp that the shop uses, each within WhatsApp's limits.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

type Body = dict[str, object]

TEXT_MAX: Final = 4096
INTERACTIVE_MAX: Final = 1024
TITLE_MAX: Final = 20
ROW_MAX: Final = 24


class Choice(NamedTuple):
    """A button: `id` comes back when it is tapped, at most 256 characters."""

    id: str
    title: str


def text(words: str) -> Body:
    return {"type": "text", "text": {"body": cut(words, TEXT_MAX), "preview_url": False}}


def buttons(words: str, *choices: Choice) -> Body:
    """One to three buttons."""
    replies = [
        {"type": "reply", "reply": {"id": each.id, "title": cut(each.title, TITLE_MAX)}}
        for each in choices
    ]
    return _interactive("button", words, {"buttons": replies})


def options(words: str, button: str, *choices: Choice) -> Body:
    """A list of up to ten, which opens when the button is tapped."""
    rows = [{"id": each.id, "title": cut(each.title, ROW_MAX)} for each in choices]
    action: Body = {"button": cut(button, TITLE_MAX), "sections": [{"rows": rows}]}
    return _interactive("list", words, action)


def link(words: str, title: str, url: str) -> Body:
    parameters = {"display_text": cut(title, TITLE_MAX), "url": url}
    return _interactive("cta_url", words, {"name": "cta_url", "parameters": parameters})


def words_of(body: Body) -> str:
    """What a person reads in the bubble."""
    kind = str(body["type"])
    content: Any = body[kind]
    if kind == "text":
        return str(content["body"])
    if kind == "interactive":
        return str(content["body"]["text"])
    return str(content.get("caption") or content.get("filename") or content.get("name") or "")


def below(opening: str, question: str, *, most: int = INTERACTIVE_MAX) -> str:
    """A question under what was just understood, which may be empty. It survives, however long the
    opening is.
    """
    room = most - len(question) - len("\n\n")
    return f"{cut(opening, room)}\n\n{question}" if opening and room > 1 else question


def cut(words: str, most: int) -> str:
    """Shortened with an ellipsis when it is longer than `most` characters."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _interactive(kind: str, words: str, action: Body) -> Body:
    shown = {"text": cut(words, INTERACTIVE_MAX)}
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": shown, "action": action},
    }
