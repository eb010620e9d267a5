"""Messages that did not reach their customers over the API: listed, and sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from orderdesk.api.bodies import Body, PageParameters, parsed, query_of
from orderdesk.api.context import READ_MESSAGES, SEND_MESSAGES, actor_of, authenticate
from orderdesk.api.conversations import message_answer
from orderdesk.domain.errors import Forbidden
from orderdesk.domain.orders.actor import Permission
from orderdesk.http import json_response
from orderdesk.usecases.messages.retry import RetryDesk, retry

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.http import Request, Response

ACCEPTED: Final = 202


class RetryBody(Body):
    message_id: Annotated[str, Field(min_length=1, max_length=512)]


def get_failed(request: Request, context: Context) -> Response:
    """Newest first; without those that something else was said instead of."""
    key = authenticate(request, context, READ_MESSAGES)
    asked = query_of(request, PageParameters)
    page = context.unsent.failed(key.store_id, limit=asked.limit, cursor=asked.cursor)
    found = [{**message_answer(each), "customer_id": each.customer_id} for each in page.items]
    return json_response({"messages": found, "cursor": page.cursor})


def post_retry(request: Request, context: Context) -> Response:
    """The id stands in the body: WhatsApp's hold = and /."""
    key = authenticate(request, context, SEND_MESSAGES)
    by = actor_of(key)
    if not by.may(Permission.REPLY):
        raise Forbidden(f"The role {key.role} may not write to customers.")
    desk = RetryDesk(
        stores=context.stores,
        customers=context.customers,
        conversations=context.conversations,
        unsent=context.unsent,
        outbox=context.outbox,
    )
    message_id = parsed(request, RetryBody).message_id
    again = retry(key.store_id, message_id, by=by, desk=desk, now=context.now)
    return json_response({"message": message_answer(again)}, status=ACCEPTED)
