"""Search within a list of open reports reads the most urgent of that list, and not the newest of the whole city.

Two in a hundred of a city's reports are open. Among a million the newest that have a frequent word are nearly all
closed, and to walk from the newest on until enough open ones were met took a second.
"""

from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

FIND = """
CREATE OR REPLACE FUNCTION find_reports(
    wanted text, kinds uuid[], bodies uuid[], places uuid[], among integer,
    seen text[], seat uuid, own uuid[],
    only_open boolean, only_holder uuid, only_agencies uuid[], only_category uuid, only_area uuid, only_status text,
    only_from timestamptz, only_until timestamptz, only_nobodys boolean, only_board boolean, only_ids uuid[],
    most integer,
    strong text[], weak text[], facets text[], weights float8[]
) RETURNS TABLE (complaint_id uuid, received_at timestamptz, score float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    listed constant text := $l$
            AND ($3 IS NULL OR c.category_id = ANY ($3))
            AND ($4 IS NULL OR c.agency_id = ANY ($4))
            AND ($5 IS NULL OR c.area_id = ANY ($5))
            AND ($6 IS NULL OR c.visibility = ANY ($6) OR c.holder_id = $7 OR c.agency_id = ANY ($8))
            AND (NOT $9 OR c.is_open)
            AND ($10 IS NULL OR c.holder_id = $10)
            AND ($11 IS NULL OR c.agency_id = ANY ($11))
            AND ($12 IS NULL OR c.category_id = $12)
            AND ($13 IS NULL OR c.area_id = $13)
            AND ($14 IS NULL OR c.status = $14)
            AND ($15 IS NULL OR c.sort_at >= $15)
            AND ($16 IS NULL OR c.sort_at < $16)
            AND (NOT $17 OR c.holder_id IS NULL)
            AND (NOT $18 OR c.on_board_since IS NOT NULL)
            AND ($23 IS NULL OR c.id = ANY ($23))
    $l$;
BEGIN
    -- Put together anew each time, so that the plan fits the words: the index for rare ones; for others the newest, or
    -- in a list of open ones the most urgent.
    RETURN QUERY EXECUTE format($q$
    SELECT f.id, f.received_at, (
        SELECT sum(t.weight * GREATEST(
            CASE WHEN f.words @@ t.strongly THEN 1.0 ELSE 0 END,
            CASE WHEN f.words @@ t.weakly THEN 0.7 ELSE 0 END,
            CASE WHEN f.category_id = ANY (t.facets::uuid[]) OR f.agency_id = ANY (t.facets::uuid[])
                OR f.area_id = ANY (t.facets::uuid[]) THEN 0.9 ELSE 0 END))
        FROM unnest($19, $20, $21, $22) AS t (strongly, weakly, facets, weight))
    FROM (
        SELECT c.id, c.received_at, c.category_id, c.agency_id, c.area_id, r.words
        FROM %s
        WHERE r.tenant_id = $1 AND c.tenant_id = $1 AND r.kind = 'description'
            AND ($2 IS NULL OR r.words @@ $2) %s
        ORDER BY r.created_at DESC LIMIT $24
    ) AS f
    $q$, CASE
        WHEN among IS NULL THEN
            'remarks r JOIN complaints c ON c.tenant_id = r.tenant_id AND c.id = r.complaint_id'
        WHEN only_open THEN
            '(SELECT * FROM complaints c WHERE c.tenant_id = $1' || listed
            || ' ORDER BY c.urgency, c.sort_at LIMIT $25) c'
            || ' JOIN remarks r ON r.tenant_id = c.tenant_id AND r.complaint_id = c.id'
        ELSE
            '(SELECT * FROM remarks WHERE tenant_id = $1 AND kind = ''description'''
            || ' ORDER BY created_at DESC LIMIT $25) r'
            || ' JOIN complaints c ON c.tenant_id = r.tenant_id AND c.id = r.complaint_id'
    END, CASE WHEN among IS NOT NULL AND only_open THEN '' ELSE listed END)
    USING NULLIF(current_setting('app.tenant_id', true), '')::uuid, wanted::tsquery, kinds, bodies, places,
        seen, seat, own, only_open, only_holder, only_agencies, only_category, only_area, only_status,
        only_from, only_until, only_nobodys, only_board,
        strong::tsquery[], weak::tsquery[], facets, weights, only_ids, most, among;
END $$;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    # Past SQLAlchemy, to which a percent sign or a colon would be a parameter.
    op.get_bind().connection.driver_connection.execute(FIND)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
