"""The table: every key, index, read and write of it.

keys            every key, and nowhere else
table           DynamoDB's calls
typed           items in DynamoDB's typed form, and in the plain one
refusals        DynamoDB's refusals as exceptions, and how often a call is tried
updates         a conditional change of one item as a value, and its two renderings for DynamoDB
writers         conditional writes of several items: up to 25 a call, or one a call
statements      PartiQL statements, each repeated until AWS has decided about it
moves           conditional moves of rows: a first write for the usual case, then compare and set
stream          the table's stream, parsed for the functions that read it
operations      operations, and their transitions
chunks          waiting recipients, and the progress of their chunks
rows            the form of a message as a row of the table
messages        rows of messages: made, moved forward, fetched, found
receipts        the results of a group's message for each of its people
reports         applies a carrier's report on an attempt to the row
tallies         counts of operations: blocks of counted states, and a head with their sums
pages           pages of lists: ranges of ids, and how a page is filled
lists           pages of an account's messages
walks           walks down the ids of an account's messages: what may be on a page of a list
counted         a walk down the messages that may have a status, by what was counted of them
tags            postings: which messages have a tag, or were planned for a channel
parties         by whom a message is found: the addresses that it is from and to, hashed
failures        pages of what an operation could not do
accounts        what a request and a worker have to know of an account
settings        what of an account a request has to know before it is taken over, in one read
limits          the limits of accounts, what was used of them, and the prices of message parts
audit           the audit log: which credential asked for which change, when, and the outcome
credentials     auth tokens and API keys, and when they are valid
authentication  whose request is it: credentials, checked, with the hour of their use noted
keyring         keys derived from a secret of the stack
idempotency     the operations of requests with a client's key
senders         an account's senders
owners          the account that owns an address
pools           sender pools, their members, and their operations
pacing          when a sender may send: one line per sender, in which chunks reserve slots
templates       content templates
profiles        profiles, each in a partition of its own: 10,000 recipients read as many at once
keywords        the keywords of accounts that have their own
quiet           the quiet hours of accounts
suppressions    the addresses that an account may not write to
conversations   the sender of an account that a person last wrote to
sessions        the messages of a person and a sender that belong together
arrivals        the first arrivals of inbound messages
"""

from herald.store.keyring import Keyring
from herald.store.table import Table

__all__ = ["Keyring", "Table"]
