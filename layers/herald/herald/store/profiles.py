"""Profiles, each in a partition of its own: 10,000 recipients read as many at once."""

import json
from collections.abc import Iterable

from herald.model.profiles import Profile
from herald.store import keys
from herald.store.table import Item, Table


def put(table: Table, account: str, profile: Profile) -> None:
    """Make or replace a profile. May be repeated."""
    key = keys.profile(account, profile.memory_store_id, profile.profile_id)
    details = profile.model_dump_json(include={"addresses", "traits"})
    table.put_many([(key, {"details": details, "updatedAt": profile.updated_at.isoformat()})])


def get(table: Table, account: str, memory_store_id: str, profile_id: str) -> Profile | None:
    item = table.get(keys.profile(account, memory_store_id, profile_id))
    return _profile(item) if item else None


def get_many(table: Table, account: str, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Profile]:
    """Those of the profiles that exist, by memory store and id; each is read once."""
    wanted = [keys.profile(account, *name) for name in dict.fromkeys(names)]
    found = map(_profile, table.get_many(wanted))
    return {(profile.memory_store_id, profile.profile_id): profile for profile in found}


def delete(table: Table, account: str, memory_store_id: str, profile_id: str) -> bool:
    """Delete a profile; False if there was none."""
    return table.delete(keys.profile(account, memory_store_id, profile_id))


def _profile(item: Item) -> Profile:
    memory_store_id, profile_id = keys.profile_in(item[keys.PK])
    return Profile.model_validate(
        {
            **json.loads(item["details"]),
            "memoryStoreId": memory_store_id,
            "profileId": profile_id,
            "updatedAt": item["updatedAt"],
        },
        strict=False,
    )
