"""Make recipients.csv, the 10,000 recipients of `make demo`: always the same file.

The numbers are fictional: 555-0100 to 555-0199 belong to no person in any North
American area code. Some rows have a number that the sandbox knows instead, so
that the demo shows more than deliveries:

    rows  number         what becomes of it
      40  +15005550101   undelivered, error 30003
      25  +15005550110   refused at hand-over, error 21610
      20  +15005550120   throttled once, then accepted and delivered
      30  +15005550160   delivered, then read

Names come in several scripts: a text with one letter outside of the GSM alphabet
is encoded as UCS-2, and its parts are shorter.
"""

import csv
import random
from pathlib import Path

FILE = Path(__file__).with_name("recipients.csv")

# Area codes of the United States and Canada: 100 of them, with 100 fictional numbers each.
AREAS = """
201 202 203 204 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225
226 228 229 231 234 236 239 240 248 250 251 252 253 254 256 260 262 267 269 270
276 281 289 301 302 303 304 305 306 307 308 309 310 312 313 314 315 316 317 318
319 320 321 323 325 330 331 334 336 337 339 347 351 352 360 361 365 385 386 401
402 403 404 405 406 407 408 409 410 412 413 414 415 416 417 418 419 423 424 425
""".split()  # noqa: SIM905  a list is ten times as long

SANDBOX = {"+15005550101": 40, "+15005550110": 25, "+15005550120": 20, "+15005550160": 30}

NAMES = """
Ada Alice Amara Andrew Anna Ben Carlos Chloe Clara Daniel David Diego Elena Emma Ethan Eva Fatima
Felix Grace Hannah Hugo Ines Isaac Jack James Julia Kai Karen Kofi Laura Leo Liam Lucas Lucia Malik
Maria Mark Maya Mia Michael Nadia Nina Noah Olivia Omar Oscar Paul Priya Rachel Rosa Ruth Samuel
Sara Sofia Thandi Thomas Victor Wanjiru Yara Zoe André Noé Björn Chloé Eloïse François Günter Håkon
Inés Jürgen José María Nuño Øyvind Renée Søren Zoë Bùi Đặng Łukasz Małgorzata Ngọc Ştefan Žofia
Šárka Ágnes Győző İpek Oğuz Алексей Дмитро Екатерина Олена Светлана Ђорђе Ελένη Γιώργος Νίκος Նարե
გიორგი אברהם נועה فاطمة محمد زینب आरती विक्रम প্রিয়া கவிதா สมชาย 小林 さくら 陳美玲 王伟 李娜 김민준 박서연
""".split()  # noqa: SIM905


def recipients() -> list[tuple[str, str, str]]:
    """The rows: address, name, order. Some have no name, for the text's own default to fill in."""
    chosen = random.Random(10_000)  # noqa: S311  the same file every time, not a secret
    addresses = [f"+1{area}55501{number:02}" for area in AREAS for number in range(100)]
    chosen.shuffle(addresses)
    known = [number for number, times in SANDBOX.items() for _ in range(times)]
    for place, number in zip(chosen.sample(range(len(addresses)), len(known)), known, strict=True):
        addresses[place] = number
    names = chosen.choices([*NAMES, ""], k=len(addresses))
    orders = chosen.sample(range(100_000, 1_000_000), len(addresses))
    return list(zip(addresses, names, (f"A-{order}" for order in orders), strict=True))


def main() -> None:
    """Write the file."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("address", "name", "order"))
        rows.writerows(recipients())


if __name__ == "__main__":
    main()
