"""How many reports may be filed in an hour: beyond it a device and a contact wait, a network address proves something.

A whole kelurahan sits behind one carrier's address, so nobody is refused for it: beyond what many people send together
each further report comes with a proof. Counted is what was filed, in the transaction of the filing, for all processes.
Whoever tries the platform out on their own machine is counted by the device alone.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from complaints.report import Reporter
from people import limits
from people.limits import TooMany
from tenants.errors import N_, Invalid

WINDOW = timedelta(hours=1)
MOST_OF_DEVICE = 10
MOST_OF_CONTACT = 10
"""Each report answers its contact, which may be somebody else's."""
FREE_OF_ADDRESS = 60

OF_DEVICE = N_("Many reports came from this device within the hour. You can send the next one from %(until)s on.")
OF_CONTACT = N_(
    "Many reports were made with this contact within the hour."
    " Use it again from %(until)s on, or send without a contact."
)


class ProofNeeded(Invalid):
    """Many reports came from this network address; this one needs a proof, of which the reader's page says what."""

    def __init__(self) -> None:
        super().__init__(
            N_("Many reports came from your network within the hour, so please answer one short question."),
            field="proof",
        )


@dataclass(frozen=True)
class Sender:
    """Who files. address: of their network. device: names the phone or the account, "" for one not seen before.

    proved: whether the proof came along; asked only when it is needed. None for who needs none. at_home: on the very
    machine of a platform that isn't in production, where one address stands for everybody.
    """

    address: str
    device: str
    proved: Callable[[], bool] | None
    at_home: bool = False


def check(session: Session, secret: bytes, sender: Sender, reporter: Reporter, now: datetime) -> None:
    """Raise TooMany or ProofNeeded where one more report is one too many; nothing is counted."""
    refusing, network = list(_counted(secret, sender, reporter)), _of_network(secret, sender)
    tries = limits.counted_all(session, [network, *(key for key, *_rest in refusing)], window=WINDOW, now=now)
    for key, most, sentence, field in refusing:
        if tries[key] >= most:
            raise TooMany(sentence, until=limits.until(WINDOW, now), field=field)
    if sender.proved is not None and not sender.at_home and tries[network] >= FREE_OF_ADDRESS and not sender.proved():
        raise ProofNeeded


def count(session: Session, secret: bytes, sender: Sender, reporter: Reporter, now: datetime) -> None:
    """Count a report that was just filed. Raises TooMany where others were filed since `check`: then it wasn't."""
    refusing, network = list(_counted(secret, sender, reporter)), _of_network(secret, sender)
    tries = limits.count_all(session, [network, *(key for key, *_rest in refusing)], window=WINDOW, now=now)
    for key, most, sentence, field in refusing:
        if tries[key] > most:
            raise TooMany(sentence, until=limits.until(WINDOW, now), field=field)


def _counted(secret: bytes, sender: Sender, reporter: Reporter) -> Iterator[tuple[str, int, str, str]]:
    """The keys that refuse: (key, most, sentence, field)."""
    if sender.device:
        yield _key(secret, "device", sender.device), MOST_OF_DEVICE, OF_DEVICE, ""
    for contact in (reporter.email, reporter.phone):
        if contact and not sender.at_home:
            yield _key(secret, "contact", contact.casefold()), MOST_OF_CONTACT, OF_CONTACT, "contact"


def _of_network(secret: bytes, sender: Sender) -> str:
    return _key(secret, "address", limits.network_of(sender.address))


def _key(secret: bytes, kind: str, value: str) -> str:
    """Nothing of a person stands in the table: what is counted is known by what our secret makes of it."""
    return f"filed/{kind}/{hmac.new(secret, f'{kind}/{value}'.encode(), hashlib.sha256).hexdigest()}"
