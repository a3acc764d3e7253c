"""The decision of a routing, as it is kept with a complaint."""

import json
from uuid import uuid4

from complaints.routing import decision_from, routing_document
from tenants.locate import Candidate, Decision, NearBorder


def test_what_is_stored_is_plain_and_gives_the_decision_back() -> None:
    near = NearBorder(uuid4(), "timur", "Kota Timur", 12.5)
    candidates = (Candidate(uuid4(), "barat", 210.5, 0.0), Candidate(near.tenant_id, "timur", 200.0, 12.5))
    for decision in (
        Decision("inside", candidates[0].tenant_id, "barat", "Kota Barat", uuid4(), None, None, 0.0, near, candidates),
        Decision("unclaimed", None, "commons", None, municipality_code="32.71", municipality_name="Kota Bogor"),
    ):
        document = routing_document(decision)
        assert json.loads(json.dumps(document)) == document
        assert decision_from(document) == decision
