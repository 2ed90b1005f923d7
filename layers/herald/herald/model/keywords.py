"""Keywords by which people opt out, opt in again and ask for help.

A stop keyword counts in many spellings, in every language and from every country
(herald.model.opt_out). A start or help keyword holds in the country of the
person's number, and the message must consist of it. An account may add stop keywords, and
replace the others.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from herald.model import opt_out, stop_words
from herald.model.addresses import IS_REQUEST
from herald.model.spoken import folded, skeleton
from herald.model.stop_words import ANYWHERE, Words
from herald.model.suppressions import StopCovers
from herald.model.wire import Checked, Closed, NonEmpty, NotNull, Says, Wire

MAX_WORD: Final = 64
_MAX_WORDS: Final = 1_000


class Keyword(StrEnum):
    """The meaning of a keyword; of two at once, the first here counts."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


# Herald's keywords. docs/api.md has them as a table.
DEFAULTS: Final[Mapping[Keyword, Words]] = {
    Keyword.STOP: stop_words.STOP,
    Keyword.START: stop_words.START,
    Keyword.HELP: stop_words.HELP,
}

_Folded = Mapping[str, frozenset[str]]


@cache
def _heralds() -> Mapping[Keyword, _Folded]:
    """Herald's keywords, folded."""
    found = {keyword: _fold(words) for keyword, words in DEFAULTS.items()}
    return {**found, Keyword.STOP: _with_look_alikes(found[Keyword.STOP])}


def _fold(words: Words) -> _Folded:
    return {country: frozenset(map(folded, some)) for country, some in words.items()}


def _with_look_alikes(words: _Folded) -> _Folded:
    """Words that stop, and those of them that can be typed with letters of two alphabets."""
    return {country: some | frozenset(map(skeleton, some)) for country, some in words.items()}


def _word(word: str) -> str:
    if not folded(word):
        raise PydanticCustomError("word", "must hold a letter or a digit")
    return word


def _known(words: dict[str, tuple[str, ...]], info: ValidationInfo) -> dict[str, tuple[str, ...]]:
    is_country: Callable[[str], bool] = (info.context or {}).get("is_country", lambda _: True)
    if wrong := sorted(each for each in words if each != ANYWHERE and not is_country(each)):
        message = "must have * and codes of countries, such as FR, as its names; not {names}"
        raise PydanticCustomError("countries", message, {"names": ", ".join(wrong)})
    return words


_Word = Annotated[NonEmpty, Field(max_length=MAX_WORD), Checked(_word, {"format": "keyword"})]
_Words = Annotated[
    dict[
        Annotated[str, Says({"format": "country", "pattern": r"^([A-Z]{2}|\*)$"})],
        Annotated[tuple[_Word, ...], Field(max_length=100, strict=False)],
    ],
    AfterValidator(_known),
]


class NewKeywords(Closed):
    """The body of PUT /Keywords.

    `stop` adds to Herald's words, which always hold. Of `start` and `help`, what is left out is Herald's.
    `stopCovers`: which channels a STOP, and a START, holds for.
    """

    stop: Annotated[_Words | None, NotNull] = None
    start: Annotated[_Words | None, NotNull] = None
    help: Annotated[_Words | None, NotNull] = None
    stop_covers: StopCovers = StopCovers.FAMILY

    @model_validator(mode="after")
    def _are_few_and_mean_one_thing(self, info: ValidationInfo) -> Self:
        if not any(self._given.values()):
            # Herald's own keywords have one meaning each, and each read of an account comes here.
            return self
        if sum(len(some) for words in self._given.values() if words for some in words.values()) > _MAX_WORDS:
            raise PydanticCustomError("words", "must have at most {most} words in all", {"most": _MAX_WORDS})
        # A word that stops in any country means nothing else: it is not the account's to give away.
        stops = {word for words in self._folded[Keyword.STOP].values() for word in words}
        is_request = bool(info.context and info.context.get(IS_REQUEST))
        for keyword in (Keyword.START, Keyword.HELP):
            for country, some in (self._given[keyword] or {}).items():
                for word in some:
                    if folded(word) in stops:
                        raise _two_meanings(country, word)
                    # Keywords that were stored before this rule stay readable.
                    if is_request and (opt_out.is_stop(word, stops) or opt_out.looks_like_stop(word, stops)):
                        raise _looks_like_stop(country, word)
        for country in sorted({country for words in self.words.values() for country in words}):
            self._check_meanings(country)
        return self

    def _check_meanings(self, country: str) -> None:
        seen: dict[str, Keyword] = {}
        for keyword in Keyword:
            for word in (*self.words[keyword].get(ANYWHERE, ()), *self.words[keyword].get(country, ())):
                if seen.setdefault(folded(word), keyword) is not keyword:
                    raise _two_meanings(country, word)

    @property
    def _given(self) -> Mapping[Keyword, Words | None]:
        return {Keyword.STOP: self.stop, Keyword.START: self.start, Keyword.HELP: self.help}

    @cached_property
    def words(self) -> Mapping[Keyword, Words]:
        """The keywords in effect."""
        found = {
            keyword: DEFAULTS[keyword] if words is None else words for keyword, words in self._given.items()
        }
        return {**found, Keyword.STOP: _joined(DEFAULTS[Keyword.STOP], self.stop or {})}

    @cached_property
    def _folded(self) -> Mapping[Keyword, _Folded]:
        heralds = _heralds()
        found = {
            keyword: heralds[keyword] if words is None else _fold(words)
            for keyword, words in self._given.items()
        }
        stops = dict(heralds[Keyword.STOP])
        for country, some in _with_look_alikes(_fold(self.stop or {})).items():
            stops[country] = stops.get(country, frozenset()) | some
        return {**found, Keyword.STOP: stops}

    def _known(self, keyword: Keyword, country: str | None) -> frozenset[str]:
        """The folded keywords that hold in a country."""
        words = self._folded[keyword]
        return words.get(ANYWHERE, frozenset()) | words.get(country or "", frozenset())

    def meaning(self, texts: Iterable[str], country: str | None, sender: str = "") -> Keyword | None:
        """The keyword in these texts, from a person whose number is of a country, to a sender."""
        said = [text for text in texts if text]
        stops = self._known(Keyword.STOP, country)
        if any(opt_out.is_stop(text, stops, sender) for text in said):
            return Keyword.STOP
        words = {word for word in map(folded, said) if word}
        for keyword in (Keyword.START, Keyword.HELP):
            if words & self._known(keyword, country):
                return keyword
        return None

    def verdict(self, word: object) -> Keyword | None:
        """STOP if the keyword that a carrier reports is a stop keyword anywhere; else nothing.

        A carrier judges by the beginning of a message; to opt in again, the person's own message must say so.
        """
        if not isinstance(word, str):
            return None
        return Keyword.STOP if opt_out.is_stop(word, self._known(Keyword.STOP, None)) else None

    def looks_like(self, texts: Iterable[str], country: str | None) -> Keyword | None:
        """STOP if one of these texts, which are not keywords, may well be meant as an opt-out."""
        stops = self._known(Keyword.STOP, country)
        return Keyword.STOP if any(opt_out.looks_like_stop(text, stops) for text in texts) else None


def _joined(heralds: Words, own: Words) -> Words:
    """Herald's keywords with an account's, each once."""
    return {
        country: tuple(dict.fromkeys((*heralds.get(country, ()), *own.get(country, ()))))
        for country in {**heralds, **own}
    }


def _two_meanings(country: str, word: str) -> PydanticCustomError:
    return PydanticCustomError(
        "words",
        "must not have a word of {country} for two things: {word}",
        {"country": country, "word": word},
    )


def _looks_like_stop(country: str, word: str) -> PydanticCustomError:
    """The refusal of a START or HELP word such as `please stop`: a person who writes it wants no messages."""
    return PydanticCustomError(
        "words",
        "must not have a word of {country} that is, or looks like, an opt-out: {word}",
        {"country": country, "word": word},
    )


class Keywords(Wire):
    """The keywords of an account, as it set them."""

    given: NewKeywords = Field(default_factory=NewKeywords)
    # None: it never gave any.
    updated_at: datetime | None = None
