"""Customers over the API: found, looked at, corrected, erased."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orderdesk.adapters.records import to_record
from orderdesk.api.bodies import Body, parsed, query_of
from orderdesk.api.context import READ_CUSTOMERS, WRITE_CUSTOMERS, actor_of, authenticate
from orderdesk.domain.errors import Forbidden
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.people.customer import Alias, AliasKind, opt_in, opt_out
from orderdesk.http import Response, json_response
from orderdesk.usecases.customers.customers import forget_address
from orderdesk.usecases.customers.erase import Eraser, erase_customer
from orderdesk.usecases.customers.profile import profile_of

if TYPE_CHECKING:
    from typing import Self

    from orderdesk.api.context import Context
    from orderdesk.domain.people.customer import Customer
    from orderdesk.http import Request
    from orderdesk.usecases.customers.profile import Profile
    from orderdesk.usecases.ports import ApiKey

log = logging.getLogger(__name__)

LANGUAGE: Final = r"[a-z]{2,3}([_-][A-Za-z]{2,4})?"
# Ours, and of no use to others; former ids are found under the one they became.
NOT_SHOWN: Final = frozenset({"store_id", "adopting", "handed_over", "current_order_id", "told_at"})


class SearchParameters(BaseModel):
    """One of them: a phone number in any spelling with its country code, or Meta's user id."""

    model_config = ConfigDict(extra="forbid")
    phone: str = Field("", max_length=40)
    user_id: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.phone) is bool(self.user_id):
            raise ValueError("Give either phone or user_id.")
        return self


class CustomerBody(Body):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=200)
    language: str | None = Field(None, pattern=rf"^({LANGUAGE})?$")
    opted_out: bool | None = None
    marketing_opted_out: bool | None = None


class EraseBody(Body):
    force: bool = False


def find_customers(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_CUSTOMERS)
    given = query_of(request, SearchParameters)
    if given.phone:
        alias = Alias(AliasKind.PHONE, re.sub(r"\D", "", given.phone))
    else:
        alias = Alias(AliasKind.USER_ID, given.user_id)
    found = context.customers.find(key.store_id, alias)
    return json_response({"customers": [_customer(found)] if found else []})


def get_customer(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_CUSTOMERS)
    customer = context.customers.get(key.store_id, request.params["customer_id"])
    return _answer(customer, context)


def change_customer(request: Request, context: Context) -> Response:
    key = _permitted(request, context, Permission.CUSTOMERS)
    body = parsed(request, CustomerBody)

    def decide(one: Customer) -> Customer:
        return _changed(one, body, context)

    customer_id = request.params["customer_id"]
    return _answer(context.customers.change(key.store_id, customer_id, decide), context)


def forget_saved_address(request: Request, context: Context) -> Response:
    key = _permitted(request, context, Permission.CUSTOMERS)
    customer = context.customers.get(key.store_id, request.params["customer_id"])
    address_id = request.params["address_id"]
    return _answer(forget_address(customer, address_id, customers=context.customers), context)


def erase(request: Request, context: Context) -> Response:
    """202 while there is more to erase than fits into one request: ask again."""
    key = _permitted(request, context, Permission.ERASE)
    by, body = actor_of(key), parsed(request, EraseBody)
    eraser = Eraser(
        customers=context.customers,
        conversations=context.conversations,
        orders=context.orders,
        stores=context.stores,
        files=context.media,
        by=by,
        now=context.now,
    )
    customer_id = request.params["customer_id"]
    erasure = erase_customer(key.store_id, customer_id, force=body.force, eraser=eraser)
    told = {"customer_id": erasure.customer.customer_id, "is_done": erasure.is_done}
    log.info("erased a customer", extra={**told, "by": by.id})
    answer = {**told, "erased_at": to_record(erasure.customer)["erased_at"]}
    return json_response(answer, status=200 if erasure.is_done else 202)


def _permitted(request: Request, context: Context, permission: Permission) -> ApiKey:
    key = authenticate(request, context, WRITE_CUSTOMERS)
    if not actor_of(key).may(permission):
        raise Forbidden(f"The role {key.role} may not do that: {permission}.")
    return key


def _changed(customer: Customer, body: CustomerBody, context: Context) -> Customer:
    """The whole of the messages first: whoever is back in for all may be out of advertising."""
    now = context.now
    if body.name is not None:
        customer = replace(customer, name=body.name.strip())
    if body.language is not None:
        customer = replace(customer, language=body.language)
    for out, marketing_only in ((body.opted_out, False), (body.marketing_opted_out, True)):
        if out:
            customer = opt_out(customer, now=now, marketing_only=marketing_only)
        elif out is False:
            customer = opt_in(customer, now=now, source="api", marketing_only=marketing_only)
    return customer


def _answer(customer: Customer, context: Context) -> Response:
    profile = profile_of(customer, orders=context.orders)
    return json_response({"customer": _customer(customer), "orders": _account(profile)})


def _customer(customer: Customer) -> dict[str, Any]:
    told = {name: each for name, each in to_record(customer).items() if name not in NOT_SHOWN}
    return told | {"aliases": to_record(customer.known_as)}


def _account(profile: Profile) -> dict[str, Any]:
    spent = [
        {"minor": minor, "currency": currency} for currency, minor in sorted(profile.spent.items())
    ]
    return {
        "count": profile.orders,
        "by_stage": {stage.value: count for stage, count in sorted(profile.by_stage.items())},
        "spent": spent,
        "refused": profile.refused,
        "refused_cash": profile.refused_cash,
        "first_at": to_record(profile.first_order_at),
        "last_at": to_record(profile.last_order_at),
        "is_complete": profile.is_complete,
    }
