"""Which encoding and which separator a text file has.

Both are said to the person that sends the file: a wrong guess shows in a name, not in an error.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from typing import IO, Final

import charset_normalizer

SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE_BYTES: Final = 256 * 1024
_SAMPLE_ROWS: Final = 50
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What spreadsheets and address books write, by how common it is.
_CANDIDATES: Final = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "cp932", "gb18030", "big5", "cp949", "euc_jp", "iso8859_2", "iso8859_15", "koi8_r", "mac_roman",
)  # fmt: skip
_NAMES: Final = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "utf-32": "UTF-32", "cp932": "Shift JIS", "gb18030": "GB 18030", "big5": "Big5",
    "cp949": "Korean (CP949)", "euc_jp": "EUC-JP", "koi8_r": "KOI8-R", "mac_roman": "Mac Roman",
}  # fmt: skip


class UnknownEncoding(ValueError):
    """The bytes are text of no encoding that is known here."""


def encoding_of(file: IO[bytes]) -> str:
    """The encoding of a file, as Python names it; the file stands at its beginning afterwards.

    A byte order mark decides; else UTF-8, if the whole file is; else the most likely of the older encodings.
    Raises UnknownEncoding.
    """
    file.seek(0)
    sample = file.read(_SAMPLE_BYTES)
    file.seek(0)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if wide := _without_mark(sample):
        return wide
    if _is_utf8(file):
        return "utf-8"
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_CANDIDATES), threshold=0.5).best()
    if best is None:
        raise UnknownEncoding("the encoding of the file is unknown: save it as CSV UTF-8, or give --encoding")
    return _preferred(sample, best.encoding)


def name_of(encoding: str) -> str:
    """An encoding as people call it: cp1252 is Windows-1252."""
    if windows := re.fullmatch(r"cp(125\d)", encoding):
        return f"Windows-{windows[1]}"
    return _NAMES.get(encoding, encoding.upper().replace("_", "-"))


def separator_of(lines: Iterable[str]) -> str:
    """The separator that cuts the first lines into the most even rows; a comma when none does."""
    sample = [line for line in lines if line.strip()][:_SAMPLE_ROWS]
    if sample and (said := re.fullmatch(r"\s*sep=(.)\s*", sample[0], re.IGNORECASE)):
        return said[1]
    best, points = ",", 0.0
    for separator in SEPARATORS:
        widths = [len(row) for row in csv.reader(sample, delimiter=separator)]
        if not widths:
            continue
        width, agreeing = Counter(widths).most_common(1)[0]
        if width > 1 and agreeing / len(widths) * (1 + widths.count(widths[0]) / len(widths)) > points:
            best, points = separator, agreeing / len(widths) * (1 + widths.count(widths[0]) / len(widths))
    return best


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 without a byte order mark: every second byte of western text is zero."""
    pairs = sample[: len(sample) // 2 * 2]
    if not pairs:
        return None
    zeros = pairs[0::2].count(0), pairs[1::2].count(0)
    if zeros[1] > len(pairs) // 4 > zeros[0]:
        return "utf-16-le"
    if zeros[0] > len(pairs) // 4 > zeros[1]:
        return "utf-16-be"
    return None


def _is_utf8(file: IO[bytes]) -> bool:
    try:
        for line in file:
            line.decode()
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _preferred(sample: bytes, found: str) -> str:
    """Windows-1252 in place of its near relations, where both read the same letters.

    A short file has too few letters to tell them apart, and Windows-1252 is what spreadsheets write.
    """
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        return found
    if found in {"iso8859_15", "mac_roman", "cp1254", "cp1257", "cp1258", "cp1250", "iso8859_2"}:
        letters = [letter for letter in western if ord(letter) > 127]  # noqa: PLR2004 (ASCII)
        if letters and all(letter.isalpha() and letter in _WESTERN for letter in letters):
            return "cp1252"
    return found


_WESTERN: Final = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœ")
