"""A shop's settings: read, replaced as a whole, reset, and who changed them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.settings import change_to_record
from orderdesk.api.bodies import PageParameters, parsed, query_of
from orderdesk.api.context import READ_SETTINGS, WRITE_SETTINGS, actor_of, authenticate
from orderdesk.api.settings_body import ResetBody, SettingsBody, settings_document, store_of
from orderdesk.domain.errors import Invalid, StaleSettings
from orderdesk.domain.shop.settings import SETTINGS, at_default, reset
from orderdesk.http import Response, error_body, json_response, status_of
from orderdesk.usecases.orders.settings import (
    SettingsCommand,
    change_settings,
    replacing,
    resetting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.api.context import Context
    from orderdesk.domain.shop.policy import Store
    from orderdesk.http import Request
    from orderdesk.usecases.ports import ApiKey

ETAG: Final = re.compile(r'(?:W/)?"(\d{1,9})"')


def get_settings(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_SETTINGS)
    return _answer(context.stores.latest(key.store_id))


def put_settings(request: Request, context: Context) -> Response:
    key = authenticate(request, context, WRITE_SETTINGS)
    wanted = store_of(key.store_id, parsed(request, SettingsBody))
    return _changed(request, context, key, replacing(wanted))


def reset_settings(request: Request, context: Context) -> Response:
    key = authenticate(request, context, WRITE_SETTINGS)
    names = parsed(request, ResetBody).fields
    return _changed(request, context, key, resetting(SETTINGS if names is None else names))


def settings_history(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_SETTINGS)
    given = query_of(request, PageParameters)
    page = context.stores.changes(key.store_id, limit=given.limit, cursor=given.cursor)
    changes = [change_to_record(each) for each in page.items]
    return json_response({"changes": changes, "cursor": page.cursor})


def _changed(
    request: Request, context: Context, key: ApiKey, decide: Callable[[Store], Store]
) -> Response:
    command = SettingsCommand(
        store_id=key.store_id,
        by=actor_of(key),
        decide=decide,
        expected_version=_seen(request),
    )
    try:
        return _answer(change_settings(command, stores=context.stores, now=context.now))
    except StaleSettings as error:
        body = error_body(error)
        body["error"]["details"] |= _document(error.current)
        return json_response(body, status=status_of(error), etag=_etag(error.current))


def _seen(request: Request) -> int:
    """The version that the client decided on. Raises Invalid without one."""
    found = ETAG.fullmatch(request.headers.get("if-match", "").strip())
    if found is None:
        raise Invalid(
            'Say which settings you saw: send the ETag of your GET as If-Match, like "3".',
            field="if-match",
        )
    return int(found[1])


def _answer(store: Store) -> Response:
    return json_response(_document(store), etag=_etag(store))


def _document(store: Store) -> dict[str, Any]:
    return {
        "version": store.version,
        "settings": settings_document(store),
        "defaults": settings_document(reset(store, SETTINGS)),
        "at_default": list(at_default(store)),
    }


def _etag(store: Store) -> str:
    return f'"{store.version}"'
