"""What Herald is about: pure values and rules, with no AWS and no HTTP in them.

ids          identifiers, and what they tell of what they name
status       the states of a message and their order
request      what a client asks for: recipients, content, from
operation    an accepted request and its counts
message      one recipient's row, its attempts, a carrier's receipt
problems     codes and messages of what can go wrong
"""
