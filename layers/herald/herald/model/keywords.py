"""Words by which people opt out, opt in again and ask for help.

A message is such a word if it is nothing else: case, accents, spaces and whatever is neither
a letter nor a digit do not count, so "Stop!" and "S.T.O.P." are STOP, and "stop it" is not.
Which words there are depends on the country of the person's number; those of ANYWHERE are
everybody's. An account may have its own.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from herald.model.wire import Closed, NonEmpty, NotNull, Wire

ANYWHERE: Final = "*"
MAX_WORD: Final = 64
_MAX_WORDS: Final = 1_000

Words = Mapping[str, tuple[str, ...]]


class Keyword(StrEnum):
    """What a person means by such a word; of two at once, the first here counts."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_FRENCH: Final = ("FR", "BE", "CH", "LU", "MC", "CA")
_GERMAN: Final = ("DE", "AT", "CH", "LI", "LU")
_SPANISH: Final = (
    *("ES", "MX", "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN", "NI", "PA", "PE"),
    *("PR", "PY", "SV", "US", "UY", "VE"),
)
_PORTUGUESE: Final = ("BR", "PT")
_DUTCH: Final = ("NL", "BE")
_CYRILLIC: Final = ("RU", "BY", "KZ", "UA")
_CHINESE: Final = ("CN", "HK", "MO", "TW")


def _words(*groups: tuple[tuple[str, ...], tuple[str, ...]]) -> Words:
    """Words by country, of groups of countries and what they have in common."""
    found: dict[str, tuple[str, ...]] = {}
    for countries, words in groups:
        for country in countries:
            found[country] = found.get(country, ()) + words
    return found


# The words of the CTIA, which the carriers of the United States ask for and the rest of the
# world knows, and those that are customary in a country. docs/api.md has them as a table.
DEFAULTS: Final[Mapping[Keyword, Words]] = {
    Keyword.STOP: _words(
        (
            (ANYWHERE,),
            ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "REMOVE"),
        ),
        (_FRENCH, ("ARRET",)),
        (_SPANISH, ("PARAR", "ALTO", "BAJA")),
        (_PORTUGUESE, ("SAIR", "PARAR")),
        (_GERMAN, ("STOPP", "ABMELDEN")),
        (_DUTCH, ("AFMELDEN",)),
        (("SE", "NO"), ("STOPP",)),
        (_CYRILLIC, ("СТОП",)),
        (_CHINESE, ("TD", "退订", "退訂")),
        (("IL",), ("הסר",)),
        (("TR",), ("RET", "IPTAL")),
    ),
    Keyword.START: _words(((ANYWHERE,), ("START", "UNSTOP", "YES")), (_SPANISH, ("ALTA",))),
    Keyword.HELP: _words(
        ((ANYWHERE,), ("HELP", "INFO")),
        (_FRENCH, ("AIDE",)),
        (_SPANISH, ("AYUDA",)),
        (_PORTUGUESE, ("AJUDA",)),
        (_GERMAN, ("HILFE",)),
    ),
}


def folded(text: str) -> str:
    """What of a text is compared: letters, digits, and the marks of scripts that need them."""
    spelled = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        each for each in spelled if unicodedata.category(each)[0] in "LNM" and not _is_accent(each)
    )


def _is_accent(character: str) -> bool:
    """Whether it is a mark on a Latin, Greek or Cyrillic letter, which people leave out."""
    return "\u0300" <= character <= "\u036f"


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


_Word = Annotated[NonEmpty, Field(max_length=MAX_WORD), AfterValidator(_word)]
_Words = Annotated[
    dict[str, Annotated[tuple[_Word, ...], Field(max_length=100, strict=False)]], AfterValidator(_known)
]


class NewKeywords(Closed):
    """The body of PUT /Keywords; of what is left out, Herald's words hold."""

    stop: Annotated[_Words | None, NotNull] = None
    start: Annotated[_Words | None, NotNull] = None
    help: Annotated[_Words | None, NotNull] = None

    @model_validator(mode="after")
    def _are_few_and_mean_one_thing(self) -> Self:
        if sum(len(some) for words in self.words.values() for some in words.values()) > _MAX_WORDS:
            raise PydanticCustomError("words", "must have at most {most} words in all", {"most": _MAX_WORDS})
        for country in sorted({country for words in self.words.values() for country in words}):
            seen: dict[str, Keyword] = {}
            for keyword in Keyword:
                for word in (*self.words[keyword].get(ANYWHERE, ()), *self.words[keyword].get(country, ())):
                    if seen.setdefault(folded(word), keyword) is not keyword:
                        raise PydanticCustomError(
                            "words",
                            "must not have a word of {country} for two things: {word}",
                            {"country": country, "word": word},
                        )
        return self

    @cached_property
    def words(self) -> Mapping[Keyword, Words]:
        """What holds: the words that were given, and Herald's for the rest."""
        given = {Keyword.STOP: self.stop, Keyword.START: self.start, Keyword.HELP: self.help}
        return {keyword: DEFAULTS[keyword] if words is None else words for keyword, words in given.items()}

    @cached_property
    def _by_country(self) -> Mapping[Keyword, Mapping[str, frozenset[str]]]:
        return {
            keyword: {country: frozenset(map(folded, some)) for country, some in words.items()}
            for keyword, words in self.words.items()
        }

    def meaning(self, texts: Iterable[str], country: str | None) -> Keyword | None:
        """What somebody means whose number is of a country and who writes nothing but one of these texts."""
        said = {word for word in map(folded, texts) if word}
        for keyword, by_country in self._by_country.items():
            known = by_country.get(ANYWHERE, frozenset()) | by_country.get(country or "", frozenset())
            if said & known:
                return keyword
        return None


class Keywords(Wire):
    """The words of an account, as it gave them."""

    given: NewKeywords = Field(default_factory=NewKeywords)
    # None: it never gave any.
    updated_at: datetime | None = None
