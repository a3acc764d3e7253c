"""The ways by which reports come in that somebody else writes down: a caller's, a walk-in's, a letter, done work."""

LOGGED = "logged"
"""The channel of work that was done off the platform and written down after it: no resident's report."""

FOR_SOMEBODY = ("phone", "counter", "letter", "social")
"""The channels of reports that an official writes down for whoever makes them."""
