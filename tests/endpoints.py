"""The endpoints that the code declares, for tests that hold something against them."""

from herald.api.endpoints import Caller, Endpoint
from herald.resources import everything

ALL: list[Endpoint] = [endpoint for resource in everything() for endpoint in resource]
DESCRIBED: list[Endpoint] = [endpoint for endpoint in ALL if endpoint.caller is Caller.ACCOUNT]
