"""Where the simulator listens, whom it calls, and with which secrets."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent / "demo"
WHATSAPP = DEMO.parent.parent / "whatsapp"
ENVIRONMENT_PREFIX = "SIMULATOR_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the simulator is told at start: each a flag and a SIMULATOR_ variable."""

    port: int
    webhook_url: str
    payment_webhook_url: str
    app_secret: str
    verify_token: str
    access_token: str
    payment_secret: str
    state_dir: Path
    host: str = "127.0.0.1"
    public_url: str = ""
    phone_number_id: str = "106540352242922"
    display_phone_number: str = "15550783881"
    waba_id: str = "102290129340398"
    shop_name: str = "Saffron Lane"
    catalog: Path = DEMO / "catalog.json"
    flows: Path = WHATSAPP / "flows"
    templates: Path = WHATSAPP / "templates"
    payment_key: str = ""
    stripe_key: str = ""
    stripe_secret: str = ""
    courier_webhook_url: str = ""
    courier_secret: str = ""
    dashboard_url: str = ""

    @property
    def base_url(self) -> str:
        """The address under which phones, pictures and payment links are reached."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


@dataclass(frozen=True, slots=True)
class Flag:
    """One setting as it is typed on the command line."""

    name: str
    help: str
    default: str | None = None

    @property
    def variable(self) -> str:
        return ENVIRONMENT_PREFIX + self.name.upper().replace("-", "_")


FLAGS = (
    Flag("port", "port to listen on"),
    Flag("host", "address to listen on", "127.0.0.1"),
    Flag("public-url", "address that the phone's browser uses, when it is not host:port", ""),
    Flag("webhook-url", "the application's WhatsApp webhook (GET handshake and POST)"),
    Flag("payment-webhook-url", "the application's payment webhook"),
    Flag("app-secret", "key of X-Hub-Signature-256"),
    Flag("verify-token", "hub.verify_token of the handshake"),
    Flag("access-token", "bearer token that the application must send to the Graph API"),
    Flag("payment-secret", "key of X-Razorpay-Signature"),
    Flag("payment-key", "key_id:key_secret that payment API calls must carry; empty: any key", ""),
    Flag("stripe-key", "secret key that Stripe API calls must carry; empty: any key", ""),
    Flag("stripe-secret", "key of Stripe-Signature", ""),
    Flag("courier-webhook-url", "the application's courier webhook", ""),
    Flag("courier-secret", "key of X-Orderdesk-Signature, and the token in X-Api-Key", ""),
    Flag("state-dir", "folder where customers and threads are kept"),
    Flag("phone-number-id", "the shop's phone number id", "106540352242922"),
    Flag("display-phone-number", "the shop's number, digits only", "15550783881"),
    Flag("waba-id", "the WhatsApp Business Account id", "102290129340398"),
    Flag("shop-name", "name that customers see", "Saffron Lane"),
    Flag("catalog", "catalog file of the shop", str(DEMO / "catalog.json")),
    Flag("flows", "folder with the Flow JSON of the shop's Flows", str(WHATSAPP / "flows")),
    Flag("templates", "folder with the shop's templates", str(WHATSAPP / "templates")),
    Flag("dashboard-url", "address of the shop's dashboard, linked from the page", ""),
)


def read_settings(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ
) -> Settings:
    """Read the settings from flags first, then from SIMULATOR_ variables, then from defaults.

    Exits with a message that names the missing flags when a setting without default is absent.
    """
    parser = argparse.ArgumentParser(prog="python -m dev.simulator", description=__doc__)
    for flag in FLAGS:
        parser.add_argument(
            f"--{flag.name}",
            default=environment.get(flag.variable, flag.default),
            help=f"{flag.help} [{flag.variable}]",
        )
    given = vars(parser.parse_args(arguments))
    missing = [flag for flag in FLAGS if given[flag.name.replace("-", "_")] is None]
    if missing:
        wanted = ", ".join(f"--{flag.name} (or {flag.variable})" for flag in missing)
        parser.error(f"missing: {wanted}")
    if not given["port"].isdigit():
        parser.error(f"--port must be a number, not {given['port']!r}")
    given |= {
        "port": int(given["port"]),
        "state_dir": Path(given["state_dir"]),
        "catalog": Path(given["catalog"]),
        "flows": Path(given["flows"]),
        "templates": Path(given["templates"]),
    }
    return Settings(**given)
