"""Amounts of money: "twenty-one dollars fifty", `$21.50`, "21 euros et 50 centimes", `1.250,00 €`."""

import re
from decimal import Decimal, InvalidOperation

from harness.scorers.normalise import primary_language
from harness.scorers.values.figures import in_figures
from harness.scorers.values.reading import Money, Reading

_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})
_CENTS = _DOLLARS | {"EUR"}
_UNITS = {
    "usd": frozenset({"USD"}), "us dollars?": frozenset({"USD"}), "cad": frozenset({"CAD"}),
    "canadian dollars?": frozenset({"CAD"}), "aud": frozenset({"AUD"}), "australian dollars?": frozenset({"AUD"}),
    r"\$": _DOLLARS, "dollars?|dólar(?:es)?|bucks?": _DOLLARS,
    "€|euros?|eur": frozenset({"EUR"}), "£|pounds?|quid|gbp|pfund|livres?|libras?": frozenset({"GBP"}),
    "¥|yen|jpy": frozenset({"JPY"}), "chf|franken|francs?|francos?": frozenset({"CHF"}),
    "krw|₩|won|원": frozenset({"KRW"}), "฿|thb|baht": frozenset({"THB"}),
}  # fmt: skip
_SUBUNITS = {
    "cents?|centimes?|céntimos?|centavos?|ct": _CENTS,
    "pence|penny|p": frozenset({"GBP"}), "rappen": frozenset({"CHF"}),
}  # fmt: skip
_UNIT = "|".join(_UNITS)
_SUBUNIT = "|".join(_SUBUNITS)
_NUMBER = r"\d+(?:[ .,'’]\d{3})*(?:[.,]\d+)?"
_SCALE = r"(?:\s?(?:(?P<scale>hundred|thousand|million|k|mio|millionen|millions?|millones)\b))?"
_EDGE = r"(?<![\w.,'’])(?<!\d[ -])"
_AND = r"(?:\s*,)?\s*(?:and|und|et|y|con|e)?\s*"
_CODE_FIRST = "usd|cad|aud|eur|gbp|chf|jpy|krw"
_COSTS = "total|costs?|price|comes to|amount|charge[ds]?|pay|fee|balance"

_SYMBOL = re.compile(
    rf"(?<![\w.,-])(?P<unit>[$£€¥₩฿]|(?:{_CODE_FIRST})\s)\s?(?P<number>{_NUMBER}){_SCALE}(?![\d%])"
    rf"(?:{_AND}(?P<rest>\d{{1,2}})\s(?:{_SUBUNIT})(?!\w))?"
)
_NAMED = re.compile(
    rf"{_EDGE}(?P<number>{_NUMBER}){_SCALE}\s?(?P<unit>{_UNIT})(?!\w)"
    rf"(?:{_AND}(?P<rest>\d{{1,2}})(?!\d|[.,:]\d|st\b|nd\b|rd\b|th\b|\s\d)(?:\s?(?:{_SUBUNIT})(?!\w)|(?P<bare>)))?"
)
_SUB = re.compile(rf"{_EDGE}(?P<number>\d+)\s?(?P<unit>{_SUBUNIT})(?!\w)")
_DECIMALS = re.compile(rf"{_EDGE}(?P<number>\d[\d,]*\.\d\d|\d[\d.]*,\d\d)(?!\d|[.,]\d|\s*(?:am|pm|uhr|h\b|%|percent))")
_SAID_PRICE = re.compile(
    rf"(?:{_COSTS})\b(?:\s[a-z']+){{0,3}}\s(?P<number>\d{{1,3}}) (?P<rest>\d\d)(?!\d|[.,:]\d|\s\d)"
)
_AT = re.compile(r"\b(?:at|around|about|by|um|à|a las)\s$")
_COUNTED = re.compile(
    r"\s(?:am|pm|people|persons?|guests?|minutes?|hours?|days?|weeks?|years?|percent|personen|personnes|personas|uhr)\b"
)


def read_money(text: str, *, lang: str) -> tuple[Reading, ...]:
    """Return the amounts in a text, in order."""
    flat = in_figures(text, lang)
    if re.fullmatch(_NUMBER, text.strip()):
        # As a tool's argument has it.
        amount = _amount(flat, lang=lang)
        return (Reading(value=Money(amount=amount), text=flat),) if amount is not None else ()
    found: dict[tuple[int, int], Reading] = {}
    for pattern in (_SYMBOL, _NAMED, _SUB, _SAID_PRICE, _DECIMALS):
        for match in pattern.finditer(flat):
            taken = any(match.start() < end and start < match.end() for start, end in found)
            reading = None if taken else _reading(match, pattern, flat, lang=lang)
            if reading is not None:
                found[match.span()] = reading
    return tuple(found[span] for span in sorted(found))


def _reading(match: re.Match[str], pattern: re.Pattern[str], flat: str, *, lang: str) -> Reading | None:
    groups = match.groupdict()
    amount = _amount(groups["number"], lang=lang)
    if amount is None or (pattern is _DECIMALS and _AT.search(flat, 0, match.start())):
        return None
    amount *= _scale(groups.get("scale"))
    rest, end = groups.get("rest"), match.end()
    if rest and groups.get("bare") is not None and _COUNTED.match(flat, end):
        # "21 dollars, 4 people": the second number counts something else.
        rest, end = None, match.start("rest")
    unit = groups.get("unit")
    if pattern is _SUB:
        amount /= 100
    elif rest and (pattern is not _SAID_PRICE or not _COUNTED.match(flat, match.end())):
        amount += Decimal(rest.ljust(2, "0") if pattern is _SAID_PRICE else rest) / 100
    elif pattern is _SAID_PRICE:
        return None
    table = _SUBUNITS if pattern is _SUB else _UNITS
    codes = next((codes for form, codes in table.items() if unit and re.fullmatch(form, unit.strip())), frozenset())
    return Reading(value=Money(amount=amount, currencies=codes), text=flat[match.start() : end].strip())


def _scale(word: str | None) -> int:
    match (word or "")[:1]:
        case "h":
            return 100
        case "t" | "k":
            return 1000
        case "m":
            return 1_000_000
        case _:
            return 1


def _amount(written: str, *, lang: str) -> Decimal | None:
    """Read `1,250.00` and `1.250,00`: the last mark is the decimal one unless it sets three figures apart."""
    compact = re.sub(r"[ '’]", "", written)
    last = max(compact.rfind("."), compact.rfind(","))
    if last >= 0:
        mark, decimals = compact[last], compact[last + 1 :]
        thousands = len(decimals) == 3 and (compact.count(mark) > 1 or mark == _thousands(lang))
        whole = re.sub(r"[.,]", "", compact[:last])
        compact = whole + decimals if thousands else f"{whole}.{decimals}"
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None


def _thousands(lang: str) -> str:
    return "," if primary_language(lang) in ("en", "zh", "ja", "ko", "th") else "."
