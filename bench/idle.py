"""The price of a stack for a month without messages: `python -m bench.idle`.

The resources of template.yaml that have a monthly price, at the list prices of us-east-1 in 2026, with
the default parameters. All other resources are billed by use, and an idle stack does not use them.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tests.template import event_sources, holds, template


class Price(NamedTuple):
    """US dollars a month of one, and how many an AWS account has for nothing (the always-free tier)."""

    dollars: float
    free: int = 0


PRICES: Final[Mapping[str, Price]] = {
    "AWS::CloudWatch::Alarm": Price(0.10, free=10),
    "AWS::CloudWatch::Dashboard": Price(3.00, free=3),
    "AWS::SecretsManager::Secret": Price(0.40),
}
# Lambda polls each queue with five pollers, and each waits for 20 seconds.
EMPTY_RECEIVES: Final = 5 * 3 * 60 * 24 * 30
_A_RECEIVE: Final = Price(0.40 / 1_000_000, free=1_000_000)


class Line(NamedTuple):
    """One line of the bill: `dollars` without the free tier, `paid` with all of it left."""

    what: str
    number: int
    dollars: float
    paid: float


def bill() -> list[Line]:
    """The price of the template's resources in an idle month."""
    defaults = {name: str(each["Default"]) for name, each in template()["Parameters"].items()}
    made = [each["Type"] for each in template()["Resources"].values() if holds(each, defaults)]
    lines = [_line(kind, made.count(kind), price) for kind, price in PRICES.items()]
    receives = len(list(event_sources("SQS"))) * EMPTY_RECEIVES
    return [*lines, _line("empty receives of SQS", receives, _A_RECEIVE)]


def _line(what: str, number: int, price: Price) -> Line:
    return Line(what, number, number * price.dollars, max(number - price.free, 0) * price.dollars)


def main() -> None:
    """Print the bill."""
    lines = bill()
    print(f"{'A month without messages':<32}{'number':>12}{'US dollars':>12}{'free tier':>12}")
    for each in lines:
        print(f"{each.what:<32}{each.number:>12,}{each.dollars:>12.2f}{each.paid:>12.2f}")
    total, paid = (sum(getattr(each, name) for each in lines) for name in ("dollars", "paid"))
    print(f"{'all':<44}{total:>12.2f}{paid:>12.2f}")


if __name__ == "__main__":
    main()
