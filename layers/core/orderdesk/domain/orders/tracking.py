"""Tracking numbers, as people type them and couriers send them."""

from __future__ import annotations


def canonical(number: str) -> str:
    """One spelling of a number, to find it by: `dl 7700-1` is `DL77001`.

    Couriers group digits for the eye only, with spaces, hyphens, dots or slashes.
    """
    return "".join(each for each in number.upper() if each.isalnum())
