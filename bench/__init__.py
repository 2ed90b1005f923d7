"""Benchmarks of Herald: `make bench`, described in docs/performance.md.

child      one function's first call in a process of its own: `python -m bench.child <function> <file>`
command    how long `herald` takes without the answers of AWS and of the API
cold       what a function's first call costs: its import, making its clients, and memory
counting   the table's cost of counting
edge       AWS as a function sees it: answers where botocore would open a connection
growth     how much a page of a list reads as an account grows: `python -m bench growth`
half       one half of a pair: calls of one version's functions
half_stack one half of a pair: requests to a local stack of one version
handlers   how much processor time the handlers take, apart from AWS
invoke     calls a function's handler as Lambda does, without imports that would count as the function's
model      how fast a stack of AWS can send, and what a million messages cost, by calculation
peers      the processor time of a message, compared with Celery, Redis and Postgres: `make peers`
scaling    the results of the model, in tables
paired     an earlier version compared with this one, both measured in turns
report     the results of the benchmarks: tables, and goals that are met or missed
scenarios  the events for the measurements, made by the real handlers
soak       `make soak`
stack      the whole way on the local stack: from the POST to the last receipt
worst      the slowest requests and texts that the search has found (`make fuzz`)
words  the processor time of times, duplicates, words and keys of numbers for a recipient
idle       the price of a stack for a month without messages: `python -m bench.idle`
units_aws  the write units of a message that AWS End User Messaging carries
units  the units that AWS bills for a message, counted: `python -m bench units --json`
"""
