"""Templates to responses. Autoescape is on for every template: what customers write is text."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard import assets
from orderdesk.http import Response

if TYPE_CHECKING:
    from collections.abc import Mapping


def page(
    template: str,
    *,
    status: int = HTTPStatus.OK,
    cookies: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
    **view: Any,
) -> Response:
    """A page or a fragment. Never cached: it shows customers' addresses, and orders move."""
    return Response(
        status=status,
        body=environment().get_template(template).render(**view),
        headers={
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-store",
            **(headers or {}),
        },
        cookies=cookies,
    )


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["asset"] = assets.address
    return made
