"""Folds typed texts for the comparison with keywords.

Case, accents, punctuation, emoji, invisible marks, the forms of letters that phones offer as
decoration, a phone's signature and what is quoted of our own message are folded away.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# No opt-out is longer; the rest of a longer message is ignored.
_LONGEST: Final = 1_000

# Emoji that Unicode decomposes into letters, as in "STOP ™": they are no letters of the message.
_LETTER_EMOJI: Final = re.compile("[\u2122\u2139\u24c2\u3297\u3299\U0001f191-\U0001f251]")
# A keycap, such as 1 in a box: a picture, unless the word has letters of this kind only.
_KEYCAP: Final = re.compile("[0-9#*]\ufe0f?\u20e3")
# Letters in boxes and circles, in negative, which Unicode leaves as they are.
_DECORATED: Final = {
    first + number: chr(ord("a") + number) for first in (0x1F150, 0x1F170) for number in range(26)
}
# Flags are pairs of these; a message of nothing else spells with them.
_FLAGS: Final = {0x1F1E6 + number: chr(ord("a") + number) for number in range(26)}
# Letters that have no accent to take off.
_PLAIN: Final = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "ə": "e",
        # Arabic letters as Persian and Urdu keyboards have them, and the forms of alef.
        "ی": "ي",
        "ى": "ي",
        "ک": "ك",
        "ة": "ه",
        "ٱ": "ا",
        "ھ": "ه",
        "ہ": "ه",
        "ۃ": "ه",
        "ـ": "",
    }
)
# Cyrillic and Greek capitals that look like Latin ones.
_LOOK_ALIKES: Final = str.maketrans("авекмнорстухѕіјԁһαβεζηικμνορτυχ", "abekmhopctyxsijdhabezhikmnoptux")
_NEGATIVE: Final = "\U0001f150-\U0001f169\U0001f170-\U0001f189"
# One that stands alone is a picture, such as a blood group or a parking sign.
_ALONE: Final = re.compile(rf"(?<![\w\ufe0f{_NEGATIVE}])[{_NEGATIVE}]\ufe0f?(?![\w{_NEGATIVE}])")
# Characters inside a word that do not split it.
_APOSTROPHES: Final = re.compile("['’‘ʻʼ＇]")
_REPEATED: Final = re.compile(r"(.)\1{2,}")
_ZERO_IN_WORD: Final = re.compile(r"(?<=[a-z])0(?=[a-z])")

# Lines that a phone or a mail program adds.
_DEVICE: Final = (
    r"(?:i-?phone|i-?pad|i-?pod|android|galaxy|samsung|huawei|xiaomi|redmi|oppo|vivo|pixel|nokia|blackberry"
    r"|windows phone|outlook|gmail|yahoo|aol|mail|proton|hotmail|t-mobile|verizon|at&t|phone|smartphone"
    r"|handy|mobile|mobil|m[oó]vil|portable|telefon\w*|t[eé]l[eé]phone|celular|cellulare|device|tablet)"
)
_SENT: Final = (
    r"(?:sent (?:from|via|with|using)|get(?= outlook| yahoo| gmail| aol| proton)"
    r"|envoy[eé]e? (?:de|depuis|par)"
    r"|t[eé]l[eé]charge\w*|enviad[oa] (?:desde|do|da|con|via|pelo)|inviato (?:da|con)|gesendet (?:von|mit)"
    r"|von meinem|verzonden|verstuurd|skickat fr[aå]n|sendt fra|l[aä]hetetty|wys[lł]ane z"
    r"|odesl[aá]no|odoslan[eé]"
    r"|trimis d|k[uü]ldve|изпратено от|отправлено с|надіслано з|στάλθηκε|gönderildi|dikirim dari"
    r"|đ[uư][oợ]c g[uử]i|נשלח מ|أ[ُ]?رسلت?|ส่งจาก)"
)
_SIGNATURE: Final = re.compile(
    rf"(?:(?<=\s)|(?<=[.!,;-])){_SENT}.{{0,40}}?{_DEVICE}\b.{{0,60}}$"
    rf"|(?:(?<=\s)|(?<=[.!,;-])){_DEVICE}.{{0,20}}(?:gesendet|gönderildi|lähetetty|küldve)\b.{{0,20}}$"
    r"|(?:发自|發自|傳送自|从|從|寄自).{0,12}(?:iphone|ipad|android|手机|手機|邮箱|郵箱).{0,20}$"
    r"|(?:iphone|ipad|android|スマートフォン)\s*から送信.{0,10}$"
    r"|나의 (?:iphone|ipad|갤럭시).{0,6}보냄.{0,10}$",
    re.IGNORECASE | re.DOTALL,
)
# A line of two dashes begins a signature, as in mail; a line with > quotes.
_DASHES: Final = re.compile(r"^\s*(?:--|—|__)+\s*$.*", re.MULTILINE | re.DOTALL)
_QUOTED: Final = re.compile(r"^\s*>.*$", re.MULTILINE)


def words_of(text: str) -> list[str]:
    """The words of a text, folded; those of a script without spaces are one."""
    short = _without_signature(text[:_LONGEST])
    plain = _ALONE.sub(" ", _LETTER_EMOJI.sub(" ", _KEYCAP.sub(" ", short)))
    return _split(plain) or _split("".join(_FLAGS.get(ord(each), each) for each in short))


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """A word, or words, as one text for comparison."""
    return "".join(words_of(word))


def exact(text: str) -> str:
    """A text with its accents, without case, spaces and punctuation."""
    composed = unicodedata.normalize("NFC", text[:_LONGEST].casefold())
    return "".join(each for each in composed if unicodedata.category(each)[0] in "LN")


def variants(word: str) -> set[str]:
    """A folded text, and what may have been meant: without repeated letters, with o for 0."""
    found = {word, _REPEATED.sub(r"\1", word), _ZERO_IN_WORD.sub("o", word)}
    return found | {skeleton(each) for each in found if not each.isascii()}


def skeleton(word: str) -> str:
    """A folded text with Cyrillic and Greek letters as the Latin ones that they look like."""
    return word.translate(_LOOK_ALIKES)


def _without_signature(text: str) -> str:
    """A text without the additions of a phone or a program; a text that consists of these stays."""
    cut = _QUOTED.sub("", _DASHES.sub("", _SIGNATURE.sub("", text)))
    return cut if cut.strip() else text


def _split(text: str) -> list[str]:
    text = _APOSTROPHES.sub("", text.translate(_DECORATED))
    spelled = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()).translate(_PLAIN)
    kept = []
    for each in spelled:
        kind = unicodedata.category(each)
        if kind[0] in "LN":
            kept.append(each)
        elif kind[0] == "M":
            if not _is_left_out(each):
                kept.append(each)
        elif kind != "Cf" and kind != "Sk":
            kept.append(" ")
    return "".join(map(_as_hiragana, kept)).split()


def _is_left_out(mark: str) -> bool:
    """Whether people leave a mark out: accents on Latin, Greek and Cyrillic, vowels of Arabic and Hebrew.

    Also for marks that only say how the character before them is drawn.
    """
    return (
        "\u0300" <= mark <= "\u036f"
        or "\u0591" <= mark <= "\u05c7"
        or "\u064b" <= mark <= "\u065f"
        or "\u20d0" <= mark <= "\u20ff"
        or "\ufe00" <= mark <= "\ufe0f"
        or "\U000e0100" <= mark <= "\U000e01ef"
    )


def _as_hiragana(each: str) -> str:
    return chr(ord(each) - 0x60) if "\u30a1" <= each <= "\u30f6" else each
