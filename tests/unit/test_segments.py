"""How many message parts a text is: at every boundary, and against counting one character at a time."""

from collections.abc import Iterator
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.model.addresses import SenderChannel
from herald.model.segments import Encoding, encoding_of, parts_of_text, parts_on

# 3GPP TS 23.038, 6.2.1 and 6.2.1.1, as Unicode code points in the order of the septets; 0x1B is the escape.
BASIC = [
    *(0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5),
    *(0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E),
    *(0xC6, 0xE6, 0xDF, 0xC9),
    *(0x20, 0x21, 0x22, 0x23, 0xA4, *range(0x25, 0x40)),
    *(0xA1, *range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7),
    *(0xBF, *range(0x61, 0x7B), 0xE4, 0xF6, 0xF1, 0xFC, 0xE0),
]
EXTENSION = [0x0C, 0x5E, 0x7B, 0x7D, 0x5C, 0x5B, 0x7E, 0x5D, 0x7C, 0x20AC]
SEPTETS = dict.fromkeys(map(chr, BASIC), 1) | dict.fromkeys(map(chr, EXTENSION), 2)


def slow_encoding(text: str) -> Encoding:
    return Encoding.GSM_7 if all(character in SEPTETS for character in text) else Encoding.UCS_2


def places(text: str) -> Iterator[int]:
    """What each character takes."""
    if slow_encoding(text) is Encoding.GSM_7:
        return (SEPTETS[character] for character in text)
    return (len(character.encode("utf-16-le")) // 2 for character in text)


def slow_parts(text: str) -> int:
    alone, each = (160, 153) if slow_encoding(text) is Encoding.GSM_7 else (70, 67)
    if sum(places(text)) <= alone:
        return 1
    parts, left = 1, each
    for needed in places(text):
        if needed > left:
            parts, left = parts + 1, each
        left -= needed
    return parts


def test_the_alphabet_has_all_its_characters() -> None:
    assert (len(BASIC), len(EXTENSION), len(SEPTETS)) == (127, 10, 137)


def test_each_character_has_the_encoding_of_the_tables() -> None:
    characters = [chr(code_point) for code_point in range(0x20000)]

    gsm_7 = {character for character in characters if encoding_of(character) is Encoding.GSM_7}

    assert gsm_7 == set(SEPTETS)


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("a" * 1530, "GSM-7", 10),
        ("a" * 1600, "GSM-7", 11),
        ("é" * 160, "GSM-7", 1),
        ("€" * 80, "GSM-7", 1),
        ("€" * 80 + "a", "GSM-7", 2),
        # 76 pairs fill 152 septets, and the 77th does not fit into the one that is left.
        ("€" * 152, "GSM-7", 2),
        ("€" * 153, "GSM-7", 3),
        ("a" * 153 + "€" * 76 + "a", "GSM-7", 2),
        ("a" * 152 + "€" * 76 + "a", "GSM-7", 2),
        ("a" * 152 + "€" * 77, "GSM-7", 3),
        ("ç", "UCS-2", 1),
        ("`", "UCS-2", 1),
        ("\t", "UCS-2", 1),
        ("\x1b", "UCS-2", 1),
        ("ж" * 70, "UCS-2", 1),
        ("ж" * 71, "UCS-2", 2),
        ("ж" * 134, "UCS-2", 2),
        ("ж" * 135, "UCS-2", 3),
        ("a" * 69 + "—", "UCS-2", 1),
        ("a" * 70 + "—", "UCS-2", 2),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        # 33 pairs fill 66 units of 67.
        ("😀" * 66, "UCS-2", 2),
        ("😀" * 67, "UCS-2", 3),
        ("ж" * 66 + "😀" * 34, "UCS-2", 3),
        ("ж" * 67 + "😀" * 33 + "ж", "UCS-2", 2),
        ("\U0010ffff" * 36, "UCS-2", 2),
    ],
)
def test_known_texts(text: str, encoding: str, parts: int) -> None:
    assert (encoding_of(text), parts_of_text(text)) == (encoding, parts)


def some_of(characters: str) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(characters), max_size=20)


# Runs that end near a boundary, and what is cut there if anything is.
_RUN = st.builds(
    lambda character, length: character * length,
    st.sampled_from("aé€[ж😀"),
    st.one_of(st.integers(0, 320), st.sampled_from([33, 66, 67, 68, 70, 76, 77, 152, 153, 154, 160])),
)
_TEXTS = st.one_of(
    st.lists(_RUN | some_of("a€"), max_size=6).map("".join),
    st.lists(_RUN | some_of("aж😀€"), max_size=6).map("".join),
    st.text(st.sampled_from(sorted(SEPTETS)), max_size=400),
    st.text(max_size=400),
)


@given(_TEXTS)
def test_parts_equal_a_count_character_by_character(text: str) -> None:
    assert encoding_of(text) is slow_encoding(text)
    assert parts_of_text(text) == slow_parts(text)


@given(_TEXTS, _TEXTS)
def test_more_text_is_never_fewer_parts(text: str, more: str) -> None:
    assert parts_of_text(text + more) >= parts_of_text(text)


@pytest.mark.parametrize("channel", SenderChannel)
@pytest.mark.parametrize("media", [(), ("https://example.com/a.png",)], ids=["text", "media"])
@pytest.mark.parametrize("text", [None, "", "Hello", "a" * 400])
def test_only_an_sms_has_parts(channel: SenderChannel, media: tuple[str, ...], text: str | None) -> None:
    is_long_sms = channel is SenderChannel.SMS and not media and text == "a" * 400

    assert parts_on(channel, text, media) == (3 if is_long_sms else 1)


@pytest.mark.parametrize(
    "text",
    [
        "Hello {n}, your order will come between 9 and 12 o'clock. Answer STOP to hear no more.",
        "Hallo {n}, Ihre Bestellung über 25 € kommt morgen [zwischen 9 und 12 Uhr]. " * 3,
        "Привет, {n}! Ваш заказ будет завтра 😀. " * 5,
    ],
    ids=["ascii", "extension", "units"],
)
def test_ten_thousand_texts_are_counted_in_a_moment(text: str) -> None:
    texts = [text.replace("{n}", str(n)) for n in range(10_000)]

    before = process_time()
    for each in texts:
        parts_of_text(each)

    # 10 to 60 ms; ten times as much would still not hold up a chunk of 100.
    assert process_time() - before < 0.6
