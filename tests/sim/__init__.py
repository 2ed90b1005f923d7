"""A simulated AWS in one process and in virtual time, on which Herald's real functions run.

Nothing here knows what Herald promises: tests/journeys does (docs/reliability.md).
`deaths` alone works on moto's AWS: it lets a process die at a call.

asked        what clients have asked for, and what they were told: all that the oracle starts from
aws          the simulated AWS under a World
calls        what the simulated services do, by service and operation
capacity     how much a partition of the table takes: writes beyond that are throttled, as DynamoDB does
carrier      a carrier whose every answer, silence and receipt follows from the plan of a run
clients      clients of a run: what they ask for, what they are told, and a carrier that calls
counted      Herald's table on the simulated one alone, which counts what is read of it
deaths       a process that dies: at any one of its calls to the outside, before or after it took effect
edge         the edge between Herald's functions and the outside: every call goes through here
evaluation   what DynamoDB's expressions mean for an item
events       what happens to a table as a whole in the middle of a run, as its weather has it
expressions  dynamoDB's expressions, read strictly: what its documentation does not allow is refused
functions    the functions of the template: their code, their limits and their environment
indexes      the table's indexes: sparse, of keys only, and a moment behind the table
kernel       virtual time, and processes that take turns in it
partiql      partiQL as far as Herald speaks it: INSERT of an item, UPDATE of one, values as parameters
parameters   what botocore checks of a request before it sends it: the names and types of its parameters
past         reads that do not ask for consistency may see the table as it was a moment ago
plans        what goes wrong in a run: nothing, one thing at one call, or whatever a seed makes of it
queues       SQS, and the event source mappings that hand its messages to functions
recipients   which recipient a row or text belongs to, as seen from outside: by requests and published ids
replaced     what is replaced in Herald's modules while it is simulated: constants, classes, defaults
requests     requests to DynamoDB: their limits, how they are read, and how they are refused
rights       what functions may call: a role without the right to a call fails the test
schedules    eventBridge Scheduler: one-time schedules that put a text on a queue, to the minute
service      Herald in one process: the real functions on a simulated AWS edge, in virtual time
steps        a World on the simulated AWS whose time tests make pass: task by task, and workers that die
stream       the table's stream, and the event source mappings that hand it to functions
table        dynamoDB's one table in memory, as strict as the service is and moto is not
values       dynamoDB's typed values: which there are, how large they are, and their normal form
weather      what AWS, the carrier and the clocks are like for the whole of a run
witness      who could have known what
stubs  functions and services that are only what a test of the simulation makes of them
"""

from tests.sim.deaths import Death, Died, Faults, MortalCarrier, When

__all__ = ["Death", "Died", "Faults", "MortalCarrier", "When"]
