"""Static files under names that change with their content, so that browsers keep them for ever."""

from __future__ import annotations

import gzip
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
ENCODINGS: Final = "accept-encoding"
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
    return serve(request.params["file"], gzipped="gzip" in request.headers.get(ENCODINGS, ""))


def icon(request: Request, context: Context) -> Response:
    """What browsers ask for by themselves."""
    return _response("icon.svg", A_DAY, gzipped=False)


def serve(file: str, *, gzipped: bool) -> Response:
    name, given = _parts(file)
    if not (FOLDER / name).is_file() or Path(name).suffix not in TYPES or "/" in name:
        raise NotFound(f"There is no file {file}.")
    # A page of the last deployment may still ask for the file of its time: it gets today's.
    return _response(name, FOR_EVER if given == _hash(name) else "no-cache", gzipped=gzipped)


def _parts(file: str) -> tuple[str, str]:
    """`style.1a2b3c4d5e.css` → (`style.css`, `1a2b3c4d5e`)."""
    stem, _, suffix = file.rpartition(".")
    name, _, given = stem.rpartition(".")
    return (f"{name}.{suffix}", given) if name else (file, "")


def _response(name: str, cache_control: str, *, gzipped: bool) -> Response:
    """API Gateway compresses nothing of an HTTP API. Pages are left as they are: what an attacker
    writes into a page must not be compressed with its secrets (https://breachattack.com).
    """
    suffix = Path(name).suffix
    headers = {"content-type": TYPES[suffix], "cache-control": cache_control}
    if suffix in BINARY:
        return Response(body=_content(name), headers=headers)
    headers["vary"] = ENCODINGS
    if gzipped:
        return Response(body=_gzipped(name), headers={**headers, "content-encoding": "gzip"})
    return Response(body=_content(name).decode(), headers=headers)


@cache
def _content(name: str) -> bytes:
    content = (FOLDER / name).read_bytes()
    if name == "style.css":
        for font in NAMED_IN_CSS:
            content = content.replace(font.encode(), Path(address(font)).name.encode())
    return content


@cache
def _gzipped(name: str) -> bytes:
    return gzip.compress(_content(name), mtime=0)


@cache
def _hash(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:10]
