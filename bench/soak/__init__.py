"""`make soak`: clients that never stop, a local stack whose functions are killed, and the account at the end.

Every recipient has a number of its own, so the carrier's record shows how often each
person was texted, and the API shows lost recipients.

account  the account: recipients lost, people texted twice, and whether the counts are right
clients  clients that send: each in a thread, each until its requests are answered
killer   kills a random process that runs a function, at random times and without warning
"""
