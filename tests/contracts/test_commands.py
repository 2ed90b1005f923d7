"""Every command of the command line can be used by a script."""

from collections.abc import Iterator
from typing import Final

import click
import pytest

from herald_cli.main import cli


def _commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(_commands(cli))
# Options whose names say it.
UNSAID: Final = {"account_sid", "from_channel", "file", "text", "channel", "media", "schedule"}
# What touches much, or cannot be taken back.
ASKING = frozenset(
    {
        ("send",),
        ("operations", "cancel"),
        ("suppressions", "import"),
        ("redrive",),
        ("repair",),
        ("restore",),
        ("sender", "import"),
        ("restore",),
        ("content", "delete"),
        ("pools", "delete"),
        ("profiles", "delete"),
        ("keywords", "reset"),
    }
)


def _options(command: click.Command) -> set[str]:
    return {option for each in command.params for option in each.opts}


def test_the_tree_is_walked() -> None:
    assert len(COMMANDS) > 40


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_prints_json(path: tuple[str, ...]) -> None:
    assert "--json" in _options(COMMANDS[path])


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_says_what_it_is_for(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]

    assert command.help
    assert [
        each.name
        for each in command.params
        if isinstance(each, click.Option) and not each.help and each.name not in UNSAID
    ] == []


@pytest.mark.parametrize("path", sorted(ASKING), ids=" ".join)
def test_what_touches_much_asks_and_scripts_can_answer(path: tuple[str, ...]) -> None:
    assert "--yes" in _options(COMMANDS[path])


def test_no_option_takes_a_secret() -> None:
    secret = {
        (*path, option)
        for path, command in COMMANDS.items()
        for option in _options(command)
        if any(word in option for word in ("auth-token", "password", "secret"))
    }

    assert secret == set()
