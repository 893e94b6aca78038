"""The search in machine code: one pass over the bins of many series, one series at a time, in memory for the longest of them.

Method: hidden Markov model, scaled forward-backward (Rabiner, Proceedings of the IEEE 77(2), 1989). Called by `search` only.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from admittance.detect.brackets import bracket
from admittance.detect.compiled import compiled, inlined
from admittance.detect.likelihood import PAUSE, STATES, TABLED

__all__ = ["COLUMNS", "examine", "large_gaps"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Nine = tuple[float, float, float, float, float, float, float, float, float]
"""Of quiet, two bursts, four levels, session and pause: in registers, as arrays of nine would go through memory at each bin."""

COLUMNS: Final = 14
"""Of a found interval: series, first and last bin, onset (point, earliest, latest), end (the same), confidence, n, k, share of
failures without pauses, base. Not-a-number stands for null."""

ANCHOR: Final = 0.99
"""A bound is sought from the outermost bin that is nearly as surely restricted as the surest: this share of it, or more."""
LEAST_TRIALS: Final = 1e-9
LEAST_EMISSION: Final = 1e-150
"""Of the likeliest state's: no state is ruled out by one bin, else a bin of thousands of trials could rule out all."""
SCALED: Final = 1e-30
"""The variables are scaled up again below this, well before a product of two is lost."""
BLOCKS: Final = 20
LEAST_BLOCK: Final = 10
"""Trials in each of the blocks whose shares of failures are compared to find the calmer quarter."""


@inlined
def _log_rising(start: float, factors: int) -> float:
    return math.lgamma(start + factors) - math.lgamma(start)


@compiled
def _fill_emission(k: Ints, n: Ints, base: int, first: Floats, second: Floats, tables: tuple[Floats, Floats], counts: bool,
                   emission: Floats) -> float:  # fmt: skip
    """Write each bin's likelihoods, the greatest of a bin being 1; the sum of the logs of what they were divided by."""
    likelihood, scale = tables
    total = 0.0
    for t in range(len(k)):
        if n[t] <= TABLED and not counts:
            place = n[t] * (n[t] + 1) // 2 + k[t]
            for state in range(STATES):
                emission[t, state] = likelihood[base, place, state]
            total += scale[base, place]
            continue
        highest = -np.inf
        for state in range(STATES):
            a, b = first[base, state], second[base, state]
            if not a:
                continue  # never entered
            if counts:
                mean = a * n[t]
                log = math.lgamma(k[t] + b) - math.lgamma(b) + b * math.log(b / (b + mean)) + k[t] * math.log(mean / (b + mean))
            else:
                log = _log_rising(a, k[t]) + _log_rising(b, n[t] - k[t]) - _log_rising(a + b, n[t])
            emission[t, state] = log
            highest = max(highest, log)
        for state in range(STATES):
            emission[t, state] = max(math.exp(emission[t, state] - highest), LEAST_EMISSION) if first[base, state] else 0.0
        total += highest
    return total


@inlined
def _moved(state: Nine, moves: Floats, gap: int) -> Nine:
    """The states after a gap. All levels go through the same moves; pauses neither begin nor end outside of restrictions."""
    q, b, c, v, x, y, z, s, p = state
    h = (v + x) + (y + z)
    into = (q * moves[gap, 0, 3] + b * moves[gap, 1, 3] + c * moves[gap, 2, 3]) + (
        h * moves[gap, 3, 3] + s * moves[gap, 4, 3] + p * moves[gap, 5, 3]
    )
    kept = moves[gap, 6, 3]
    into_session = (q * moves[gap, 0, 4] + b * moves[gap, 1, 4] + c * moves[gap, 2, 4]) + (
        h * moves[gap, 3, 4] + s * moves[gap, 4, 4] + p * moves[gap, 5, 4]
    )
    return (
        (q * moves[gap, 0, 0] + b * moves[gap, 1, 0]) + (c * moves[gap, 2, 0] + h * moves[gap, 3, 0]) + s * moves[gap, 4, 0],
        (q * moves[gap, 0, 1] + b * moves[gap, 1, 1]) + (c * moves[gap, 2, 1] + h * moves[gap, 3, 1]) + s * moves[gap, 4, 1],
        (q * moves[gap, 0, 2] + b * moves[gap, 1, 2]) + (c * moves[gap, 2, 2] + h * moves[gap, 3, 2]) + s * moves[gap, 4, 2],
        kept * v + into, kept * x + into, kept * y + into, kept * z + into,
        into_session,
        h * moves[gap, 3, 5] + s * moves[gap, 4, 5] + p * moves[gap, 5, 5],
    )  # fmt: skip


@inlined
def _seen(state: Nine, emission: Floats, t: int) -> Nine:
    """The states weighted by how likely each makes bin `t`."""
    q, b, c, v, x, y, z, s, p = state
    return (q * emission[t, 0], b * emission[t, 1], c * emission[t, 2], v * emission[t, 3], x * emission[t, 4],
            y * emission[t, 5], z * emission[t, 6], s * emission[t, 7], p * emission[t, 8])  # fmt: skip


@inlined
def _scaled(state: Nine, factor: float) -> Nine:
    q, b, c, v, x, y, z, s, p = state
    return q * factor, b * factor, c * factor, v * factor, x * factor, y * factor, z * factor, s * factor, p * factor


@inlined
def _sum(state: Nine) -> float:
    q, b, c, v, x, y, z, s, p = state
    return (q + b + c) + ((v + x) + (y + z)) + (s + p)


@inlined
def _write(state: Nine, room: Floats, t: int) -> None:
    room[t, 0], room[t, 1], room[t, 2], room[t, 3], room[t, 4], room[t, 5], room[t, 6], room[t, 7], room[t, 8] = state


@compiled
def _forward(emission: Floats, gaps: Ints, moves: Floats, prior: Floats, forward: Floats) -> float:
    """Write the forward variables; the log evidence.

    They are scaled only where they run out, as what is read from them are shares: a division per bin would be waited for.
    """
    before = (prior[0], prior[1], prior[2], prior[3], prior[4], prior[5], prior[6], prior[7], prior[8])
    state = _seen(before, emission, 0)
    _write(state, forward, 0)
    evidence = 0.0
    for t in range(1, len(emission)):
        state = _seen(_moved(state, moves, gaps[t]), emission, t)
        total = _sum(state)
        if total < SCALED:
            evidence += math.log(total)
            state = _scaled(state, 1 / total)
        _write(state, forward, t)
    return evidence + math.log(_sum(state))


@compiled
def _backward(k: Ints, n: Ints, emission: Floats, gaps: Ints, turned: Floats, forward: Floats, backward: Floats,
              restricted: Floats) -> tuple[float, float]:  # fmt: skip
    """Write the backward variables and how probably each bin is restricted; failures and trials of the bins that are quiet."""
    size = len(emission)
    state = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    quiet_k, quiet_n = 0.0, 0.0
    for t in range(size - 1, -1, -1):
        if t + 1 < size:
            state = _moved(_seen(state, emission, t + 1), turned, gaps[t + 1])
            total = _sum(state)
            if total < SCALED:
                state = _scaled(state, 1 / total)
        _write(state, backward, t)
        q, b, c, v, x, y, z, s, p = _seen(state, forward, t)
        held = ((v + x) + (y + z)) + (s + p)
        inverse = 1 / ((q + b + c) + held)
        restricted[t] = held * inverse
        quiet_k += q * inverse * k[t]
        quiet_n += q * inverse * n[t]
    return quiet_k, quiet_n


@compiled
def _nearest(bases: Floats, share: float) -> int:
    """Index of the base nearest to a share, on the logarithmic scale."""
    if len(bases) == 1:
        return 0
    step = math.log(bases[1] / bases[0])
    place = round(math.log(max(share, bases[0]) / bases[0]) / step)
    return min(max(place, 0), len(bases) - 1)


@compiled
def _calm_share(k: Ints, n: Ints) -> float:
    """Share of failures in the calmer quarter of a series: the lower quartile over blocks of equally many trials."""
    total = n.sum()
    size = max(LEAST_BLOCK, total // BLOCKS)
    shares = np.empty(BLOCKS + LEAST_BLOCK + 2)
    count = 0
    seen, trials, failures, edge = 0, 0, 0, size
    for t in range(len(n)):
        if seen >= edge:
            if trials > 0:
                shares[count] = failures / trials
                count += 1
            trials, failures = 0, 0
            edge = (seen // size + 1) * size
        trials += n[t]
        failures += k[t]
        seen += n[t]
    shares[count] = failures / trials
    count += 1
    ordered = np.sort(shares[:count])
    place = 0.25 * (count - 1)
    low = int(place)
    high = min(low + 1, count - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


@compiled
def _fit(k: Ints, n: Ints, gaps: Ints, start: float, base_prior: tuple[float, float], rounds: int, bases: Floats, first: Floats,
         second: Floats, tables: tuple[Floats, Floats], counts: bool, moves: Floats, turned: Floats, prior: Floats,
         emission: Floats, forward: Floats, backward: Floats, restricted: Floats) -> tuple[float, float]:  # fmt: skip
    """Forward-backward with the base estimated anew until it stays; the log evidence, and the base. Writes how probably each
    bin is restricted."""
    base, evidence = start, 0.0
    index = _nearest(bases, base)
    for _ in range(rounds + 1):
        evidence = _fill_emission(k, n, index, first, second, tables, counts, emission)
        evidence += _forward(emission, gaps, moves, prior, forward)
        quiet_k, quiet_n = _backward(k, n, emission, gaps, turned, forward, backward, restricted)
        base = (base_prior[0] + quiet_k) / (base_prior[1] + quiet_n)
        again = _nearest(bases, base)
        if again == index:
            break
        index = again
    return evidence, base


@compiled
def _promising(k: Ints, n: Ints, gaps: Ints, index: int, gain: Floats, steps: Floats) -> bool:
    """The cheap pass: whether the best path with a restriction gains on the quiet one at all, bursts left out.

    Two hidden states, in force and paused; `steps` holds, per gap, the logs of entering, staying, pausing, staying paused and
    resuming, each at its best over the levels; so no path of the full model gains more.
    """
    held, paused = -np.inf, -np.inf
    for t in range(len(k)):
        gap = gaps[t]
        own = gain[index, n[t] * (n[t] + 1) // 2 + k[t]]
        # Sums with what does not wait for the bin before are made first: the loop takes as long as its chain of operations.
        enters, stays, resumes = steps[gap, 0] + own, held + (steps[gap, 1] + own), paused + (steps[gap, 4] + own)
        pauses, still = held + steps[gap, 2], paused + steps[gap, 3]
        paused = max(pauses, still)
        held = max(max(enters, stays), resumes)
        if held > 0.0:
            return True
    return False


@compiled
def _next_run(restricted: Floats, hours: Ints, k: Ints, begin: int, merge: int) -> tuple[int, int, int]:
    """First and last bin of the next run of bins that are likelier restricted than not, from bin `begin`, and where to go on.

    Runs with less than `merge` hours from the last failure of one to the first of the next are one. A run without a failure
    is none. The first bin is the number of bins when there is no more.
    """
    size = len(hours)
    first, last, failure, t = size, size, -1, begin
    while t < size:
        if restricted[t] <= 0.5:
            t += 1
            continue
        run, bad_first, bad_last = t, -1, -1
        while t < size and restricted[t] > 0.5:
            if k[t]:
                bad_first = t if bad_first < 0 else bad_first
                bad_last = t
            t += 1
        if bad_first < 0:
            continue
        if first < size and hours[bad_first] - hours[failure] >= merge:
            return first, last, run
        first = run if first == size else first
        last, failure = t - 1, bad_last
    return first, last, size


@compiled
def large_gaps(hours: Ints, starts: Ints, least: int) -> Ints:
    """The gaps of `least` hours or more within the series, sorted, each once."""
    found = [0]
    last = 0
    for series in range(len(starts) - 1):
        for t in range(starts[series] + 1, starts[series + 1]):
            gap = hours[t] - hours[t - 1]
            if gap >= least and gap != last:
                found.append(gap)
                last = gap
    return np.unique(np.array(found)[1:])


@compiled
def examine(hours: Ints, n: Ints, k: Ints, starts: Ints, large: Ints, powers: Floats, moves: Floats, turned: Floats,
            steps: Floats, prior: Floats, bases: Floats, first: Floats, second: Floats, tables: tuple[Floats, Floats],
            gain: Floats, counts: bool, base_prior: tuple[float, float], high_base: float, rounds: int, merge: int, width: int,
            least_bad: int, screen: bool) -> Floats:  # fmt: skip
    """Rows of `COLUMNS` for the intervals of every series, in order; series i has the bins from starts[i] to starts[i + 1].

    `powers` holds a matrix for each gap of whole hours from 0 on, and after them those of the `large` gaps, sorted.
    """
    longest = 0
    for series in range(len(starts) - 1):
        longest = max(longest, starts[series + 1] - starts[series])
    direct = len(powers) - len(large)
    gaps_room = np.empty(longest, np.int64)
    emission_room = np.empty((longest, STATES))
    forward_room = np.empty((longest, STATES))
    backward_room = np.empty((longest, STATES))
    restricted_room = np.empty(longest)
    mass = np.empty(longest + 1)
    found = np.empty((64, COLUMNS))
    count = 0
    for series in range(len(starts) - 1):
        begin, stop = starts[series], starts[series + 1]
        own_k, own_n, own_hours = k[begin:stop], n[begin:stop], hours[begin:stop]
        total_k, total_n, greatest = 0, 0, 0
        gaps = gaps_room[: stop - begin]
        before = own_hours[0] if stop > begin else 0
        for t in range(stop - begin):
            total_k += own_k[t]
            total_n += own_n[t]
            greatest = max(greatest, own_n[t])
            gap = own_hours[t] - before
            before = own_hours[t]
            gaps[t] = gap if gap < direct else direct + np.searchsorted(large, gap)
        if total_k < least_bad:
            continue
        usual = base_prior[0] / base_prior[1]
        overall = (base_prior[0] + total_k) / (base_prior[1] + total_n)
        # On a lower base a restriction gains more: most series need no look at their calmer quarter.
        lowest = usual if len(bases) == 1 else min(overall, usual / 2)
        screened = screen and not counts and greatest <= TABLED
        if screened and not _promising(own_k, own_n, gaps, _nearest(bases, lowest), gain, steps):
            continue
        calm = _calm_share(own_k, own_n) if high_base < 1.0 else usual
        if screened and calm > lowest and not _promising(own_k, own_n, gaps, _nearest(bases, min(overall, calm)), gain, steps):
            continue
        emission, forward = emission_room[: stop - begin], forward_room[: stop - begin]
        backward, restricted = backward_room[: stop - begin], restricted_room[: stop - begin]
        start = overall / 2 if counts else usual
        evidence, base = _fit(own_k, own_n, gaps, start, base_prior, rounds, bases, first, second, tables,
                              counts, moves, turned, prior, emission, forward, backward, restricted)  # fmt: skip
        if calm > high_base:
            # Else a flaky target would look restricted from its first day.
            other, flaky = _fit(own_k, own_n, gaps, calm, base_prior, rounds, bases, first, second, tables,
                                counts, moves, turned, prior, emission, forward, backward, restricted)  # fmt: skip
            if other > evidence:
                base = flaky
            else:
                evidence, base = _fit(own_k, own_n, gaps, start, base_prior, rounds, bases, first, second,
                                      tables, counts, moves, turned, prior, emission, forward, backward,
                                      restricted)  # fmt: skip
        place = 0 if restricted.max() > 0.5 else stop - begin
        while place < stop - begin:
            run, last, place = _next_run(restricted, own_hours, own_k, place, merge)
            if run >= stop - begin:
                break
            if count == len(found):
                found = np.concatenate((found, np.empty_like(found)))
            row = found[count]
            count += 1
            surest, failures, trials, active_k, active_n = 0.0, 0, 0, 0.0, 0.0
            for t in range(run, last + 1):
                surest = max(surest, restricted[t])
                total = 0.0
                for state in range(STATES):
                    total += forward[t, state] * backward[t, state]
                active = 1 - forward[t, PAUSE] * backward[t, PAUSE] / total
                failures += own_k[t]
                trials += own_n[t]
                active_k += active * own_k[t]
                active_n += active * own_n[t]
            left, right = run, last
            while restricted[left] < ANCHOR * surest:
                left += 1
            while restricted[right] < ANCHOR * surest:
                right -= 1
            bracket(row, own_hours, own_k, gaps, powers, emission, forward, backward, left, right, merge, width, mass)
            row[0], row[1], row[2] = series, run, last
            row[9], row[10], row[11] = surest, trials, failures
            row[12], row[13] = active_k / max(active_n, LEAST_TRIALS), base
    return found[:count].copy()
