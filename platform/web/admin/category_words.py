"""What the settings call the choices of a category."""

from collections.abc import Mapping

from flask_babel import gettext as _

from tenants.errors import N_

VISIBILITIES: Mapping[str, str] = {
    "public": N_("Everybody"),
    "private": N_("Reporter and officials"),
    "restricted": N_("Certain roles only"),
}
PLACES: Mapping[str, str] = {
    "exact": N_("A point on the map"),
    "area": N_("An area is enough"),
    "none": N_("Without a place"),
}
KINDS: Mapping[str, str] = {"complaint": N_("A complaint"), "question": N_("A question"), "wish": N_("A wish")}
TYPES: Mapping[str, str] = {
    "text": N_("Text"),
    "number": N_("Number"),
    "choice": N_("One of several answers"),
    "choices": N_("Several answers"),
    "date": N_("Date"),
    "yes_no": N_("Yes or no"),
    "info": N_("Information, asks nothing"),
    "stop": N_("Stops the report and explains"),
}
ICONS: Mapping[str, str] = {
    "road": N_("Road"),
    "lamp": N_("Lamp"),
    "sign": N_("Sign"),
    "car": N_("Car"),
    "bus": N_("Bus"),
    "dig": N_("Digging"),
    "bin": N_("Rubbish"),
    "fire": N_("Fire"),
    "smoke": N_("Smoke"),
    "leaf": N_("Leaf"),
    "tree": N_("Tree"),
    "paw": N_("Animal"),
    "water": N_("Water"),
    "drain": N_("Drain"),
    "tools": N_("Tools"),
    "bolt": N_("Lightning"),
    "cable": N_("Cable"),
    "shop": N_("Stall"),
    "noise": N_("Noise"),
    "people": N_("People"),
    "ad": N_("Billboard"),
    "building": N_("Building"),
    "shield": N_("Shield"),
    "health": N_("Health"),
    "id": N_("Identity card"),
    "heart": N_("Heart"),
    "dots": N_("Anything else"),
}
"""The drawings that suit a category, of static/icons.svg."""


def said(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    """(value, words in the reader's language)."""
    return [(value, _(word)) for value, word in choices.items()]
