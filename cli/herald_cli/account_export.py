"""`herald account export`: all data that an account can read, as a file for each kind.

The rows of a kind are spooled to the disk first, because only then all columns are known; so memory
does not grow with the account.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import click

from herald_cli.outside import Outside, json_option, outside, print_json

# By the name of the file: the path of the list.
KINDS: Final[Mapping[str, str]] = {
    "messages": "Messages",
    "operations": "Messages/Operations",
    "suppressions": "Suppressions",
    "senders": "Senders",
    "sender-pools": "SenderPools",
    "content": "Content",
}
_PAGE_SIZE: Final = 1_000
_FORMULA: Final = ("=", "@", "-", "+", "\t", "\r")


def flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """The fields of an answer as columns: `error.code` of an object in it; a list is JSON."""
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield from flat(each, f"{before}{name}.")
        elif isinstance(each, list):
            yield f"{before}{name}", json.dumps(each, ensure_ascii=False)
        elif each is not None:
            yield f"{before}{name}", str(each).lower() if isinstance(each, bool) else str(each)


def write(path: Path, kind: Literal["csv", "parquet"], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows to a file, which appears when it is complete; return their number. All cells are texts."""
    import polars

    columns: dict[str, None] = {}
    count = 0
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".herald-") as folder:
        spool, unfinished = Path(folder, "rows"), Path(folder, "file")
        with spool.open("w", encoding="utf-8") as file:
            for row in rows:
                found = dict(flat(row))
                if kind == "csv":
                    found = {name: _guarded(each) for name, each in found.items()}
                columns |= dict.fromkeys(found)
                file.write(json.dumps(found, ensure_ascii=False) + "\n")
                count += 1
        frame = (
            polars.scan_ndjson(spool, schema=dict.fromkeys(columns, polars.String))
            if count
            else polars.LazyFrame(schema={"id": polars.String})
        )
        if kind == "csv":
            # Without the mark, a spreadsheet takes the file for one in an older encoding.
            frame.sink_csv(unfinished, include_bom=True)
        else:
            frame.sink_parquet(unfinished)
        unfinished.chmod(0o600)
        os.replace(unfinished, path)
    return count


def _guarded(text: str) -> str:
    """A cell that no spreadsheet treats as a formula. A number with its plus stays a number."""
    is_number = text[:1] in {"+", "-"} and text[1:].replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option(
    "--format",
    "kind",
    type=click.Choice(("csv", "parquet")),
    default="csv",
    show_default=True,
    help="Of the files.",
)
@click.option("--details", is_flag=True, help="Messages with content and attempts: a request for each.")
@json_option
@outside
def export_account(
    world: Outside, folder: str, kind: Literal["csv", "parquet"], details: bool, as_json: bool
) -> None:
    """Write all data of the account that calls to files in FOLDER.

    Messages (received ones too), operations, suppressions, senders, sender pools and content. Uses the
    account's own credentials, not those of AWS. Profiles are read by their ids, so they are not in it.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with world.connect() as herald:

        def rows(name: str, path: str) -> Iterator[Mapping[str, Any]]:
            for page in herald.pages(path, pageSize=_PAGE_SIZE):
                [some] = [each for each in page.values() if isinstance(each, list)]
                for each in some:
                    yield herald.message(each["id"]) if details and name == "messages" else each

        for name, path in KINDS.items():
            file = target / f"{name}.{kind}"
            count = write(file, kind, rows(name, path))
            if as_json:
                print_json({"file": str(file), "rows": count})
            else:
                click.echo(f"{name}: {count:,}", err=True)
