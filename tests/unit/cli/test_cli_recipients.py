import io
import os

import pytest

from herald_cli.client import Recipient
from herald_cli.recipients import (
    BadRecipientsError,
    Reading,
    RecipientFile,
    Row,
    batches,
    rereadable,
)


def read(content: str | bytes) -> list[Row]:
    return list(RecipientFile(io.BytesIO(content.encode() if isinstance(content, str) else content)))


def problems(content: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(BadRecipientsError) as caught:
        read(content)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_other_columns_are_variables() -> None:
    rows = read("name,address,order\nAna,+12125550100,7\nZoë,+12125550101,8\n")

    assert rows == [
        Row(2, {"address": "+12125550100", "channel": "PHONE", "variables": {"name": "Ana", "order": "7"}}),
        Row(3, {"address": "+12125550101", "channel": "PHONE", "variables": {"name": "Zoë", "order": "8"}}),
    ]


def test_an_empty_cell_is_no_variable() -> None:
    [row] = read("address,name\n+12125550100,\n")

    assert row.recipient == {"address": "+12125550100", "channel": "PHONE"}


@pytest.mark.parametrize(
    ("cell", "channel"),
    [("", "PHONE"), ("PHONE", "PHONE"), ("WHATSAPP", "WHATSAPP"), ("whatsapp", "WHATSAPP")],
)
def test_a_row_may_name_its_channel(cell: str, channel: str) -> None:
    [row] = read(f"address,channel\n+12125550100,{cell}\n")

    assert row.recipient["channel"] == channel


def test_the_channel_of_rows_that_name_none_can_be_given() -> None:
    file = io.BytesIO(b"address,channel\n+12125550100,\n+12125550101,PHONE\n")

    rows = list(RecipientFile(file, Reading(channel="WHATSAPP")))

    assert [row.recipient["channel"] for row in rows] == ["WHATSAPP", "PHONE"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfaddress\n+12125550100\n",
        b'\xef\xbb\xbf"address"\r\n"+12125550100"\r\n',
        b" address \n +12125550100 \n",
        b"address\n\n+12125550100",
    ],
    ids=["byte order mark", "quoted by a spreadsheet", "spaces", "no line end, and an empty line"],
)
def test_files_as_people_make_them(content: bytes) -> None:
    assert [row.recipient for row in read(content)] == [{"address": "+12125550100", "channel": "PHONE"}]


def test_a_row_over_several_lines_is_named_by_its_first() -> None:
    rows = read('address,name\n+12125550100,"two\nlines"\n+12125550101,one\n')

    assert [row.line for row in rows] == [2, 4]
    assert rows[0].recipient["variables"] == {"name": "two\nlines"}


def test_every_bad_row_is_named() -> None:
    content = (
        "address,channel\n+12125550100,PHONE\n2125550100,PHONE\n,PHONE\n+12125550100,FAX\n+12125550100\n"
        "+12125550101,PHONE,x\n"
    )

    assert problems(content) == [
        (
            3,
            "'2125550100' is without a country code: give --country (GB, DE, JP ...), or write it with +",
        ),
        (4, "there is no number in the column 'address'"),
        (5, "channel 'FAX' is neither PHONE, SMS nor WHATSAPP"),
        (7, "3 cells, but the header has 2: quote a cell that has separators"),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", (1, "the file is empty")),
        (
            "a;b\n1;2\n",
            (
                1,
                "no column is known to hold the numbers (the columns are 'a', 'b'): give --column phone=NAME",
            ),
        ),
        ("address\n", (1, "there are no recipients")),
        ('address\n+12125550100\n"+1212', (3, "a quotation mark opens here and is never closed")),
        (
            "BEGIN:VCARD\nTEL:+12125550100\nEND:VCARD\n",
            (1, "a vCard is no table: export the contacts as CSV"),
        ),
        (
            "phone,mobile\n+12125550100,+12125550101\n",
            (
                1,
                "several columns may hold the numbers ('phone', 'mobile'): "
                "give --column phone='phone', or another of them",
            ),
        ),
    ],
)
def test_a_file_that_is_no_list_of_recipients(content: str, problem: tuple[int, str]) -> None:
    assert problems(content) == [problem]


def test_only_the_first_problems_are_kept_and_all_are_counted() -> None:
    with pytest.raises(BadRecipientsError) as caught:
        read("address\n" + "x\n" * 1000)

    assert caught.value.count == 1000
    assert len(caught.value.problems) == 20
    assert (caught.value.problems[0].line, caught.value.problems[0].message) == (2, "'x' is no phone number")


def test_a_pipe_can_be_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"address\n+12125550100\n")
    os.close(writing)

    with open(reading, "rb") as pipe, rereadable(pipe) as copy:
        file = RecipientFile(copy)

        assert file.count == 1
        assert [row.line for row in file] == [2]


def test_a_request_has_at_most_10_000_recipients() -> None:
    one: Recipient = {"address": "+12125550100", "channel": "PHONE"}

    assert [len(batch) for batch in batches([Row(0, one)] * 20_001)] == [10_000, 10_000, 1]
