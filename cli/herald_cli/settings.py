"""Where the API is and who calls it: from options, else the environment, else the local stack's file."""

import json
from dataclasses import dataclass, field
from pathlib import Path

LOCAL = Path(".herald/local.json")
"""What `make run` leaves behind, under the current directory."""


class SettingsError(Exception):
    """There is no telling which API to call."""


@dataclass(frozen=True)
class Settings:
    base_url: str
    account_sid: str
    auth_token: str = field(repr=False)


def settings(base_url: str | None, account_sid: str | None, auth_token: str | None) -> Settings:
    """The settings: those given by option or environment, or all of them from the local stack's file.

    The file is used whole or not at all: its token is for its URL, and must not go to another.
    """
    if base_url and account_sid and auth_token:
        if not base_url.startswith(("http://", "https://")):
            raise SettingsError(f"the base URL {base_url!r} does not begin with http:// or https://")
        return Settings(base_url, account_sid, auth_token)
    if not (base_url or account_sid or auth_token):
        return _local()
    given = {
        "--base-url (HERALD_BASE_URL)": base_url,
        "--account-sid (HERALD_ACCOUNT_SID)": account_sid,
        "--auth-token (HERALD_AUTH_TOKEN)": auth_token,
    }
    missing = [name for name, value in given.items() if not value]
    raise SettingsError(f"some settings are given, but not {' and '.join(missing)}")


def _local() -> Settings:
    try:
        local = json.loads(LOCAL.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"no API to call: there is no {LOCAL} here. Start a stack with `make run`,"
            " or set HERALD_BASE_URL, HERALD_ACCOUNT_SID and HERALD_AUTH_TOKEN."
        ) from None
    except ValueError as error:
        raise SettingsError(
            f"{LOCAL} is not JSON ({error}). Start the stack again with `make run`."
        ) from None
    try:
        return Settings(local["baseUrl"], local["accountSid"], local["authToken"])
    except KeyError as error:
        raise SettingsError(f"{LOCAL} has no {error}. Start the stack again with `make run`.") from None
