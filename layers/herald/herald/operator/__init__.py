"""The use cases of an operator's commands; no function imports them.

accounts    accounts: made, disabled, enabled, given shards and a policy
credentials auth tokens and API keys: made, rotated, disabled, listed
limits      limits of accounts, and prices of message parts
audited     a command, with its event in the audit log
repair      set right what faults have left of an operation
recount     count the messages of an operation again
block_rows  the rows behind a block of an operation's counts, as they are now
backlog     which chunks of an operation are not done
proving     what the operator decides about senders: approved, moved to another account, removed
"""
