"""The use cases: what happens with a request from its acceptance to its last receipt.

accept      POST /Messages: check, write the chunks, commit the operation
once        the same with a client's key: however often a request is sent, it is one operation
sources     which senders may send for a request
timetable   which of a request's recipients are due when
reserve     what a request may take of the account's limits, set aside when it is committed
control     cancel, pause and resume an operation
dispatch    a new, canceled or resumed operation: enqueue its chunks; wake what is due
fan_out     a chunk: make its messages, send them, record what happened
people      who a chunk's recipients are
plans       the row that a recipient gets, and the ways to reach it
turns       how the places of a chunk move, as pure functions
hand_over   one recipient: try the routes, record the outcome
groups      a message to several people at once
pace        how fast a chunk's messages go out: each sender in its own time, and no worker that waits
hours       whether a recipient's hours are open, for a worker that is about to send
owned       whether an account has the address that a message comes from, at the hand-over
sessions    which session a message joins that is sent
meter       what a chunk takes of the account's limits, as its worker sees it
tariff      what a try takes of the account's limits
reckon      what a chunk has taken, by its rows, once its operation is over
abandoned   a chunk that is not sent: its recipients are gone, or its workers come no further
settle      messages whose hand-over was never confirmed
receive     receipts of carriers
inbound     what people write to us
suppressions  what people's words change of whom a message may go to
tally       changes of messages: count them, complete the operation
progress    metrics of what was sent and how it ended
pools       senders put into pools
give_up     queue messages on which a function fails: which come again, and which become dead letters
app         what the use cases work with; herald.runtime builds the real one
"""

from herald.sending.app import App

__all__ = ["App"]
