"""Writes a template for `sam local`: `python -m dev.sam_local [--host NAME]`.

`sam local` runs a function in a container. It gives it the names of resources as settings where the
real ones have to be, and `start-api` finds routes in events of functions only. So this writes what
`sam build` has built, with the settings that the functions have in the local cloud of `make run`,
and with the HTTP API's routes as events, to .local/sam-local.json.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any, Final

import yaml

from dev.cloud import client, local_url
from dev.console import Stop
from dev.deploy import STACK
from dev.ports import LOOPBACK
from dev.processes import ROOT, answers

BUILT: Final = ROOT / ".aws-sam" / "build" / "template.yaml"
WRITTEN: Final = ROOT / ".local" / "sam-local.json"
FUNCTION: Final = "AWS::Serverless::Function"
LAYER: Final = "AWS::Serverless::LayerVersion"
# Docker Desktop's name for this machine; on Linux the address of Docker's bridge.
HOST: Final = "172.17.0.1" if sys.platform == "linux" else "host.docker.internal"
# What a container needs of a function or layer; roles, logs and sources are the local cloud's.
KEPT: Final = ("CodeUri", "Handler", "Runtime", "MemorySize", "Timeout", "Layers", "Architectures")


def main(arguments: list[str]) -> int:
    """Write the file and say how to use it; 1 when something has to be done first."""
    parser = argparse.ArgumentParser(prog="python -m dev.sam_local", description=__doc__)
    parser.add_argument("--host", default=HOST, help="this machine, as containers see it")
    host = parser.parse_args(arguments).host
    try:
        template = sam_local_template(read_built(), local_url(), host)
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(json.dumps(template, indent=1))
    where = WRITTEN.relative_to(ROOT)
    print(f"{where} is written; containers find the local cloud at {host}. Now, for example:")
    print(f"  sam local invoke ApiFunction -t {where} -e events/api_openapi.json")
    print(f"  sam local start-api -t {where}")
    return 0


def read_built() -> dict[str, Any]:
    """What `make build` wrote; raises Stop when it did not run."""
    if not BUILT.exists():
        raise Stop("Run `make build LAMBDA_TARGET=x86_64` first (arm64 on an ARM machine).")
    loaded: dict[str, Any] = yaml.load(BUILT.read_text(), Loader)
    return loaded


def sam_local_template(built: Mapping[str, Any], url: str, host: str) -> dict[str, Any]:
    """The functions and layers of the built template. Raises Stop without the local cloud."""
    if not answers(url):
        raise Stop(f"The local cloud is not at {url}. Start it with `make run`.")
    resources = built["Resources"]
    cloud = client("lambda", url)
    local: dict[str, Any] = {}
    for name, resource in resources.items():
        if resource["Type"] == LAYER:
            content = str(BUILT.parent / resource["Properties"]["ContentUri"])
            local[name] = {"Type": LAYER, "Properties": {"ContentUri": content}}
        elif resource["Type"] == FUNCTION:
            given = resource["Properties"]
            settings = settings_of(cloud, given["FunctionName"]["Fn::Sub"], url, host)
            local[name] = function(given, settings, routes_to(name, resources))
    globals_ = {name: value for name, value in built["Globals"]["Function"].items() if name in KEPT}
    globals_["Architectures"] = [architecture()]
    return {
        "Transform": built["Transform"],
        "Globals": {"Function": globals_},
        "Resources": local,
    }


def function(
    given: Mapping[str, Any], settings: Mapping[str, str], routes: Mapping[str, Any]
) -> dict[str, Any]:
    """A function as `sam local` needs it."""
    properties = {name: given[name] for name in KEPT if name in given}
    properties["CodeUri"] = str(BUILT.parent / given["CodeUri"])
    properties["Environment"] = {"Variables": dict(settings)}
    properties["Events"] = dict(routes)
    return {"Type": FUNCTION, "Properties": properties}


def settings_of(cloud: Any, name: str, url: str, host: str) -> dict[str, str]:
    """A function's environment in the local cloud, with this machine as containers see it."""
    found = cloud.get_function_configuration(FunctionName=name.replace("${AWS::StackName}", STACK))
    settings = found["Environment"]["Variables"] | {"AWS_ENDPOINT_URL": url}
    return {name: value.replace(f"//{LOOPBACK}", f"//{host}") for name, value in settings.items()}


def routes_to(name: str, resources: Mapping[str, Any]) -> dict[str, Any]:
    """The HTTP API's routes to a function, as its events."""
    target = {"Fn::Sub": f"integrations/${{{name.removesuffix('Function')}Integration}}"}
    routes = {
        logical_id: resource["Properties"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }
    return {
        logical_id: {"Type": "HttpApi", "Properties": event(route["RouteKey"])}
        for logical_id, route in routes.items()
        if route["ApiId"] == {"Ref": "HttpApi"} and route["Target"] == target
    }


def event(route_key: str) -> dict[str, str]:
    """An event's path and method; none of them for the route that takes everything else."""
    if route_key == "$default":
        return {}
    method, path = route_key.split()
    return {"Method": method, "Path": path}


def architecture() -> str:
    """What the layers were built for, which decides the containers' architecture."""
    compiled = BUILT.parent / "VendorLayer" / "python" / "pydantic_core"
    return "x86_64" if list(compiled.glob("*x86_64*")) else "arm64"


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as the long ones."""


def short_form(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    """`!Ref X` as {"Ref": "X"}, `!Sub s` as {"Fn::Sub": s}."""
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    raise yaml.YAMLError(f"!{suffix} takes a text or a list{node.start_mark}")


Loader.add_multi_constructor("!", short_form)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
