"""Herald on this machine: the same template, deployed into a local AWS.

`make run` shows it to a person; tests and benchmarks use `LocalStack`.
"""

from tools.stack.build import build
from tools.stack.commands import StackError
from tools.stack.local import LocalStack

__all__ = ["LocalStack", "StackError", "build"]
