"""`sam local` gets the same functions, routes and settings as the deployment."""

from typing import Any

from dev.sam_local import function, routes_to, settings_of
from tests.template import functions, template

RESOURCES: dict[str, Any] = template()["Resources"]


class Lambda:
    """Answers with one function's configuration."""

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:
        variables = {"NAME": FunctionName, "GRAPH_API_URL": "http://127.0.0.1:8081/v26.0"}
        return {"Environment": {"Variables": variables}}


def test_every_route_of_the_http_api_leads_to_its_function() -> None:
    events = [event for name, _ in functions() for event in routes_to(name, RESOURCES).values()]
    declared = [
        each["Properties"]["RouteKey"]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::ApiGatewayV2::Route"
        and each["Properties"]["ApiId"] == {"Ref": "HttpApi"}
    ]
    routes = [event["Properties"] for event in events]

    assert sorted(f"{r['Method']} {r['Path']}" if r else "$default" for r in routes) == (
        sorted(declared)
    )
    assert routes_to("LiveFunction", RESOURCES) == {}


def test_a_function_in_a_container_finds_the_local_cloud() -> None:
    settings = settings_of(
        Lambda(), "${AWS::StackName}-inbox", "http://127.0.0.1:4566", "host.docker.internal"
    )

    assert settings == {
        "NAME": "orderdesk-inbox",
        "GRAPH_API_URL": "http://host.docker.internal:8081/v26.0",
        "AWS_ENDPOINT_URL": "http://host.docker.internal:4566",
    }


def test_a_function_takes_its_layers_and_nothing_of_the_cloud_with_it() -> None:
    made = function(RESOURCES["DashboardFunction"]["Properties"], {"A": "1"}, {})["Properties"]

    assert made["Layers"] == [{"Ref": "WebLayer"}]
    assert made["Environment"] == {"Variables": {"A": "1"}}
    assert not {"Role", "LoggingConfig", "FunctionName"} & made.keys()
