"""Bring the templates of our texts to Meta, and print the setting that names them.

`python -m dev.templates <account id>` asks Meta to approve those that it does not have yet, in
every language of ours or in those that are given; what is there already stays as it is. `--write`
writes them to whatsapp/templates instead, to be read, and for the simulator.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from orderdesk.adapters.secrets import read
from orderdesk.domain.shop.policy import Store
from orderdesk.usecases.language.approved import TEMPLATED, definition
from orderdesk.usecases.language.words import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDER: Final = Path(__file__).parent.parent / "whatsapp" / "templates"
GRAPH: Final = "https://graph.facebook.com/v26.0"
PATIENCE: Final = 30.0
PREFIX: Final = "orderdesk_"
# Whose name, currency and goods stand in the examples that Meta asks for.
EXAMPLE: Final = Store(store_id="main", name="Saffron Lane")


def main() -> None:
    given = _arguments()
    if given.write:
        write(FOLDER)
        return
    headers = {"authorization": f"Bearer {read(given.secrets).access_token}"}
    with httpx.Client(base_url=given.graph, headers=headers, timeout=PATIENCE) as graph:
        for line in publish(graph, given.account, given.languages):
            print(line)
    print("The setting speech.templates:")
    print(json.dumps({name: PREFIX + name for name in TEMPLATED}, indent=2))


def definitions(name: str, languages: Sequence[str] = LANGUAGES) -> list[dict[str, Any]]:
    """What Meta is asked for, one per language."""
    return [definition(Words(EXAMPLE, each), name, PREFIX + name) for each in languages]


def files() -> dict[str, str]:
    """Name of the file → what is in it."""
    return {
        f"{name}.json": json.dumps(definitions(name), ensure_ascii=False, indent=2) + "\n"
        for name in TEMPLATED
    }


def write(folder: Path) -> None:
    """As they are now; those of texts that are no more go."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = files()
    for old in folder.glob("*.json"):
        if old.name not in wanted:
            old.unlink()
    for name, content in wanted.items():
        (folder / name).write_text(content, encoding="utf-8")


def publish(
    graph: httpx.Client, account: str, languages: Sequence[str] = LANGUAGES
) -> Iterator[str]:
    """One line per template. Safe to repeat. Exits with Meta's reason for a refusal."""
    there = dict(_known(graph, account))
    for name in TEMPLATED:
        for wanted in definitions(name, languages):
            called = wanted["name"], wanted["language"]
            status = there.get(called)
            if status is None:
                answer = _call(graph, "POST", f"/{account}/message_templates", json=wanted)
                status = f"{answer.get('status', 'sent')} (new)"
            yield f"{called[0]} {called[1]}: {status}"


def _known(graph: httpx.Client, account: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Name and language → status, page by page."""
    parameters: dict[str, str] = {"fields": "name,language,status", "limit": "100"}
    while True:
        answer = _call(graph, "GET", f"/{account}/message_templates", params=parameters)
        for each in answer.get("data", ()):
            yield (each["name"], each["language"]), each.get("status", "")
        paging = answer.get("paging", {})
        if not paging.get("next"):
            return
        parameters["after"] = paging["cursors"]["after"]


def _call(graph: httpx.Client, method: str, path: str, **more: Any) -> dict[str, Any]:
    answer = graph.request(method, path, **more)
    body: dict[str, Any] = answer.json() if answer.content else {}
    if answer.is_error:
        error = body.get("error", {})
        said = error.get("error_user_msg") or error.get("message") or answer.reason_phrase
        raise SystemExit(f"Meta refused {method} {path}: {said}")
    return body


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dev.templates", description=__doc__)
    parser.add_argument("account", nargs="?", help="id of the WhatsApp Business Account")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--write", action="store_true", help="write the files of the repository")
    parser.add_argument(
        "--secrets", default="/orderdesk/main/secrets", help="SSM parameter with the access token"
    )
    parser.add_argument("--graph", default=GRAPH, help="address of the Graph API with its version")
    given = parser.parse_args()
    if not given.account and not given.write:
        parser.error("give the id of the WhatsApp Business Account, or --write")
    return given


if __name__ == "__main__":
    main()
