"""The commands for an account's resources: content templates, pools, profiles, keywords, sessions.

They read and print the JSON of the API, whose shapes docs/api.md describes.
"""

import json
from collections.abc import Callable
from typing import IO, Any
from urllib.parse import quote

import click

from herald_cli import show
from herald_cli.outside import (
    Outside,
    always_json,
    confirm,
    json_option,
    outside,
    print_json,
    yes_option,
)

body_argument = click.argument("body", type=click.File("rb"), metavar="JSON_FILE")


def _json(file: IO[bytes]) -> Any:
    try:
        return json.loads(file.read().decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise click.UsageError(f"{file.name} is not JSON: {error}") from error


def paged(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a list."""
    for option in (
        click.option("--all", "every", is_flag=True, help="This page and all that follow."),
        click.option("--page-token", metavar="TOKEN", help="Where the page before ended."),
        click.option("--page-size", type=click.IntRange(1, 1000), help="50 unless told."),
    ):
        command = option(command)
    return command


def _list(world: Outside, path: str, name: str, given: dict[str, Any], **filters: object) -> None:
    """Print the entries of a list, one JSON object a line."""
    with world.connect() as herald:
        shown = 0
        for page in herald.pages(path, pageSize=given["page_size"], pageToken=given["page_token"], **filters):
            for each in page[name]:
                shown += 1
                print_json(each)
            is_last = page["pagination"]["next"] is None
            if is_last and not shown:
                show.line(show.console(stderr=True), "none")
            if not given["every"]:
                show.next_page(show.console(stderr=True), page["pagination"]["next"])
                break


def _show(world: Outside, path: str) -> None:
    with world.connect() as herald:
        print_json(herald.read(path))


def _delete(world: Outside, path: str, question: str, *, yes: bool, as_json: bool) -> None:
    confirm(question, yes=yes)
    with world.connect() as herald:
        herald.change("DELETE", path)
    _deleted(path, as_json=as_json)


def _deleted(path: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"deleted": path})
    else:
        click.echo("deleted", err=True)


# -------------------------------------------------------------------- content


@click.group()
def content() -> None:
    """Create, list, show and delete content templates."""


@content.command("create")
@body_argument
@always_json
@outside
def create_content(world: Outside, body: IO[bytes]) -> None:
    """Create a content template from a JSON file, and print it."""
    with world.connect() as herald:
        print_json(herald.post("Content", _json(body)))


@content.command("list")
@paged
@always_json
@outside
def list_content(world: Outside, /, **given: Any) -> None:
    """List content templates, newest first."""
    _list(world, "Content", "contents", given)


@content.command("show")
@click.argument("content_id")
@always_json
@outside
def show_content(world: Outside, content_id: str) -> None:
    """Show a content template."""
    _show(world, f"Content/{quote(content_id, safe='')}")


@content.command("delete")
@click.argument("content_id")
@yes_option
@json_option
@outside
def delete_content(world: Outside, content_id: str, yes: bool, as_json: bool) -> None:
    """Delete a content template; messages that were accepted before still use it."""
    _delete(world, f"Content/{quote(content_id, safe='')}", f"Delete {content_id}?", yes=yes, as_json=as_json)


# ---------------------------------------------------------------------- pools


@click.group()
def pools() -> None:
    """Make, list and change pools of senders."""


@pools.command("create")
@body_argument
@always_json
@outside
def create_pool(world: Outside, body: IO[bytes]) -> None:
    """Make a pool from a JSON file, and print the answer."""
    with world.connect() as herald:
        print_json(herald.post("SenderPools", _json(body)))


@pools.command("list")
@paged
@always_json
@outside
def list_pools(world: Outside, /, **given: Any) -> None:
    """List pools, newest first."""
    _list(world, "SenderPools", "senderPools", given)


@pools.command("show")
@click.argument("pool_id")
@always_json
@outside
def show_pool(world: Outside, pool_id: str) -> None:
    """Show a pool."""
    _show(world, f"SenderPools/{quote(pool_id, safe='')}")


@pools.command("senders")
@click.argument("pool_id")
@paged
@always_json
@outside
def pool_senders(world: Outside, /, pool_id: str, **given: Any) -> None:
    """List the senders of a pool."""
    _list(world, f"SenderPools/{quote(pool_id, safe='')}/Senders", "senders", given)


@pools.command("add")
@click.argument("pool_id")
@click.argument("sender_ids", nargs=-1, required=True)
@always_json
@outside
def add_to_pool(world: Outside, pool_id: str, sender_ids: tuple[str, ...]) -> None:
    """Put senders into a pool."""
    with world.connect() as herald:
        members = [{"senderId": each} for each in sender_ids]
        print_json(herald.post(f"SenderPools/{quote(pool_id, safe='')}/Senders", members))


@pools.command("remove")
@click.argument("pool_id")
@click.argument("sender_id")
@json_option
@outside
def remove_from_pool(world: Outside, pool_id: str, sender_id: str, as_json: bool) -> None:
    """Take a sender out of a pool."""
    path = f"SenderPools/{quote(pool_id, safe='')}/Senders/{quote(sender_id, safe='')}"
    with world.connect() as herald:
        herald.change("DELETE", path)
    _deleted(path, as_json=as_json)


@pools.command("delete")
@click.argument("pool_id")
@yes_option
@json_option
@outside
def delete_pool(world: Outside, pool_id: str, yes: bool, as_json: bool) -> None:
    """Delete a pool; its senders stay."""
    _delete(world, f"SenderPools/{quote(pool_id, safe='')}", f"Delete {pool_id}?", yes=yes, as_json=as_json)


# ------------------------------------------------------------------- profiles


@click.group()
def profiles() -> None:
    """Show and change profiles: a person's addresses and traits."""


def _profile(store: str, profile_id: str) -> str:
    return f"MemoryStores/{quote(store, safe='')}/Profiles/{quote(profile_id, safe='')}"


@profiles.command("put")
@click.argument("store")
@click.argument("profile_id")
@body_argument
@always_json
@outside
def put_profile(world: Outside, store: str, profile_id: str, body: IO[bytes]) -> None:
    """Make or replace a profile from a JSON file."""
    with world.connect() as herald:
        print_json(herald.change("PUT", _profile(store, profile_id), _json(body)))


@profiles.command("show")
@click.argument("store")
@click.argument("profile_id")
@always_json
@outside
def show_profile(world: Outside, store: str, profile_id: str) -> None:
    """Show a profile."""
    _show(world, _profile(store, profile_id))


@profiles.command("delete")
@click.argument("store")
@click.argument("profile_id")
@yes_option
@json_option
@outside
def delete_profile(world: Outside, store: str, profile_id: str, yes: bool, as_json: bool) -> None:
    """Delete a profile; its messages stay."""
    _delete(world, _profile(store, profile_id), f"Delete {profile_id}?", yes=yes, as_json=as_json)


# ------------------------------------------------------------------- keywords


@click.group()
def keywords() -> None:
    """Show and set the keywords by which people opt out and in."""


@keywords.command("show")
@always_json
@outside
def show_keywords(world: Outside) -> None:
    """Show the keywords."""
    _show(world, "Keywords")


@keywords.command("set")
@body_argument
@always_json
@outside
def set_keywords(world: Outside, body: IO[bytes]) -> None:
    """Set the keywords from a JSON file."""
    with world.connect() as herald:
        print_json(herald.change("PUT", "Keywords", _json(body)))


@keywords.command("reset")
@yes_option
@json_option
@outside
def reset_keywords(world: Outside, yes: bool, as_json: bool) -> None:
    """Restore the default keywords."""
    _delete(world, "Keywords", "Delete the account's own words?", yes=yes, as_json=as_json)


# ------------------------------------------------------------------- sessions


@click.group()
def sessions() -> None:
    """Show conversations with people."""


@sessions.command("show")
@click.argument("session_id")
@always_json
@outside
def show_session(world: Outside, session_id: str) -> None:
    """Show a conversation."""
    _show(world, f"Sessions/{quote(session_id, safe='')}")


@sessions.command("messages")
@click.argument("session_id")
@paged
@always_json
@outside
def session_messages(world: Outside, /, session_id: str, **given: Any) -> None:
    """List the messages of a conversation, newest first."""
    _list(world, "Messages", "messages", given, sessionId=session_id)
