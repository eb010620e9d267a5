"""One template for AWS and the local cloud, without surprises on the bill or in public."""

import re
from typing import Any

import pytest

from tests.template import ROOT, folder_of, functions, template, variables_of

RESOURCES: dict[str, Any] = template()["Resources"]


ASKING = {
    path.parent.name
    for path in ROOT.glob("functions/*/app.py")
    if "wiring.gateways()" in path.read_text()
}


@pytest.mark.parametrize(
    "name", [name for name, each in functions() if folder_of(each) in {*ASKING, "api"}]
)
def test_who_asks_gateways_knows_where_they_are(name: str) -> None:
    """A gateway without an address is none, and is not offered: nothing would fail without it."""
    told = variables_of(RESOURCES[name])

    assert {"PAYMENT_GATEWAY_URL", "STRIPE_API_URL", "SECRETS_PARAMETER"} <= told
    # What Meta tells of payments comes with its messages, and not to this door.
    assert "GRAPH_API_URL" in told or name == "PaymentWebhookFunction"


def test_a_function_runs_on_the_architecture_that_it_is_built_for() -> None:
    everywhere = template()["Globals"]["Function"]

    assert everywhere["Architectures"] == [{"Ref": "Architecture"}]
    assert everywhere["Runtime"] == "python3.13"
    assert not [name for name, each in functions() if "Architectures" in each["Properties"]]


@pytest.mark.parametrize("name", [name for name, _ in functions()])
def test_a_log_is_kept_as_long_as_the_parameter_says(name: str) -> None:
    log = RESOURCES[name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]

    assert RESOURCES[log]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_tracing_is_a_parameter_and_off_by_default() -> None:
    assert template()["Globals"]["Function"]["Tracing"] == {"Ref": "TracingMode"}
    assert template()["Parameters"]["TracingMode"]["Default"] == "PassThrough"


def test_tracing_is_allowed_to_every_function() -> None:
    roles = [role["Ref"] for role in RESOURCES["TracingPolicy"]["Properties"]["Roles"]]

    assert sorted(roles) == sorted(f"{n.removesuffix('Function')}Role" for n, _ in functions())


def test_no_code_stands_in_the_template() -> None:
    text = (ROOT / "template.yaml").read_text()

    assert not re.search(r"^\s*(InlineCode|ZipFile|DefinitionString|Definition):", text, re.M)


def test_every_placeholder_of_the_machine_is_filled_in() -> None:
    machine = RESOURCES["OrderLifecycle"]["Properties"]
    definition = (ROOT / machine["DefinitionUri"]).read_text()

    assert set(re.findall(r"\$\{(\w+)\}", definition)) == set(machine["DefinitionSubstitutions"])


def test_no_secret_is_a_parameter() -> None:
    secret = re.compile("secret|token|password|key", re.I)

    assert [name for name in template()["Parameters"] if secret.search(name)] == [
        "WhatsAppSecretsParameter"
    ]


def test_the_bucket_is_private_and_forgets() -> None:
    bucket = RESOURCES["InboxBucket"]["Properties"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30


def test_files_of_customers_are_private_and_kept_as_long_as_the_parameter_says() -> None:
    bucket = RESOURCES["MediaBucket"]["Properties"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == {
        "Ref": "MediaRetentionDays"
    }


def test_staff_are_invited_and_sign_in_by_the_code_flow() -> None:
    client = RESOURCES["DashboardClient"]["Properties"]

    assert RESOURCES["Staff"]["Properties"]["AdminCreateUserConfig"] == {
        "AllowAdminCreateUserOnly": True
    }
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"] is False


def test_what_only_the_emulator_lacks_is_all_that_it_is_spared() -> None:
    spared = [name for name, each in RESOURCES.items() if each.get("Condition") == "OnAws"]

    assert {RESOURCES[name]["Type"] for name in spared} == {
        "AWS::CloudWatch::Alarm",
        "AWS::S3::BucketPolicy",
    }
