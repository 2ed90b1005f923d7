"""A carrier that sends nothing: the part of AWS End User Messaging that Herald calls, on this machine.

It accepts the requests that AWS would accept and refuses those that AWS would refuse, lists the
requests, and can be set to misbehave. `python -m tools.fake_carrier --help`.

behaviour  how the fake carrier answers: as a healthy carrier, or as configured
control    configures and queries a fake carrier in another process
reports    the fake carrier's reports on accepted messages, to an SNS topic, as AWS sends them
server     AWS End User Messaging on 127.0.0.1, as far as Herald calls it
shapes     checks whether AWS would accept a request, by botocore's own models
"""

from tools.fake_carrier.behaviour import Answer, Behaviour
from tools.fake_carrier.control import Control
from tools.fake_carrier.server import Call, FakeCarrier

__all__ = ["Answer", "Behaviour", "Call", "Control", "FakeCarrier"]
