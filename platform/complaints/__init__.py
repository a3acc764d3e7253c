"""Complaints: what is reported, whose it is, by when, and what becomes of it.

Here stands what the rest is about: a complaint, its filing, the one workflow table, the clock, handling, the queue, the
figures. Beside it the rooms: `rules`, what a city decides, and `clocks`, what is due when; `photos` and `words`, what
people send; `audience`, who hears of it; `finding`, `counts`, `crews`, `reporters`, `together`, `transfers`, `safety`.
Imports run in no circle among them, which import-linter holds.
"""
