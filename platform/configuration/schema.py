"""The shape of a bundle: which keys there are, what each holds, and what holds where one is left out.

Words are `{language: text}`; a bare text is taken as the tenant's first language (handed in by `fields.writing_in`).
Keys that aren't known are errors. A schema loads what it has loaded before to the same value. What one row says about
another is checked in `checks.py`.
"""

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from complaints.reporters.retention import USUAL_MONTHS
from configuration.fields import LANGUAGE, Address, Code, Phone, Text, Words
from people.second_factor import Demand
from tenants.category import Place, Visibility
from tenants.colours import USUAL_COLOUR
from tenants.errors import N_
from tenants.sentence import Sentence
from tenants.sla_rule import ASKING

FORMAT = 1
KINDS = ("complaint", "question", "wish")
QUESTION_TYPES = ("text", "number", "choice", "choices", "date", "yes_no", "info", "stop")
MILESTONES = ("respond", "secure", "resolve")
MOST_WORKING_DAYS = 1_000
UNITS = ("minutes", "working_minutes", "working_days")
ROLES = ("resident", "partner", "officer", "supervisor", "admin")
LADDER = (
    {"percent": 50, "tell": "holder"},
    {"percent": 80, "tell": "supervisor"},
    {"percent": 100, "tell": "next_level"},
    {"unanswered_hours": 24, "tell": "board"},
    {"offer_working_hours": 6, "tell": "supervisor"},
)
FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
CATALOGUE = re.compile(r"catalogue:[A-Za-z0-9][A-Za-z0-9.-]{0,30}")


OF_MARSHMALLOW = (
    N_("Missing data for required field."),
    N_("Field may not be null."),
    N_("Invalid input type."),
    N_("Not a valid string."),
    N_("Not a valid boolean."),
    N_("Not a valid integer."),
    N_("Not a valid list."),
    N_("Not a valid mapping type."),
    N_("Not a valid email address."),
    N_("String does not match expected pattern."),
)
"""What marshmallow says by itself, to be found by whoever translates."""


def _length(least: int, most: int | None = None) -> validate.Length:
    if most is None:
        return validate.Length(least, error=Sentence("Shorter than minimum length %(min)s."))
    return validate.Length(least, most, error=Sentence("Length must be between %(min)s and %(max)s."))


def _codes(**more: Any) -> fields.List[str]:
    return fields.List(Code(), load_default=list, **more)


def _text(most: int = 200, **more: Any) -> fields.String:
    return fields.String(validate=_length(1, most), **more)


def _one_of(*choices: str, **more: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(choices, error=Sentence("Must be one of: %(choices)s.")), **more)


def _whole(least: int, most: int, **more: Any) -> fields.Integer:
    between = validate.Range(least, most, error=Sentence("Must be a whole number from %(min)s to %(max)s."))
    return fields.Integer(strict=True, validate=between, **more)


def _rows(schema: type[Schema], **more: Any) -> fields.Nested:
    return fields.Nested(schema, many=True, load_default=list, **more)


def _answers() -> fields.Dict:
    """{question: [answers]}: all named questions must have one of their answers."""
    return fields.Dict(Code(), fields.List(Code(), validate=_length(1)), load_default=None, allow_none=True)


class _Strict(Schema):
    class Meta:
        unknown = RAISE

    error_messages = {"unknown": Sentence("There is no such key here."), "type": Sentence("This must be a mapping.")}


class Coded(_Strict):
    """A row that is known by its code."""

    code = Code(required=True)

    @validates_schema(skip_on_field_errors=False)
    def _is_named(self, data: dict[str, Any], **kwargs: Any) -> None:
        # A row that is merged over the template's may lack anything but its code.
        if kwargs.get("partial") and "code" not in data:
            raise ValidationError(Sentence("Every row needs its code."), "code")


class Row(Coded):
    """A row that can be taken out of what the bundle is laid over."""

    ended = fields.Boolean(load_default=False)


class TenantSchema(_Strict):
    slug = fields.String(required=True)
    code = fields.String(required=True)
    name = Words(required=True)
    type = Code(load_default="kota")
    municipality = Code(load_default=None, allow_none=True)
    time_zone = fields.String(load_default="Asia/Jakarta")
    languages = fields.List(
        fields.String(validate=validate.Regexp(LANGUAGE, error=Sentence("A language is a code such as id or en."))),
        load_default=lambda: ["id", "en"],
        validate=_length(1, 20),
    )
    boundary = fields.String(load_default=None, allow_none=True)
    overlay = _codes()


class AgencySchema(Row):
    """head: the address of one of the people. calendar: whose hours its promises run by; the city's where none is
    named.
    """

    name = Words(required=True)
    parent = Code(load_default=None, allow_none=True)
    partner = fields.Boolean(load_default=False)
    areas = _codes()
    email = Address(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    head = Address(load_default=None, allow_none=True)
    calendar = Code(load_default=None, allow_none=True)


class AreaSchema(Coded):
    name = Words(required=True)
    type = Code(required=True)
    parent = Code(load_default=None, allow_none=True)


class Areas(fields.Nested):
    """Rows, or where they come from: a .geojson file beside the bundle, or `catalogue:` and a government's code."""

    def _deserialize(self, value: Any, attr: Any, data: Any, partial: Any = None, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            return super()._deserialize(value, attr, data, partial=partial, **kwargs)
        if CATALOGUE.fullmatch(value) or (FILE.fullmatch(value) and value.endswith((".geojson", ".geojson.gz"))):
            return value
        raise ValidationError(Sentence("Write rows, a .geojson file beside the bundle, or `catalogue:` and a code."))


class ChoiceSchema(_Strict):
    code = Code(required=True)
    label = Words(required=True)


class QuestionSchema(_Strict):
    """`staff`: answered by officials, not asked of the reporter. `when`: asked only after these answers."""

    code = Code(required=True)
    label = Words(required=True)
    type = _one_of(*QUESTION_TYPES, required=True)
    required = fields.Boolean(load_default=False)
    choices = _rows(ChoiceSchema)
    help = Words(load_default=None, allow_none=True)
    when = _answers()
    staff = fields.Boolean(load_default=False)


class CategorySchema(Row):
    """agency: who gets it, where no area says otherwise. by_area: {area: agency}. off_in: areas without it.

    responsible: whose it is, where it isn't the city's; their telephone number or web address beside it.
    """

    name = Words(required=True)
    help = Words(load_default=None, allow_none=True)
    group = fields.Boolean(load_default=False)
    parent = Code(load_default=None, allow_none=True)
    platform_code = Code(load_default="lain")
    icon = Code(load_default="dots")
    search_words = fields.Dict(
        fields.String(validate=validate.Regexp(LANGUAGE)), fields.List(_text(60)), load_default=dict
    )
    place = _one_of(*Place, load_default=str(Place.EXACT))
    visibility = _one_of(*Visibility, load_default=str(Visibility.PUBLIC))
    kinds = fields.List(_one_of(*KINDS), load_default=lambda: ["complaint"], validate=_length(1))
    round_the_clock = fields.Boolean(load_default=False)
    photo_wanted = fields.Boolean(load_default=True)
    anonymous_allowed = fields.Boolean(load_default=True)
    safety = fields.Boolean(load_default=False)
    questions = _rows(QuestionSchema)
    agency = Code(load_default=None, allow_none=True)
    by_area = fields.Dict(Code(), Code(), load_default=dict)
    off_in = _codes()
    responsible = Words(load_default=None, allow_none=True)
    responsible_contact = _text(200, load_default=None, allow_none=True)


class TargetSchema(_Strict):
    """At least one of its unit, and less than two years of minutes or four of working days."""

    amount = _whole(1, 1_000_000, required=True)
    unit = _one_of(*UNITS, required=True)

    @validates_schema
    def _is_a_promise(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["unit"] == "working_days" and data["amount"] > MOST_WORKING_DAYS:
            raise ValidationError(N_("A promise is at most 1,000 working days."), "amount")


class MilestoneSchema(TargetSchema):
    """Of several for one milestone the first whose `when` holds decides; the one without `when` stands last."""

    milestone = _one_of(*MILESTONES, required=True)
    when = _answers()
    label = Words(load_default=None, allow_none=True)


class StepSchema(_Strict):
    """One step of the ladder: at a share of the promise, after hours without any answer, or after working hours in
    which an agency has neither accepted nor refused what it was offered.
    """

    percent = _whole(1, 1_000)
    unanswered_hours = _whole(1, 10_000)
    offer_working_hours = _whole(1, 10_000)
    tell = _one_of("holder", "supervisor", "next_level", "board", required=True)

    @validates_schema
    def _is_one_of_both(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if len({"percent", "unanswered_hours", "offer_working_hours"} & set(data)) != 1:
            raise ValidationError(Sentence("Write one of percent, unanswered_hours and offer_working_hours."))


class AskingSchema(TargetSchema):
    """How long a question to the reporter waits, and what happens then."""

    then = _one_of("resume", "close", load_default="resume")


class RuleSchema(Row):
    category = Code(load_default=None, allow_none=True)
    priority = Code(load_default=None, allow_none=True)
    area = Code(load_default=None, allow_none=True)
    milestones = fields.Nested(MilestoneSchema, many=True, required=True)
    ceiling = fields.Nested(TargetSchema, load_default=None, allow_none=True)
    auto_close = fields.Boolean(load_default=False)
    pausing = fields.List(_one_of("waiting_for_reporter", "scheduled"), load_default=lambda: ["waiting_for_reporter"])
    asking = fields.Nested(AskingSchema, load_default=lambda: dict(ASKING), allow_none=True)
    ladder = fields.Nested(StepSchema, many=True, load_default=lambda: [dict(step) for step in LADDER])


class CalendarSchema(Row):
    """The keys besides code and name are those of `working_time.from_document`, which checks them; without a time zone
    the tenant's holds.
    """

    name = Words(load_default=dict)
    time_zone = fields.String(load_default=None, allow_none=True)
    hours = fields.Dict(required=True)
    dated = fields.List(fields.Dict(), load_default=list)
    holidays = fields.Dict(load_default=dict)
    half_days = fields.List(fields.Dict(), load_default=list)


class PersonSchema(_Strict):
    """A person is known by the address; the seat that results is an invitation until its owner has signed in."""

    email = Address(required=True)
    name = _text(120, required=True)
    role = _one_of(*ROLES, required=True)
    agencies = _codes()


class LookSchema(_Strict):
    """colour: of the bar and the buttons. accent: of the stripe below the bar. Both are repaired to be read."""

    colour = fields.String(
        load_default=USUAL_COLOUR,
        validate=validate.Regexp(r"#[0-9a-fA-F]{6}\Z", error=Sentence("A colour is written as #0b5fa5.")),
    )
    accent = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"#[0-9a-fA-F]{6}\Z", error=Sentence("A colour is written as #0b5fa5.")),
    )
    logo = fields.String(load_default=None, allow_none=True)


class NumberSchema(_Strict):
    name = Words(required=True)
    number = _text(20, required=True)


class LaunchSchema(_Strict):
    """What residents may report in the beginning; an empty list takes all. figures_hidden: no public figures yet."""

    areas = _codes()
    categories = _codes()
    figures_hidden = fields.Boolean(load_default=False)


class OptionsSchema(_Strict):
    """desk: the agency that sorts out what nobody else gets. calendar: whose hours count.

    work_camera_only: officials' photos of work come from our page's camera, or with a reason. field_check_percent: how
    many of a hundred finished works are drawn for a look on the spot. comments: residents may also write below others'
    reports, what an official shows. second_factor: of whom the second step is asked.
    """

    desk = Code(load_default=None, allow_none=True)
    calendar = Code(load_default=None, allow_none=True)
    verification = fields.Boolean(load_default=False)
    validation = fields.Boolean(load_default=False)
    pause_approval = fields.Boolean(load_default=False)
    reopen_days = _whole(0, 365, load_default=14)
    silence_closes_working_days = _whole(1, 365, load_default=10)
    quiet_hours = fields.List(
        fields.String(validate=validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d")),
        validate=validate.Length(equal=2, error=Sentence("Length must be %(equal)s.")),
        load_default=lambda: ["21:00", "06:00"],
    )
    digest_at = fields.String(validate=validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d"), load_default="07:00")
    field_check_percent = _whole(0, 100, load_default=0)
    work_camera_only = fields.Boolean(load_default=False)
    gallery_allowed = fields.Boolean(load_default=True)
    anonymous_allowed = fields.Boolean(load_default=True)
    comments = fields.Boolean(load_default=False)
    retention_months = fields.Dict(
        fields.String(validate=validate.OneOf(tuple(USUAL_MONTHS), error=Sentence("Must be one of: %(choices)s."))),
        _whole(1, 1_200),
        load_default=lambda: dict(USUAL_MONTHS),
    )
    emergency_numbers = _rows(NumberSchema)
    emergency_words = fields.Dict(
        fields.String(validate=validate.Regexp(LANGUAGE)), fields.List(_text(60)), load_default=dict
    )
    likely_categories = _codes(validate=_length(0, 6))
    second_factor = _one_of(*Demand, load_default=str(Demand.NOBODY))
    soft_launch = fields.Nested(LaunchSchema, load_default=None, allow_none=True)
    demo = fields.Boolean(load_default=False)


class AssetRuleSchema(Row):
    """Whose an object is by an attribute of it: an agency's, or an overlay's. category: None for any.

    overlay: the slug of another tenant that lies over the city's ground; where none does, the rule decides nothing.
    The objects themselves are data and not settings: a bundle has none.
    """

    category = Code(load_default=None, allow_none=True)
    attribute = _text(60, required=True)
    value = _text(200, required=True)
    agency = Code(load_default=None, allow_none=True)
    overlay = Code(load_default=None, allow_none=True)


class BundleSchema(_Strict):
    """`template`: what the bundle is laid over; an exported bundle is whole and says `none`."""

    format = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Equal(FORMAT, error=Sentence("This platform reads format %(other)s.")),
    )
    template = _one_of("default", "none", load_default="default")
    tenant = fields.Nested(TenantSchema, required=True)
    agencies = _rows(AgencySchema)
    areas = Areas(AreaSchema, many=True, load_default=list)
    categories = _rows(CategorySchema)
    sla_rules = _rows(RuleSchema)
    asset_rules = _rows(AssetRuleSchema)
    calendars = _rows(CalendarSchema)
    people = _rows(PersonSchema)
    look = fields.Nested(LookSchema, load_default=lambda: LookSchema().load({}))
    texts = fields.Dict(Code(), Text(), load_default=dict)
    options = fields.Nested(OptionsSchema, load_default=lambda: OptionsSchema().load({}))
