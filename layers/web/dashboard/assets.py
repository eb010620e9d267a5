"""Static files under names that change with their content, so that browsers keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound
from orderdesk.http import Response

if TYPE_CHECKING:
    from dashboard.context import Context
    from orderdesk.http import Request

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
BINARY: Final = frozenset({".woff2"})
FOR_EVER: Final = "public, max-age=31536000, immutable"
A_DAY: Final = "public, max-age=86400"
# What style.css itself names. Its own hash then covers theirs, so a new font is a new style sheet.
NAMED_IN_CSS: Final = ("figtree-latin.woff2", "figtree-latin-ext.woff2")


@cache
def address(name: str) -> str:
    """`style.css` → `/static/style.1a2b3c4d5e.css`."""
    path = Path(name)
    return f"/static/{path.stem}.{_hash(name)}{path.suffix}"


def static(request: Request, context: Context) -> Response:
    """Raises NotFound."""
    return serve(request.params["file"])


def icon(request: Request, context: Context) -> Response:
    """What browsers ask for by themselves."""
    return _response("icon.svg", A_DAY)


def serve(file: str) -> Response:
    name, given = _parts(file)
    if not (FOLDER / name).is_file() or Path(name).suffix not in TYPES or "/" in name:
        raise NotFound(f"There is no file {file}.")
    # A page of the last deployment may still ask for the file of its time: it gets today's.
    return _response(name, FOR_EVER if given == _hash(name) else "no-cache")


def _parts(file: str) -> tuple[str, str]:
    """`style.1a2b3c4d5e.css` → (`style.css`, `1a2b3c4d5e`)."""
    stem, _, suffix = file.rpartition(".")
    name, _, given = stem.rpartition(".")
    return (f"{name}.{suffix}", given) if name else (file, "")


def _response(name: str, cache_control: str) -> Response:
    suffix = Path(name).suffix
    content = _content(name)
    return Response(
        body=content if suffix in BINARY else content.decode(),
        headers={"content-type": TYPES[suffix], "cache-control": cache_control},
    )


@cache
def _content(name: str) -> bytes:
    content = (FOLDER / name).read_bytes()
    if name == "style.css":
        for font in NAMED_IN_CSS:
            content = content.replace(font.encode(), Path(address(font)).name.encode())
    return content


@cache
def _hash(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:10]
