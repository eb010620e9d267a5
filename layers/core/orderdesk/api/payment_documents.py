"""Payments in the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.api.operations import ORDER, change, page_parameters, responses
from orderdesk.api.shapes import (
    LABEL,
    REASON,
    TEXT,
    TIME,
    VERSION,
    WHOLE,
    YES_NO,
    choice,
    many,
    objects,
    only,
    or_null,
    ref,
)
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import LARGEST

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema


def payment_paths() -> Schema:
    refunds, claims = f"{ORDER}/refunds", f"{ORDER}/claims"
    return {
        f"{ORDER}/payment-method": {
            "put": change("choosePayment", "How it is paid; asks anew when chosen again", "Method")
        },
        claims: {"post": change("claimPayment", "Money was sent, by somebody's word", "NewClaim")},
        f"{claims}/confirm": {
            "post": change("confirmClaim", "Another person has seen the money", "ClaimSeen")
        },
        f"{claims}/decline": {
            "post": change("declineClaim", "No such money came", "ClaimDeclined")
        },
        refunds: {"post": change("requestRefund", "Give money back, now or later", "NewRefund")},
        f"{refunds}/make": {
            "post": change("makeRefund", "Make a refund that was asked for", "RefundMade")
        },
        f"{refunds}/decline": {
            "post": change("declineRefund", "It does not go back", "RefundDeclined")
        },
        "/api/payments/reconciliation": {
            "get": {
                "operationId": "getReconciliation",
                "summary": "What only asking the gateways brought to light, newest first",
                "parameters": page_parameters(),
                "responses": responses("A page", "Reconciliation", "400", "401", "403"),
            }
        },
    }


def payment_schemas() -> Schema:
    amount = WHOLE | {"minimum": 1, "maximum": LARGEST}
    key = TEXT | {"minLength": 1, "maxLength": 300}
    lines = many(ref("GoodsLine"))
    return {
        "Method": _body(method=choice(PaymentMethod)),
        "NewClaim": _body(amount=amount, method=choice(PaymentMethod), proof=TEXT, note=REASON)
        | {"required": ["expected_version", "amount"]},
        "ClaimSeen": _body(claim_id=key, amount=or_null(amount))
        | {"required": ["expected_version", "claim_id"]},
        "ClaimDeclined": _body(claim_id=key, reason=REASON),
        "NewRefund": _body(
            amount=or_null(amount), lines=or_null(lines), reason=REASON, later=YES_NO
        )
        | {"required": ["expected_version", "reason"]},
        "RefundMade": _body(refund_id=key, by_hand=YES_NO)
        | {"required": ["expected_version", "refund_id"]},
        "RefundDeclined": _body(refund_id=key, reason=REASON),
        "GoodsLine": only(retailer_id=LABEL | {"maxLength": 1000}, quantity=amount),
        "Discrepancy": objects(
            store_id=TEXT,
            order_id=TEXT,
            number=WHOLE,
            at=TIME,
            provider=TEXT,
            what=TEXT,
            entry_id=TEXT,
            amount=ref("Money"),
            happened_at=TIME,
        ),
        "Reconciliation": objects(
            discrepancies=many(ref("Discrepancy")),
            cursor=or_null(TEXT),
            last_run=or_null(objects(at=TIME, counts={"type": "object"})),
        ),
    }


def _body(**properties: Schema) -> Schema:
    return only(expected_version=VERSION, **properties)
