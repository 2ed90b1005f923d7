"""Herald on this machine: the same template, deployed into a local AWS.

`make run` starts it for a developer; tests and benchmarks use `LocalStack`.

build      `sam build`, once for all stacks of this checkout
commands   other programs: their paths and environment, and how they are run and ended
gateway    corrects MiniStack's API Gateway where AWS's differs
guard      runs MiniStack, and ends it and its functions when the process that started it is gone
local      Herald deployed into a MiniStack of its own
ministack  one MiniStack process: the local AWS
package    what `sam build` made, packed for deployments
settings   the files that tell `herald` where the stacks of `make run` are
sources    corrects how MiniStack polls queues, streams and schedules
state      the data that a local stack keeps over a restart: the table, the secrets, and the credentials
"""

from tools.stack.build import build
from tools.stack.commands import StackError
from tools.stack.local import LocalStack

__all__ = ["LocalStack", "StackError", "build"]
