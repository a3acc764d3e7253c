"""The order of a day's places."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from complaints.finding.way import apart_m, lengths_m, ordered

PLACES = st.lists(st.tuples(st.floats(106.7, 107.1), st.floats(-6.4, -6.1)), max_size=20)
START = st.none() | st.tuples(st.floats(106.7, 107.1), st.floats(-6.4, -6.1))


def length(places, order, start):
    return sum(lengths_m([places[number] for number in order], start))


def nearest_next(places, start):
    here, left, order = start or places[0], set(range(len(places))), []
    while left:
        number = min(left, key=lambda one: (apart_m(here, places[one]), one))
        left.remove(number)
        order.append(number)
        here = places[number]
    return order


@given(PLACES, START)
def test_every_place_is_visited_once(places, start):
    assert sorted(ordered(places, start)) == list(range(len(places)))


@given(PLACES.filter(bool), START)
def test_the_way_is_never_longer_than_going_to_the_nearest_next(places, start):
    begin = start or places[0]
    assert length(places, ordered(places, start), begin) <= length(places, nearest_next(places, start), begin) + 1e-3


@given(st.lists(st.tuples(st.floats(106.7, 107.1), st.floats(-6.4, -6.1)), min_size=2, max_size=5))
def test_a_few_places_are_never_far_from_the_best_order(places):
    start = (106.9, -6.25)
    best = min(length(places, order, start) for order in permutations(range(len(places))))
    assert length(places, ordered(places, start), start) <= 1.5 * best + 1e-3


def test_a_straight_street_is_walked_from_one_end_to_the_other():
    street = [(106.90 + step / 1000, -6.2) for step in (3, 0, 4, 1, 2)]
    assert ordered(street, (106.899, -6.2)) == [1, 3, 4, 0, 2]


def test_a_degree_of_latitude_measures_some_hundred_and_eleven_kilometres():
    assert abs(apart_m((106.9, -6.0), (106.9, -7.0)) - 111_195) < 1
    assert apart_m((106.0, -60.0), (107.0, -60.0)) < 56_000
