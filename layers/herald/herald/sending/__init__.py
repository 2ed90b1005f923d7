"""The use cases: what happens with a request from its acceptance to its last receipt.

accept     POST /Messages: check, write the chunks, commit the operation
dispatch   a new operation: enqueue its chunks
fan_out    a chunk: make its messages, send them, record what happened
settle     messages whose hand-over was never confirmed
receive    receipts of carriers
tally      changes of messages: count them, complete the operation
"""

from herald.sending.app import App

__all__ = ["App"]
