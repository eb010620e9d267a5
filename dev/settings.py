"""The secrets of a local shop: made at the first run, kept in its folder, known to no other."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path


def random_text() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What Meta, the payment gateway and a courier share with the shop."""

    app_secret: str = field(default_factory=random_text)
    verify_token: str = field(default_factory=random_text)
    access_token: str = field(default_factory=random_text)
    payment_secret: str = field(default_factory=random_text)
    payment_key: str = field(default_factory=lambda: f"key_local:{random_text()}")
    stripe_secret: str = field(default_factory=lambda: f"whsec_{random_text()}")
    stripe_key: str = field(default_factory=lambda: f"sk_test_{random_text()}")
    courier_secret: str = field(default_factory=random_text)
    signing_key: str = field(default_factory=random_text)

    def parameter(self) -> str:
        """As the application reads them from SSM."""
        return json.dumps(
            {
                "app_secrets": [self.app_secret],
                "verify_token": self.verify_token,
                "access_token": self.access_token,
                "payment_webhook_secrets": [self.payment_secret],
                "payment_api_key": self.payment_key,
                "stripe_webhook_secrets": [self.stripe_secret],
                "stripe_api_key": self.stripe_key,
                "courier_webhook_secrets": [self.courier_secret],
                "signing_key": self.signing_key,
            }
        )


def kept_secrets(file: Path) -> Secrets:
    """Those in the file; new ones are written to it, readable by the user alone."""
    known = json.loads(file.read_text()) if file.exists() else {}
    kept = Secrets(**known)
    if asdict(kept) != known:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(kept), indent=2))
    return kept
