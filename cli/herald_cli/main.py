"""The command `herald`.

Commands are loaded when they are asked for: `herald --help` imports none of them, and a command imports only
the libraries that it works with.
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, NamedTuple

import click

from herald_cli import exits
from herald_cli.outside import Outside

DISTRIBUTION: Final = "herald-messaging"


class Entry(NamedTuple):
    """Where a command is, and its line of `herald --help`."""

    module: str
    name: str
    help: str


_COMMANDS: Final = {
    "send": Entry(
        "commands.sending",
        "send_command",
        "Send one message to the recipients of a file, or to some numbers.",
    ),
    "check": Entry(
        "commands.sending", "check_command", "Show what sending a file would do, and send nothing."
    ),
    "watch": Entry(
        "commands.sending",
        "watch_command",
        "Show the counts of operations until every message is final.",
    ),
    "demo": Entry(
        "commands.demo", "demo", "Send 10,000 example messages to the stack of this folder, and watch them."
    ),
    "operations": Entry(
        "commands.operations", "operations", "List, show, cancel, pause, resume and export operations."
    ),
    "operation": Entry("commands.operations", "operation_command", "Show an operation and its counts."),
    "messages": Entry("commands.messages", "messages_command", "List messages, newest first."),
    "message": Entry(
        "commands.messages", "message_command", "Show a message with its content and its attempts."
    ),
    "content": Entry("commands.resources", "content", "Create, list, show and delete content templates."),
    "pools": Entry("commands.resources", "pools", "Make, list and change pools of senders."),
    "profiles": Entry(
        "commands.resources", "profiles", "Show and change profiles: a person's addresses and traits."
    ),
    "keywords": Entry(
        "commands.resources", "keywords", "Show and set the keywords by which people opt out and in."
    ),
    "sessions": Entry("commands.resources", "sessions", "Show conversations with people."),
    "suppressions": Entry(
        "suppressions", "suppressions", "List and change the numbers that the account may not write to."
    ),
    "login": Entry(
        "commands.configure", "login", "Keep the address and the credentials of a stack as a profile."
    ),
    "logout": Entry("commands.configure", "logout", "Forget a profile and its credentials."),
    "config": Entry("commands.configure", "config", "List the profiles that are kept."),
    "account": Entry(
        "commands.accounts",
        "account",
        "Make, show, change, disable and enable accounts. Needs AWS credentials for the stack.",
    ),
    "key": Entry(
        "commands.keys",
        "key",
        "Make, list, rotate and disable API keys. Needs AWS credentials for the stack.",
    ),
    "audit": Entry("commands.audit", "audit", "List who changed what, newest first."),
    "limits": Entry("commands.limits", "limits_command", "Show the account's limits, and their use."),
    "prices": Entry(
        "commands.limits", "prices", "Import and show the prices of message parts. Needs AWS credentials."
    ),
    "sender": Entry(
        "senders",
        "sender",
        "Add, approve, move and remove senders of accounts. Needs AWS credentials for the stack.",
    ),
    "inbound": Entry("operator", "inbound", "Write to a sender of the sandbox, as a person would."),
    "doctor": Entry(
        "commands.doctor", "doctor", "Check a deployed stack, and say what each finding means and its cure."
    ),
    "deadletters": Entry("upkeep", "deadletters", "Show which tasks and events were given up."),
    "redrive": Entry("upkeep", "redrive", "Send dead letters back to their queues."),
    "restore": Entry("restore", "restore", "Bring back missing items from a restored table."),
    "repair": Entry("upkeep", "repair", "Recount operations from their messages, and restart stuck chunks."),
}


class Commands(click.Group):
    """The commands of `herald`, each loaded when it runs, with plain messages when the API refuses."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        entry = _COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(import_module(f"herald_cli.{entry.module}"), entry.name)
        if cmd_name == "account" and isinstance(command, click.Group):
            # In a module of its own, which needs the options of this one.
            from herald_cli.commands.limits import limit_command

            command.add_command(limit_command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as error:
            ctx.exit(_explained(error))


def _explained(error: Exception) -> int:
    """Print an error that a user can act upon, and return its exit code; raise any other."""
    from herald_cli import show
    from herald_cli.client import ApiError, HeraldError
    from herald_cli.profiles import ProfileError
    from herald_cli.settings import SettingsError

    notes = show.console(stderr=True)
    match error:
        case ApiError():
            show.errors(notes, error)
            return exits.REFUSED
        case HeraldError():
            show.problem(notes, str(error))
            return exits.UNREACHED
        case SettingsError() | ProfileError():
            show.problem(notes, str(error))
            return exits.USAGE
    raise error


def _version() -> str:
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "of a clone"


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"herald {_version()}")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--profile", envvar="HERALD_PROFILE", show_envvar=True, help="A profile that `herald login` made."
)
@click.option("--base-url", envvar="HERALD_BASE_URL", show_envvar=True, help="The URL, up to /v1.")
@click.option(
    "--account-sid", envvar="HERALD_ACCOUNT_SID", show_envvar=True, help="The account or key that calls."
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)
@click.pass_context
def cli(context: click.Context, profile: str | None, base_url: str | None, account_sid: str | None) -> None:
    """Send messages in bulk with Herald, and follow them.

    The stack is that of the options or the environment (the auth token in HERALD_AUTH_TOKEN), else of the
    profile, else the stack that `make run` started in this folder, else the profile `default`.
    """
    world = context.ensure_object(Outside)
    world.profile, world.base_url, world.account_sid = profile, base_url, account_sid
