"""What `herald check` and `send` accept as a number, the API accepts; and both know the same person."""

from pathlib import Path

import phonenumbers
import pytest
from pydantic import ValidationError

from herald.model.addresses import IS_REQUEST
from herald.model.recipients import AddressRecipient
from herald_cli import exits
from herald_cli.files import phones
from tests.unit.cli.fake_api import FakeApi, Run, accepted


def write(*rows: str, header: str = "address,name") -> str:
    Path("people.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return "people.csv"


def sent_to(api: FakeApi) -> list[str]:
    return [each["address"] for body in api.bodies for each in body["to"]]


def is_taken(address: str) -> bool:
    """Whether the API takes a number."""
    given = f'{{"address": "{address}", "channel": "PHONE"}}'
    try:
        AddressRecipient.model_validate_json(given, context={IS_REQUEST: True})
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("cell", "options", "cause"),
    [
        (
            "+49171123456789012",
            [],
            "'+49171123456789012' is too long: +49171123456789012 has 17 digits, and none has more than 15",
        ),
        (
            "011 49 171 1234567",
            ["--country", "DE"],
            "'011 49 171 1234567' is too long: +4911491711234567 has 16 digits, and none has more than 15",
        ),
    ],
)
def test_a_number_that_the_api_refuses_is_refused_before_anything_is_sent(
    run: Run, api: FakeApi, cell: str, options: list[str], cause: str
) -> None:
    api.answer("POST /v1/Messages", accepted())
    people = write("+12125550100,Ana", f"{cell},Bo")

    checked = run("check", people, "--text", "Hi", *options)
    sent = run("send", people, "--text", "Hi", *options)
    rest = run("send", people, "--text", "Hi", "--skip-bad", *options)

    assert [checked.exit_code, sent.exit_code, rest.exit_code] == [exits.FILE, exits.FILE, 0]
    assert f"people.csv:3: {cause}" in checked.stderr
    assert sent_to(api) == ["+12125550100"]


def test_every_number_that_is_read_is_one_that_the_api_takes() -> None:
    taken = 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if number is None:
            continue
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        for cell in (
            e164,
            f"{e164}1",
            f"{e164}1234",
            f"00{e164[1:]}",
            national,
            f"{national}12",
            f"0{national}",
        ):
            try:
                read = phones.read(cell, region).e164
            except phones.Unreadable:
                continue
            taken += 1
            assert is_taken(read), (region, cell, read)
    assert taken > 800


def test_a_row_that_the_api_refuses_for_its_variables_is_refused_before(run: Run, api: FakeApi) -> None:
    api.answer("POST /v1/Messages", accepted())
    people = write("+12125550100,Ana", f"+12125550101,{'x' * 3000}")

    result = run("check", people, "--text", "Hi {{ name }}")

    assert result.exit_code == exits.FILE
    assert "people.csv:3: variables must have at most 3000 bytes in all" in " ".join(result.stderr.split())
    assert run("send", people, "--text", "Hi {{ name }}", "--skip-bad").exit_code == 0
    assert sent_to(api) == ["+12125550100"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("+5511987654321", "+551187654321"),
        ("+5215512345678", "+525512345678"),
        ("+5491123456789", "+541123456789"),
        ("+12125550100", "+12125550100"),
    ],
)
def test_a_person_with_two_spellings_of_a_number_is_one(
    run: Run, api: FakeApi, first: str, second: str
) -> None:
    api.answer("POST /v1/Messages", accepted())
    people = write(f"{first},Ana", f"{second},Ana")

    checked = run("check", people, "--text", "Hi")
    run("send", people, "--text", "Hi", "--unique")

    assert "1 row with a number of an earlier row (line 3 has the number of line 2)" in checked.stdout
    assert sent_to(api) == [first]


def test_a_person_on_two_channels_is_one(run: Run, api: FakeApi) -> None:
    """As for the API, whose `delivery.unique` counts people, not addresses."""
    api.answer("POST /v1/Messages", accepted())
    people = write("+12125550100,PHONE", "+12125550100,WHATSAPP", header="address,channel")

    run("send", people, "--text", "Hi", "--unique")

    assert [(each["address"], each["channel"]) for each in api.bodies[0]["to"]] == [("+12125550100", "PHONE")]


@pytest.mark.parametrize("cell", ["SMS", "sms", " Sms ", "PHONE"])
def test_sms_is_the_channel_phone(run: Run, api: FakeApi, cell: str) -> None:
    api.answer("POST /v1/Messages", accepted())

    run("send", write(f"+12125550100,{cell}", header="address,channel"), "--text", "Hi")

    assert api.bodies[0]["to"][0]["channel"] == "PHONE"


@pytest.mark.parametrize(
    "cell",
    [
        "0049 171/1234567",
        "0049(0)171/1234567",
        "0049 (0)1711/234567",
        "+49 (0)1711/234567",
        "+49 171/1234567",
        "0171/1234567",
    ],
)
def test_a_slash_behind_the_area_code_is_punctuation(run: Run, api: FakeApi, cell: str) -> None:
    api.answer("POST /v1/Messages", accepted())

    result = run("send", write(f"{cell},Ana"), "--text", "Hi", "--country", "DE")

    assert result.exit_code == 0, result.stderr
    assert sent_to(api) == ["+491711234567"]


@pytest.mark.parametrize("cell", ["0049 171 1234567/0049 171 1234568", "00491711234567 / 01711234568"])
def test_two_numbers_with_a_slash_stay_two(run: Run, api: FakeApi, cell: str) -> None:
    result = run("check", write(f"{cell},Ana"), "--text", "Hi", "--country", "DE")

    assert result.exit_code == exits.FILE
    assert "2 numbers in one cell" in result.stderr


@pytest.mark.parametrize(
    ("cell", "cause"),
    [
        ("4.91711234567E+11", "'491711234567' is without +: write +491711234567 (or give --plus) if it"),
        ("4.91711E+11", "4.91711E+11: the spreadsheet has rounded this number."),
        ("4.9171123456789E+11", "4.9171123456789E+11: the spreadsheet has rounded this number."),
    ],
)
def test_a_number_of_which_a_spreadsheet_kept_all_digits_is_not_rounded(
    run: Run, cell: str, cause: str
) -> None:
    assert f"people.csv:2: {cause}" in run("check", write(f"{cell},Ana"), "--text", "Hi").stderr
