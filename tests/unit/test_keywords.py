"""Words by which people opt out, opt in again and ask for help: Herald's, and those of an account."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from herald.model.keywords import DEFAULTS, Keyword, NewKeywords
from herald.model.stop_words import ANYWHERE
from herald.model.zones import country_of, is_country
from tests.world import Response, World

HERALDS = NewKeywords()


def problems_of(answer: Response) -> list[tuple[int, str | None]]:
    assert answer.status == 400, answer.body
    return [(error["code"], error["context"]) for error in answer.body["errors"]]


def given(words: Any) -> NewKeywords:
    return NewKeywords.model_validate_json(json.dumps(words), context={"is_country": is_country})


# ---------------------------------------------------------------------------- what is a word


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", "STOP"), ("stop", "STOP"), ("Stop", "STOP"), ("  stop \n", "STOP"), ("STOP.", "STOP"),
        ("Stop!!", "STOP"), ("“Stop”", "STOP"), ("s t o p", "STOP"), ("STOP 🙏", "STOP"),
        ("ＳＴＯＰ", "STOP"),
        ("STOP ALL", "STOP"), ("opt-out", "STOP"), ("Opt out", "STOP"), ("unsubscribe", "STOP"),
        ("cancel", "STOP"), ("END", "STOP"), ("quit", "STOP"), ("revoke", "STOP"), ("remove", "STOP"),
        ("start", "START"), ("unstop", "START"), ("Yes.", "START"),
        ("HELP", "HELP"), ("help?", "HELP"), ("info", "HELP"),
        ("stop it", None), ("please stop", None), ("don't stop", None), ("stopped", None),
        ("bus stop 5", None),
        ("0", None), ("", None), ("!!", None), ("🛑", None), ("ARRET", "STOP"), ("baja", "STOP"),
        ("yes please", None), ("stop\nstart", None), ("STOP" * 5_000, None),
    ],
)  # fmt: skip
def test_a_message_is_a_word_if_it_is_nothing_else(text: str, keyword: str | None) -> None:
    assert HERALDS.meaning([text], "GB") == keyword


@pytest.mark.parametrize(
    ("number", "text", "keyword"),
    [
        ("+33612345678", "ARRET", "STOP"), ("+33612345678", "arrêt", "STOP"),
        ("+16135550123", "Arrêt!", "STOP"),
        ("+12065550123", "arret", "STOP"), ("+33612345678", "aide", "HELP"),
        ("+34612345678", "Baja", "STOP"), ("+34612345678", "alta", "START"),
        ("+5215512345678", "parar", "STOP"),
        ("+12065550123", "ALTO", "STOP"), ("+447700900123", "ALTO", None),
        ("+5511912345678", "sair", "STOP"), ("+4915112345678", "Stopp", "STOP"),
        ("+79161234567", "стоп", "STOP"), ("+8613812345678", "TD", "STOP"), ("+12065550123", "TD", "STOP"),
        ("+12065550123", "T", None),
        ("+972501234567", "הסר", "STOP"), ("+905321234567", "iptal", "STOP"),
        ("+905321234567", "İPTAL", "STOP"),
        # Of no country at all: what holds anywhere.
        ("+80012345678", "stop", "STOP"), ("+99999999999", "stop", "STOP"),
        ("+99999999999", "arret", "STOP"),
    ],
)  # fmt: skip
def test_some_words_are_of_the_country_of_the_number(number: str, text: str, keyword: str | None) -> None:
    assert HERALDS.meaning([text], country_of(number)) == keyword


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12065550123", "US"), ("+15005550100", "US"), ("+16135550123", "CA"), ("+447700900123", "GB"),
        ("+80012345678", None), ("+99999999999", None), ("+18005550123", "US"),
    ],
)  # fmt: skip
def test_the_country_of_a_number(number: str, country: str | None) -> None:
    assert country_of(number) == country


def test_what_was_tapped_is_a_word_too_and_stop_counts_before_others() -> None:
    assert HERALDS.meaning(["No more of this", "STOP"], None) is Keyword.STOP
    assert HERALDS.meaning(["start", "stop"], None) is Keyword.STOP
    assert HERALDS.meaning(["help", "yes"], None) is Keyword.START
    assert HERALDS.meaning([], None) is None


def test_heralds_words_are_of_countries_and_mean_one_thing_each() -> None:
    given({name.lower(): words for name, words in DEFAULTS.items() if name is not Keyword.STOP})
    for words in DEFAULTS.values():
        for country, some in words.items():
            assert country == ANYWHERE or is_country(country)
            assert len(set(some)) == len(some)


# ------------------------------------------------------------------------ words of an account


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"stop": {"UK": ["STOP"]}}, "stop"),
        ({"stop": {"fr": ["STOP"]}}, "stop"),
        ({"stop": {"": ["STOP"]}}, "stop"),
        ({"stop": {"*": ["!"]}}, "stop.*.0"),
        ({"stop": {"*": [""]}}, "stop.*.0"),
        ({"stop": {"*": ["x" * 65]}}, "stop.*.0"),
        ({"stop": {"*": ["x"] * 101}}, "stop.*"),
        ({"stop": {"*": "STOP"}}, "stop.*"),
        ({"stop": ["STOP"]}, "stop"),
        ({"stop": None}, "stop"),
        ({"halt": {}}, "halt"),
        # With Herald's words, where it leaves them.
        ({"start": {"*": ["cancel"]}}, ""),
        ({"stop": {"*": ["STOP"]}, "help": {"FR": ["Stop."]}}, ""),
        ({"start": {"FR": ["Стоп"]}}, ""),
        ({"stop": {"FR": ["NON"]}, "start": {"*": ["non"]}}, ""),
        ({"stop": {c: [f"w{n}" for n in range(100)] for c in ("FR", "DE", "IT", "ES", "PT", "GB",
                                                                "US", "CA", "MX", "BR", "AR")}}, ""),
    ],
)  # fmt: skip
def test_words_that_cannot_be_are_refused(words: Any, complaint: str) -> None:
    with pytest.raises(ValidationError) as failure:
        given(words)

    assert {".".join(map(str, each["loc"])) for each in failure.value.errors()} == {complaint}


def test_an_account_has_heralds_words_until_it_gives_its_own(world: World) -> None:
    before = world.get("/Keywords")
    assert before.status == 200
    assert (before.body["isDefault"], before.body["updatedAt"]) == (True, None)
    assert before.body["stop"]["*"][0] == "STOP"
    assert before.body["start"]["ES"] == ["ALTA"]

    answer = world.put("/Keywords", {"stop": {"*": ["STOP", "Enough"], "FR": ["Assez"]}})

    assert answer.status == 200
    found = world.get("/Keywords").body
    assert found == answer.body
    # Herald's words stay.
    assert found["stop"]["*"] == [*before.body["stop"]["*"], "Enough"]
    assert found["stop"]["FR"] == ["Assez"]
    assert found["stop"]["TR"] == before.body["stop"]["TR"]
    assert found["start"] == before.body["start"]
    assert found["isDefault"] is False
    assert found["updatedAt"] is not None
    other, _ = world.new_account()
    assert world.get("/Keywords", account=other).body == before.body

    for _ in range(2):
        assert world.delete("/Keywords").status == 204
    assert world.get("/Keywords").body == before.body


def test_words_may_be_none_at_all_but_those_that_stop(world: World) -> None:
    """Where a carrier does the rest."""
    before = world.get("/Keywords").body
    assert world.put("/Keywords", {"stop": {}, "start": {}, "help": {}}).status == 200

    found = world.get("/Keywords").body
    assert (found["start"], found["help"]) == ({}, {})
    assert found["stop"] == before["stop"]


def test_bad_words_change_nothing_and_all_is_told(world: World) -> None:
    world.put("/Keywords", {"stop": {"*": ["Enough"]}})
    before = world.get("/Keywords").body

    answer = world.put("/Keywords", {"stop": {"UK": ["STOP"]}, "start": {"*": ["!", "OK"]}, "x": 1})

    assert problems_of(answer) == [(400, "$.stop"), (400, "$.start.*[0]"), (400, "$.x")]
    assert "not UK" in answer.body["errors"][0]["message"]
    assert world.get("/Keywords").body == before


@pytest.mark.parametrize("name", ["start", "help"])
@pytest.mark.parametrize(
    "word",
    ["please stop", "stop please", "STOP ACME", "stop it", "unsubscribe me pls", "st0p", "ЅТОР", "S-T-O-P"],
)
def test_a_word_that_looks_like_an_opt_out_means_nothing_else(world: World, word: str, name: str) -> None:
    before = world.get("/Keywords").body

    answer = world.put("/Keywords", {name: {"*": ["JOIN", word]}})

    assert problems_of(answer) == [(400, "$")]
    assert word in answer.body["errors"][0]["message"]
    assert world.get("/Keywords").body == before


def test_words_that_opt_in_or_ask_do_not_look_like_opt_outs(world: World) -> None:
    words = {
        "start": {"*": ["JOIN", "SUBSCRIBE", "OPT IN", "RESUME", "UNSTOP", "RESTART"], "DE": ["ANMELDEN"]},
        "help": {"*": ["HELP ME", "INFO", "WHO IS THIS"]},
    }

    assert world.put("/Keywords", words).status == 200
    # Herald's own words may be given again.
    herald = world.get("/Keywords").body
    assert world.put("/Keywords", {name: herald[name] for name in ("start", "help")}).status == 200


def test_keywords_that_older_rules_let_in_stay_readable() -> None:
    old = NewKeywords.model_validate_json('{"start": {"*": ["please stop"]}}')

    assert old.meaning(["stop"], "US") is Keyword.STOP
