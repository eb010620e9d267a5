"""What customers are told, in the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.api.operations import content, responses
from orderdesk.api.shapes import TEXT, WHOLE, YES_NO, choice_of, many, objects, only
from orderdesk.usecases.language.preview import SERVICE
from orderdesk.usecases.language.texts import MARKETING, TEXTS, UTILITY
from orderdesk.usecases.language.words import LANGUAGES

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema


def text_paths() -> Schema:
    return {
        "/api/texts": {
            "get": {
                "operationId": "listTexts",
                "summary": "Every text that customers get: ours, the shop's own, its variables",
                "responses": responses("The texts", "Texts", "401", "403"),
            }
        },
        "/api/texts/preview": {
            "post": {
                "operationId": "previewText",
                "summary": "A text as a customer reads it, of an order or of a sample",
                "description": "Nothing is sent or saved. `text` is tried in place of the shop's.",
                "requestBody": {"required": True, "content": content("TextPreviewRequest")},
                "responses": responses("How it looks", "TextPreview", "400", "401", "403", "404"),
            }
        },
    }


def text_schemas() -> Schema:
    language, name = choice_of(LANGUAGES), choice_of(TEXTS)
    category = choice_of((UTILITY, MARKETING))
    by_language = {
        "type": "object",
        "propertyNames": language,
        "additionalProperties": TEXT,
    }
    text = objects(
        name=name,
        description=TEXT,
        limit=WHOLE,
        variables=many(TEXT),
        buttons=many(TEXT),
        category=category,
        may_mute=YES_NO,
        muted=YES_NO,
        template=TEXT,
        template_variables=many(TEXT),
        defaults=by_language,
        own=by_language,
    )
    asked = only(
        name=name,
        language=language,
        text={"anyOf": [TEXT | {"maxLength": 4096}, {"type": "null"}]},
        order_id=TEXT,
    )
    return {
        "Texts": objects(
            language=language,
            languages=many(language),
            known_languages=many(objects(code=language, name=TEXT)),
            variables={"type": "object", "additionalProperties": TEXT},
            texts=many(text),
        ),
        "TextPreviewRequest": asked | {"required": ["name", "language"]},
        "TextPreview": objects(
            name=name,
            language=language,
            text=TEXT,
            buttons=many(TEXT),
            length=WHOLE,
            limit=WHOLE,
            in_window=choice_of((SERVICE,)),
            category=category,
            template=TEXT,
        ),
    }
