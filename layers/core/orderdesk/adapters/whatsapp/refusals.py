"""Meta's error codes: whether sending again can help, and what staff should read.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, NamedTuple

from orderdesk.domain.messages.sending import RETRIED, ErrorClass


class Refusal(NamedTuple):
    """`error_class` says what to do about it; `meaning` is said to staff."""

    error_class: ErrorClass
    meaning: str

    @property
    def retry(self) -> bool:
        """Whether the same message may go out later."""
        return self.error_class in RETRIED


RATE, PAIR, UNSURE = ErrorClass.RATE, ErrorClass.PAIR, ErrorClass.UNSURE
SOON, TOMORROW, WINDOW = ErrorClass.SOON, ErrorClass.TOMORROW, ErrorClass.WINDOW
CREDENTIALS, ACCOUNTS, QUALITY = ErrorClass.CREDENTIALS, ErrorClass.ACCOUNT, ErrorClass.QUALITY
RECIPIENTS, REQUESTS = ErrorClass.RECIPIENT, ErrorClass.REQUEST
TEMPLATES, STATUSES = ErrorClass.TEMPLATE, ErrorClass.ORDER_STATUS


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
    4: Refusal(RATE, BUSY),
    80007: Refusal(RATE, BUSY),
    130429: Refusal(RATE, BUSY),
    131056: Refusal(PAIR, "too many messages to this customer at once; it is sent again"),
    133016: Refusal(RATE, BUSY),
    1: Refusal(UNSURE, TROUBLE),
    2: Refusal(UNSURE, TROUBLE),
    131000: Refusal(UNSURE, TROUBLE),
    131016: Refusal(UNSURE, TROUBLE),
    131057: Refusal(UNSURE, TROUBLE),
    133004: Refusal(UNSURE, TROUBLE),
    0: Refusal(CREDENTIALS, TOKEN),
    190: Refusal(CREDENTIALS, TOKEN),
    3: Refusal(CREDENTIALS, RIGHTS),
    10: Refusal(CREDENTIALS, RIGHTS),
    131005: Refusal(CREDENTIALS, RIGHTS),
    134101: Refusal(SOON, "the message template is not ready yet; it is sent again"),
    131049: Refusal(TOMORROW, "Meta holds this message back; do not try again before tomorrow"),
    368: Refusal(ACCOUNTS, ACCOUNT),
    131031: Refusal(ACCOUNTS, ACCOUNT),
    130497: Refusal(RECIPIENTS, "Meta does not let the shop write to this country"),
    131042: Refusal(ACCOUNTS, "the shop's payment method at Meta failed: see WhatsApp Manager"),
    131045: Refusal(ACCOUNTS, "the shop's number is not registered: see WhatsApp Manager"),
    131037: Refusal(ACCOUNTS, "the shop's display name is not approved: see WhatsApp Manager"),
    134011: Refusal(REQUESTS, "WhatsApp's payment terms are not accepted: see WhatsApp Manager"),
    130403: Refusal(RECIPIENTS, "the customer has blocked the shop"),
    131026: Refusal(RECIPIENTS, RECIPIENT),
    131021: Refusal(RECIPIENTS, "the customer's number is the shop's own"),
    130472: Refusal(
        RECIPIENTS, "Meta keeps this customer in an experiment and holds messages back"
    ),
    131050: Refusal(RECIPIENTS, "the customer does not want marketing messages"),
    131062: Refusal(RECIPIENTS, "the customer's WhatsApp id is not of this shop's account"),
    1026: Refusal(RECIPIENTS, "the customer's WhatsApp is too old for this kind of message"),
    2040: Refusal(RECIPIENTS, "this customer cannot get this kind of message"),
    131047: Refusal(
        WINDOW, "the customer wrote more than 24 hours ago: only a template reaches them now"
    ),
    131048: Refusal(QUALITY, "too many customers blocked or reported the shop: send less"),
    131064: Refusal(QUALITY, "Meta limits the shop's messages: send less"),
    33: Refusal(REQUESTS, "the shop's number does not exist any more"),
    100: Refusal(REQUESTS, REQUEST),
    131008: Refusal(REQUESTS, REQUEST),
    131009: Refusal(REQUESTS, REQUEST),
    131051: Refusal(REQUESTS, REQUEST),
    131053: Refusal(REQUESTS, "WhatsApp could not load the picture or file"),
    131055: Refusal(REQUESTS, REQUEST),
    131063: Refusal(REQUESTS, REQUEST),
    134100: Refusal(REQUESTS, REQUEST),
    135000: Refusal(REQUESTS, REQUEST),
    132000: Refusal(TEMPLATES, TEMPLATE),
    132001: Refusal(TEMPLATES, TEMPLATE),
    132005: Refusal(TEMPLATES, TEMPLATE),
    132007: Refusal(TEMPLATES, TEMPLATE),
    132012: Refusal(TEMPLATES, TEMPLATE),
    132015: Refusal(TEMPLATES, TEMPLATE),
    132016: Refusal(TEMPLATES, TEMPLATE),
    132018: Refusal(TEMPLATES, TEMPLATE),
    132068: Refusal(TEMPLATES, TEMPLATE),
    132069: Refusal(TEMPLATES, TEMPLATE),
    2046: Refusal(STATUSES, ORDER_STATUS),
    2047: Refusal(STATUSES, ORDER_STATUS),
}
PERMISSION_CODES: Final = range(200, 300)


def refusal_of(code: int | None, *, http_status: int) -> Refusal:
    """What a code means; for one that Meta invented since, its HTTP status decides."""
    if code is not None and code in REFUSALS:
        return REFUSALS[code]
    if code is not None and code in PERMISSION_CODES:
        return Refusal(CREDENTIALS, RIGHTS)
    if http_status == HTTPStatus.TOO_MANY_REQUESTS:
        return Refusal(RATE, BUSY)
    if http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refusal(UNSURE, TROUBLE)
    return Refusal(REQUESTS, "WhatsApp refused the message")
