"""The stacks and accounts that a user calls: profiles in a file, secrets beside it.

    config.toml    [profiles.<name>] base_url, account_sid
    keyring        the auth token, if the system has a keyring
    secrets.toml   the auth token, readable by its owner only, if the system has none

The folder is platformdirs' for configuration; HERALD_CONFIG_DIR names another.
"""

import contextlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import platformdirs
import tomli_w

DEFAULT: Final = "default"
_SERVICE: Final = "herald"


class ProfileError(Exception):
    """A profile does not exist, or its file cannot be read."""


@dataclass(frozen=True)
class Profile:
    """A stack and an account to call it as."""

    name: str
    base_url: str
    account_sid: str
    auth_token: str = field(repr=False, default="")


def folder() -> Path:
    """Where profiles are kept."""
    given = os.environ.get("HERALD_CONFIG_DIR")
    return Path(given) if given else platformdirs.user_config_path("herald", appauthor=False)


def state_folder() -> Path:
    """Where the journals of sends are kept."""
    given = os.environ.get("HERALD_STATE_DIR")
    return Path(given) if given else platformdirs.user_state_path("herald", appauthor=False)


def names() -> Mapping[str, Mapping[str, Any]]:
    """All profiles, without their secrets."""
    found = _read(folder() / "config.toml").get("profiles", {})
    return found if isinstance(found, dict) else {}


def load(name: str) -> Profile | None:
    """A profile with its secret; None if there is none of this name. Raises ProfileError."""
    found = names().get(name)
    if found is None:
        return None
    try:
        base_url, account_sid = str(found["base_url"]), str(found["account_sid"])
    except KeyError as error:
        raise ProfileError(
            f"the profile {name!r} has no {error}: run `herald login --profile {name}`"
        ) from None
    token = _token(name, base_url, account_sid)
    if not token:
        raise ProfileError(
            f"the auth token of the profile {name!r} is gone: run `herald login --profile {name}`"
        )
    return Profile(name, base_url, account_sid, token)


def save(profile: Profile) -> str:
    """Save a profile; return where its secret is: `keyring` or a file's name."""
    every = {**names(), profile.name: {"base_url": profile.base_url, "account_sid": profile.account_sid}}
    _write(folder() / "config.toml", {"profiles": every})
    if _in_keyring(profile):
        return "the system's keyring"
    path = folder() / "secrets.toml"
    _write(path, {**_read(path), profile.name: profile.auth_token})
    return str(path)


def remove(name: str) -> bool:
    """Delete a profile and its secret; return whether there was one."""
    every = dict(names())
    found = every.pop(name, None)
    if found is None:
        return False
    _write(folder() / "config.toml", {"profiles": every})
    secrets = folder() / "secrets.toml"
    if name in (kept := _read(secrets)):
        _write(secrets, {key: value for key, value in kept.items() if key != name})
    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError, RuntimeError):
        keyring.delete_password(_SERVICE, f"{found.get('account_sid')}@{found.get('base_url')}")
    return True


def _in_keyring(profile: Profile) -> bool:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, f"{profile.account_sid}@{profile.base_url}", profile.auth_token)
    except (KeyringError, RuntimeError):
        return False
    return True


def _token(name: str, base_url: str, account_sid: str) -> str | None:
    kept = _read(folder() / "secrets.toml").get(name)
    if kept:
        return str(kept)
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, f"{account_sid}@{base_url}")
    except (KeyringError, RuntimeError):
        return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path} is not TOML: {error}") from None


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a file atomically, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(tomli_w.dumps(content).encode())
    unfinished.replace(path)
