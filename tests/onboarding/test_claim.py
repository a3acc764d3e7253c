"""What a sign-up leaves in browsers, and for how long."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from onboarding import claim
from onboarding.claim import Claim, ClaimDevice
from tests.cast import NOW
from tests.conftest import copied

SECRET = b"a secret of the tests"


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


def begin(session: Session, email: str) -> tuple[str, str]:
    """(token of the browser, code of the mail)"""
    _claim, token, _link, code = claim.begin(
        session, name="Kepala Dinas", email=email, language="id", secret=SECRET, now=NOW
    )
    return token, code


def test_a_browser_is_forgotten_when_its_time_is_over_and_with_the_last_what_was_never_confirmed(
    session: Session,
) -> None:
    token, code = begin(session, "kadis@bogor.go.id")
    claim.confirm_by_code(session, token, code, secret=SECRET, now=NOW)
    begin(session, "salah@bogor.go.id")
    session.commit()
    claim.forget(session, NOW + claim.DEVICE_LASTS - timedelta(seconds=1))
    assert session.scalar(select(func.count()).select_from(ClaimDevice)) == 2
    claim.forget(session, NOW + claim.DEVICE_LASTS)
    session.commit()
    assert session.scalar(select(func.count()).select_from(ClaimDevice)) == 0
    assert session.scalars(select(Claim.email)).all() == ["kadis@bogor.go.id"]
