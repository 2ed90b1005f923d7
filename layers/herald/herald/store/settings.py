"""The settings of an account that a request needs before its commit, in one read."""

from typing import NamedTuple

from herald.model.limits import OwnLimits
from herald.model.pools import SenderPool
from herald.model.quiet import QuietHours
from herald.store import accounts, keys, limits, pools, quiet
from herald.store.table import Table


class Settings(NamedTuple):
    """`shards`: as of `accounts.shards`. `pool`: the one that was asked for, if it is there.

    `disabled`: whether the account may send nothing.
    """

    shards: int
    quiet: QuietHours | None
    pool: SenderPool | None
    disabled: bool
    limits: OwnLimits


def of_request(table: Table, account: str, pool_id: str | None = None) -> Settings:
    own, hours, most = keys.account(account), keys.quiet_hours(account), keys.limits(account)
    wanted = [own, hours, most, *([keys.pool(account, pool_id)] if pool_id else [])]
    found = {keys.Key(item[keys.PK], item[keys.SK]): item for item in table.get_many(wanted)}
    pool = found.get(keys.pool(account, pool_id)) if pool_id else None
    return Settings(
        accounts.shards_of(found.get(own, {})),
        quiet.of_item(found[hours]).given if hours in found else None,
        pools.of_item(pool) if pool else None,
        accounts.is_disabled(found.get(own, {})),
        limits.of_item(found.get(most)),
    )
