"""Optimizers against loops over single numbers and PyTorch; schedules by hand."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlib.optimizers import SGD, Adam, Momentum
from digitlib.schedules import cosine, stepwise, warm_up
from helpers import DTYPES, assert_all_close, refuses


def gradients_of(steps, seed=0):
    """Two parameters of different shape, and gradients for some steps."""
    rng = np.random.default_rng(seed)
    shapes = (3, 4), (5,)
    start = [rng.standard_normal(shape) for shape in shapes]
    return start, [[rng.standard_normal(s) for s in shapes] for _ in range(steps)]


def run(optimizer, start, gradients, etas):
    parameters = [p.copy() for p in start]
    optimizer.start(parameters)
    for g, eta in zip(gradients, etas, strict=True):
        optimizer.step(parameters, g, eta)
    return parameters


def sgd_by_hand(p, gs, etas):
    for g, eta in zip(gs, etas, strict=True):
        p = p - eta * g
    return p


def momentum_by_hand(p, gs, etas, mu=0.8):
    v = 0.0
    for g, eta in zip(gs, etas, strict=True):
        v = mu * v - eta * g
        p = p + v
    return p


def adam_by_hand(p, gs, etas, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Kingma and Ba (2015), algorithm 1, line by line, for a single number."""
    m = v = 0.0
    for t, (g, alpha) in enumerate(zip(gs, etas, strict=True), start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        p = p - alpha * m_hat / (math.sqrt(v_hat) + epsilon)
    return p


ADAMS = {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3}
BY_HAND = [(SGD(), sgd_by_hand), (Momentum(0.8), momentum_by_hand)]
BY_HAND += [(Adam(), adam_by_hand), (Adam(**ADAMS), partial(adam_by_hand, **ADAMS))]


@pytest.mark.parametrize(("optimizer", "by_hand"), BY_HAND)
def test_steps_are_those_of_the_formulas_for_single_numbers(optimizer, by_hand):
    etas = [0.1, 0.05, 0.2, 0.01, 0.3]
    start, gradients = gradients_of(len(etas))
    for k, parameter in enumerate(run(optimizer, start, gradients, etas)):
        for place in np.ndindex(parameter.shape):
            single = [float(g[k][place]) for g in gradients]
            expected = by_hand(float(start[k][place]), single, etas)
            assert parameter[place] == pytest.approx(expected, rel=1e-12)


@settings(max_examples=60)
@given(g=st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3), eta=st.floats(1e-4, 1))
def test_adams_first_step_is_as_long_as_eta_whatever_the_gradient(g, eta):
    [p] = run(Adam(), [np.zeros(1)], [[np.array([g])]], [eta])
    assert p[0] == pytest.approx(-math.copysign(eta, g), rel=1e-4)


KINDS = st.sampled_from([SGD, Momentum, Adam])


@settings(max_examples=30)
@given(kind=KINDS, dtype=DTYPES, shape=st.lists(st.integers(0, 4), max_size=3))
def test_any_shape_and_precision_in_place(kind, dtype, shape):
    parameter, gradient = np.ones(shape, dtype), np.ones(shape, dtype)
    optimizer = kind()
    optimizer.start([parameter])
    optimizer.step([parameter], [gradient], 0.1)
    assert parameter.dtype == dtype
    assert (parameter < 1).all()
    assert (gradient == 1).all()


@pytest.mark.parametrize("optimizer", [Momentum(), Adam()])
def test_a_new_start_forgets(optimizer):
    etas = [0.1] * 3
    start, gradients = gradients_of(3)
    first = run(optimizer, start, gradients, etas)
    again = run(optimizer, start, gradients, etas)
    assert all(map(np.array_equal, first, again))


def test_momentum_goes_on_by_itself_and_comes_to_rest():
    gradients = [[np.ones(1)], *[[np.zeros(1)]] * 200]
    [p] = run(Momentum(0.9), [np.zeros(1)], gradients, [1.0] * 201)
    assert p[0] == pytest.approx(-10, rel=1e-6)  # 1 + 0.9 + 0.81 + ...


IN_TORCH = [
    (SGD(), lambda torch, p: torch.optim.SGD(p, 0.1)),
    (Momentum(0.9), lambda torch, p: torch.optim.SGD(p, 0.1, momentum=0.9)),
    (Adam(), lambda torch, p: torch.optim.Adam(p, 0.1)),
]


@pytest.mark.frameworks
@pytest.mark.parametrize(("ours", "theirs"), IN_TORCH)
def test_steps_are_pytorchs(torch, ours, theirs):
    start, gradients = gradients_of(20)
    tensors = [torch.tensor(p, requires_grad=True) for p in start]
    optimizer = theirs(torch, tensors)
    for step in gradients:
        for tensor, gradient in zip(tensors, step, strict=True):
            tensor.grad = torch.tensor(gradient)
        optimizer.step()
    parameters = run(ours, start, gradients, [0.1] * 20)
    assert_all_close(parameters, [t.detach().numpy() for t in tensors], atol=1e-12)


RATES = [
    (warm_up(0.5), {0: 0, 0.1: 0.25, 0.2: 0.5, 0.6: 0.25, 1: 0}),
    (warm_up(1.0, 0.5), {0.25: 0.5, 0.5: 1, 0.75: 0.5}),
    (cosine(0.4), {0: 0.4, 0.5: 0.2, 1: 0, 1 / 3: 0.3}),
    (stepwise(1.0), {0: 1, 0.49: 1, 0.5: 0.1, 0.74: 0.1, 0.75: 0.01, 1: 0.01}),
    (stepwise(1.0, 0.5, [0.9]), {0.8: 1, 0.95: 0.5}),
]


@pytest.mark.parametrize(("schedule", "rates"), RATES)
def test_schedules_at_chosen_moments(schedule, rates):
    for moment, rate in rates.items():
        assert schedule(moment) == pytest.approx(rate, abs=1e-12)


test_wrong_arguments = refuses(
    (lambda: Momentum(1), "mu must be a number from 0 to below 1"),
    (lambda: Momentum(-0.1), "mu"),
    (lambda: Momentum("much"), "mu"),
    (lambda: Adam(beta1=1.0), "beta1"),
    (lambda: Adam(beta2=float("nan")), "beta2"),
    (lambda: Adam(epsilon=0), "epsilon"),
    (lambda: warm_up(0), "peak"),
    (lambda: warm_up(0.1, 1), "rise"),
    (lambda: warm_up(0.1, 0), "rise"),
    (lambda: cosine(-1), "peak"),
    (lambda: stepwise(0.1, factor=0), "factor"),
    (lambda: stepwise(None), "start"),
)
