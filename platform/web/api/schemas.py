"""The shapes of the API, written out: a new column is no new promise.

Numbers may be NaN here, since routing says in a sentence what is wrong with such a one.
"""

from marshmallow import RAISE, Schema, fields, validate


class Strict(Schema):
    """Unknown fields are errors."""

    class Meta:
        unknown = RAISE


class LocateQuery(Schema):
    lat = fields.Float(required=True, metadata={"description": "Latitude, WGS84 degrees."}, allow_nan=True)
    lon = fields.Float(required=True, metadata={"description": "Longitude, WGS84 degrees."}, allow_nan=True)
    category = fields.String(metadata={"description": "Code of a category; overlays claim some."})
    accuracy_m = fields.Float(
        metadata={"description": "Accuracy of the point in metres, 50 if not given."}, allow_nan=True
    )


class PointQuery(Schema):
    lat = fields.Float(allow_nan=True)
    lon = fields.Float(allow_nan=True)


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


class CategoriesSchema(Schema):
    tenant = fields.Nested(TenantSchema, required=True)
    categories = fields.List(fields.Nested(CategorySchema), required=True)


class ContactSchema(Strict):
    name = fields.String(allow_none=True, validate=validate.Length(max=120))
    email = fields.String(allow_none=True, validate=validate.Length(max=254))
    phone = fields.String(allow_none=True, validate=validate.Length(max=40))


class ReportSchema(Strict):
    category = fields.String(required=True, validate=validate.Length(min=1, max=80))
    description = fields.String(required=True, validate=validate.Length(min=1, max=4000))
    lat = fields.Float(allow_nan=True)
    lon = fields.Float(allow_nan=True)
    accuracy_m = fields.Float(allow_none=True, allow_nan=True)
    place = fields.String(allow_none=True, validate=validate.Length(max=300))
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    kind = fields.String(load_default="complaint", validate=validate.OneOf(["complaint", "question", "wish"]))
    visibility = fields.String(allow_none=True, validate=validate.OneOf(["public", "private", "restricted"]))
    contact = fields.Nested(ContactSchema, allow_none=True)
    anonymous = fields.Boolean(load_default=False)
    tenant = fields.String(
        allow_none=True,
        metadata={"description": "Slug of the city, for a category without a place sent on the national host."},
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
