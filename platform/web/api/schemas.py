"""The shapes of the API, written out: a new column is no new promise.

Numbers may be NaN here, since routing says in a sentence what is wrong with such a one.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from complaints.evidence import MOST_PHOTOS
from web.api.fields import Answer, Choice, Degrees, Flag, Number, Strict, Text

View = TypeVar("View", bound=Callable[..., Any])

LATITUDE = {"description": "Latitude, WGS84 degrees.", "minimum": -90, "maximum": 90}
LONGITUDE = {"description": "Longitude, WGS84 degrees.", "minimum": -180, "maximum": 180}
ACCURACY = {"description": "Accuracy of the point in metres, 50 if not given.", "exclusiveMinimum": 0}


class LocateQuery(Schema):
    lat = Degrees(required=True, metadata=LATITUDE)
    lon = Degrees(required=True, metadata=LONGITUDE)
    category = Text(shortest=1, longest=80, metadata={"description": "Code of a category; overlays claim some."})
    accuracy_m = Degrees(metadata=ACCURACY)


class PointQuery(Schema):
    lat = Degrees(metadata=LATITUDE)
    lon = Degrees(metadata=LONGITUDE)


class TenantSchema(Schema):
    slug = fields.String(required=True)
    name = fields.String(required=True)


class NearBorderSchema(TenantSchema):
    distance_m = fields.Float(required=True)


class NamedCodeSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class CandidateSchema(Schema):
    slug = fields.String(required=True)
    area_km2 = fields.Float(required=True)


class LocateSchema(Schema):
    tenant = fields.Nested(TenantSchema, required=True)
    rule = fields.String(required=True)
    explanation = fields.String(required=True)
    near_border = fields.Nested(NearBorderSchema, required=True, allow_none=True)
    area = fields.Nested(NamedCodeSchema, required=True, allow_none=True)
    municipality = fields.Nested(NamedCodeSchema, required=True, allow_none=True)
    candidates = fields.List(fields.Nested(CandidateSchema), required=True)


class CategorySchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    group = fields.String(required=True)
    help = fields.String(required=True)
    place = fields.String(required=True, validate=validate.OneOf(["exact", "area", "none"]))
    visibility = fields.String(required=True, validate=validate.OneOf(["public", "private", "restricted"]))
    kinds = fields.List(fields.String(), required=True)
    photo_wanted = fields.Boolean(required=True)
    anonymous_allowed = fields.Boolean(required=True)
    questions = fields.List(fields.Dict(), required=True)
    responsible = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Whose it is where it isn't the city's: a report of it is refused."},
    )
    responsible_contact = fields.String(
        required=True, allow_none=True, metadata={"description": "Their telephone number or web address."}
    )


class CategoriesSchema(Schema):
    tenant = fields.Nested(TenantSchema, required=True)
    categories = fields.List(fields.Nested(CategorySchema), required=True)


class ContactSchema(Strict):
    name = Text(longest=120, allow_none=True)
    email = Text(longest=254, allow_none=True, metadata={"description": "Where answers go, such as nama@contoh.id."})
    phone = Text(longest=40, allow_none=True, metadata={"description": "Such as 0812 3456 7890 or +62 812 …"})


class ReportSchema(Strict):
    category = Text(shortest=1, longest=80, required=True, metadata={"description": "Code of a category."})
    description = Text(shortest=1, longest=4000, required=True)
    lat = Number(metadata=LATITUDE)
    lon = Number(metadata=LONGITUDE)
    accuracy_m = Number(allow_none=True, metadata=ACCURACY)
    place = Text(longest=300, allow_none=True, metadata={"description": "The place in words."})
    answers = fields.Dict(
        keys=Text(longest=80),
        values=Answer(),
        load_default=dict,
        metadata={"description": "Answers to the category's questions, by their codes."},
    )
    kind = Choice(["complaint", "question", "wish"], load_default="complaint")
    visibility = Choice(
        ["public", "private", "restricted"],
        allow_none=True,
        metadata={"description": "Stricter than the category's own; never looser."},
    )
    contact = fields.Nested(ContactSchema, allow_none=True)
    anonymous = Flag(load_default=False)
    tenant = Text(
        longest=63,
        allow_none=True,
        metadata={"description": "Slug of the city, for a category without a place sent on the national host."},
    )


class ReportForm(ReportSchema):
    """The same as a form; `answers` and `contact` are JSON in one part each."""

    photos = fields.List(
        fields.Raw(metadata={"type": "string", "format": "binary"}),
        metadata={"description": "Photos: JPEG, PNG, WebP or HEIC.", "maxItems": MOST_PHOTOS},
    )


class FiledSchema(Schema):
    reference = fields.String(required=True)
    url = fields.String(required=True)
    manage_url = fields.String(required=True)
    tenant = fields.Nested(TenantSchema, required=True)
    rule = fields.String(required=True)
    explanation = fields.String(required=True)
    status = fields.String(required=True)
    respond_due_at = fields.DateTime(required=True, allow_none=True)
    resolve_due_at = fields.DateTime(required=True, allow_none=True)


class MoveSchema(Schema):
    at = fields.DateTime(required=True)
    move = fields.String(required=True)
    status = fields.String(required=True)
    words = fields.String(required=True, allow_none=True)


class PhotoSchema(Schema):
    side = fields.String(required=True)
    url = fields.String(required=True)


class ComplaintSchema(Schema):
    """The public view; of a private one only reference, tenant and status are there."""

    reference = fields.String(required=True)
    tenant = fields.Nested(TenantSchema, required=True)
    status = fields.String(required=True)
    visibility = fields.String(required=True)
    category = fields.Nested(NamedCodeSchema)
    description = fields.String()
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    place = fields.String(allow_none=True)
    agency = fields.String(allow_none=True)
    received_at = fields.DateTime()
    respond_due_at = fields.DateTime(allow_none=True)
    resolve_due_at = fields.DateTime(allow_none=True)
    history = fields.List(fields.Nested(MoveSchema))
    photos = fields.List(fields.Nested(PhotoSchema))


class ProblemSchema(Schema):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    puzzle = fields.String()
    bits = fields.Integer()


def refuses(blueprint: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Document with which statuses a view refuses, each time with a problem document."""

    def document(view: View) -> View:
        for status in statuses:
            view = blueprint.alt_response(status, schema=ProblemSchema, content_type="application/problem+json")(view)
        return view

    return document
