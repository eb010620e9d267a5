"""What Meta tells of the shop's message templates: approved, rejected, paused, disabled.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_status_update/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from orderdesk.adapters.whatsapp.models import Id, Part, Text
from orderdesk.domain.messages.templates import Approval
from orderdesk.usecases.intake.inbound import TemplateIn

if TYPE_CHECKING:
    from datetime import datetime


class TemplateStatus(Part):
    event: Text = ""
    message_template_name: Id = ""
    message_template_language: Id = ""
    message_template_category: Text = ""
    reason: Text = ""


def template_news(payload: object, *, at: datetime) -> TemplateIn | None:
    """None for what names no template or no status: some of Meta's samples tell of its quality."""
    try:
        told = TemplateStatus.model_validate(payload)
    except ValidationError:
        return None
    if not (told.event and told.message_template_name and told.message_template_language):
        return None
    return TemplateIn(
        approval=Approval(
            name=told.message_template_name,
            # Meta's samples write it both ways; it is sent with an underscore.
            language=told.message_template_language.replace("-", "_"),
            status=told.event.upper(),
            at=at,
            reason="" if told.reason.upper() == "NONE" else told.reason,
            category=told.message_template_category.lower(),
        )
    )
