"""Benchmarks of Herald: `make bench`, described in docs/performance.md.

child      one function's first call in a process of its own: `python -m bench.child <function> <file>`
command    how long `herald` takes beside the answers of AWS and of the API
cold       what a function's first call costs: its import, making its clients, and memory
counting   what counting costs of the table
edge       AWS, as far as a function can tell: answers where botocore would open a connection
growth     what a page of a list reads as an account grows: `python -m bench growth`
half       one half of a pair: calls of one version's functions
handlers   how much processor time the handlers take, apart from AWS
invoke     calls a function's handler as Lambda does. Imports nothing that would count as the function's
model      how fast a stack of AWS can send, and what a million messages cost, by calculation
peers      the processor time of a message, beside Celery, Redis and Postgres: `make peers`
scaling    what the model says, in tables
paired     processor time beside that of an earlier version, both measured in turns
report     what the benchmarks found: tables, and goals that are met or missed
scenarios  what the functions are measured with: real events, made by the real handlers
soak       `make soak`
stack      the whole way on the local stack: from the POST to the last receipt
worst      the requests and texts that take longest, of all that the search has found (`make fuzz`)
words  what times, duplicates, words and keys of numbers cost a recipient, in processor time
idle       what a stack costs in a month without messages: `python -m bench.idle`
units_aws  the write units of a message that AWS End User Messaging carries
units  what AWS bills for a message, counted: `python -m bench units --json`
"""
