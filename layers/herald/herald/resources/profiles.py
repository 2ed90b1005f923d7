"""/MemoryStores/{memoryStoreId}/Profiles: people that recipients name. Herald's own."""

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import requests, routing
from herald.api.errors import not_found
from herald.api.responses import ProfileOut
from herald.model.ids import is_memory_store_id, is_profile_id
from herald.model.profiles import Profile
from herald.runtime import app
from herald.store import profiles
from herald.telemetry import logger

reads = APIGatewayRouter()
changes = APIGatewayRouter()

_PATH = "/MemoryStores/<memory_store_id>/Profiles/<profile_id>"


@changes.put(_PATH)
def put_profile(memory_store_id: str, profile_id: str) -> ProfileOut:
    account = routing.account_of(changes.current_event)
    _check(memory_store_id, profile_id)
    contents = requests.profile(changes.current_event)
    profile = Profile(
        profile_id=profile_id,
        memory_store_id=memory_store_id,
        addresses=contents.addresses,
        traits=contents.traits,
        updated_at=app().clock(),
    )
    profiles.put(app().table, account, profile)
    logger.info("profile put", account=account, memory_store_id=memory_store_id, profile_id=profile_id)
    return ProfileOut.of(profile)


@reads.get(_PATH)
def fetch_profile(memory_store_id: str, profile_id: str) -> ProfileOut:
    account = routing.account_of(reads.current_event)
    _check(memory_store_id, profile_id)
    profile = profiles.get(app().table, account, memory_store_id, profile_id)
    if profile is None:
        raise not_found()
    return ProfileOut.of(profile)


@changes.delete(_PATH)
def delete_profile(memory_store_id: str, profile_id: str) -> Response[str]:
    account = routing.account_of(changes.current_event)
    _check(memory_store_id, profile_id)
    if not profiles.delete(app().table, account, memory_store_id, profile_id):
        raise not_found()
    logger.info("profile deleted", account=account, memory_store_id=memory_store_id, profile_id=profile_id)
    return Response(204, content_types.APPLICATION_JSON, "")


def _check(memory_store_id: str, profile_id: str) -> None:
    """There is nothing under an id that no profile can have; nor can anything be put there."""
    if not (is_memory_store_id(memory_store_id) and is_profile_id(profile_id)):
        raise not_found()
