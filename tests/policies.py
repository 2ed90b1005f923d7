"""The policies of template.yaml, read by parliament: actions, resources and conditions that AWS has.

`python -m tests.policies [TEMPLATE]` runs in the environment of the SAM CLI (tools/sam), for parliament pins
what it needs; 1 where something is found. cfn-lint reads the same policies by its own rules.
"""

import json
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.template import ROOT, read

_PSEUDO: Final = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}
_ARNS: Final = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:123456789012:table/{}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:{}-abcdef",
    "AWS::Serverless::Function": "arn:aws:lambda:us-east-1:123456789012:function:{}",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:{}",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:{}",
}
# A !Ref to one of these is its ARN.
_NAMED_BY_ARN: Final = ("AWS::SecretsManager::Secret", "AWS::SNS::Topic")
_PARAMETERS: Final = {
    f"{carrier}Secret": _ARNS["AWS::SecretsManager::Secret"].format(f"carriers-{carrier}")
    for carrier in ("Twilio", "Http")
}


# Newer than the list of actions of parliament; botocore knows the call (tests/contracts/test_calls.py).
_NEWER: Final = ("sms-voice:SendRcsMessage",)


class _Resolver:
    """Intrinsic functions in policies, with names in place of what AWS makes of them."""

    def __init__(self, resources: Mapping[str, Any]) -> None:
        self._kinds = {name: each["Type"] for name, each in resources.items()}

    def plain(self, value: Any) -> Any:
        if isinstance(value, list):
            return [plain for each in value if (plain := self.plain(each)) is not None]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, of)] = value.items()
            match function:
                case "Ref":
                    return self._ref(of)
                case "Fn::GetAtt":
                    return self._attribute(*of.split("."))
                case "Fn::Sub":
                    return re.sub(r"\$\{([\w:.]+)\}", lambda found: self._named(found[1]), of)
                case "Fn::If":
                    return self.plain(of[1])
        return {name: plain for name, each in value.items() if (plain := self.plain(each)) is not None}

    def _named(self, name: str) -> str:
        return str(self._attribute(*name.split(".")) if "." in name else self._ref(name))

    def _ref(self, name: str) -> str | None:
        if name == "AWS::NoValue":
            return None
        kind = self._kinds.get(name, "")
        if kind in _NAMED_BY_ARN:
            return _ARNS[kind].format(name)
        return _PSEUDO.get(name) or _PARAMETERS.get(name) or name

    def _attribute(self, name: str, attribute: str) -> str:
        arn = _ARNS[self._kinds[name]].format(name)
        return f"{arn}/stream/x" if attribute == "StreamArn" else arn


def policies(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The policies of functions and roles, by the logical ids of these."""
    resolver = _Resolver(template["Resources"])
    for name, resource in template["Resources"].items():
        if resource["Type"] not in ("AWS::Serverless::Function", "AWS::IAM::Role"):
            continue
        for given in resource["Properties"].get("Policies", ()):
            each = resolver.plain(given)
            if isinstance(each, dict):
                yield name, {"Version": "2012-10-17", **each.get("PolicyDocument", each)}


def main() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import parliament  # type: ignore[import-not-found, unused-ignore]

    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "template.yaml"
    found = [
        f"{name}: {finding.issue}: {finding.detail or finding.title} {finding.location}"
        for name, policy in policies(read(path))
        for finding in parliament.analyze_policy_string(json.dumps(policy)).findings
        if not (finding.issue == "UNKNOWN_ACTION" and finding.location["string"] in _NEWER)
    ]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
