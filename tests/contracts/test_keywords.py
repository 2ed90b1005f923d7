"""The page of the API lists the words that hold."""

from herald.model.keywords import DEFAULTS, Keyword
from tests.contracts.documents import table


def test_the_page_lists_heralds_words() -> None:
    listed: dict[Keyword, dict[str, tuple[str, ...]]] = {keyword: {} for keyword in Keyword}
    for row in table("docs/api.md", "Countries", "stop", "start", "help"):
        for keyword in Keyword:
            if words := row[keyword.value.lower()]:
                listed[keyword] |= dict.fromkeys(row["Countries"].split(", "), tuple(words.split(", ")))

    assert listed == DEFAULTS
