"""The five kinds of refusal."""

import pytest

from people.limits import TooMany
from tenants.errors import AduanError, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from web.errors import STATUSES, status_of


@pytest.mark.parametrize("kind", [NotFound, NotAllowed, Invalid, Conflict, Unavailable])
def test_a_refusal_is_a_sentence_with_its_field_and_details(kind: type[AduanError]) -> None:
    error = kind("Up to %(most)s photos, please.", field="photos", most=5)
    assert str(error) == "Up to 5 photos, please."
    assert (error.message, error.field, error.details) == ("Up to %(most)s photos, please.", "photos", {"most": 5})


def test_a_sentence_without_placeholders_may_hold_a_percent_sign() -> None:
    assert str(Invalid("80 % are used.", used=80)) == "80 % are used."


def test_each_kind_has_one_status_and_subclasses_have_their_kinds() -> None:
    class IllegalMove(Conflict):
        pass

    assert {kind.__name__: status for kind, status in STATUSES.items()} == {
        "TooMany": 429,
        "NotFound": 404,
        "NotAllowed": 403,
        "Invalid": 422,
        "Conflict": 409,
        "Unavailable": 503,
    }
    assert status_of(IllegalMove("x")) == 409
    assert set(AduanError.__subclasses__()) == set(STATUSES) - {TooMany}, "a domain adds subclasses of the five kinds"
