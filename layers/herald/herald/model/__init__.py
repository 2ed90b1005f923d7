"""What Herald is about: pure values and rules, with no AWS and no HTTP in them.

wire         what every shape of the wire has in common
ids          identifiers, and what they tell of what they name
status       the states of a message and their order
addresses    whom and from whom: addresses of people, senders of an account
recipients   the `to` of a request
content      the `content` and `tags` of a request
sources      the `from` of a request
request      the request as a whole
operation    an accepted request and its counts
message      one recipient's row, its attempts, a carrier's receipt
change       what a change of a row means for the counts
problems     codes and messages of what can go wrong
"""
