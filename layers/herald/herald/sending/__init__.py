"""The use cases: what happens with a request from its acceptance to its last receipt.

accept     POST /Messages: check, write the chunks, commit the operation
once       POST /Messages with a client's key: the same request is one operation
sources    who may send for a request
pools      senders put into pools
timetable  who of a request is due when
control    cancel, pause and resume an operation
dispatch   a new, canceled or resumed operation: enqueue its chunks; wake what is due
people     who a chunk's recipients are
plans      the row that a recipient gets, and the ways to reach it
turns      how the places of a chunk move, as pure functions
fan_out    a chunk: make its messages, send them, record what happened
hand_over  one recipient: try the routes, record the outcome
groups     a message to several people at once
settle     messages whose hand-over was never confirmed
receive    receipts of carriers
inbound    what people write to us
suppressions  whom a message may not go to, and what people's words change of it
sessions   which session a message joins that is sent
tally      changes of messages: count them, complete the operation
progress   metrics of what was sent and how it ended
recount    count the messages of an operation again
repair     set right what faults have left of an operation
app        what the use cases work with; herald.runtime builds the real one
hand_over  one recipient: hand the message to a carrier, and record what comes of it
pace       how fast a chunk's messages go out: each sender in its own time, and no worker that waits
turns      what a worker does next with its chunk, as pure functions of how far the chunk has come
zones      which country and which time zone a phone number belongs to
abandoned  a chunk that is not sent: its recipients are gone, or its workers come no further
reserve    what a request may take of the account's limits, set aside when it is committed
tariff     what a try takes of the account's limits
meter      what a chunk takes of the account's limits, as its worker sees it
reckon     what a chunk has taken, by its rows, once its operation is over
owned      whether an account has the address that a message comes from, at the hand-over
proving    what the operator decides about senders: approved, moved to another account, removed
hours      whether a recipient's hours are open, for a worker that is about to send
give_up    queue messages on which a function fails: which come again, and which become dead letters
"""

from herald.sending.app import App

__all__ = ["App"]
