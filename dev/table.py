"""A table of plain text, for what commands found."""

from collections.abc import Sequence


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of columns that are as wide as they have to be; the last one is as long as it is."""
    all_rows = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*all_rows, strict=True)]
    padded = (
        [cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in all_rows
    )
    return ["  ".join(cells).rstrip() for cells in padded]


def counted(number: int, thing: str) -> str:
    """`1 order`, `1,200 orders`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
