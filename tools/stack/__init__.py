"""Herald on this machine: the same template, deployed into a local AWS.

`make run` shows it to a person; tests and benchmarks use `LocalStack`.

build      `sam build`, once for all stacks of this checkout
commands   other programs: where they are, what they may see, and how they are run and ended
gateway    what MiniStack's API Gateway does otherwise than that of AWS
guard      runs MiniStack, and ends it and its functions when the process that started it is gone
local      Herald deployed into a MiniStack of its own
ministack  one MiniStack process: the local AWS
package    what `sam build` made, packed for deployments
state      what a local stack keeps over a restart: the table, the secrets, and who may call it
"""

from tools.stack.build import build
from tools.stack.commands import StackError
from tools.stack.local import LocalStack

__all__ = ["LocalStack", "StackError", "build"]
