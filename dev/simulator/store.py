"""Documents on disk: one SQLite file, written through, so that threads survive a restart."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

type Json = dict[str, Any]

TABLE = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, key)
)
"""


class Store:
    """Keeps JSON documents by kind and key, and returns them in the order of their first write."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "simulator.sqlite3", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        # A power cut may cost the last second of a demo chat; a killed process costs nothing.
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute(TABLE)

    def put(self, kind: str, key: str, document: Json) -> None:
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET document = excluded.document",
            (kind, key, json.dumps(document)),
        )

    def documents(self, kind: str) -> Iterator[Json]:
        rows = self._database.execute(
            "SELECT document FROM documents WHERE kind = ? ORDER BY rowid", (kind,)
        )
        for (document,) in rows:
            yield json.loads(document)

    def delete(self, kind: str, key: str) -> None:
        self._database.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))

    def clear(self, kind: str) -> None:
        self._database.execute("DELETE FROM documents WHERE kind = ?", (kind,))

    def close(self) -> None:
        self._database.close()
