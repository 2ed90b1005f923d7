"""What an operator's commands do to a stack; no function imports it.

repair      set right what faults have left of an operation
recount     count the messages of an operation again
block_rows  the rows behind a block of an operation's counts, as they are now
backlog     which chunks of an operation are not done
proving     what the operator decides about senders: approved, moved to another account, removed
"""
