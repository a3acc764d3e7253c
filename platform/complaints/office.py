"""What the verbs of this floor need from outside themselves; put together in wsgi.py and handed on."""

from dataclasses import dataclass, field
from uuid import UUID

from complaints.guessing import Guessers
from complaints.photos.storage import Storage
from complaints.reference import manage_token
from complaints.rules.rulebooks import Rulebooks
from messages.queue import Queue
from messages.ways import MAIL_ALONE, Ways
from tenants.addresses import Addresses
from tenants.directory import Directory, Keeper, TenantCard
from tenants.names import DnsResolver, Resolver


@dataclass(frozen=True)
class Office:
    """keeper: the directory of tenants. secret: signs manage links. queue: takes jobs in the caller's transaction.

    ways: by what this installation can send. push_key: what browsers subscribe to notifications with, None where there
    are none; push_also_here: whether a push service on this machine is one. reply_domain: to whose addresses reporters
    answer mail, None where nobody takes it. resolver: asks what the records of cities' own domains say.
    """

    keeper: Keeper
    rulebooks: Rulebooks
    addresses: Addresses
    storage: Storage
    queue: Queue
    secret: bytes
    ways: Ways = MAIL_ALONE
    push_key: str | None = None
    push_also_here: bool = False
    reply_domain: str | None = None
    guessers: Guessers = field(default_factory=Guessers)
    resolver: Resolver = field(default_factory=DnsResolver)

    @property
    def directory(self) -> Directory:
        return self.keeper.current

    def card_of(self, tenant_id: UUID) -> TenantCard | None:
        """A tenant's card; looked for once more where this process hasn't heard of the tenant yet. None: it is gone."""
        card = self.directory.by_id.get(tenant_id)
        if card is None and self.keeper.refresh():
            card = self.directory.by_id.get(tenant_id)
        return card

    def manage_url(self, card: TenantCard, reference: str, birth_tenant_id: UUID, complaint_id: UUID) -> str:
        """The secret link of a complaint's reporter on a tenant's host."""
        return self.addresses.manage(card, reference, manage_token(self.secret, birth_tenant_id, complaint_id))
