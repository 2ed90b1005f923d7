"""POST /Messages with a key of the client's: it is one operation, however often it is sent.

The key's record is read before anything that depends on the time or on the
account, so a committed request has the same answer whatever has changed since.
The key is claimed only for a valid request, and before anything else is written: a refused
request has used no key.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from herald.model.request import SendMessagesRequest
from herald.sending.accept import Prepared, prepare, put_chunks
from herald.sending.app import App
from herald.sending.reserve import commit
from herald.store import idempotency, keys
from herald.store.idempotency import Keyed, KeyInUse, KeyReused
from herald.store.updates import Update

# Longer than the function may run, so that no two running requests hold a key.
LEASE_SECONDS: Final = 40


class Became(NamedTuple):
    """The operation that a request became: now, or when it was first sent."""

    operation_id: str
    before: bool


def accept_once(app: App, account: str, request: SendMessagesRequest, key: str) -> Became:
    """Accept a request to send, unless it was committed under this key.

    Raises Refused, Disabled, KeyReused and KeyInUse: nothing is committed.
    """
    keyed = _keyed(app, account, request, key)
    if known := idempotency.find(app.table, keyed, now=app.seconds):
        return Became(known, before=True)
    prepared = prepare(app, account, request)
    operation = prepared.operation
    try:
        if known := idempotency.claim(
            app.table, keyed, operation.id, now=app.seconds, lease_seconds=LEASE_SECONDS
        ):
            return Became(known, before=True)
        put_chunks(app, prepared)
        became = _commit(app, keyed, prepared)
    except (KeyInUse, KeyReused):
        raise
    except Exception:
        # Release the key at once, so a client's retry need not wait for the lease.
        if idempotency.release(app.table, keyed, operation.id):
            return Became(operation.id, before=False)
        raise
    return Became(became, before=became != operation.id)


def _commit(app: App, keyed: Keyed, prepared: Prepared) -> str:
    """The operation that a request became, with what it reserves of the account's limits."""
    operation = prepared.operation
    if prepared.reserved is None:
        return idempotency.commit(app.table, keyed, operation, now=app.seconds)
    became = operation.id

    def write(also: Sequence[Update]) -> None:
        nonlocal became
        became = idempotency.commit(app.table, keyed, operation, now=app.seconds, also=also)

    commit(app, operation, prepared.reserved, write)
    return became


def _keyed(app: App, account: str, request: SendMessagesRequest, key: str) -> Keyed:
    record = keys.idempotency(account, key)
    canonical = json.dumps(
        request.model_dump(mode="json", exclude_defaults=True), sort_keys=True, separators=(",", ":")
    )
    # With the record's key in it, the hashes of equal requests under two keys differ.
    text = f"{record.pk}\n{canonical}".encode()
    return Keyed(record, hmac.digest(app.token_keyring().idempotency, text, hashlib.sha256).hex())
