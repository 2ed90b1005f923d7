"""The README's table of endpoints, made from their declarations: `python -m tools.endpoints --write`."""

import argparse
import re
from pathlib import Path
from typing import Final

from herald.resources import everything

_README: Final = Path(__file__).parent.parent / "README.md"
_STAGE: Final = "v1"
_TABLE: Final = re.compile(r"(?<=\| Route \| What it does \|\n\|---\|---\|\n)(?:\|.*\n)+")


def readme_rows() -> list[dict[str, str]]:
    """A row for each endpoint, by resource."""
    return [
        {"Route": f"{each.method} /{_STAGE}{each.rule}", "What it does": each.about}
        for resource in everything()
        for each in resource
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into README.md; else print the table")
    rows = "".join(f"| `{row['Route']}` | {row['What it does']} |\n" for row in readme_rows())
    if not parser.parse_args().write:
        print(rows, end="")
        return
    text, found = _TABLE.subn(lambda _: rows, _README.read_text())
    if found != 1:
        raise SystemExit("README.md has no table of routes")
    _README.write_text(text)


if __name__ == "__main__":
    main()
