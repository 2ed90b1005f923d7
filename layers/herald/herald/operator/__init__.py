"""The use cases of an operator's commands; no function imports them.

repair      repair an operation after faults
recount     recount the messages of an operation
block_rows  the rows of a block of an operation's counts
backlog     the unfinished chunks of an operation
proving     the operator's decisions about senders: approve, move to another account, remove
"""
