"""The page of the API lists the words that hold."""

from herald.model import stop_words
from herald.model.keywords import DEFAULTS, Keyword
from tests.contracts.documents import table


def test_the_page_lists_heralds_words_that_stop() -> None:
    listed = {
        row["Language"]: tuple(row["stop"].split(", ")) for row in table("docs/api.md", "Language", "stop")
    }

    assert listed == stop_words.STOP_BY_LANGUAGE


def test_the_page_lists_heralds_words_of_countries() -> None:
    listed: dict[Keyword, dict[str, tuple[str, ...]]] = {keyword: {} for keyword in Keyword}
    for row in table("docs/api.md", "Countries", "stop there", "start", "help"):
        cells = {Keyword.STOP: row["stop there"], Keyword.START: row["start"], Keyword.HELP: row["help"]}
        for keyword, words in cells.items():
            if words:
                listed[keyword] |= dict.fromkeys(row["Countries"].split(", "), tuple(words.split(", ")))

    expected = {keyword: dict(words) for keyword, words in DEFAULTS.items()}
    del expected[Keyword.STOP][stop_words.ANYWHERE]
    assert listed == expected
