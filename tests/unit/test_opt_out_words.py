"""STOP is heard however it is said, and is not heard where it is not said."""

import pytest

from herald.model import opt_out, spoken, stop_words
from herald.model.keywords import DEFAULTS, Keyword, NewKeywords
from tests.unit.opt_out_cases import LOOKS, NOTHING, STOPS

HERALDS = NewKeywords()
# Where nothing is customary: what stops here stops anywhere.
ELSEWHERE = (None, "GB", "US", "FR", "KG", "BR", "ZW")


def test_there_are_enough_of_them() -> None:
    assert len(set(STOPS)) >= 200
    assert len(set(NOTHING)) >= 100
    assert len(stop_words.STOP_BY_LANGUAGE) >= 30


@pytest.mark.parametrize("text", STOPS)
def test_a_word_that_stops_is_heard_from_every_country(text: str) -> None:
    assert {HERALDS.meaning([text], country) for country in ELSEWHERE} == {Keyword.STOP}


@pytest.mark.parametrize("text", NOTHING)
def test_a_conversation_is_neither_heard_nor_marked(text: str) -> None:
    assert HERALDS.meaning([text], "US") is not Keyword.STOP
    assert HERALDS.looks_like([text], "US") is None


@pytest.mark.parametrize("text", LOOKS)
def test_what_looks_like_an_opt_out_is_marked_and_not_heard(text: str) -> None:
    assert HERALDS.meaning([text], "US") is None
    assert HERALDS.looks_like([text], "US") is Keyword.STOP


@pytest.mark.parametrize("word", stop_words.STOP[stop_words.ANYWHERE])
def test_every_word_is_heard_in_every_case_with_everything_around_it(word: str) -> None:
    for said in (
        word,
        word.lower(),
        word.title(),
        f"{word}!",
        f"«{word}»",
        f"{word} 🛑\ufe0f",
        f"\u200f{word}.",
    ):
        assert HERALDS.meaning([said], "US") is Keyword.STOP, said


@pytest.mark.parametrize(
    ("country", "word"),
    [(country, word) for country, words in stop_words.STOP.items() if country != "*" for word in words],
)
def test_words_of_one_country_are_heard_there_only(country: str, word: str) -> None:
    assert HERALDS.meaning([word], country) is Keyword.STOP
    assert HERALDS.meaning([word], "GB") is None


@pytest.mark.parametrize("sender", ["98765", "+4498765"])
def test_a_number_behind_a_word_of_orders_counts_where_it_is_the_sender_s(sender: str) -> None:
    assert HERALDS.meaning(["CANCEL 98765"], "GB", sender) is Keyword.STOP
    assert HERALDS.meaning(["CANCEL 98764"], "GB", sender) is None


@pytest.mark.parametrize(
    ("text", "country", "keyword"),
    [
        ("start", "GB", "START"), ("UNSTOP", "US", "START"), ("Yes.", "US", "START"), ("alta", "ES", "START"),
        ("alta", "GB", None), ("start 36111", "GB", None), ("START SMS", "GB", None), ("staaart", "GB", None),
        ("START\nSent from my iPhone", "GB", "START"), ("yes please", "GB", None), ("HELP", None, "HELP"),
        ("aide", "FR", "HELP"), ("aide", "GB", None),
    ],
)  # fmt: skip
def test_words_that_start_again_are_of_the_country_and_exact(
    text: str, country: str, keyword: str | None
) -> None:
    assert HERALDS.meaning([text], country) == keyword


def test_no_word_of_heralds_means_two_things() -> None:
    stops = {spoken.folded(word) for words in DEFAULTS[Keyword.STOP].values() for word in words}
    for keyword in (Keyword.START, Keyword.HELP):
        for words in DEFAULTS[keyword].values():
            assert not stops & set(map(spoken.folded, words))


def test_a_long_message_takes_no_long_time() -> None:
    """Bounded: what follows the first thousand characters is not looked at."""
    assert spoken.words_of("a" * 1_000 + " stop") == ["a" * 1_000]
    assert not opt_out.is_stop("STOP " * 10_000 + "x", frozenset({"x"}))
