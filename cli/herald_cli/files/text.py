"""The encoding and the separator of a text file.

The command shows both to the user, because a wrong guess garbles a name and causes no error.
"""

import csv
import re
import unicodedata
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
# The encodings of spreadsheets and address books, the most common first.
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
    """The bytes are not text in a known encoding."""


def folded(words: str) -> str:
    """Words for comparison: without case, accents, blanks and punctuation."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in parts if letter.isalnum())


def encoding_of(file: IO[bytes]) -> str:
    """The encoding of a file, as Python names it; the file is rewound afterwards.

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
    return _older_encoding(sample)


def name_of(encoding: str) -> str:
    """An encoding as people call it: cp1252 is Windows-1252."""
    if windows := re.fullmatch(r"cp(125\d)", encoding):
        return f"Windows-{windows[1]}"
    return _NAMES.get(encoding, encoding.upper().replace("_", "-"))


def separator_of(lines: Iterable[str]) -> str:
    """The separator that splits the first lines into the most even rows; a comma if none does."""
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


def _older_encoding(sample: bytes) -> str:
    """The most likely encoding of a text that is not Unicode. Raises UnknownEncoding.

    A short file has too few letters for statistics, so words and the countries of the numbers decide first:
    names that mix letters of ASCII and others are of a Latin alphabet, and numbers of +7 suggest Cyrillic.
    """
    local = _by_country(sample)
    if _is_latin(sample):
        return local if local == "cp1250" and _reads_as_letters(sample, local) else "cp1252"
    if local and _reads_as_letters(sample, local):
        return local
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_CANDIDATES), threshold=0.5).best()
    if best is None:
        raise UnknownEncoding("the encoding of the file is unknown: save it as CSV UTF-8, or give --encoding")
    return best.encoding


def _is_latin(sample: bytes) -> bool:
    """Whether most words with accented letters have plain ones too, read as Windows-1252."""
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", western) if not word.isascii()]
    mixed = sum(any(letter.isascii() for letter in word) for word in words)
    odd = sum(not letter.isascii() and not letter.isalpha() for letter in western)
    return bool(words) and mixed * 2 > len(words) and odd <= len(words)


def _reads_as_letters(sample: bytes, encoding: str) -> bool:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    foreign = [letter for letter in text if not letter.isascii()]
    return sum(letter.isalpha() for letter in foreign) >= 0.9 * len(foreign)


def _by_country(sample: bytes) -> str | None:
    """The encoding that spreadsheets write in the country of most numbers of the sample."""
    codes: Counter[str] = Counter()
    for number in re.findall(rb"(?:\+|00)([1-9][0-9]{6,14})", sample):
        digits = number.decode()
        codes.update(code for code in (digits[:3], digits[:2], digits[:1]) if code in _COUNTRIES)
    return _COUNTRIES[codes.most_common(1)[0][0]] if codes else None


_COUNTRIES: Final = {
    code: encoding
    for encoding, codes in {
        "cp1250": "36 40 48 385 386 387 420 421",
        "cp1251": "7 359 373 375 380 381 389 976 992 993 996 998",
        "cp1253": "30 357",
        "cp1254": "90 994",
        "cp1255": "972",
        "cp1256": "20 92 93 98 212 213 216 218 249 961 962 963 964 965 966 967 968 970 971 973 974",
        "cp1257": "370 371 372",
        "cp1258": "84",
        "cp932": "81",
        "cp949": "82",
        "gb18030": "86 65",
        "big5": "852 853 886",
    }.items()
    for code in codes.split()
}
