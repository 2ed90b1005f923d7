"""Whole journeys of Herald under faults on the simulated AWS, and what must hold after each.

`python -m tests.journeys` runs them (docs/reliability.md).

branches    the branches of Herald that a process has taken, each way counted separately
ends        the possible ends of recipients, by the carrier's record of hand-overs, answers and reports
expiry      the expiry of all items: DynamoDB deletes in any order, and nothing is sent any more
invariants  the promises that must hold once all work has ended, after any faults
journeys    the clients' actions in a run: the representative journeys, and random ones
known       known failures of Herald: each with its reason, and counted wherever it occurs
made_up     random journeys of a seed: requests, and what clients do to them and when
mutations   Herald with a mistake in it: proof that the harness can fail
rows        the rows of each recipient, read by ids and by the fields of the items
runs        runs: a journey, a plan of faults, and the findings
searched    in runs without faults: lists by other filters, a carrier's ids, people of groups, the audit log
sending     promises about sending
shown       the API's answers once all work has ended: counts, lists, messages and their attempts
watch       clients that read during a run, and report impossible answers
catalogue  all journeys that are told, by their names
exam       the exam of the harness: Herald with one mistake at a time, each of which has to be found
harder     journeys through rare cases: silence, several routes and zones, large items, bad conditions
rarer      journeys through pools, quiet hours, calls of carriers, moves of senders, changes of prices
mistakes   mistakes in single decisions of Herald: each breaks one promise, and has to be found
limited    journeys of accounts with limits: some of the others once more, and what is only there with limits
metering   the use of accounts with limits: never less than was sent, and in the end exactly that
mistakes_further  further mistakes, which were not found at first
mistakes_more  more mistakes, which were designed to escape the harness
mistakes_rarer  mistakes in repairs, groups, further pauses, and races of counts and limits
repaired    journeys that an operator's repair brings to their end
rewritten  Herald with one of its decisions changed: a piece of its source is replaced by another
"""
