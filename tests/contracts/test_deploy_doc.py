"""docs/deploy.md: what it says of costs follows from commands, and what it names is there."""

import re

from bench import idle, model
from tests.contracts.documents import table
from tests.template import ROOT, template

TEXT = (ROOT / "docs/deploy.md").read_text()


def test_the_idle_stack_costs_what_the_command_says() -> None:
    rows = table("docs/deploy.md", "What", "Number", "A month")
    bill = {each.what: each for each in idle.bill()}
    kinds = (
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::SecretsManager::Secret",
        "empty receives of SQS",
    )

    assert [row["A month"] for row in rows[:-1]] == [f"${bill[kind].dollars:.2f}" for kind in kinds]
    assert [row["Number"] for row in rows[:-1]] == [f"{bill[kind].number:,}" for kind in kinds]
    total = sum(each.dollars for each in bill.values())
    assert rows[-1]["A month"] == f"**${total:.2f}**"
    assert f"free tier nothing else uses, ${sum(each.paid for each in bill.values()):.2f}." in TEXT
    assert f"${total:.2f} a month" in (ROOT / "docs/operations.md").read_text()


def test_every_kind_of_resource_has_a_price_or_costs_nothing_by_the_month() -> None:
    """A new kind has to be looked up: does it cost by the month, while nothing is done?"""
    free = {
        "AWS::Serverless::LayerVersion",
        "AWS::Serverless::Function",
        "AWS::Serverless::Api",
        "AWS::Logs::LogGroup",
        # By what it stores.
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        # Empty receives are counted.
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SNS::Subscription",
        "AWS::SMSVOICE::ConfigurationSet",
        "AWS::Scheduler::ScheduleGroup",
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::ApiGateway::Account",
        # The web ACL that it names has a price, and is not the stack's.
        "AWS::WAFv2::WebACLAssociation",
    }

    assert {each["Type"] for each in template()["Resources"].values()} == free | idle.PRICES.keys()


def test_parameters_and_functions_that_the_page_names_are_there() -> None:
    overridden = {
        name
        for line in re.findall(r"--parameter-overrides (.+)", TEXT)
        for name in re.findall(r"(\w+)=", line)
    }
    listed = {row["Parameter"] for row in table("docs/deploy.md", "Parameter", "Value", "Why")}

    assert overridden | listed <= set(template()["Parameters"])


def test_figures_of_the_model_are_those_that_performance_md_has() -> None:
    """tests/contracts/test_model.py holds that page against `python -m bench model`."""
    page = (ROOT / "docs/performance.md").read_text()
    [together] = re.findall(r"^\| together +\| +\| +([\d.]+) \|", page, re.MULTILINE)
    rates = {
        limit.name: f"{limit.rate:,.0f}"
        for limit in model.limits(model.Load(1, 10_000), model.deployed(), model.measured())
    }
    shard, worker = rates["shards of messages"], rates["fan_out"]

    assert f"${together} for a million" in TEXT
    assert f"{shard} messages a second each" in TEXT
    default = template()["Parameters"]["FanOutConcurrency"]["Default"]
    assert f"{default} send {worker} messages a second" in TEXT
