"""Whole journeys of Herald under faults on the simulated AWS, and what must hold after each.

`python -m tests.journeys` runs them (docs/reliability.md).

branches    which branches of Herald a process has taken, both ways counted apart
ends        how recipients may end, by what the carrier was given, answered and reported of each
expiry      when everything has expired: DynamoDB deletes in any order, and nothing is sent any more
invariants  what must hold once everything has come to rest, whatever went wrong before
journeys    what clients do in a run: the representative journeys, and what a seed makes up
known       what Herald does not keep yet, in the open: each with its reason, and counted wherever it is met
made_up     journeys that a seed makes up: requests, and what clients do to them and when
mutations   Herald with a mistake in it: proof that the harness can fail
rows        what the table has of each recipient, read by ids and by what an item says of itself
runs        runs: a journey, a plan of what goes wrong, and what was found
sending     promises about sending
shown       what the API shows once everything has come to rest: counts, lists, messages and their attempts
watch       clients that look at what is going on while it goes on, and complain of what cannot be
catalogue  all journeys that are told, by their names
exam       the exam of the harness: Herald with one mistake at a time, each of which has to be found
harder     journeys through what is seldom: silence, several routes and zones, large items, bad weather
rarer      journeys through pools, quiet hours, calls of carriers, moves of senders, changes of prices
mistakes   mistakes in single decisions of Herald: each breaks one promise, and has to be found
limited    journeys of accounts with limits: some of the others once more, and what is only there with limits
metering   what accounts with limits have used: never less than was sent, and in the end exactly that
rewritten  Herald with one of its decisions changed: a piece of its source is replaced by another
"""
