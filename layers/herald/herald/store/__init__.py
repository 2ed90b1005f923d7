"""The table: every key, index, read and write of it.

keys         the one place where keys are built
table        DynamoDB's calls: retries of what was not processed
typed        items in DynamoDB's typed form, and in the plain one
refusals     DynamoDB's refusals as exceptions
updates      a conditional change of one item as a value
statements   PartiQL statements, each repeated until it is decided
writers      conditional writes in company, or one by one
moves        a conditional write, then compare and set
company      writes of several threads in one call
accounts     accounts and their credentials
senders      an account's senders
owners       which account has what is written to an address
pools        sender pools, their members, and what was done with them
operations   operations, and the sums of their tallies
tallies      counts of the rows of an operation and shard
chunks       recipients that wait, and how far a chunk has come
backlog      which chunks of an operation are not done
messages     rows of messages: made, moved forward, fetched, found
reports      what a carrier reports of a try, and what becomes of the row
receipts     what became of a group's message at each of its people
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
