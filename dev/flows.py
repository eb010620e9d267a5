"""Bring the address Flow to Meta and print its id: `python -m dev.flows --help`.

A Flow that is published stays as it is for ever, so another content is another Flow: its name ends
with a hash of the file, and what is published already is only looked up.

https://developers.facebook.com/docs/whatsapp/flows/reference/flowsapi
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import httpx

from orderdesk.adapters.secrets import read

FLOW = Path(__file__).parent.parent / "whatsapp" / "flows" / "address.json"
GRAPH = "https://graph.facebook.com/v26.0"
PUBLISHED = "PUBLISHED"
PATIENCE = 30.0


def main() -> None:
    given = _arguments()
    token = read(given.secrets).access_token
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=given.graph, headers=headers, timeout=PATIENCE) as graph:
        print(publish(graph, given.account))


def publish(graph: httpx.Client, account: str) -> str:
    """The id for the setting `flow_id`. Safe to repeat. Exits with Meta's reason for a refusal."""
    content = FLOW.read_text("utf-8")
    name = f"orderdesk_address_{hashlib.sha256(content.encode()).hexdigest()[:8]}"
    flow = _find(graph, account, name)
    if flow is None:
        return _create(graph, account, name, content)
    if flow["status"] != PUBLISHED:
        _call(graph, "POST", f"/{flow['id']}/publish")
    return str(flow["id"])


def _find(graph: httpx.Client, account: str, name: str) -> dict[str, Any] | None:
    """Page by page: an account may have many Flows."""
    parameters: dict[str, str] = {"fields": "id,name,status", "limit": "100"}
    while True:
        answer = _call(graph, "GET", f"/{account}/flows", params=parameters)
        for each in answer.get("data", ()):
            if each.get("name") == name and each.get("status") in {"DRAFT", PUBLISHED}:
                return dict(each)
        paging = answer.get("paging", {})
        if not paging.get("next"):
            return None
        parameters["after"] = paging["cursors"]["after"]


def _create(graph: httpx.Client, account: str, name: str, content: str) -> str:
    """Made, filled and published in one request; with errors in it, it stays a draft."""
    wanted = {"name": name, "categories": ["OTHER"], "flow_json": content, "publish": True}
    answer = _call(graph, "POST", f"/{account}/flows", json=wanted)
    errors = answer.get("validation_errors") or []
    if errors:
        lines = (f"{each.get('error')}: {each.get('message')}" for each in errors)
        raise SystemExit("Meta does not take the Flow:\n" + "\n".join(lines))
    return str(answer["id"])


def _call(graph: httpx.Client, method: str, path: str, **more: Any) -> dict[str, Any]:
    answer = graph.request(method, path, **more)
    body: dict[str, Any] = answer.json() if answer.content else {}
    if answer.is_error:
        error = body.get("error", {})
        said = error.get("error_user_msg") or error.get("message") or answer.reason_phrase
        raise SystemExit(f"Meta refused {method} {path}: {said}")
    return body


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dev.flows", description=__doc__)
    parser.add_argument("account", help="id of the WhatsApp Business Account")
    parser.add_argument(
        "--secrets", default="/orderdesk/main/secrets", help="SSM parameter with the access token"
    )
    parser.add_argument("--graph", default=GRAPH, help="address of the Graph API with its version")
    return parser.parse_args()


if __name__ == "__main__":
    main()
