"""`python -m tools.numbers`: make herald/model/calling_codes.py from libphonenumber's metadata.

With --check nothing is written, and the command fails if the file differs from its output.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _parser
from typing import Any, Final

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

TARGET: Final = Path("layers/herald/herald/model/calling_codes.py")

# Canada's 310-xxxx, which the metadata has, is for calls inside of Canada: no person is reached by +1310xxxx.
_WHOLE: Final = {1: (10,)}
# The prefix that Mexicans dialed until 2019 and still write; the metadata no longer has it.
_PREFIXES: Final = {52: "0(?:1|44|45)"}

_HEAD: Final = '''"""What the numbers behind each calling code look like.

Made from the metadata of libphonenumber (phonenumbers {version}) by `python -m tools.numbers`.
Do not edit: change the command, or raise the version of phonenumbers, and run it again.
"""

from typing import Final, NamedTuple


class Row(NamedTuple):
    """One calling code. Patterns are of libphonenumber, and are matched against national numbers.

    lengths    how many digits a whole national number has
    has_zeros  whether there are numbers that begin with 0
    firsts     the digits that a prefix of `prefix` begins with
    prefix     what is dialed before a national number inside of the country, but not after +
    transform  what takes the place of `prefix`, where that is more than nothing
    numbers    every national number that the country gives out
    """

    lengths: tuple[int, ...]
    has_zeros: bool
    firsts: str = ""
    prefix: str = ""
    transform: str = ""
    numbers: str = ""


CALLING_CODES: Final[dict[str, Row]] = {{
'''


def main() -> int:
    made = _formatted(_HEAD.format(version=phonenumbers.__version__) + "".join(_rows()) + "}\n")
    if "--check" not in sys.argv:
        TARGET.write_text(made)
    elif TARGET.read_text() != made:
        print(f"{TARGET} is not what `python -m tools.numbers` makes", file=sys.stderr)
        return 1
    return 0


def _rows() -> Iterator[str]:
    regions_of = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    for code, regions in sorted(regions_of.items(), key=lambda each: str(each[0])):
        all_metadata = [PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in regions]
        yield f'    "{code}": {_row([each for each in all_metadata if each])},\n'


def _row(all_metadata: list[Any]) -> str:
    """The row of the regions that share a calling code; the first of them is the main one."""
    found = {length for each in all_metadata for length in each.general_desc.possible_length}
    lengths = _WHOLE.get(all_metadata[0].country_code) or tuple(sorted(found))
    numbers = "|".join(
        dict.fromkeys(_compact(each.general_desc.national_number_pattern) for each in all_metadata)
    )
    told = f"{lengths!r}, {'0' in _firsts(numbers)}"
    main = all_metadata[0]
    prefix = _compact(main.national_prefix_for_parsing or _PREFIXES.get(main.country_code) or "")
    if not prefix:
        return f"Row({told})"
    transform = re.sub(r"\$(\d)", r"\\\1", all_metadata[0].national_prefix_transform_rule or "")
    return f"Row({told}, {_firsts(prefix)!r}, {prefix!r}, {transform!r}, {numbers!r})"


def _firsts(pattern: str) -> str:
    """The digits that a text which a pattern matches can begin with."""
    found, _ = _begin(_parser.parse(pattern))
    return "".join(sorted(found))


def _begin(parts: Iterable[Any]) -> tuple[set[str], bool]:
    """The digits that a sequence can begin with, and whether it can be empty."""
    found: set[str] = set()
    for operation, argument in parts:
        digits, is_empty = _begin_of(str(operation), argument)
        found |= digits
        if not is_empty:
            return found, False
    return found, True


def _begin_of(operation: str, argument: Any) -> tuple[set[str], bool]:
    match operation:
        case "LITERAL":
            return {chr(argument)}, False
        case "RANGE":
            return set(map(chr, range(argument[0], argument[1] + 1))), False
        case "CATEGORY" | "ANY":
            return set("0123456789"), False
        case "IN":
            return set().union(*(_begin_of(str(kind), each)[0] for kind, each in argument)), False
        case "BRANCH":
            ways = [_begin(way) for way in argument[1]]
            return set().union(*(digits for digits, _ in ways)), any(is_empty for _, is_empty in ways)
        case "SUBPATTERN":
            return _begin(argument[-1])
        case "MAX_REPEAT":
            digits, is_empty = _begin(argument[2])
            return digits, is_empty or argument[0] == 0
        case "AT":
            return set(), True
    raise ValueError(f"a pattern has {operation}, which this command does not know")


def _compact(pattern: str) -> str:
    return re.sub(r"\s", "", pattern)


def _formatted(source: str) -> str:
    """The source as ruff formats it."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
