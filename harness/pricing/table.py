"""The price table: what a unit of each model costs, read from dated TOML files.

Ours is packaged; a file of the user's own is laid over it, whose prices win whatever ours say of the same model.
"""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from harness.errors import ConfigurationError
from harness.model.usage import Service, Unit

PACKAGED: Final = "harness/pricing/prices.toml"
_HEADER: Final = re.compile(r"^\s*\[\[\s*price\s*\]\]", re.MULTILINE)
_KEYS: Final = ("service", "model", "per", "usd", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one model costs."""

    service: Service
    model: str
    """Its name, or the beginning of it with `*` at the end."""
    usd: Mapping[Unit, float] = field(hash=False)
    """By unit, for `per` of them."""
    per: float
    source: str
    """Where the number is from."""

    def fits(self, model: str) -> bool:
        """Return whether the price is this model's."""
        if self.model.endswith("*"):
            return model.startswith(self.model[:-1])
        return model == self.model

    def of(self, unit: Unit) -> float | None:
        """Return the US dollars for one of a unit; None where there is no price for it.

        A price that says nothing of cached tokens charges them as any other.
        """
        usd = self.usd.get(unit)
        if usd is None and unit is Unit.CACHED_INPUT_TOKENS:
            usd = self.usd.get(Unit.INPUT_TOKENS)
        return None if usd is None else usd / self.per


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """Prices, and the day they were true."""

    as_of: date
    source: str
    """The file they are from."""
    prices: tuple[Price, ...]
    over: "PriceTable | None" = None
    """The table this one is laid over, asked where this one has no price."""

    def price(self, service: Service, model: str) -> Price | None:
        """Return a model's price: the one with its exact name, else with the longest beginning of it."""
        fitting = [each for each in self.prices if each.service is service and each.fits(model)]
        if fitting:
            return max(fitting, key=lambda each: (not each.model.endswith("*"), len(each.model)))
        return self.over.price(service, model) if self.over else None

    @property
    def dated(self) -> str:
        """Return what is said of it beside every sum: its date, and that of the table below it."""
        below = f", over {self.over.dated}" if self.over else ""
        return f"{self.source} as of {self.as_of.isoformat()}{below}"


def packaged_prices() -> PriceTable:
    """Return the harness's own table."""
    text = (files("harness.pricing") / "prices.toml").read_text(encoding="utf-8")
    return replace(read_prices(text, path=PACKAGED), source="list prices")


def load_prices(path: Path | None) -> PriceTable:
    """Return the packaged table, with the user's file laid over it where one is named.

    Raises:
        ConfigurationError: the file cannot be read, naming its line and key.
    """
    ours = packaged_prices()
    if path is None:
        return ours
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: the price file cannot be read: {error}. Check the setting prices") from error
    return replace(read_prices(text, path=str(path)), over=ours)


def read_prices(text: str, *, path: str) -> PriceTable:
    """Return the table in a TOML document; `path` names it in errors. Raises ConfigurationError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    unknown = sorted(document.keys() - {"as_of", "price"})
    if unknown:
        raise ConfigurationError(f"{path}: unknown key {unknown[0]!r}; there are as_of and [[price]]")
    as_of = document.get("as_of")
    # A moment is a date to Python, and no day to us.
    if type(as_of) is not date:
        raise ConfigurationError(f"{path}: as_of = {as_of!r} is no date; write as_of = 2026-01-31, without quotes")
    entries = document.get("price", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigurationError(f"{path}: price is no list of tables; write [[price]] above each")
    lines = [text.count("\n", 0, match.end()) + 1 for match in _HEADER.finditer(text)]
    places = lines if len(lines) == len(entries) else [1] * len(entries)
    prices = tuple(_price(entry, where=f"{path}:{line}") for entry, line in zip(entries, places, strict=True))
    names = [f"{each.service} {each.model!r}" for each in prices]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"{path}: {name} has two prices; keep one")
    return PriceTable(as_of=as_of, source=path, prices=prices)


def _price(entry: Mapping[str, Any], *, where: str) -> Price:
    for key in sorted(entry.keys() - set(_KEYS)):
        raise ConfigurationError(f"{where}: unknown key {key!r}; there are {', '.join(_KEYS)}")
    for key in ("service", "model", "usd"):
        if key not in entry:
            raise ConfigurationError(f"{where}: the price has no {key}")
    model, source, usd = entry["model"], entry.get("source", ""), entry["usd"]
    if not isinstance(model, str) or not model or "*" in model[:-1]:
        raise ConfigurationError(f"{where}: model = {model!r} is no name, nor the beginning of one with * at the end")
    if not isinstance(source, str):
        raise ConfigurationError(f"{where}: source = {source!r} is no text")
    if not isinstance(usd, dict) or not usd:
        raise ConfigurationError(f"{where}: usd = {usd!r} is no table of units; write usd = {{ input_tokens = 2.5 }}")
    per = _number(entry.get("per", 1), key="per", where=where)
    if per <= 0:
        raise ConfigurationError(f"{where}: per = {per:g} must be more than 0")
    units = {
        _one_of(Unit, unit, key="usd", where=where): _number(value, key=f"usd.{unit}", where=where)
        for unit, value in usd.items()
    }
    service = _one_of(Service, entry["service"], key="service", where=where)
    return Price(service=service, model=model, usd=units, per=per, source=source)


def _number(value: object, *, key: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ConfigurationError(f"{where}: {key} = {value!r} is no amount; write a number of 0 or more")
    return float(value)


def _one_of(known: Any, value: object, *, key: str, where: str) -> Any:
    if value not in tuple(known):
        raise ConfigurationError(f"{where}: {key}: {value!r} is unknown; there are {', '.join(known)}")
    return known(value)
