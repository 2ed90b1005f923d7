"""The table: every key, index, read and write of it.

keys         the one place where keys are built
table        DynamoDB's calls: retries of what was not processed, typed values
accounts     accounts and their credentials
senders      an account's senders
owners       which account has what is written to an address
pools        sender pools, their members, and what was done with them
operations   operations, and the sums of their tallies
tallies      counts of the rows of an operation and shard
recounts     counting those rows anew
chunks       recipients that wait, and how far a chunk has come
backlog      which chunks of an operation are not done
messages     rows of messages: made, moved forward, fetched, found
sessions     which messages of a person and a sender belong together
suppressions whom an account may not write to
keywords     the words by which people opt out, where an account has its own
tags         postings: which messages have a tag
pages        how a page of a list is filled
lists        pages of an account's messages
failures     pages of what an operation could not do
ranges       pages of what lies in one partition
templates    content templates
idempotency  what requests became that a client gave a key
tokens       page tokens
keyring      keys derived from a secret of the stack
"""

from herald.store.keyring import Keyring
from herald.store.table import Table

__all__ = ["Keyring", "Table"]
