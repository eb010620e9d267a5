"""Where an order goes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class AddressStatus(StrEnum):
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """As the customer gave it: by fields (Meta's address message) or as `text` in the chat.

    Field names follow Meta's address message:
    https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/address-messages/
    """

    name: str = ""
    phone_number: str = ""
    house_number: str = ""
    floor_number: str = ""
    tower_number: str = ""
    building_name: str = ""
    address: str = ""
    landmark_area: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    text: str = ""

    @property
    def status(self) -> AddressStatus:
        """Complete when a courier could find it: free text, or a street with a pin code or city."""
        if self.text:
            return AddressStatus.COMPLETE
        street = self.address or self.building_name or self.house_number or self.landmark_area
        if street and (self.postal_code or self.city):
            return AddressStatus.COMPLETE
        given = any(getattr(self, each.name) for each in fields(self))
        return AddressStatus.INCOMPLETE if given else AddressStatus.MISSING

    @property
    def lines(self) -> tuple[str, ...]:
        """For a label or a screen, top to bottom, without empty lines."""
        if self.text:
            return tuple(line.strip() for line in self.text.splitlines() if line.strip())
        parts = (
            self.name,
            *self._street,
            self.landmark_area,
            " ".join(filter(None, (self.city, self.postal_code))),
            _joined(self.state, self.country),
            self.phone_number,
        )
        return tuple(part for part in parts if part)

    @property
    def _street(self) -> tuple[str, ...]:
        if not (self.floor_number or self.tower_number or self.building_name):
            return (_joined(self.house_number, self.address),)
        return (
            _joined(self.house_number, self.floor_number and f"floor {self.floor_number}"),
            _joined(self.tower_number and f"tower {self.tower_number}", self.building_name),
            self.address,
        )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
