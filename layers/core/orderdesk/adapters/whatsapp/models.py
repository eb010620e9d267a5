"""The parts of Meta's updates that we read.

Every one may be missing or of another type than documented: then it is empty. What came is kept as
it came beside what we made of it, so nothing is lost by reading it loosely.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from orderdesk.adapters.whatsapp.exact import loads
from orderdesk.adapters.whatsapp.loose import as_id, as_list, as_object, as_text

NUMBER: Final = re.compile(r"[+-]?(?:\d{1,40}|\d{1,3}(?:,\d{3}){1,9})(?:\.\d{1,40})?")
EXPONENT: Final = 40  # an amount with more digits is none
MILLISECONDS_FROM: Final = 10**11  # seconds get there in the year 5138
EARLIEST: Final = datetime(2009, 1, 1, tzinfo=UTC)  # WhatsApp was founded
LATEST: Final = datetime(2999, 1, 1, tzinfo=UTC)
CODE_MAX: Final = 10**9


def as_number(value: Any) -> Decimal | None:
    """Also one in a text, as in "1,250.50"; never through a float."""
    if isinstance(value, str):
        text = value.strip()
        return Decimal(text.replace(",", "")) if NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if number.is_finite() and abs(number.adjusted()) <= EXPONENT else None


def as_time(value: Any) -> datetime | None:
    """Seconds since 1970, as Meta writes them, or milliseconds; None for what is no time."""
    number = as_number(value)
    if number is None:
        return None
    seconds = number / 1000 if number >= MILLISECONDS_FROM else number
    if not EARLIEST.timestamp() <= seconds <= LATEST.timestamp():
        return None
    return datetime.fromtimestamp(float(seconds), UTC)


def as_code(value: Any) -> int | None:
    number = as_number(value)
    return int(number) if number is not None and abs(number) < CODE_MAX else None


def as_embedded(value: Any) -> Any:
    """JSON in a text, as the answers to forms come; None when it is not JSON."""
    if not isinstance(value, str):
        return value
    try:
        return loads(value)
    except (ValueError, RecursionError, InvalidOperation):
        return None


def as_objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in as_list(value) if isinstance(each, dict)]


type Text = Annotated[str, BeforeValidator(as_text)]
type Id = Annotated[str, BeforeValidator(as_id)]
type Number = Annotated[Decimal | None, BeforeValidator(as_number)]
type Moment = Annotated[datetime | None, BeforeValidator(as_time)]
type Code = Annotated[int | None, BeforeValidator(as_code)]
type Json = Annotated[dict[str, Any], BeforeValidator(as_object)]
type Embedded = Annotated[Any, BeforeValidator(as_embedded)]
type Some[Model] = Annotated[Model, BeforeValidator(as_object)]
type Many[Model] = Annotated[tuple[Model, ...], BeforeValidator(as_objects)]


class Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Profile(Part):
    name: Text = ""
    username: Text = ""


class Contact(Part):
    wa_id: Id = ""
    user_id: Id = ""
    profile: Some[Profile] = Profile()


class Context(Part):
    id: Id = ""
    referred_product: Json = {}


class ErrorData(Part):
    details: Text = ""


class Error(Part):
    code: Code = None
    title: Text = ""
    message: Text = ""
    details: Text = ""
    error_data: Some[ErrorData] = ErrorData()

    @property
    def words(self) -> str:
        return self.error_data.details or self.details or self.message or self.title


class TextPart(Part):
    body: Text = ""


class Media(Part):
    id: Id = ""
    mime_type: Text = ""
    sha256: Text = ""
    caption: Text = ""
    filename: Text = ""
    voice: Any = None


class Location(Part):
    latitude: Number = None
    longitude: Number = None
    name: Text = ""
    address: Text = ""


class Reaction(Part):
    emoji: Text = ""


class Item(Part):
    product_retailer_id: Id = ""
    quantity: Number = None
    item_price: Number = None
    currency: Text = ""


class OrderPart(Part):
    catalog_id: Id = ""
    text: Text = ""
    product_items: Annotated[list[Any], BeforeValidator(as_list)] = []


class Reply(Part):
    id: Id = ""
    title: Text = ""


class FormReply(Part):
    name: Text = ""
    body: Text = ""
    response_json: Embedded = None


class Interactive(Part):
    type: Text = ""
    button_reply: Some[Reply] = Reply()
    list_reply: Some[Reply] = Reply()
    nfm_reply: Some[FormReply] = FormReply()


class Button(Part):
    payload: Id = ""
    text: Text = ""


class Correction(Part):
    original_message_id: Id = ""
    message: Json = {}


class System(Part):
    body: Text = ""
    type: Text = ""
    wa_id: Id = ""
    new_wa_id: Id = ""
    user_id: Id = ""
    previous_user_id: Id = ""


class CardName(Part):
    formatted_name: Text = ""
    first_name: Text = ""


class Card(Part):
    name: Some[CardName] = CardName()


class Unsupported(Part):
    type: Text = ""


class Message(Part):
    """A message, or (`to`) an echo of one of the shop's own."""

    id: Id = ""
    type: Text = ""
    sender: Id = Field("", validation_alias="from")
    from_user_id: Id = ""
    to: Id = ""
    to_user_id: Id = ""
    timestamp: Moment = None
    group_id: Id = ""
    context: Some[Context] = Context()
    errors: Many[Error] = ()
    text: Some[TextPart] = TextPart()
    order: Some[OrderPart] = OrderPart()
    interactive: Some[Interactive] = Interactive()
    button: Some[Button] = Button()
    location: Some[Location] = Location()
    reaction: Some[Reaction] = Reaction()
    image: Some[Media] = Media()
    video: Some[Media] = Media()
    audio: Some[Media] = Media()
    document: Some[Media] = Media()
    voice: Some[Media] = Media()
    sticker: Some[Media] = Media()
    contacts: Many[Card] = ()
    edit: Some[Correction] = Correction()
    revoke: Some[Correction] = Correction()
    system: Some[System] = System()
    unsupported: Some[Unsupported] = Unsupported()


class Pricing(Part):
    category: Text = ""
    type: Text = ""


class Status(Part):
    id: Id = ""
    type: Text = ""
    status: Text = ""
    timestamp: Moment = None
    payment: Json = {}
    biz_opaque_callback_data: Id = ""
    errors: Many[Error] = ()
    pricing: Some[Pricing] = Pricing()


class NewUserId(Part):
    previous: Id = ""
    current: Id = ""


class UserIdUpdate(Part):
    wa_id: Id = ""
    timestamp: Moment = None
    user_id: Some[NewUserId] = NewUserId()


class Preference(Part):
    """Whether somebody wants advertising, as they said to WhatsApp itself."""

    wa_id: Id = ""
    user_id: Id = ""
    category: Text = ""
    value: Text = ""
    timestamp: Moment = None


class Endpoint(Part):
    phone_number: Id = ""
    user_id: Id = ""


class Handover(Part):
    sender: Some[Endpoint] = Endpoint()
    type: Id = ""


class Entry(Part):
    """What the webhook queued: one update in its frame."""

    kind: Text = ""
    field: Text = ""
    received_at: datetime
    phone_number_id: Id = ""
    contact: Some[Contact] = Contact()
    payload: Any = None
    raw: Text = ""
    reason: Text = ""
