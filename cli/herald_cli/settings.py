"""The API's URL and credentials: from options, the environment, a profile, or the local stack's file."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from herald_cli import profiles

LOCAL = Path(".herald/local.json")
"""The file that `make run` writes, under the current directory."""
TOKEN = "HERALD_AUTH_TOKEN"  # noqa: S105 (the name of a variable)


class SettingsError(Exception):
    """It is unknown which API to call."""


@dataclass(frozen=True)
class Settings:
    base_url: str
    account_sid: str
    auth_token: str = field(repr=False)


def settings(base_url: str | None, account_sid: str | None, profile: str | None = None) -> Settings:
    """The settings: those of options and environment, else of a profile, else of the local stack's file.

    All settings come from one source: its token is for its URL, and must not be sent to another. The auth
    token comes from the environment, never from the command line, which every process can read.
    """
    auth_token = os.environ.get(TOKEN)
    if profile:
        found = profiles.load(profile)
        if found is None:
            known = ", ".join(profiles.names()) or "none"
            raise SettingsError(
                f"there is no profile {profile!r} (there are: {known}). "
                f"Make it: herald login --profile {profile}"
            )
        return Settings(found.base_url, found.account_sid, found.auth_token)
    if base_url and account_sid and auth_token:
        if not base_url.startswith(("http://", "https://")):
            raise SettingsError(f"the base URL {base_url!r} does not begin with http:// or https://")
        return Settings(base_url, account_sid, auth_token)
    if not (base_url or account_sid or auth_token):
        return _kept()
    given = {
        "--base-url (HERALD_BASE_URL)": base_url,
        "--account-sid (HERALD_ACCOUNT_SID)": account_sid,
        TOKEN: auth_token,
    }
    missing = [name for name, value in given.items() if not value]
    raise SettingsError(f"some settings are given, but not {' and '.join(missing)}")


def _kept() -> Settings:
    if LOCAL.exists():
        return local()
    if found := profiles.load(profiles.DEFAULT):
        return Settings(found.base_url, found.account_sid, found.auth_token)
    raise SettingsError(
        f"no API to call: there is no {LOCAL} here, and no profile. Start a stack with `make run`, run "
        "`herald login`, or set HERALD_BASE_URL, HERALD_ACCOUNT_SID and HERALD_AUTH_TOKEN."
    )


def local() -> Settings:
    """The settings of the stack that `make run` started in this folder. Raises SettingsError."""
    try:
        local = json.loads(LOCAL.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingsError(
            f"{LOCAL} is not JSON ({error}). Start the stack again with `make run`."
        ) from None
    try:
        return Settings(local["baseUrl"], local["accountSid"], local["authToken"])
    except KeyError as error:
        raise SettingsError(f"{LOCAL} has no {error}. Start the stack again with `make run`.") from None
