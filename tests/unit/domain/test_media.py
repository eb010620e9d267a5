import pytest

from orderdesk.domain.messages.media import (
    EXTENSIONS,
    FORMAT_OF,
    LIMITS,
    SENDABLE,
    format_of,
    problem_of,
    safe_name,
)

BEGINNINGS = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    "mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00",
    "ogg": b"OggS\x00\x02",
    "mp3": b"ID3\x03\x00",
    "aac": b"\xff\xf1\x50\x80",
    "amr": b"#!AMR\n",
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "zip": b"PK\x03\x04\x14\x00",
    "text": "Sector 7, Noida – गेट 2\r\n".encode(),
}
MARKUP = [
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?xml version='1.0'?><svg/>",
    b"\n  <!DOCTYPE html><html>",
    b"\xef\xbb\xbf<html>",
    b"hello <script>alert(1)</script>",
    b"<  IFRAME src=x>",
]


def test_every_type_that_is_kept_has_a_format_an_extension_and_a_way_to_be_recognised() -> None:
    assert set(FORMAT_OF.values()) == set(BEGINNINGS)
    assert set(EXTENSIONS) == set(FORMAT_OF)
    assert {each for types in SENDABLE.values() for each in types} <= set(FORMAT_OF)


@pytest.mark.parametrize(("name", "beginning"), BEGINNINGS.items())
def test_the_first_bytes_say_what_a_file_is(name: str, beginning: bytes) -> None:
    assert format_of(beginning) == name


@pytest.mark.parametrize("beginning", [*MARKUP, b"", b"   ", b"MZ\x90\x00\x03", b"\x7fELF\x02"])
def test_pages_programs_and_nothing_are_of_no_format(beginning: bytes) -> None:
    assert format_of(beginning) == ""


@pytest.mark.parametrize("mime_type", FORMAT_OF)
def test_a_file_of_another_format_than_it_says_is_refused(mime_type: str) -> None:
    own = FORMAT_OF[mime_type]
    for name, beginning in BEGINNINGS.items():
        problem = problem_of("document", mime_type, beginning, 100)
        assert (problem == "") == (name == own), (mime_type, name)


@pytest.mark.parametrize("declared", ["image/svg+xml", "text/html", "application/zip", ""])
def test_types_that_a_browser_could_run_are_not_kept(declared: str) -> None:
    assert "not kept" in problem_of("document", declared, MARKUP[0], 100)


def test_parameters_of_a_type_do_not_matter() -> None:
    assert problem_of("audio", "audio/ogg; codecs=opus", BEGINNINGS["ogg"], 100) == ""


@pytest.mark.parametrize("kind", LIMITS)
def test_a_file_may_be_as_large_as_whatsapp_allows_and_no_larger(kind: str) -> None:
    jpeg = BEGINNINGS["jpeg"]

    assert problem_of(kind, "image/jpeg", jpeg, LIMITS[kind]) == ""
    assert f"{LIMITS[kind] // 1024:,} KiB" in problem_of(kind, "image/jpeg", jpeg, LIMITS[kind] + 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("receipt.jpg", "receipt.jpg"),
        ("invoice.pdf.exe", "invoice.pdf.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\temp\\bill.jpg", "bill.jpg"),
        ("रसीद नवम्बर", "रसीद नवम्बर.jpg"),
        ('a"; filename=evil.html', "a__ filename_evil.jpg"),
        ("a\r\nX: y.png", "a__X_ y.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
    ],
)
def test_a_name_is_made_safe_and_ends_as_its_type_does(name: str, expected: str) -> None:
    assert safe_name(name, "image/jpeg") == expected
