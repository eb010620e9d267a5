"""Templates to pages: one response each, with its style inside, so that a phone asks once.

Autoescape is on for every template: what customers write is text.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orderdesk.http import Response
from pages.words import said

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER: Final = Path(__file__).parent


def page(
    template: str,
    *,
    language: str,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    **view: Any,
) -> Response:
    """Never cached, never indexed: it shows where somebody lives."""
    view |= {"language": language.replace("_", "-"), "say": said(language), "style": _style()}
    return Response(
        status=status,
        body=_environment().get_template(template).render(**view),
        headers={
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-store",
            **(headers or {}),
        },
    )


@cache
def style_source() -> str:
    """What the Content-Security-Policy allows: this very style and no other."""
    digest = hashlib.sha256(_style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _style() -> Markup:
    return Markup((FOLDER / "static" / "style.css").read_text("utf-8"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
