"""What customers are told, over the API: all texts, and one as it will look.

Own texts and switches are saved with the settings, under `speech`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pydantic import Field

from orderdesk.api.bodies import Body, parsed
from orderdesk.api.context import READ, READ_SETTINGS, authenticate
from orderdesk.http import Response, json_response
from orderdesk.usecases.language.approved import TEMPLATED, template_variables
from orderdesk.usecases.language.preview import preview
from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.variables import DESCRIPTIONS, OWN
from orderdesk.usecases.language.words import (
    LANGUAGES,
    allowed_variables,
    default_text,
    name_of,
)
from orderdesk.usecases.messages.bodies import TEXT_MAX

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.domain.shop.policy import Store
    from orderdesk.http import Request


class PreviewBody(Body):
    """`text` None shows the text that the shop has, `order_id` empty a sample order."""

    name: str = Field(max_length=100)
    language: str = Field(max_length=20)
    text: str | None = Field(None, max_length=TEXT_MAX)
    order_id: str = Field("", max_length=100)


def list_texts(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_SETTINGS)
    store = context.stores.get(key.store_id)
    speech = store.policy.speech
    return json_response(
        {
            "language": speech.language,
            "languages": list(speech.languages),
            "known_languages": [{"code": each, "name": name_of(each)} for each in LANGUAGES],
            "variables": DESCRIPTIONS | {name: each.description for name, each in OWN.items()},
            "texts": [_text(store, name) for name in TEXTS],
        }
    )


def preview_text(request: Request, context: Context) -> Response:
    """What an order holds is shown to keys that may read orders."""
    key = authenticate(request, context, READ_SETTINGS)
    body = parsed(request, PreviewBody)
    order = None
    if body.order_id:
        authenticate(request, context, READ)
        order = context.orders.get(key.store_id, body.order_id)
    store = context.stores.get(key.store_id)
    return json_response(
        asdict(preview(store, body.name, body.language, text=body.text, order=order))
    )


def _text(store: Store, name: str) -> dict[str, Any]:
    speech, text = store.policy.speech, TEXTS[name]
    own = {each: speech.texts.get(f"{each}.{name}", "") for each in LANGUAGES}
    return {
        "name": name,
        "description": text.description,
        "limit": text.limit,
        "variables": sorted(allowed_variables(name)),
        "buttons": list(text.buttons),
        "category": text.category,
        "may_mute": text.may_mute,
        "muted": name in speech.muted,
        "template": speech.templates.get(name, ""),
        "template_variables": list(template_variables(name)) if name in TEMPLATED else [],
        "defaults": {each: default_text(each, name) for each in LANGUAGES},
        "own": {language: said for language, said in own.items() if said},
    }
