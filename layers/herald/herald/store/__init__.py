"""The table: every key, index, read and write of it.

keys            every key, and nowhere else
table           DynamoDB's calls
typed           items in DynamoDB's typed form, and in the plain one
refusals        DynamoDB's refusals as exceptions, and how often a call is tried
updates         a conditional change of one item as a value, and the two ways in which DynamoDB takes it
writers         conditional writes of several items: up to 25 a call, or one a call
statements      PartiQL statements, each repeated until AWS has decided about it
company         writes of several threads in company: up to 25 go to the table in one call
moves           conditional moves of rows: a first write that supposes the usual, then compare and set
stream          what the table's stream says, for the functions behind it
operations      operations, and how they move
chunks          recipients that wait, and how far a chunk has come
rows            how a row of the table says what a message is
messages        rows of messages: made, moved forward, fetched, found
receipts        what became of a group's message at each of its people
reports         what a carrier reports of a try, and what becomes of the row
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
idempotency     what requests became that a client gave a key
senders         an account's senders
owners          which account has what is written to an address
pools           sender pools, their members, and what was done with them
pacing          when a sender may send: one line per sender, in which chunks take their places
templates       content templates
profiles        profiles, each in a partition of its own: 10,000 recipients read as many at once
keywords        the words by which people opt out, where an account has its own
quiet           the quiet hours of accounts
suppressions    whom an account may not write to
conversations   which sender of an account a person wrote to last
sessions        which messages of a person and a sender belong together
arrivals        when messages that people wrote first came, of carriers that do not tell
"""

from herald.store.keyring import Keyring
from herald.store.table import Table

__all__ = ["Keyring", "Table"]
