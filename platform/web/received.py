"""A request as it was received: a form that can't be read is refused, where it would be taken for an empty one."""

from flask import Request
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser


class Received(Request):
    """As Flask's, but for broken forms: one that breaks off, or isn't UTF-8, would be answered "this is missing"."""

    def make_form_data_parser(self) -> FormDataParser:
        """The parser, which says what it can't read; of what is only asked for, no form is expected."""
        parser = super().make_form_data_parser()
        parser.silent = self.method in ("GET", "HEAD")
        return parser

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except ValueError:
            empty = self.parameter_storage_class()
            self.__dict__.update(form=empty, files=empty)  # whoever draws the answer reads an empty one
            raise BadRequest from None
