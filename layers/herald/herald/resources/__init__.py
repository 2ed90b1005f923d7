"""One file for each resource of the API: the declarations of its endpoints, with their shapes.

A route makes one call, and shapes the answer; its declaration checks its input
(herald.api.endpoints).

audit_events    /AuditEvents: which credential requested which change; an extension of Herald's
callbacks       /Callbacks: receipts and inbound messages of carriers
content         /Content: templates that the `contentId` of a request names; an extension of Herald's
description     /openapi.json and /docs: describe the API to programs and people; without credentials
keywords        /Keywords: the keywords by which people opt out, opt in again and ask for help
message_shapes  the shapes of messages on the wire: in lists, whole, and by their receipts
limits          /Limits and /Prices: an account's limits and their use, and prices. Herald's own
messages        /Messages: sending, listing, fetching, and finding them by another name
operations      /Messages/Operations: the operations of requests to send
profiles        /MemoryStores/{memoryStoreId}/Profiles: people that recipients name; an extension of Herald's
sender_pools    /SenderPools: senders under one name, for requests to send from
senders         /Senders
sessions        /Sessions
suppressions    /Suppressions: the addresses that an account may not write to; an extension of Herald's
quiet_hours  /QuietHours: when messages may arrive, in the time of each recipient. Herald's own
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
    """The resolver of a Lambda function, with the function's endpoints among some resources."""
    return Resolver(
        [endpoint for resource in resources for endpoint in resource if endpoint.function is function],
        everything=lambda: (endpoint for resource in everything() for endpoint in resource),
        page_key=lambda: app().token_keyring().page_tokens,
    )
