"""herald account limit, limits and prices: what accounts may send, and what it costs by a file of prices."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from herald import runtime
from herald.model.amounts import Amount, nanos_of
from herald.model.limits import LimitName, resets_at
from herald.model.prices import Prices
from herald.operator import limits
from herald.store import Table
from herald.store.limits import exceed, get, get_prices
from herald_cli import admin, exits, price_file
from herald_cli.admin import Stack
from herald_cli.price_file import BadPricesError, PriceFile
from tests.unit.cli.fake_api import FakeApi, Run, refused
from tests.unit.cli.sheets import ods, xlsx
from tests.world import SECRET, World

pytestmark = pytest.mark.simulated

AWS_CSV = (
    "Prices of outbound messages\n\n"
    "Country,ISO Country,Channel,Direction,Price per message part (USD),Carrier fee (USD)\n"
    "United States,US,SMS,Outbound,0.00581,0.0030\n"
    "United States,US,SMS,Outbound,0.00581,0.0045\n"
    "United States,US,SMS,Inbound,0.9,\n"
    "United States,US,MMS,Outbound,0.0195,0.0050\n"
    "Germany,DE,SMS,Outbound,0.09480,\n"
    "Germany,DE,Voice,Outbound,5.0,\n"
    "Namibia,NA,SMS,Outbound,N/A,\n"
    "United Kingdom,UK,SMS,Outbound,$0.0463,\n"
    "Nowhere,QQ,SMS,Outbound,1.0,\n"
)


@pytest.fixture
def stack(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A stack named herald, with the world's table."""
    opened = Stack(
        client=runtime.app().table._client,
        table_name=world.table.name,
        secret=SECRET,
        api_url="https://api.test/v1",
        carrier="aws",
        carriers=frozenset({"aws"}),
    )
    monkeypatch.setattr(admin, "open_stack", {"herald": opened}.__getitem__)
    monkeypatch.setattr(admin, "stack_environment", {"herald": world.environment}.__getitem__)
    monkeypatch.setattr(admin, "open_app", lambda name: runtime.app())
    return world


def read(content: str | bytes, name: str = "sms.csv", kind: str = "SMS") -> PriceFile:
    return price_file.read(io.BytesIO(content.encode() if isinstance(content, str) else content), name, kind)


def prices(found: PriceFile) -> dict[str, dict[str, str]]:
    """The prices of a file in dollars."""
    kinds: dict[str, dict[str, str]] = {}
    for kind, country, dollars in price_file.entries(found.by_kind):
        kinds.setdefault(kind, {})[country] = dollars
    return kinds


def cause(content: str | bytes, name: str = "sms.csv") -> str:
    with pytest.raises(BadPricesError) as caught:
        read(content, name)
    return str(caught.value)


# ------------------------------------------------------------------------ the file


def test_a_file_as_aws_publishes_it() -> None:
    found = read(AWS_CSV)

    assert prices(found) == {
        "SMS": {"US": "0.01031", "DE": "0.0948", "GB": "0.0463"},
        "MMS": {"US": "0.0245"},
    }
    assert (found.rows, found.skipped, found.unknown) == (5, 4, {"QQ"})
    assert found.dearest() == ("SMS", "DE", "0.0948")
    assert found.how == (
        "UTF-8, separated by commas; country from 'ISO Country'; price from 'Price per message part (USD)'; "
        "fees on top from 'Carrier fee (USD)'; channel from 'Channel', 'Direction'"
    )


@pytest.mark.parametrize(
    ("cell", "dollars"),
    [
        ("0.0075", "0.0075"),
        ("$0.0075", "0.0075"),
        ("US$ 0.0075", "0.0075"),
        ("0.0075 USD", "0.0075"),
        ("$0.0075 per message", "0.0075"),
        ("0.0075/part", "0.0075"),
        (".0075", "0.0075"),
        ("7.5e-3", "0.0075"),
        ("7.5E-05", "0.000075"),
        ("0", "0.00"),
        ("0,0075", "0.0075"),
        (",5", "0.50"),
        ("0,075", "0.075"),
        ("1.234,5", "1234.50"),
        ("1,234.5", "1234.50"),
        ("12,34", "12.34"),
        ("٣.٥", "3.50"),
    ],
)
def test_a_price_as_people_write_it(cell: str, dollars: str) -> None:
    assert prices(read(f"ISO;Price\nUS;{cell}\n")) == {"SMS": {"US": dollars}}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("1,234", "'1,234' may be a decimal number or thousands: write it with a decimal point"),
        ("-0.01", "'-0.01' is no price in US dollars such as 0.0075"),
        ("0.01 - 0.05", "'0.01 - 0.05' is no price in US dollars such as 0.0075"),
        ("0.07 €", "'0.07 €' is no price in US dollars such as 0.0075"),
        ("£0.04", "'£0.04' is no price in US dollars such as 0.0075"),
        ("0.07 EUR", "'0.07 EUR' is no price in US dollars such as 0.0075"),
        ("1.2.3", "'1.2.3' is not a number of US dollars"),
        ("2000000", "2000000 is not between 0 and 1000000 US dollars"),
        ("1e99", "1e99 is not between 0 and 1000000 US dollars"),
    ],
)
def test_a_cell_that_is_no_price_in_dollars_is_an_error_with_its_line(cell: str, why: str) -> None:
    assert cause(f"ISO;Price\nDE;0.01\nUS;{cell}\n") == f"line 3: {why}"


@pytest.mark.parametrize("cell", ["", "N/A", "-", "not supported"])
def test_a_country_without_a_price_is_skipped(cell: str) -> None:
    found = read(f"ISO;Price\nDE;0.01\nUS;{cell}\n")

    assert (prices(found), found.skipped) == ({"SMS": {"DE": "0.01"}}, 1)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "the file is empty"),
        ("hello\nworld\n", "there is no row of headers with a country"),
        ("Country,Price\nGermany,0.01\n", "there is no row of headers with a country (ISO codes such as US"),
        ("ISO,Price (EUR)\nDE,0.01\n", "'Price (EUR)' is not in US dollars: limits are, so convert it first"),
        (
            "ISO,Price,Currency\nDE,0.01,EUR\n",
            "line 2: the price of DE is in EUR, and limits are in US dollars",
        ),
        ("ISO,Inbound price\nDE,0.01\n", "there is no row of headers"),
        ("ISO,Price\nDE,N/A\nUS,N/A\n", "no row has a country and a price"),
        ('ISO,Price\nDE,"0.01\n', "line 2: a quotation mark opens here and is never closed"),
    ],
)
def test_a_file_that_has_no_prices_in_dollars_says_what_it_lacks(content: str, why: str) -> None:
    assert why in cause(content)


def test_a_column_in_dollars_goes_before_one_in_another_currency() -> None:
    assert prices(read("ISO,Price EUR,Price USD\nDE,9,0.01\n")) == {"SMS": {"DE": "0.01"}}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("ISO;Länder;Price\r\nDE;Öst;0,0075\r\n".encode("cp1252"), "p.csv"),
        ("ISO\tPrice\nDE\t0.0075\n".encode("utf-16"), "p.csv"),
        ("\ufeffISO,Price\nDE,0.0075\n".encode(), "p.csv"),
        (xlsx(["ISO", "Price"], ["DE", 0.0075]), "p.xlsx"),
        (ods(["ISO", "Price"], ["DE", "0,0075"]), "p.ods"),
    ],
)
def test_prices_of_any_kind_of_file(content: bytes, name: str) -> None:
    assert prices(read(content, name)) == {"SMS": {"DE": "0.0075"}}


def test_a_file_that_is_too_large_is_refused() -> None:
    assert cause(b"x" * (price_file.MOST_BYTES + 1)) == "the file is larger than 10,000,000 bytes"


# -------------------------------------------------------------------------- prices


def put(name: str, content: str) -> str:
    Path(name).write_text(content)
    return name


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_prices_are_imported_and_shown(run: Run, stack: World) -> None:
    assert run("prices", "show").exit_code == exits.LEFT

    result = run("prices", "import", put("sms.csv", AWS_CSV), "--yes")

    assert result.exit_code == 0
    assert "5 rows with a price, 4 skipped: MMS of 1 countries, SMS of 3 countries" in result.stderr
    assert "the dearest part costs 0.0948 US dollars (SMS to DE)" in result.stderr
    assert "note: no countries by ISO 3166, and skipped: QQ" in result.stderr
    shown = run("prices", "show")
    assert (
        shown.stdout
        == "MMS       US  0.0245\nSMS       DE  0.0948\nSMS       GB  0.0463\nSMS       US  0.01031\n"
    )
    assert "from sms.csv" in shown.stderr
    assert run("prices", "show", "--country", "uk").stdout == "SMS       GB  0.0463\n"
    assert lines(run("prices", "show", "--country", "us", "--json").stdout)[0] == {
        "kind": "MMS",
        "country": "US",
        "dollars": "0.0245",
    }
    none = run("prices", "show", "--country", "FR")
    assert (none.exit_code, none.stdout) == (exits.LEFT, "")
    assert none.stderr == "There is no price for FR: it counts as the dearest country of its channel.\n"


def test_an_import_of_another_channel_leaves_the_prices_of_the_first(run: Run, stack: World) -> None:
    run("prices", "import", put("sms.csv", "ISO,Price\nUS,0.01\nDE,0.1\n"), "--yes")

    run("prices", "import", put("rcs.csv", "ISO,Price\nUS,0.02\n"), "--channel", "rcs", "--yes")
    assert get_prices(stack.table).by_kind == {
        "SMS": {"US": nanos_of("0.01"), "DE": nanos_of("0.1")},
        "RCS": {"US": nanos_of("0.02")},
    }

    run("prices", "import", put("sms.csv", "ISO,Price\nUS,0.03\n"), "--only", "--yes")
    assert get_prices(stack.table).by_kind == {"SMS": {"US": nanos_of("0.03")}}


@pytest.mark.parametrize(("options", "code"), [(("--dry-run",), 0), ((), exits.USAGE)])
def test_a_dry_run_and_a_script_without_yes_import_nothing(
    run: Run, stack: World, options: tuple[str, ...], code: int
) -> None:
    result = run("prices", "import", put("sms.csv", AWS_CSV), *options, "--json")

    assert result.exit_code == code
    assert not get_prices(stack.table).by_kind
    assert [each["imported"] for each in lines(result.stdout)] == ([False] if code == 0 else [])


def test_a_bad_file_of_prices_is_exit_5_and_imports_nothing(run: Run, stack: World) -> None:
    result = run("prices", "import", put("sms.csv", "ISO,Price\nUS,x1\n"), "--yes")

    assert (result.exit_code, result.stdout) == (exits.FILE, "")
    assert result.stderr == (
        "Error: sms.csv: line 2: 'x1' is no price in US dollars such as 0.0075. Nothing was imported.\n"
    )
    assert not get_prices(stack.table).by_kind


def test_of_two_imports_at_once_the_later_one_is_refused(
    stack: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_file(price: str, day: int) -> Prices:
        return Prices({"SMS": {"US": nanos_of(price)}}, "sms.csv", datetime(2026, 1, day, tzinfo=UTC))

    limits.put_prices(stack.table, a_file("0.01", 1))
    # As the table was before.
    monkeypatch.setattr(Table, "get", lambda table, key: None)

    with pytest.raises(limits.PricesChanged):
        limits.put_prices(stack.table, a_file("0.02", 2))
    # The same import once more, as after a lost answer.
    limits.put_prices(stack.table, a_file("0.01", 1))

    monkeypatch.undo()
    assert get_prices(stack.table).by_kind == {"SMS": {"US": nanos_of("0.01")}}


# -------------------------------------------------------------------------- limits


def limit(run: Run, world: World, *options: str) -> dict[str, Any]:
    """`herald account limit --json`, by the names of the limits."""
    result = run("account", "limit", world.account, *options, "--json")
    assert result.exit_code == 0, result.stderr
    [answer] = lines(result.stdout)
    return {each["name"]: each for each in answer["limits"]} | {"countries": answer["countries"]}


def test_limits_are_set_shown_and_given_back_to_the_stack(run: Run, stack: World) -> None:
    before = limit(run, stack)
    set_now = limit(
        *(run, stack, "--parts-a-day", "200,000", "--dollars-a-month", "$5,000.50"),
        *("--requests-a-second", "7", "--countries", "us,CA,uk"),
    )
    none = limit(run, stack, "--parts-a-day", "none", "--countries", "all")
    after = limit(
        *(run, stack, "--parts-a-day", "default", "--dollars-a-month", "default"),
        *("--requests-a-second", "default", "--countries", "default"),
    )

    assert (set_now["partsPerDay"]["limit"], set_now["partsPerDay"]["remaining"]) == ("200000", "200000")
    assert set_now["dollarsPerMonth"]["limit"] == "5000.50"
    assert (set_now["requestsPerSecond"]["limit"], set_now["requestsPerSecond"]["used"]) == ("7", None)
    assert set_now["partsPerDay"]["isDefault"] is False
    assert set_now["countries"] == ["CA", "GB", "US"]
    assert (none["partsPerDay"]["limit"], none["countries"]) == (None, None)
    assert after == before


def test_the_command_shows_what_the_api_shows(run: Run, stack: World) -> None:
    shown = limit(run, stack, "--parts-a-day", "5")
    answer = stack.get("/Limits").body["limits"]

    def plain(each: dict[str, Any]) -> dict[str, Any]:
        at = each["resetsAt"]
        return {**each, "resetsAt": at and datetime.fromisoformat(at)}

    assert [plain(shown[each["name"]]) for each in answer] == [plain(each) for each in answer]


def test_a_limit_of_dollars_without_prices_is_said_to_hold_nothing(run: Run, stack: World) -> None:
    given = "account", "limit", stack.account, "--dollars-a-day", "5"
    said = "note: limits of dollars do not hold without a price table: herald prices import FILE\n"

    assert run(*given).stderr == said
    assert run("account", "limit", stack.account, "--dollars-a-day", "none").stderr == ""
    limits.put_prices(stack.table, Prices({"SMS": {"US": 1}}))
    assert run(*given).stderr == ""


def test_a_limit_that_is_exceeded_already_is_said(run: Run, stack: World) -> None:
    limits.put_prices(stack.table, Prices({"SMS": {"US": 1}}))
    today = admin.now().date()
    some = Amount(recipients=8, parts=12, nanos=nanos_of("0.5"))
    [change] = exceed(stack.account, today, some)
    stack.table.transact(change)

    result = run("account", "limit", stack.account, "--parts-a-day", "10", "--dollars-a-day", "0.4")

    assert "partsPerDay        10  12 used, 0 left, resets at " in result.stdout
    tomorrow = resets_at(LimitName.PARTS_PER_DAY, today).strftime("%Y-%m-%d 00:00 UTC")
    tail = f": requests are refused until {tomorrow}. What was accepted before is sent."
    assert result.stderr.splitlines() == [
        f"note: partsPerDay is exceeded by 2{tail}",
        f"note: dollarsPerDay is exceeded by 0.10{tail}",
    ]
    assert (
        "note"
        not in run("account", "limit", stack.account, "--parts-a-day", "12", "--dollars-a-day", "none").stderr
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--parts-a-day", "0"), "'0' is neither a number above 0 and up to 1,000,000,000"),
        (("--parts-a-day", "-1"), "'-1' is neither"),
        (("--parts-a-day", "1.5"), "'1.5' is neither"),
        (("--parts-a-day", "2000000000"), "up to 1,000,000,000"),
        (("--dollars-a-day", "5,00"), "'5,00' is neither a number above 0 and up to 1,000,000"),
        (("--dollars-a-day", "much"), "'much' is neither"),
        (("--countries", "US,XX"), "'XX' is no country such as US"),
        (("--countries", ","), "',' is no country such as US"),
    ],
)
def test_what_is_no_limit_is_refused_and_changes_nothing(
    run: Run, stack: World, options: tuple[str, str], said: str
) -> None:
    before = limit(run, stack)

    result = run("account", "limit", stack.account, *options)

    assert result.exit_code == exits.USAGE
    assert said in result.stderr
    assert limit(run, stack) == before


def test_an_account_that_is_not_there_gets_no_limit(run: Run, stack: World) -> None:
    result = run("account", "limit", "AC" + "9" * 32, "--parts-a-day", "5")

    assert (result.exit_code, result.stderr) == (1, f"Error: there is no account AC{'9' * 32}\n")
    assert get(stack.table, "AC" + "9" * 32).numbers == {}


def test_limits_of_the_own_account(run: Run, api: FakeApi) -> None:
    none = {"limit": None, "used": None, "remaining": None, "resetsAt": None, "isDefault": True}
    answer = {
        "limits": [
            {"name": "requestsPerSecond", **none, "limit": "5", "isDefault": False},
            {"name": "recipientsPerDay", **none},
            {
                "name": "partsPerDay",
                **none,
                "limit": "1000",
                "used": "412",
                "remaining": "588",
                "resetsAt": "2026-11-29T00:00:00.000Z",
            },
        ],
        "countries": ["CA", "US"],
    }
    api.answer("GET /v1/Limits", httpx.Response(200, json=answer))

    assert run("limits").stdout.splitlines() == [
        "requestsPerSecond  5",
        "recipientsPerDay   no limit (of the stack)",
        "partsPerDay        1000 (of the stack)  412 used, 588 left, resets at 2026-11-29 00:00 UTC",
        "countries          CA, US",
        "What the sandbox carries does not count.",
    ]
    assert lines(run("limits", "--json").stdout) == [answer]


@pytest.mark.parametrize("code", [63038, 99020])
def test_a_request_beyond_a_limit_names_what_helps(run: Run, api: FakeApi, code: int) -> None:
    api.answer("POST /v1/Messages", refused((code, "The account may send 3 ...", None), status=429))

    result = run("send", "--to", "+12065550123", "--text", "Hi")

    assert result.exit_code == exits.REFUSED
    assert len(api.requests) == 1
    assert "Next: `herald limits` shows what is left and when it resets; the operator sets" in result.stderr


# ---------------------------------------------------------------- the price of a file


def priced(api: FakeApi, *listed: tuple[str, str, str]) -> None:
    """Let the API tell prices: kind, country and dollars."""
    known = [dict(zip(("kind", "country", "dollars"), each, strict=True)) for each in listed]
    answer = {"prices": known, "source": "sms.csv", "importedAt": "2026-01-02T03:04:05.000Z"}
    api.answer("GET /v1/Prices", httpx.Response(200, json=answer))


PEOPLE = "address\n+12065550123\n+16135550123\n+4915112345678\n+33612345678\n"


def test_check_says_what_a_file_costs_by_country(run: Run, api: FakeApi) -> None:
    priced(api, ("SMS", "US", "0.01"), ("SMS", "CA", "0.02"), ("SMS", "DE", "0.1"), ("RCS", "US", "9"))

    said = run("check", put("people.csv", PEOPLE), "--text", "a" * 161)
    found = lines(run("check", "people.csv", "--text", "Hi", "--json").stdout)

    # Two parts each; France counts as Germany, the dearest.
    assert "0.46 US dollars as SMS, by the price table" in said.stdout
    assert "note: 1 row of countries without a price: counted as the dearest country" in said.stdout
    assert (found[0]["dollars"], found[0]["unpriced"]) == ("0.23", 1)


def test_send_says_it_before_it_sends_and_sends_where_prices_are_unknown(run: Run, api: FakeApi) -> None:
    priced(api, ("SMS", "US", "0.00581"))
    people = put("people.csv", "address\n+12065550123\n+12065550124\n")
    api.answer("POST /v1/Messages", httpx.Response(400, json={"errors": [], "status": 400}))
    assert "0.01162 US dollars as SMS, by the price table" in run("send", people, "--text", "Hi").stderr

    api.answers["GET /v1/Prices"] = [httpx.Response(403, json={"errors": [], "status": 403})]
    unknown = run("check", people, "--text", "Hi")
    assert unknown.exit_code == 0
    assert "dollars" not in unknown.stdout
    assert lines(run("check", people, "--text", "Hi", "--json").stdout)[0]["dollars"] is None


# --------------------------------------------------------------------- the audit log


def test_what_an_operator_sets_of_an_account_is_in_its_audit_log(run: Run, stack: World) -> None:
    limit(run, stack)
    limit(run, stack, "--parts-a-day", "5")
    run("account", "update", "--account", stack.account, "--after-unknown", "SEND_AGAIN")
    run("account", "shards", "2", "--account", stack.account)
    # The number is two already: nothing is changed.
    run("account", "shards", "2", "--account", stack.account)

    found = lines(run("audit", "--account", stack.account, "--actor", "operator", "--json").stdout)

    assert sorted((each["action"], each["outcome"], each["resourceId"]) for each in found) == [
        ("CreateAccount", "DONE", stack.account),
        ("RaiseShards", "DONE", stack.account),
        ("SetAfterUnknown", "DONE", stack.account),
        ("SetLimits", "DONE", stack.account),
    ]
