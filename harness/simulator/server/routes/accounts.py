"""The customer, who is asking, and what it costs."""

from typing import Any, Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.fields import METHODS, choice, email
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record

_CUSTOMER: Final = ("name", "detail", "email", "phone_number", "address", "webhook_method", "webhook_uri")
_SEED: Final = frozenset({Mode.SEED})


async def show_customer(visit: Visit) -> Answer:
    """Show the sender's customer."""
    return visit.show(_customer(visit))


async def replace_customer(visit: Visit) -> Answer:
    """Set every writable field of the customer."""
    body = visit.body
    fields: dict[str, Any] = {name: bodies.text(body, name) for name in _CUSTOMER}
    choice(body, "webhook_method", METHODS)
    email(body, "email")
    return visit.show(visit.world.change(_customer(visit), event="customer_updated", **fields))


async def set_customer_metadata(visit: Visit) -> Answer:
    """Set the customer's switches."""
    metadata = {"rtp_debug": bodies.flag(visit.body, "rtp_debug")}
    return visit.show(visit.world.change(_customer(visit), event="customer_updated", metadata=metadata))


async def set_customer_account(visit: Visit) -> Answer:
    """Choose which billing account pays."""
    account = visit.mine(Kind.BILLING_ACCOUNT, bodies.id_or_none(visit.body, "billing_account_id") or "")
    changed = visit.world.change(_customer(visit), event="customer_updated", billing_account_id=account["id"])
    return visit.show(changed)


async def show_me(visit: Visit) -> Answer:
    """Show the person asking; an access key asks as its customer's first."""
    identity = visit.identity
    if identity.agent_id:
        return visit.show(visit.mine(Kind.AGENT, identity.agent_id))
    *_, first = visit.world.records(Kind.AGENT, customer_id=identity.customer_id)
    return visit.show(first)


async def show_account(visit: Visit) -> Answer:
    """Show the billing account that pays."""
    return visit.show(_account(visit))


async def rename_account(visit: Visit) -> Answer:
    """Set name and detail of the billing account that pays."""
    name, detail = bodies.text(visit.body, "name"), bodies.text(visit.body, "detail")
    return visit.show(visit.world.change(_account(visit), event="account_updated", name=name, detail=detail))


def _customer(visit: Visit) -> Record:
    return visit.mine(Kind.CUSTOMER, visit.identity.customer_id)


def _account(visit: Visit) -> Record:
    return visit.mine(Kind.BILLING_ACCOUNT, _customer(visit)["billing_account_id"])


OPERATIONS: Final = (
    Operation(method="GET", path="/customer", handler=show_customer),
    Operation(method="PUT", path="/customer", handler=replace_customer, reads=Reads.OBJECT, required=_CUSTOMER),
    Operation(method="PUT", path="/customer/metadata", handler=set_customer_metadata, reads=Reads.OBJECT),
    Operation(
        method="PUT",
        path="/customer/billing_account_id",
        handler=set_customer_account,
        reads=Reads.OBJECT,
        required=("billing_account_id",),
    ),
    Operation(method="GET", path="/me", handler=show_me),
    Operation(method="GET", path="/billing_account", handler=show_account),
    Operation(method="PUT", path="/billing_account", handler=rename_account, reads=Reads.OBJECT),
    Operation(method="GET", path="/billing_accounts", handler=listing(Kind.BILLING_ACCOUNT)),
    Operation(method="GET", path="/billing_accounts/{id}", handler=showing(Kind.BILLING_ACCOUNT)),
    # The tutorial's spelling, which the platform never had (contract section 8, row 4).
    Operation(method="GET", path="/billing-accounts", handler=listing(Kind.BILLING_ACCOUNT), modes=_SEED),
    Operation(method="GET", path="/billing-accounts/{id}", handler=showing(Kind.BILLING_ACCOUNT), modes=_SEED),
    Operation(method="GET", path="/billings", handler=listing(Kind.BILLING)),
    Operation(method="GET", path="/billings/{id}", handler=showing(Kind.BILLING)),
)
