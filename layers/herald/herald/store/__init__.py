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
accounts     accounts and their settings
audit        the audit log: which credential asked for which change, when, and the outcome
authentication  whose request is it: credentials, checked, with the hour of their use noted
credentials  auth tokens and API keys: made, rotated, disabled, listed
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
conversations which sender of an account a person wrote to last
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
arrivals    when messages that people wrote first came, of carriers that do not tell
block_rows  the rows behind a block of an operation's counts, as they are now, for `herald repair`
company     writes of several threads in company: up to 25 go to the table in one call
counted     a walk down the messages that may have a status, by what was counted of their operations
moves       conditional moves of rows: a first write that supposes the usual, then compare and set
parties     by whom a message is found: the addresses that it is from and to, hashed
pacing      when a sender may send: one line per sender, in which chunks take their places
profiles    profiles, each in a partition of its own: 10,000 recipients read as many at once
receipts    what became of a group's message at each of its people: one item for each of them
refusals    DynamoDB's refusals that a caller can act upon, as exceptions; and how often a call is tried
reports     what a carrier reports of a try, and what becomes of the row or the person that it is about
rows        how a row of the table says what a message is
statements  PartiQL statements, up to 25 a call, each repeated until AWS has decided about it
stream      what the table's stream says, for the functions behind it
typed       items in the typed form of DynamoDB
updates     a change of one item as a value, and the two ways in which DynamoDB takes it
walks       walks down the ids of an account's messages, newest first: what may be on a page of a list
writers     two ways to make conditional writes of several items: up to 25 a call, or one a call
limits      the limits of accounts, what was used of them, and the prices of message parts
quiet     the quiet hours of accounts; most have none, and messages may arrive at any time
settings  what of an account a request has to know before it is taken over, in one read
"""

from herald.store.keyring import Keyring
from herald.store.table import Table

__all__ = ["Keyring", "Table"]
