"""What Herald is about: pure values and rules, with no AWS and no HTTP in them.

wire         what every shape of the wire has in common
ids          identifiers, and what they tell of what they name
status       the states of a message and their order
phase        what Herald itself has left to do for a message
addresses    whom and from whom: addresses of people, senders of an account
recipients   the `to` of a request
content      the `content` and `tags` of a request
rcs          what RCS can show
texts        texts and URLs, with or without Liquid in them
templates    content templates
parts        what of a content each channel gets
sources      the `from` of a request
senders      an account's senders, and what is asked of them
pools        sender pools
routes       who writes to which address, in which order
request      the request as a whole
operation    an accepted request and its counts
message      one recipient's row, its attempts, a carrier's receipt
inbound      what people write to an account's senders
keywords     words by which people opt out, opt in again and ask for help
suppressions whom an account may not write to
change       what a change of a row means for the counts
problems     codes and messages of what can go wrong
"""
