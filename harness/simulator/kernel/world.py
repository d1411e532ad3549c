"""What one simulated platform holds: its resources by kind and id, and everything that was ever published about them.

Ids, hashes and times follow from the seed and the virtual clock, so that the same seed gives the same resources.
Nothing here decides what a resource does; it is kept, changed, counted and told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, TypeAlias
from uuid import UUID

from harness.errors import ApiError
from harness.telephone.clock import VirtualClock
from harness.voipbin.api_errors import Reason, api_error, not_found
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record, new_record

_REASONS: Final = {
    Kind.MESSAGE: "AIMESSAGE",
    Kind.BILLING_ACCOUNT: "BILLING_ACCOUNT",
}
_UNNAMED: Final = frozenset({Kind.AUDIT, Kind.PROPOSAL, Kind.PROMPT_HISTORY, Kind.TRANSCRIPT, Kind.TIMELINE_ANALYSIS})
"""Kinds whose absence has no reason of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One event of the platform."""

    at_ms: int
    type: str
    """Such as `call_hangup`."""
    data: Mapping[str, Any]
    """The resource as it was at that moment, times not yet written out."""
    activeflow_id: str | None
    """The flow execution that was touched, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Everything a world holds, for keeping it elsewhere and bringing it back."""

    seed: int
    now_ms: int
    made: int
    """How many ids, hashes and tokens were made, so that none is made again."""
    customer_id: str
    hashes: Mapping[str, tuple[Kind, str]]
    records: Sequence[tuple[Kind, Record]]
    """Deleted ones included; those of a kind in the order they were made."""
    history: Sequence[Published]


Watcher: TypeAlias = Callable[[Published], None]


@dataclass(slots=True)
class World:
    """Resources and events of one platform."""

    clock: VirtualClock
    seed: int
    mode: Mode = Mode.SEED
    history: list[Published] = field(default_factory=list)
    """Everything published, oldest first."""
    hashes: dict[str, tuple[Kind, str]] = field(default_factory=dict)
    """Whom a direct hash leads to."""
    customer_id: str = ""
    """Who owns what is made without another owner being named."""
    _records: dict[Kind, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    _watchers: list[Watcher] = field(default_factory=list)
    _made: int = 0

    def __post_init__(self) -> None:
        """Open the first customer's account."""
        self.customer_id = self.new_id()
        account = self.create(Kind.BILLING_ACCOUNT, name="default", balance_credit=10_000_000, balance_token=100)
        self.create(Kind.CUSTOMER, id=self.customer_id, name="Simulated customer", billing_account_id=account["id"])

    def new_id(self) -> str:
        """Return a UUID nobody has had, the same for the same seed and order."""
        return str(UUID(bytes=self._digest(16), version=4))

    def new_hash(self, kind: Kind, id: str) -> str:
        """Return a direct hash that leads to a resource from now on."""
        made = f"direct.{self._digest(6).hex()}"
        self.hashes[made] = (kind, id)
        return made

    def new_token(self, prefix: str) -> str:
        """Return a credential."""
        return f"{prefix}{self._digest(16).hex()}"

    def create(self, kind: Kind, *, event: str = "", event_activeflow: str | None = None, **given: Any) -> Record:
        """Keep a new resource and return it; `event` is published when it is not empty.

        Args:
            kind: What it is.
            event: Such as `call_created`.
            event_activeflow: The flow execution it belongs to, for a kind without a field that says so.
            given: Its fields.
        """
        now_ms = self.clock.now_ms()
        given.setdefault("id", self.new_id())
        owner = given["id"] if kind is Kind.CUSTOMER else given.pop("customer_id", None) or self.customer_id
        record = new_record(kind, given)
        if kind is not Kind.CUSTOMER:
            record["customer_id"] = owner
        record["tm_create"] = now_ms
        record["tm_update"] = now_ms
        record["tm_delete"] = None
        self._records[kind][record["id"]] = record
        if event:
            self.publish(event, record, activeflow_id=event_activeflow)
        return record

    def change(self, record: Record, *, event: str = "", **fields: Any) -> Record:
        """Set fields of a kept resource; `event` is published when it is not empty."""
        record.update(fields)
        record["tm_update"] = self.clock.now_ms()
        if event:
            self.publish(event, record)
        return record

    def delete(self, record: Record, *, event: str = "") -> Record:
        """Mark a resource as deleted; it is no longer found or listed."""
        record["tm_delete"] = self.clock.now_ms()
        hash_ = record.get("direct_hash")
        if hash_:
            self.hashes.pop(hash_, None)
        return self.change(record, event=event)

    def find(self, kind: Kind, id: str | None) -> Record | None:
        """Return a resource that is there, deleted ones included; None when there never was one."""
        return self._records[kind].get(id or "")

    def require(self, kind: Kind, id: str, *, customer_id: str | None = None) -> Record:
        """Return a resource that is there and not deleted.

        Raises:
            ApiError: 404 with the reason of its kind; 409 for a call that was deleted; 403 when it belongs to another
                customer than the one given.
        """
        record = self.find(kind, id)
        if record is None:
            raise self.missing(kind, id)
        if customer_id is not None and record.get("customer_id", record["id"]) != customer_id:
            raise api_error(Reason.PERMISSION_DENIED, f"the {kind.value} {id!r} belongs to another customer")
        if record["tm_delete"] is not None:
            if kind is Kind.CALL:
                raise api_error(Reason.STATE_INVALID, f"the call {id!r} was deleted")
            raise self.missing(kind, id)
        return record

    @staticmethod
    def missing(kind: Kind, id: str) -> ApiError:
        """Return the error for a resource that is not there."""
        what = "RESOURCE" if kind in _UNNAMED else _REASONS.get(kind, kind.value.upper())
        return not_found(what, id=id)

    def records(self, kind: Kind, **where: Any) -> Iterator[Record]:
        """Yield the resources of a kind that are not deleted and have these values, newest first."""
        for record in reversed(self._records[kind].values()):
            if record["tm_delete"] is None and all(record.get(name) == value for name, value in where.items()):
                yield record

    @property
    def is_watched(self) -> bool:
        """Whether anybody is told of events."""
        return bool(self._watchers)

    def publish(
        self, type: str, data: Mapping[str, Any], *, activeflow_id: str | None = None, keeps: bool = True
    ) -> None:
        """Tell everyone that something happened; the data is copied as it is now.

        Args:
            type: Such as `call_hangup`.
            data: The resource.
            activeflow_id: The flow execution that was touched, where the data does not say.
            keeps: Whether it stays in the history; what is only of the moment does not.
        """
        event = Published(
            at_ms=self.clock.now_ms(),
            type=type,
            data=dict(data),
            activeflow_id=activeflow_id or data.get("activeflow_id") or None,
        )
        if keeps:
            self.history.append(event)
        for watcher in self._watchers:
            watcher(event)

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` with every event from now on, at the moment it happens."""
        self._watchers.append(watcher)

    def stock(self) -> Stock:
        """Return everything that is held; records and events are the world's own, not copies."""
        return Stock(
            seed=self.seed,
            now_ms=self.clock.now_ms(),
            made=self._made,
            customer_id=self.customer_id,
            hashes=self.hashes,
            records=[(kind, record) for kind, records in self._records.items() for record in records.values()],
            history=self.history,
        )

    def restore(self, stock: Stock) -> None:
        """Hold exactly what a world once held, at the time it was then; only before anything is due."""
        self.clock.pass_to(stock.now_ms)
        self.seed = stock.seed
        self._made = stock.made
        self.customer_id = stock.customer_id
        self.hashes = dict(stock.hashes)
        self.history = list(stock.history)
        self._records = {kind: {} for kind in Kind}
        for kind, record in stock.records:
            self._records[kind][record["id"]] = record

    def _digest(self, size: int) -> bytes:
        self._made += 1
        return blake2b(f"{self.seed}/{self._made}".encode(), digest_size=size).digest()
