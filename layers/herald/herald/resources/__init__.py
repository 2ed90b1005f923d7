"""One file for each resource of the API: the declarations of its endpoints, with their shapes.

A route makes one call, and shapes the answer; what it takes is checked by its declaration
(herald.api.endpoints).
"""

from importlib import import_module
from pkgutil import iter_modules

from herald.api.endpoints import Function, Resource
from herald.api.routing import Resolver
from herald.runtime import app


def everything() -> list[Resource]:
    """The resources of the API."""
    modules = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
    return [module.routes for module in modules if hasattr(module, "routes")]


def resolver(function: Function, *resources: Resource) -> Resolver:
    """The resolver of a Lambda function: of the endpoints among some resources that are its own."""
    return Resolver(
        [endpoint for resource in resources for endpoint in resource if endpoint.function is function],
        everything=lambda: (endpoint for resource in everything() for endpoint in resource),
        page_key=lambda: app().token_keyring().page_tokens,
    )
