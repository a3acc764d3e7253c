"""New codes of municipalities. Those that take one another's over change together, once all of them are accepted."""

from collections.abc import Mapping, Sequence

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from onboarding.boundaries.catalogue import PROVINCE
from onboarding.boundaries.difference import PENDING, CatalogueDifference
from onboarding.boundaries.edition import Kind
from onboarding.claim import Claim
from onboarding.commons_letter import CommonsLetter, CommonsLetterEnd
from tenants import scope
from tenants.catalogue import Municipality, OfficialDomain
from tenants.errors import Conflict
from tenants.tenant import COMMONS_ID, Tenant

MEANWHILE = "~"
"""Before a code while two change places: no code begins so."""


def with_it(session: Session, row: CatalogueDifference) -> list[CatalogueDifference]:
    """The change of a code and those that have to hold with it: each takes the code that the next one gives up.

    Raises Conflict where somebody has the new code and nothing proposes another one for them.
    """
    chain = [row]
    while True:
        wanted = chain[-1].after["code"]
        if wanted == row.code or session.get(Municipality, wanted) is None:
            return chain
        giving_up = select(CatalogueDifference).where(
            CatalogueDifference.kind == Kind.CODE, CatalogueDifference.code == wanted, PENDING
        )
        following = session.scalar(giving_up.with_for_update())
        if following is None or following in chain:
            raise Conflict("The catalogue has %(code)s already.", code=wanted)
        chain.append(following)


def renumber(session: Session, rows: Sequence[CatalogueDifference]) -> None:
    """Each municipality goes on under its new code, wherever the old one stands; the old one still finds it, unless it
    is another's now.
    """
    for row in rows:
        municipality = session.get_one(Municipality, row.code, with_for_update=True)
        municipality.former_codes = [*municipality.former_codes, row.code]
        place_in_province(session, municipality, row.after)
    for row in rows:
        _move(session, row.code, f"{MEANWHILE}{row.code}")
    for row in rows:
        _move(session, f"{MEANWHILE}{row.code}", row.after["code"])
    _waiting_reports(session, {row.code: row.after["code"] for row in rows})


def _move(session: Session, old: str, new: str) -> None:
    session.get_one(Municipality, old).code = new
    session.flush()
    for table in (OfficialDomain, Claim, CommonsLetter, CommonsLetterEnd):
        session.execute(update(table).where(table.municipality_code == old).values(municipality_code=new))
    of_city = update(Tenant).where(Tenant.municipality_code == old)
    session.execute(of_city.values(municipality_code=new, revision=Tenant.revision + 1, version=Tenant.version + 1))
    others = update(CatalogueDifference).where(
        CatalogueDifference.code == old, CatalogueDifference.kind != Kind.CODE, PENDING
    )
    session.execute(others.values(code=new))


def _waiting_reports(session: Session, new: Mapping[str, str]) -> None:
    """What waits in the commons for one of them waits for it under its new code."""
    code = Complaint.routing["municipality_code"].astext
    of_them = update(Complaint).where(Complaint.is_open, code.in_(new))
    renumbered = func.jsonb_set(Complaint.routing, ["municipality_code"], func.to_jsonb(case(new, value=code)))
    with scope.enter(session, COMMONS_ID):
        session.execute(of_them.values(routing=renumbered), execution_options={"synchronize_session": False})


def place_in_province(session: Session, municipality: Municipality, words: dict[str, str]) -> None:
    """Its province as the edition has it; one that is new becomes a row of its own."""
    if "province_code" in words:
        municipality.province_code = words["province_code"]
    municipality.province_name = words.get("province_name") or municipality.province_name
    if session.get(Municipality, municipality.province_code) is None and municipality.province_name:
        session.add(
            Municipality(
                code=municipality.province_code,
                level="province",
                type="provinsi",
                name=municipality.province_name,
                province_code=municipality.province_code,
                province_name=municipality.province_name,
                claimable=False,
                why_not=PROVINCE,
            )
        )
        session.flush()
