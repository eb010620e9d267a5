"""Send a price list or a list of places to the API: `python -m dev.lists --help`.

A long file goes in parts; what is refused is told by the file's own rows.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from orderdesk.adapters.catalog.rows import MOST_BYTES, MOST_ROWS, table_of
from orderdesk.domain.errors import OrderdeskError

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 60
HALF = MOST_BYTES // 2  # a part is written with other quotes than the file


def main() -> None:
    given = _arguments()
    with httpx.Client(
        base_url=given.api,
        headers={"authorization": f"Bearer {given.key}", "content-type": "text/csv"},
        timeout=PATIENCE_SECONDS,
    ) as api:
        try:
            kept, refused = send(api, given.list, Path(given.file).read_bytes())
        except (OrderdeskError, httpx.HTTPError) as error:
            sys.exit(str(error))
    for line in refused:
        print(line)
    print(f"{kept} kept, {len(refused)} refused")
    sys.exit(1 if refused else 0)


def send(api: httpx.Client, name: str, data: bytes) -> tuple[int, list[str]]:
    """How many rows were kept, and a line for each that was not. Raises Invalid for a file that is
    no CSV, httpx.HTTPError when the API does not take it.
    """
    kept, refused = 0, list[str]()
    for before, part in parts(data):
        answer = api.put(f"/api/{name}", content=part)
        told = answer.json()
        if answer.is_client_error and "fields" in told["error"]["details"]:
            rows = [
                (int(each["field"].removeprefix("row ")), each["problem"])
                for each in told["error"]["details"]["fields"]
            ]
        else:
            answer.raise_for_status()
            kept += told["kept"]
            rows = [(each["row"], each["problem"]) for each in told["refused"]]
        refused += [f"row {row + before}: {problem}" for row, problem in rows]
    return kept, refused


def parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each with the names of the columns, and how many rows of the file come before its own."""
    header, *rows = table_of(data)
    before, part, size = 0, [header], 0
    for row in rows:
        length = len(",".join(row).encode())
        if len(part) > MOST_ROWS or size + length > HALF:
            yield before, _written(part)
            before, part, size = before + len(part) - 1, [header], 0
        part.append(row)
        size += length
    yield before, _written(part)


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", choices=("products", "places"))
    parser.add_argument("file", help="a CSV: see docs/catalog.md")
    parser.add_argument("--api", required=True, help="address of the stack, without /api")
    parser.add_argument("--key", required=True, help="an API key with the scope settings:write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
