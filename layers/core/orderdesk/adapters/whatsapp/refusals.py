"""Meta's error codes: whether sending again can help, and what staff should read.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, NamedTuple


class Refusal(NamedTuple):
    """`retry`: the same message may go out later; `meaning` is said to staff."""

    retry: bool
    meaning: str


BUSY: Final = "WhatsApp is busy; the message is sent again"
TROUBLE: Final = "WhatsApp has trouble; the message is sent again"
# Retried on purpose: the queue keeps the message, and once the token is right it still goes out.
TOKEN: Final = "WhatsApp does not accept the shop's access token: renew it in the secrets"
RIGHTS: Final = "the shop's access token may not send messages: give it whatsapp_business_messaging"
ACCOUNT: Final = "Meta has locked the shop's WhatsApp account: see WhatsApp Manager"
TEMPLATE: Final = "the message template is wrong, missing or paused: see WhatsApp Manager"
REQUEST: Final = "WhatsApp found a mistake in the message"
RECIPIENT: Final = "WhatsApp cannot reach this customer: try another way"
ORDER_STATUS: Final = "WhatsApp does not accept this order status after the last one"

REFUSALS: Final[dict[int, Refusal]] = {
    4: Refusal(True, BUSY),
    80007: Refusal(True, BUSY),
    130429: Refusal(True, BUSY),
    131056: Refusal(True, "too many messages to this customer at once; it is sent again"),
    133016: Refusal(True, BUSY),
    1: Refusal(True, TROUBLE),
    2: Refusal(True, TROUBLE),
    131000: Refusal(True, TROUBLE),
    131016: Refusal(True, TROUBLE),
    131057: Refusal(True, TROUBLE),
    133004: Refusal(True, TROUBLE),
    0: Refusal(True, TOKEN),
    190: Refusal(True, TOKEN),
    3: Refusal(True, RIGHTS),
    10: Refusal(True, RIGHTS),
    131005: Refusal(True, RIGHTS),
    134101: Refusal(True, "the message template is not ready yet; it is sent again"),
    131049: Refusal(False, "Meta holds this message back; do not try again before tomorrow"),
    368: Refusal(False, ACCOUNT),
    131031: Refusal(False, ACCOUNT),
    130497: Refusal(False, "Meta does not let the shop write to this country"),
    131042: Refusal(False, "the shop's payment method at Meta failed: see WhatsApp Manager"),
    131045: Refusal(False, "the shop's number is not registered: see WhatsApp Manager"),
    131037: Refusal(False, "the shop's display name is not approved: see WhatsApp Manager"),
    134011: Refusal(False, "WhatsApp's payment terms are not accepted: see WhatsApp Manager"),
    130403: Refusal(False, "the customer has blocked the shop"),
    131026: Refusal(False, RECIPIENT),
    131021: Refusal(False, "the customer's number is the shop's own"),
    130472: Refusal(False, "Meta keeps this customer in an experiment and holds messages back"),
    131050: Refusal(False, "the customer does not want marketing messages"),
    131062: Refusal(False, "the customer's WhatsApp id is not of this shop's account"),
    1026: Refusal(False, "the customer's WhatsApp is too old for this kind of message"),
    2040: Refusal(False, "this customer cannot get this kind of message"),
    131047: Refusal(
        False, "the customer wrote more than 24 hours ago: only a template reaches them now"
    ),
    131048: Refusal(False, "too many customers blocked or reported the shop: send less"),
    131064: Refusal(False, "Meta limits the shop's messages: send less"),
    33: Refusal(False, "the shop's number does not exist any more"),
    100: Refusal(False, REQUEST),
    131008: Refusal(False, REQUEST),
    131009: Refusal(False, REQUEST),
    131051: Refusal(False, REQUEST),
    131053: Refusal(False, "WhatsApp could not load the picture or file"),
    131055: Refusal(False, REQUEST),
    131063: Refusal(False, REQUEST),
    134100: Refusal(False, REQUEST),
    135000: Refusal(False, REQUEST),
    132000: Refusal(False, TEMPLATE),
    132001: Refusal(False, TEMPLATE),
    132005: Refusal(False, TEMPLATE),
    132007: Refusal(False, TEMPLATE),
    132012: Refusal(False, TEMPLATE),
    132015: Refusal(False, TEMPLATE),
    132016: Refusal(False, TEMPLATE),
    132018: Refusal(False, TEMPLATE),
    132068: Refusal(False, TEMPLATE),
    132069: Refusal(False, TEMPLATE),
    2046: Refusal(False, ORDER_STATUS),
    2047: Refusal(False, ORDER_STATUS),
}
PERMISSION_CODES: Final = range(200, 300)


def refusal_of(code: int | None, *, http_status: int) -> Refusal:
    """What a code means; for one that Meta invented since, its HTTP status decides."""
    if code is not None and code in REFUSALS:
        return REFUSALS[code]
    if code is not None and code in PERMISSION_CODES:
        return Refusal(True, RIGHTS)
    if http_status == HTTPStatus.TOO_MANY_REQUESTS:
        return Refusal(True, BUSY)
    if http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refusal(True, TROUBLE)
    return Refusal(False, "WhatsApp refused the message")
