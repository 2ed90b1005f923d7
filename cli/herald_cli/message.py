"""A message out of options: the parts of a send request that are the same for all its recipients."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import IO, Any, cast, get_args

import click

from herald_cli.client import Content, MessageToSend, RecipientChannel, SenderChannel
from herald_cli.files.text import UnknownEncoding, encoding_of, name_of

SENDER_CHANNEL = click.Choice(get_args(SenderChannel), case_sensitive=False)


def message_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is sent, from whom and when."""
    for option in reversed(
        (
            click.option("--text", help="The text. Liquid: Hi {{ name | default: 'there' }}"),
            click.option("--text-file", type=click.File("rb"), help="A file with the text."),
            click.option(
                "--media", multiple=True, metavar="URL", help="A picture or the like; may be repeated."
            ),
            click.option("--content-id", metavar="ID", help="A content template, in place of --text."),
            click.option("--from", "from_", metavar="ADDRESS", help="The sender; else Herald chooses one."),
            click.option("--from-channel", type=SENDER_CHANNEL, metavar="SMS|RCS|WHATSAPP"),
            click.option("--pool", metavar="ID", help="A pool of senders, in place of --from."),
            click.option(
                "--tag", "tags", multiple=True, metavar="K:V", help="A tag of every message; may be repeated."
            ),
            click.option(
                "--schedule",
                multiple=True,
                metavar="TIME",
                help="2026-12-24T09:00:00Z, or without Z in each recipient's time; may be repeated.",
            ),
            click.option(
                "--dry-run", is_flag=True, help="Let the carrier check the messages without sending them."
            ),
        )
    ):
        command = option(command)
    return command


def message_of(given: Mapping[str, Any]) -> MessageToSend:
    """The message that the options ask for."""
    text, from_, channel, pool = given["text"], given["from_"], given["from_channel"], given["pool"]
    if given["text_file"]:
        if text:
            raise click.UsageError("Give --text or --text-file.")
        text = _text_in(given["text_file"])
    content = _content(text, given["media"], given["content_id"])
    if (from_ is None) != (channel is None):
        raise click.UsageError("--from and --from-channel go together.")
    if pool and from_:
        raise click.UsageError("Give --from or --pool.")
    message: dict[str, Any] = {"content": content}
    if from_ is not None:
        message["from"] = {"address": from_, "channel": channel}
    if pool:
        message["from"] = {"senderPoolId": pool}
    if given["tags"]:
        message["tags"] = dict(_tag(tag) for tag in given["tags"])
    if given["schedule"]:
        message["schedule"] = {"sendAt": list(given["schedule"])}
    if given["dry_run"]:
        message["delivery"] = {"dryRun": True}
    return cast(MessageToSend, message)


def _text_in(file: IO[bytes]) -> str:
    """The text of a file in any encoding; one that is not UTF-8 is named: it may be a wrong guess."""
    data = file.read()
    try:
        encoding = encoding_of(BytesIO(data))
        text = data.decode(encoding)
    except (UnknownEncoding, UnicodeDecodeError):
        raise click.BadParameter(
            f"{file.name}: the encoding is unknown: save it as UTF-8", param_hint="--text-file"
        ) from None
    if (name := name_of(encoding)) != "UTF-8":
        click.echo(f"note: {file.name}: read as {name}", err=True)
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").rstrip("\n")


def _content(text: str | None, media: Sequence[str], content_id: str | None) -> Content:
    if content_id:
        if text or media:
            raise click.UsageError("Give --content-id, or --text and --media.")
        return cast(Content, {"contentId": content_id})
    if not text and not media:
        raise click.UsageError("Give --text, or --media, or both, or --content-id.")
    content: Content = {}
    if text:
        content["text"] = text
    if media:
        content["media"] = [{"url": url} for url in media]
    return content


def _tag(tag: str) -> tuple[str, str]:
    key, colon, value = tag.partition(":")
    if not (key and colon and value):
        raise click.BadParameter(f"{tag!r} is not like campaign:spring", param_hint="--tag")
    return key, value


def channel_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says how recipients are reached."""
    return click.option(
        "--channel",
        type=click.Choice(get_args(RecipientChannel), case_sensitive=False),
        metavar="PHONE|WHATSAPP",
        default="PHONE",
        show_default=True,
        help="How to reach recipients that name no channel.",
    )(command)
