"""Everything that keeps a form of the settings from being saved, told at once."""

from collections.abc import Mapping

from tenants.errors import N_, Invalid

NOT_SAVED = N_("This can't be saved yet: something has to be put right first.")


class Faults(Invalid):
    """Nothing was saved. by_field: what is wrong, by the name of the control that it is about."""

    def __init__(self, by_field: Mapping[str, Invalid]) -> None:
        super().__init__(NOT_SAVED)
        self.by_field = dict(by_field)
