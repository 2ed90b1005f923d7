"""/MemoryStores/{memoryStoreId}/Profiles: people that recipients name. Herald's own."""

from typing import Final, Self

from herald.api.endpoints import Request, Resource
from herald.api.errors import not_found
from herald.api.ids import MemoryStoreId, ProfileId
from herald.api.shapes import Instant
from herald.model.addresses import MessageAddress
from herald.model.profiles import Profile, ProfileContents
from herald.model.wire import Wire
from herald.runtime import app
from herald.store import profiles
from herald.telemetry import logger

routes = Resource("MemoryStores")

_PATH: Final = "/MemoryStores/{memoryStoreId}/Profiles/{profileId}"


class ProfileOut(Wire):
    profile_id: str
    memory_store_id: str
    addresses: list[MessageAddress]
    traits: dict[str, str]
    updated_at: Instant

    @classmethod
    def of(cls, profile: Profile) -> Self:
        return cls(
            profile_id=profile.profile_id,
            memory_store_id=profile.memory_store_id,
            addresses=list(profile.addresses),
            traits=profile.traits,
            updated_at=profile.updated_at,
        )


@routes.put(_PATH, "PutProfile", "Creates or replaces a profile: a person's addresses and traits.", ours=True)
def put_profile(
    request: Request, memory_store_id: MemoryStoreId, profile_id: ProfileId, body: ProfileContents
) -> ProfileOut:
    profile = Profile(
        profile_id=profile_id,
        memory_store_id=memory_store_id,
        addresses=body.addresses,
        traits=body.traits,
        updated_at=app().clock(),
    )
    profiles.put(app().table, request.account, profile)
    logger.info(
        "profile put", account=request.account, memory_store_id=memory_store_id, profile_id=profile_id
    )
    return ProfileOut.of(profile)


@routes.get(_PATH, "FetchProfile", "One profile.", ours=True)
def fetch_profile(request: Request, memory_store_id: MemoryStoreId, profile_id: ProfileId) -> ProfileOut:
    profile = profiles.get(app().table, request.account, memory_store_id, profile_id)
    if profile is None:
        raise not_found()
    return ProfileOut.of(profile)


@routes.delete(_PATH, "DeleteProfile", "Deletes a profile. Its messages stay.", ours=True)
def delete_profile(request: Request, memory_store_id: MemoryStoreId, profile_id: ProfileId) -> None:
    account = request.account
    if not profiles.delete(app().table, account, memory_store_id, profile_id):
        raise not_found()
    logger.info("profile deleted", account=account, memory_store_id=memory_store_id, profile_id=profile_id)
