from itertools import combinations

import pytest

from admittance.model.vocabulary import BAD_STATES, SCORED_STATES, State, worst_state


def test_no_state_means_insufficient_and_never_ok() -> None:
    assert worst_state(()) is State.INSUFFICIENT


@pytest.mark.parametrize("bad", BAD_STATES)
def test_a_state_that_blames_interference_outweighs_every_other(bad: State) -> None:
    for other in set(State) - set(BAD_STATES):
        assert worst_state((other, bad)) is bad
        assert worst_state((bad, other)) is bad


def test_the_worst_of_two_does_not_depend_on_their_order() -> None:
    for one, other in combinations(State, 2):
        assert worst_state((one, other)) is worst_state((other, one))


def test_only_scored_states_are_trials() -> None:
    assert set(SCORED_STATES) == {*BAD_STATES, State.OK}
