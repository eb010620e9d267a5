"""The parts of Meta's payments that we read, loosely: gateways leave keys out, and add others.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
"""

from __future__ import annotations

from orderdesk.adapters.whatsapp.models import Id, Many, Moment, Number, Part, Some, Text


class Amount(Part):
    value: Number = None
    offset: Number = None


class Method(Part):
    type: Text = ""


class Problem(Part):
    code: Id = ""
    reason: Text = ""


class MoneyBack(Part):
    id: Id = ""
    amount: Some[Amount] = Amount()
    status: Text = ""
    created_timestamp: Moment = None
    updated_timestamp: Moment = None


class Transaction(Part):
    """`amount` and `currency` are extra keys that some gateways add."""

    id: Id = ""
    pg_transaction_id: Id = ""
    type: Text = ""
    status: Text = ""
    amount: Some[Amount] = Amount()
    created_timestamp: Moment = None
    updated_timestamp: Moment = None
    method: Some[Method] = Method()
    error: Some[Problem] = Problem()
    refunds: Many[MoneyBack] = ()


class Notes(Part):
    """Of ours; an empty list where a gateway has none."""

    order_id: Id = ""


class PaymentPart(Part):
    """`amount` in a webhook is `total_amount` in the answer to a look-up, which has a list of
    `transactions` where the webhook has one. PayU has our notes in `udf1` to `udf3`.
    """

    reference_id: Id = ""
    status: Text = ""
    currency: Text = ""
    amount: Some[Amount] = Amount()
    total_amount: Some[Amount] = Amount()
    transaction: Some[Transaction] = Transaction()
    transactions: Many[Transaction] = ()
    notes: Some[Notes] = Notes()
    udf2: Id = ""
    refunds: Many[MoneyBack] = ()
