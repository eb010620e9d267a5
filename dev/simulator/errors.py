"""Meta's error codes and shapes.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

import secrets
from dataclasses import dataclass

from dev.simulator.store import Json

ERROR_CODES_PAGE = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"

INVALID_PARAMETER = 100
RECEIVER_INCAPABLE = 1026
BAD_ORDER_TRANSITION = 2046
CANCELED_WITH_PAYMENT = 2047
CATALOG_LIMIT = 80009
UNKNOWN_PATH = 2500
TOKEN_INVALID = 190
THROUGHPUT = 130429
SOMETHING_WENT_WRONG = 131000
RECIPIENT_IS_SENDER = 131021
UNDELIVERABLE = 131026
VALUE_INVALID = 131009
WINDOW_CLOSED = 131047
STOPPED_MARKETING = 131050
PAIR_LIMIT = 131056
WRONG_USER_ID = 131062
TEMPLATE_PARAMETERS = 132000
TEMPLATE_MISSING = 132001
TEMPLATE_WORDS = 132007
TEMPLATE_FORMAT = 132012
TEMPLATE_PAUSED = 132015
TEMPLATE_DISABLED = 132016
FLOW_BLOCKED = 132068
PAYMENT_TERMS = 134011
TEMPLATE_EXISTS = 2388024
TEMPLATE_VARIABLES = 2388299


@dataclass(frozen=True, slots=True)
class Known:
    """What Meta's table says about a code."""

    title: str
    details: str
    http_status: int = 400


KNOWN: dict[int, Known] = {
    1: Known("API Unknown", "Invalid request or possible server error.", 400),
    2: Known("API Service", "Temporary due to downtime or due to being overloaded.", 503),
    4: Known("Application request limit reached", "The app has reached its call rate limit."),
    10: Known("Permission Denied", "Permission is either not granted or has been removed.", 403),
    33: Known("Parameter value is not valid", "The business phone number has been deleted."),
    INVALID_PARAMETER: Known("Invalid parameter", "One or more parameters are not valid."),
    TOKEN_INVALID: Known("Error validating access token", "The access token is not valid.", 401),
    368: Known("Temporarily blocked for policies violations", "The account is restricted.", 403),
    RECEIVER_INCAPABLE: Known(
        "Receiver Incapable", "The receiver's client does not support this message."
    ),
    2040: Known("Cannot send message", "This kind of message is not available for this user."),
    BAD_ORDER_TRANSITION: Known("Invalid order status", "This order status cannot follow."),
    CANCELED_WITH_PAYMENT: Known(
        "Order cannot be canceled", "The order has a payment, or one is under way."
    ),
    UNKNOWN_PATH: Known("Unknown path components", "This path is not part of the simulator."),
    80007: Known("Rate limit issues", "The WhatsApp Business Account reached its rate limit."),
    CATALOG_LIMIT: Known("Catalog rate limit", "There have been too many calls to this catalog."),
    THROUGHPUT: Known(
        "Rate limit hit",
        "Message failed to send because there were too many messages sent from this phone "
        "number in a short period of time.",
    ),
    130472: Known("User's number is part of an experiment", "The message was not sent."),
    SOMETHING_WENT_WRONG: Known(
        "Something went wrong", "Message failed to send due to an unknown error.", 500
    ),
    131005: Known("Access denied", "Permission is either not granted or has been removed.", 403),
    131008: Known("Required parameter is missing", "The request lacks a required parameter."),
    VALUE_INVALID: Known("Parameter value is not valid", "A parameter's value is not valid."),
    131016: Known("Service unavailable", "A service is temporarily unavailable.", 500),
    RECIPIENT_IS_SENDER: Known(
        "Recipient cannot be sender", "Sender and recipient phone number is the same."
    ),
    UNDELIVERABLE: Known("Message undeliverable", "Message Undeliverable."),
    131031: Known("Business Account locked", "The account is restricted or disabled.", 403),
    131042: Known("Business eligibility payment issue", "There was a payment method error."),
    131045: Known("Incorrect certificate", "Phone number registration error.", 500),
    WINDOW_CLOSED: Known(
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last "
        "replied to this number.",
    ),
    131048: Known("Spam rate limit hit", "Too many earlier messages were blocked or flagged."),
    131049: Known("Meta chose not to deliver", "Kept back to maintain healthy engagement."),
    STOPPED_MARKETING: Known(
        "Unable to deliver the message", "This user takes no marketing messages of the business."
    ),
    131051: Known("Unsupported message type", "Message type is currently not supported."),
    131052: Known("Media download error", "Unable to download the media sent by the user."),
    131053: Known("Media upload error", "Unable to upload the media used in the message."),
    PAIR_LIMIT: Known(
        "(Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send because there were too many messages sent from this phone "
        "number to the same phone number in a short period of time.",
    ),
    131057: Known("Account in maintenance mode", "The account is in maintenance mode.", 500),
    WRONG_USER_ID: Known(
        "Business-scoped User ID not supported",
        "The user id does not belong to this business portfolio.",
    ),
    TEMPLATE_PARAMETERS: Known(
        "Template Param Count Mismatch", "The number of variables does not match the template."
    ),
    TEMPLATE_MISSING: Known(
        "Template does not exist", "The template does not exist in this language.", 404
    ),
    132005: Known("Template hydrated text too long", "The filled-in text is too long."),
    TEMPLATE_WORDS: Known("Template format character policy violated", "A value is not allowed."),
    TEMPLATE_FORMAT: Known(
        "Parameter format mismatch", "A parameter's type does not match the template's."
    ),
    TEMPLATE_PAUSED: Known("Template is Paused", "The template is paused due to low quality."),
    TEMPLATE_DISABLED: Known("Template is Disabled", "It was paused too often."),
    FLOW_BLOCKED: Known("Flow is blocked", "The Flow is in a blocked state."),
    133004: Known("Server Temporarily Unavailable", "Server is temporarily unavailable.", 503),
    133016: Known("Account register deregister rate limit exceeded", "Try again later."),
    PAYMENT_TERMS: Known(
        "Payment terms not accepted",
        "Accept the terms of WhatsApp Payments: https://business.facebook.com/wa/manage/payments/",
    ),
    TEMPLATE_EXISTS: Known("Template exists", "There is content in this language already."),
    TEMPLATE_VARIABLES: Known(
        "Variables at the start or end", "Variables cannot be at the start or end of the template."
    ),
}
UNKNOWN = Known("Something went wrong", "An unknown error occurred.")


class GraphError(Exception):
    """A refused Graph API call, in the shape and with the HTTP status that Meta gives it."""

    def __init__(
        self, code: int, details: str = "", *, message: str = "", http_status: int = 0
    ) -> None:
        known = KNOWN.get(code, UNKNOWN)
        super().__init__(message or known.title)
        self.code = code
        self.details = details or known.details
        self.http_status = http_status or known.http_status

    def body(self) -> Json:
        prefix = "" if self.code == TOKEN_INVALID else f"(#{self.code}) "
        error: Json = {
            "message": f"{prefix}{self}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "A" + secrets.token_urlsafe(16).replace("-", "_"),
        }
        return {"error": error}


def webhook_error(code: int, details: str = "") -> Json:
    """Return one entry of `statuses[].errors[]`."""
    known = KNOWN.get(code, UNKNOWN)
    return {
        "code": code,
        "title": known.title,
        "message": known.title,
        "error_data": {"details": details or known.details},
        "href": ERROR_CODES_PAGE,
    }
