"""The settings of the endpoint: the object `http` of the carriers' secret."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from herald.carriers.far_end import FarEnd
from herald.carriers.http import webhooks
from herald.model import problems
from herald.model.wire import Closed, NonEmpty

NAME: Final = "http"


Secret = Annotated[NonEmpty, AfterValidator(webhooks.check_secret)]
# What a header can hold: no line's end that came with a pasted token.
Visible = Annotated[str, Field(pattern=r"^[!-~]+\z")]


class HttpAuth(Closed):
    """At most one of a token, a name with its password, and a secret that signs requests."""

    bearer: Visible | None = None
    username: NonEmpty | None = None
    password: str = ""
    signing_secret: Secret | None = None

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if sum(each is not None for each in (self.bearer, self.username, self.signing_secret)) > 1:
            raise PydanticCustomError("auth", "must have one of bearer, username and signingSecret")
        if self.password and not self.username:
            raise PydanticCustomError("auth", "must have a username where it has a password")
        return self


class HttpSettings(Closed):
    url: FarEnd
    auth: HttpAuth = HttpAuth()
    # Empty: the endpoint gives none, and the message's key is its id.
    id: str = "id"
    code: str = "code"
    message: str = "message"
    codes: dict[str, int] = Field(default_factory=dict)
    stops: Annotated[frozenset[str], Field(strict=False)] = frozenset()
    again: Annotated[frozenset[str], Field(strict=False)] = frozenset()
    callback_secret: Secret

    @model_validator(mode="after")
    def _means_one_thing(self) -> Self:
        if both := sorted(self.stops & self.again):
            told = {"codes": ", ".join(both)}
            raise PydanticCustomError("codes", "must not have a code in stops and in again: {codes}", told)
        return self

    def code_of(self, theirs: str | None) -> int:
        """Herald's code for a code of the endpoint."""
        if theirs is None:
            return problems.UNKNOWN_ERROR.code
        if theirs in self.codes:
            return self.codes[theirs]
        is_number = theirs.isascii() and theirs.isdigit() and len(theirs) <= 6
        return int(theirs) if is_number else problems.UNKNOWN_ERROR.code


def settings_of(secret: Mapping[str, Any]) -> HttpSettings:
    """The endpoint's settings in the carriers' secret. Raises KeyError, pydantic's ValidationError."""
    return HttpSettings.model_validate(secret[NAME])
