"""The table: every key, index, read and write of it.

keys         the one place where keys are built
table        DynamoDB's calls: retries of what was not processed, typed values
accounts     accounts, their credentials and senders
operations   operations and their tallies
chunks       recipients that wait, and how far a chunk has come
messages     rows of messages: made, moved forward, fetched, listed
tokens       page tokens
keyring      keys derived from the stack's one secret
"""

from herald.store.keyring import Keyring
from herald.store.table import Table

__all__ = ["Keyring", "Table"]
