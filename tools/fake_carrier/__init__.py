"""A carrier that sends nothing: the part of AWS End User Messaging that Herald calls, on this machine.

It takes what AWS would take and refuses what AWS would refuse, tells what was posted to
it, and can be told to behave badly. `python -m tools.fake_carrier --help`.
"""

from tools.fake_carrier.behaviour import Answer, Behaviour
from tools.fake_carrier.control import Control
from tools.fake_carrier.server import Call, FakeCarrier

__all__ = ["Answer", "Behaviour", "Call", "Control", "FakeCarrier"]
