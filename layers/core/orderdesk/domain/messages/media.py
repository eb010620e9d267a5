"""Pictures and files of messages: how large they may be, and what they really are.

Neither the name of a file nor the type that somebody declares decides what it is served as: the
first bytes do. What could run in a browser (SVG, HTML) is of no type here.
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
# By WhatsApp's type of message, in bytes.
LIMITS: Final = {
    "image": 5 * MIB,
    "audio": 16 * MIB,
    "voice": 16 * MIB,
    "video": 16 * MIB,
    "document": 100 * MIB,
    "sticker": 500 * KIB,
}
KINDS: Final = frozenset(LIMITS)
BEGINNING: Final = 512  # bytes of a file that are looked at
NAME_MAX: Final = 120
OOXML: Final = "application/vnd.openxmlformats-officedocument."
# Types that we keep, and the format whose first bytes each has to have.
FORMAT_OF: Final = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "video/mp4": "mp4",
    "video/3gpp": "mp4",
    "video/quicktime": "mp4",
    "audio/mp4": "mp4",
    "audio/ogg": "ogg",
    "audio/opus": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "application/pdf": "pdf",
    "application/msword": "ole",
    "application/vnd.ms-excel": "ole",
    "application/vnd.ms-powerpoint": "ole",
    f"{OOXML}wordprocessingml.document": "zip",
    f"{OOXML}spreadsheetml.sheet": "zip",
    f"{OOXML}presentationml.presentation": "zip",
    "text/plain": "text",
    "text/csv": "text",
}
# What WhatsApp takes from us, by type of message.
SENDABLE: Final = {
    "image": ("image/jpeg", "image/png"),
    "video": ("video/mp4", "video/3gpp"),
    "audio": ("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"),
    "document": tuple(
        each for each in FORMAT_OF if each.startswith(("application/", "text/plain"))
    ),
}
ALIASES: Final = {
    "image/jpg": "image/jpeg",
    "image/heif": "image/heic",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
}
# https://en.wikipedia.org/wiki/List_of_file_signatures
SIGNATURES: Final = (
    ("jpeg", rb"\xff\xd8\xff"),
    ("png", rb"\x89PNG\r\n\x1a\n"),
    ("webp", rb"RIFF....WEBP"),
    ("heic", rb"....ftyp(heic|heix|hevc|mif1|msf1)"),
    ("mp4", rb"....ftyp"),
    ("ogg", rb"OggS"),
    ("mp3", rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"),
    ("aac", rb"\xff[\xf0\xf1\xf8\xf9]"),
    ("amr", rb"#!AMR"),
    ("pdf", rb"%PDF-"),
    ("ole", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("zip", rb"PK\x03\x04"),
)
# The line a browser might take for a page, in any text of no other format.
MARKUP: Final = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|\?xml|iframe|a\s|img)", re.I)
NOT_IN_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def plain_type(declared: str) -> str:
    """`audio/ogg; codecs=opus` → `audio/ogg`; other names for the same type are one."""
    bare = declared.partition(";")[0].strip().lower()
    return ALIASES.get(bare, bare)


def format_of(beginning: bytes) -> str:
    """What the first bytes say; empty for nothing that we know."""
    for name, signature in SIGNATURES:
        if re.match(signature, beginning, re.DOTALL):
            return name
    is_text = beginning.strip() and not NOT_IN_TEXT.search(beginning)
    return "text" if is_text and not MARKUP.search(beginning) else ""


def problem_of(kind: str, declared: str, beginning: bytes, size: int) -> str:
    """Why a file of a message of this kind is not kept; empty when it is."""
    if size > LIMITS[kind]:
        return f"It has more than the {LIMITS[kind] // KIB:,} KiB that a WhatsApp {kind} may have."
    if not size:
        return "It is empty."
    expected = FORMAT_OF.get(plain_type(declared))
    if expected is None:
        return f"Files of the type {plain_type(declared) or 'unknown'} are not kept."
    if format_of(beginning) != expected:
        return f"It says that it is {plain_type(declared)}, and its content is something else."
    return ""


def safe_name(name: str, mime_type: str) -> str:
    """A file name for a download: no path, no control characters, an extension of its type."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(each if _is_plain(each) else "_" for each in last).strip(" .")[-NAME_MAX:]
    extension = EXTENSIONS.get(mime_type, ".bin")
    stem = kept.rsplit(".", 1)[0] if "." in kept else kept
    return f"{stem or 'file'}{extension}"


def _is_plain(character: str) -> bool:
    """A letter or digit of any script, with the marks that belong to it."""
    return character in " .()-_" or unicodedata.category(character)[0] in "LMN"


EXTENSIONS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/quicktime": ".mov",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    f"{OOXML}wordprocessingml.document": ".docx",
    f"{OOXML}spreadsheetml.sheet": ".xlsx",
    f"{OOXML}presentationml.presentation": ".pptx",
    "text/plain": ".txt",
    "text/csv": ".csv",
}
