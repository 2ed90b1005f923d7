"""The use cases: what happens with a request from its acceptance to its last receipt.

accept      POST /Messages: check, write the chunks, commit the operation
once        the same with a client's key: a request is one operation, however often it is sent
sources     the senders that may send for a request
timetable   when each recipient of a request is due
reserve     the most that a request can use of the account's limits, reserved when it is committed
control     cancel, pause and resume an operation
dispatch    a new, canceled or resumed operation: enqueue its chunks; wake chunks that are due
fan_out     a chunk: make its messages, send them, record what happened
people      the people of a chunk's recipients
plans       the row that a recipient gets, and the routes to reach it
turns       how the places of a chunk move, as pure functions
hand_over   one recipient: hand the message to a carrier, in a thread
outcomes    how hand-overs ended, on the way from their threads to the worker
record      the worker records how hand-overs ended
groups      a message to several people at once
pace        how fast a chunk's messages go out: each sender in its own slots, and no worker that waits
hours       whether a recipient's hours are open, for a worker that is about to send
owned       whether an account owns the address that a message comes from, at the hand-over
sessions    the session that a sent message joins
meter       a chunk's use of the account's limits, as its worker sees it
tariff      the use of the account's limits by an attempt
reckon      a chunk's use of the limits, by its rows, once its operation is over
abandoned   a chunk that is not sent: its recipients are gone, or its workers come no further
settle      messages whose hand-over was never confirmed
receive     receipts of carriers
inbound     inbound messages
suppressions  changes of an account's suppressions by people's keywords
tally       changes of messages: count them, complete the operation
progress    metrics of sent messages and their results
pools       senders put into pools
give_up     queue messages on which a function fails: which come again, and which become dead letters
app         the App of the use cases; herald.runtime builds the real one
"""

from herald.sending.app import App

__all__ = ["App"]
