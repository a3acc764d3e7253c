"""The description of the API: valid, complete, readable under the strict policy; every route says who may call it."""

from collections.abc import Callable

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.cast import Visitor
from web.access import Anyone

Visit = Callable[..., Visitor]


def test_the_description_is_valid_openapi_3_1(visit: Visit) -> None:
    answer = visit().get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"
    assert [str(error) for error in OpenAPIV31SpecValidator(answer.json).iter_errors()] == []


def test_every_operation_has_a_name_of_its_own_and_says_how_it_refuses(visit: Visit) -> None:
    document = visit().get("/api/v1/openapi.json").json
    assert document is not None
    operations = [
        operation for path in document["paths"].values() for name, operation in path.items() if name != "parameters"
    ]

    names = [operation["operationId"] for operation in operations]
    assert sorted(names) == ["categories", "complaint", "file", "locate"]
    for operation in operations:
        refusals = [answer for status, answer in operation["responses"].items() if status >= "400"]
        assert refusals
        assert all("application/problem+json" in answer["content"] for answer in refusals)


def test_the_page_needs_no_script_in_it_and_nothing_from_elsewhere(visit: Visit) -> None:
    answer = visit("barat").get("/api/v1/docs")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert page.count("<script") == page.count('<script src="/static/')
    assert "https://" not in page
    assert "http://" not in page


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    silent = [
        rule.rule for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    assert silent == []


def test_whatever_is_under_api_is_for_anyone(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert len(rules) >= 6
    assert {app.view_functions[rule.endpoint].access for rule in rules} == {Anyone}
