"""What the operators see of all plans."""

from onboarding.billing import operators
from tenants.tenant import Stage
from tests.cast import Cast


def test_what_no_government_has_is_no_city_with_a_plan(cast: Cast) -> None:
    for slug in ("barat", "timur"):
        cast.tenant(slug).stage = Stage.LIVE
    cast.session.flush()
    assert sum(operators.counts(cast.session).values()) == len(("barat", "timur"))
