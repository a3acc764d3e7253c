"""Search: the words of each report with their index, a city's vocabulary, and the functions that read both.

Under a policy only leakproof comparisons use an index, and a text search isn't one. So two functions run as their owner
and take the tenant from the setting itself; what they return is read again under the policy.
"""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = """
ALTER TABLE remarks ADD COLUMN words tsvector GENERATED ALWAYS AS (
    CASE WHEN kind = 'description' THEN strip(to_tsvector('simple'::regconfig,
        regexp_replace(lower(body || ' ' || coalesce(place, '')), '[^[:alnum:]]+', ' ', 'g'))) END
) STORED;
ALTER TABLE remarks ALTER COLUMN words SET STATISTICS 1000;
"""

FUNCTIONS = """
CREATE FUNCTION near_words(typed text[]) RETURNS TABLE (asked text, word text, times integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET pg_trgm.similarity_threshold = 0.3 AS $$
    SELECT t.asked, n.word, n.times FROM unnest(typed) AS t (asked), LATERAL (
        (SELECT v.word, v.times FROM vocabulary v
         WHERE v.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND v.word = t.asked)
        UNION
        (SELECT v.word, v.times FROM vocabulary v
         WHERE v.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid
             AND v.skeleton = translate(t.asked, 'aeiou', '') ORDER BY v.times DESC LIMIT 30)
        UNION
        (SELECT v.word, v.times FROM vocabulary v
         WHERE v.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND v.word % t.asked
         ORDER BY similarity(v.word, t.asked) DESC, v.times DESC LIMIT 30)
    ) AS n
$$;

CREATE FUNCTION find_reports(
    wanted text, kinds uuid[], bodies uuid[], places uuid[], among integer,
    seen text[], seat uuid, own uuid[],
    only_open boolean, only_holder uuid, only_agencies uuid[], only_category uuid, only_area uuid, only_status text,
    only_from timestamptz, only_until timestamptz, only_nobodys boolean, only_board boolean, only_ids uuid[],
    most integer,
    strong text[], weak text[], facets text[], weights float8[]
) RETURNS TABLE (complaint_id uuid, received_at timestamptz, score float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Put together anew each time, so that the plan fits the words: the index for rare ones, or the newest for others.
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
        FROM %s r JOIN complaints c ON c.tenant_id = r.tenant_id AND c.id = r.complaint_id
        WHERE r.tenant_id = $1 AND c.tenant_id = $1 AND r.kind = 'description'
            AND ($2 IS NULL OR r.words @@ $2)
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
        ORDER BY r.created_at DESC LIMIT $24
    ) AS f
    $q$, CASE WHEN among IS NULL THEN 'remarks' ELSE $s$
        (SELECT * FROM remarks WHERE tenant_id = $1 AND kind = 'description' ORDER BY created_at DESC LIMIT $25)
    $s$ END)
    USING NULLIF(current_setting('app.tenant_id', true), '')::uuid, wanted::tsquery, kinds, bodies, places,
        seen, seat, own, only_open, only_holder, only_agencies, only_category, only_area, only_status,
        only_from, only_until, only_nobodys, only_board,
        strong::tsquery[], weak::tsquery[], facets, weights, only_ids, most, among;
END $$;

CREATE FUNCTION ending_in(ending text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM complaints
    WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND right(reference, 4) = ending
    ORDER BY received_at DESC LIMIT 50
$$;

REVOKE ALL ON FUNCTION near_words(text[]), ending_in(text), find_reports(
    text, uuid[], uuid[], uuid[], integer, text[], uuid, uuid[], boolean, uuid, uuid[], uuid, uuid, text, timestamptz,
    timestamptz, boolean, boolean, uuid[], integer, text[], text[], text[], float8[]) FROM PUBLIC;
"""

KNOWN = """
INSERT INTO vocabulary (tenant_id, id, word, skeleton, times)
SELECT tenant_id, gen_random_uuid(), word, translate(word, 'aeiou', ''), count(*)
FROM remarks, unnest(tsvector_to_array(words)) AS word WHERE length(word) <= 40 GROUP BY tenant_id, word
"""

FORGET = """
    -- Before they are blanked: the words that no other report has.
    DELETE FROM vocabulary v WHERE v.tenant_id = own
        AND v.word IN (SELECT unnest(tsvector_to_array(words)) FROM remarks
            WHERE tenant_id = own AND complaint_id = complaint)
        AND NOT EXISTS (SELECT FROM remarks r WHERE r.tenant_id = own AND r.complaint_id <> complaint
            AND r.words @@ quote_literal(v.word)::tsquery);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for extension in ("pg_trgm", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    _run(WORDS)
    op.create_index(
        "ix_remarks_words",
        "remarks",
        ["tenant_id", "words"],
        postgresql_using="gin",
        postgresql_where=sa.text("kind = 'description'"),
    )
    op.create_index(
        "ix_remarks_described",
        "remarks",
        ["tenant_id", "created_at"],
        postgresql_where=sa.text("kind = 'description'"),
    )
    op.create_index("ix_complaints_ending", "complaints", ["tenant_id", sa.text("right(reference, 4)")])
    op.create_table(
        "vocabulary",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("skeleton", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_vocabulary")),
        sa.UniqueConstraint("tenant_id", "word", name=op.f("uq_vocabulary_tenant_id_word")),
    )
    distribute("vocabulary")
    wall_in("vocabulary")
    op.create_index("ix_vocabulary_skeleton", "vocabulary", ["tenant_id", "skeleton", "times"])
    op.create_index(
        "ix_vocabulary_word",
        "vocabulary",
        ["tenant_id", "word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    _run(KNOWN)
    _run(FUNCTIONS)
    _forget_first()


def _forget_first() -> None:
    """Have `erase_personal` forget words before it blanks anything, whatever it has come to blank since it was made."""
    made: str = (
        op.get_bind()
        .exec_driver_sql("SELECT pg_get_functiondef('erase_personal(uuid, timestamptz)'::regprocedure)")
        .scalar_one()
    )
    head, checked, blanking = made.partition("END IF;")
    _run(head + checked + FORGET + blanking)


def _run(script: str) -> None:
    """Past SQLAlchemy, to which a percent sign or a colon would be a parameter."""
    op.get_bind().connection.driver_connection.execute(script)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
