"""Generated requests against the description: each is answered as it promises, and none breaks the server.

The operations are walked by hand, since Schemathesis' own pytest plugin needs an older pytest.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.postgres import EmbeddedPostgres
from tests.cast import IN_BARAT
from tests.conftest import copied, put_together

Test = Callable[[schemathesis.Case], None]

OPERATIONS = (
    "GET /api/v1/locate",
    "GET /api/v1/categories",
    "POST /api/v1/complaints",
    "GET /api/v1/complaints/{reference}",
)
EXAMPLES = 120
"""Of each operation and mode; some 40 s in all."""
FITTING, UNFITTING = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
MODES = [(name, mode) for name in OPERATIONS for mode in (FITTING, UNFITTING)]
MODES.remove((OPERATIONS[3], UNFITTING))  # any text may be tried as a reference


@pytest.fixture(scope="module")
def described(
    cluster: EmbeddedPostgres, cast_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BaseSchema]:
    """The description that the app gives of itself, bound to the app: one database for all requests of this module."""
    with copied(cluster, cast_template) as database:
        owner_url = database.replace("aduan_app", "aduan_owner")
        with put_together(database, owner_url, tmp_path_factory.mktemp("evidence")) as app:
            yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def test_every_operation_is_tried(described: BaseSchema) -> None:
    assert {found.ok().label for found in described.get_all_operations()} == set(OPERATIONS)


@pytest.mark.parametrize(("name", "mode"), MODES, ids=[f"{name} {mode.value}" for name, mode in MODES])
def test_every_answer_is_as_described(described: BaseSchema, name: str, mode: GenerationMode) -> None:
    @generated(described, name, mode)
    def answered(case: schemathesis.Case) -> None:
        answer_to(case)

    answered()


def test_a_report_of_something_that_can_be_reported_is_filed_as_described(described: BaseSchema) -> None:
    statuses: Counter[int] = Counter()

    @generated(described, "POST /api/v1/complaints", FITTING)
    def filed(case: schemathesis.Case) -> None:
        if isinstance(case.body, dict):
            case.body |= {"category": "jalan-lubang", "lat": IN_BARAT[1], "lon": IN_BARAT[0]}
            for name in ("answers", "photos", "contact", "anonymous"):
                case.body.pop(name, None)
        statuses[answer_to(case).status_code] += 1

    filed()
    assert statuses[201] > EXAMPLES / 3, statuses


def test_a_complaint_is_shown_as_described(described: BaseSchema) -> None:
    operations = {found.ok().label: found.ok() for found in described.get_all_operations()}
    report = {"category": "jalan-lubang", "description": "Lubang.", "lat": IN_BARAT[1], "lon": IN_BARAT[0]}
    for visibility in ("public", "private"):
        body = {**report, "visibility": visibility}
        case = operations["POST /api/v1/complaints"].Case(body=body, media_type="application/json")
        reference = answer_to(case).json()["reference"]
        shown = operations["GET /api/v1/complaints/{reference}"].Case(path_parameters={"reference": reference})
        assert answer_to(shown).status_code == 200


def answer_to(case: schemathesis.Case) -> schemathesis.Response:
    """The answer, held against the description.

    Unpacked, since Schemathesis asks a WSGI app for compressed answers and doesn't unpack them. A report may fit the
    description and still name a category that isn't there, or a point in the ocean.
    """
    return case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=[positive_data_acceptance])


def generated(schema: BaseSchema, name: str, mode: GenerationMode) -> Callable[[Test], Callable[[], None]]:
    """Run a test with requests made for an operation, the same ones each time."""
    operation = next(found.ok() for found in schema.get_all_operations() if found.ok().label == name)

    def run(test: Test) -> Callable[[], None]:
        limits = settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        bound: Callable[[], None] = limits(given(case=operation.as_strategy(generation_mode=mode))(test))
        return bound

    return run
