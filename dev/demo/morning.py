"""What happened this morning in the demo shop: who ordered what, and how far it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Tracking


class Pay(StrEnum):
    CASH = "cash"
    ONLINE = "online"
    FAILS = "fails"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move that staff make, with what it needs."""

    to: Stage
    reason: str = ""
    tracking: Tracking | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of an order that leaves before the rest."""

    goods: dict[str, int]
    tracking: Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One order. `has_phone` False is a customer with a username only; `address` "" is no answer.

    `part` leaves after the steps, while the rest is packed; `sends_back` is on its way back.
    """

    name: str
    cart: dict[str, int]
    minutes_ago: int
    address: dict[str, str] | str = field(default_factory=dict)
    pay: Pay = Pay.NOT_YET
    steps: tuple[Step, ...] = ()
    part: Part | None = None
    sends_back: dict[str, int] = field(default_factory=dict)
    note: str = ""
    country: str = "IN"
    has_phone: bool = True


PARTS = ("house_number", "address", "landmark_area", "city", "in_pin_code", "state")


def _in_india(text: str) -> dict[str, str]:
    """The parts of an address form, from one line with semicolons."""
    return dict(zip(PARTS, (part.strip() for part in text.split(";")), strict=True))


APPROVE = Step(to=Stage.APPROVED)
PACK = Step(to=Stage.PROCESSED)
DELIVER = Step(to=Stage.DELIVERED)


def ship(carrier: str, number: str) -> Step:
    return Step(to=Stage.SHIPPED, tracking=Tracking(carrier=carrier, number=number))


MORNING: tuple[Story, ...] = (
    Story(
        name="Kavya Nair",
        cart={"SL-BOX-CELEBRATE": 1, "SL-DIYA-3": 2},
        minutes_ago=292,
        address=_in_india("14; Marine Drive; Opp. the boat jetty; Kochi; 682031; Kerala"),
        pay=Pay.ONLINE,
        steps=(APPROVE, PACK, ship("Delhivery", "DL58213340"), DELIVER),
        sends_back={"SL-DIYA-3": 1},
        note="Birthday gift, please add a card",
    ),
    Story(
        name="Rohan Deshpande",
        cart={"SL-KAJU-500": 2},
        minutes_ago=281,
        address=_in_india("7B; FC Road; Shivajinagar; Pune; 411005; Maharashtra"),
        pay=Pay.CASH,
        steps=(APPROVE, PACK, ship("Blue Dart", "BD77120984"), DELIVER),
    ),
    Story(
        name="Fatima Sheikh",
        cart={"SL-MYSORE-400": 1, "SL-CHAI-150": 2, "SL-NAMAK-250": 1},
        minutes_ago=266,
        address=_in_india("22; Mohammed Ali Road; ; Mumbai; 400003; Maharashtra"),
        pay=Pay.ONLINE,
        steps=(APPROVE, PACK, ship("Delhivery", "DL58213467")),
    ),
    Story(
        name="Arjun Iyer",
        cart={"SL-COFFEE-250": 3},
        minutes_ago=248,
        address=_in_india("5; East Coast Road; Palavakkam; Chennai; 600041; Tamil Nadu"),
        pay=Pay.CASH,
        steps=(APPROVE, PACK, Step(to=Stage.SHIPPED, tracking=Tracking(own_delivery=True))),
    ),
    Story(
        name="Sneha Kulkarni",
        cart={"SL-BESAN-12": 1, "SL-MOTI-12": 1},
        minutes_ago=231,
        address=_in_india("301; Law College Road; Erandwane; Pune; 411004; Maharashtra"),
        pay=Pay.ONLINE,
        steps=(APPROVE, PACK),
    ),
    Story(
        name="Vikram Singh",
        cart={"SL-GULAB-1K": 2, "SL-RASM-6": 1},
        minutes_ago=214,
        address=_in_india("88; MI Road; Near the post office; Jaipur; 302001; Rajasthan"),
        pay=Pay.CASH,
        steps=(APPROVE, PACK),
        part=Part(goods={"SL-GULAB-1K": 2}, tracking=Tracking(carrier="DTDC", number="X55120987")),
        note="Deliver after 6 pm",
    ),
    Story(
        name="Ananya Ghosh",
        cart={"SL-PISTA-300": 2},
        minutes_ago=197,
        address=_in_india("12A; Lake Road; Kalighat; Kolkata; 700029; West Bengal"),
        pay=Pay.ONLINE,
        steps=(APPROVE,),
    ),
    Story(
        name="Lakshmi Menon",
        cart={"SL-CHAKLI-250": 3, "SL-CHIPS-200": 3},
        minutes_ago=183,
        address=_in_india("9; TC Palya Main Road; ; Bengaluru; 560036; Karnataka"),
        pay=Pay.CASH,
        steps=(APPROVE,),
    ),
    Story(
        name="Sameer Joshi",
        cart={"SL-PICKLE-400": 1, "SL-KAJU-250": 1},
        minutes_ago=166,
        address=_in_india("45; Civil Lines; ; Nagpur; 440001; Maharashtra"),
        pay=Pay.ONLINE,
    ),
    Story(
        name="Divya Reddy",
        cart={"SL-SHERBET-500": 2, "SL-GULAB-1K": 1},
        minutes_ago=149,
        address=_in_india("2-18; Road No. 12; Banjara Hills; Hyderabad; 500034; Telangana"),
        pay=Pay.CASH,
    ),
    Story(
        name="Harpreet Kaur",
        cart={"SL-MOTI-12": 4},
        minutes_ago=131,
        address=_in_india("61; Mall Road; ; Amritsar; 143001; Punjab"),
        pay=Pay.CASH,
        steps=(Step(to=Stage.ON_HOLD, reason="Four boxes to a new address: call her first"),),
    ),
    Story(
        name="Joseph D'Souza",
        cart={"SL-RASM-6": 3},
        minutes_ago=118,
        address=_in_india("3; Rua de Ourem; Fontainhas; Panaji; 403001; Goa"),
        pay=Pay.CASH,
        steps=(Step(to=Stage.REJECTED, reason="Rasmalai does not survive two days by courier"),),
    ),
    Story(
        name="Nisha Gupta",
        cart={"SL-BOX-CELEBRATE": 2},
        minutes_ago=96,
        address=_in_india("17; Sector 15; ; Noida; 201301; Uttar Pradesh"),
        pay=Pay.NOT_YET,
        steps=(Step(to=Stage.CANCELLED, reason="Customer ordered twice by mistake"),),
    ),
    Story(
        name="Omar Farooq",
        cart={"SL-KAJU-250": 2, "SL-CHAI-150": 1},
        minutes_ago=73,
        address=_in_india("40; Residency Road; Lal Chowk; Srinagar; 190001; J & K"),
        pay=Pay.FAILS,
    ),
    Story(
        name="Tanvi Shah",
        cart={"SL-NAMAK-250": 2, "SL-CHIPS-200": 1},
        minutes_ago=47,
        address=_in_india("B-6; CG Road; Navrangpura; Ahmedabad; 380009; Gujarat"),
    ),
    Story(
        name="Emily Carter",
        cart={"SL-DIYA-3": 3, "SL-COFFEE-250": 1},
        minutes_ago=26,
        country="GB",
        address="Emily Carter, 21 Clifton Hill, Bristol BS8 1BN, United Kingdom",
        note="Can you gift-wrap the diyas?",
    ),
    Story(name="Zara", cart={"SL-PISTA-300": 1}, minutes_ago=9, address="", has_phone=False),
    Story(name="Manoj Pillai", cart={"SL-MYSORE-400": 2}, minutes_ago=4, address=""),
)
