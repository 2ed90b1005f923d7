"""A carrier that sends nothing: the part of AWS End User Messaging that Herald calls, on this machine.

It takes what AWS would take and refuses what AWS would refuse, tells what was posted to
it, and can be told to behave badly. `python -m tools.fake_carrier --help`.

behaviour  how the fake carrier answers: as a carrier that is well, or as it is told
control    directs a fake carrier of another process, and asks it
reports    what the fake carrier reports of the messages that it took, to an SNS topic, as AWS does
server     AWS End User Messaging on 127.0.0.1, as far as Herald calls it
shapes     whether a request is one that AWS would take, by botocore's own models
"""

from tools.fake_carrier.behaviour import Answer, Behaviour
from tools.fake_carrier.control import Control
from tools.fake_carrier.server import Call, FakeCarrier

__all__ = ["Answer", "Behaviour", "Call", "Control", "FakeCarrier"]
