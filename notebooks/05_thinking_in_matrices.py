# ---
# jupyter:
#   description: make it tens of times faster, step by step, towards the limit of the
#     machine
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: Thinking in matrices
# ---

# %% [markdown] tags=["slide"]
# # Thinking in matrices
#
# At the end of [lesson 4](04_backpropagation.ipynb) two programs came to the same
# weights, one number by number, the other with matrices, and the matrices were about a
# hundred times as fast. What makes them so? And are yours as fast as they can be? In
# [lesson 3](03_a_network_that_reads_digits.ipynb) you borrowed a faster network for the
# long run, which did the same arithmetic. So where does your own spend its time, and
# how fast _can_ a network learn on the machine in front of you?
#
# This lesson takes the slow program and makes it fast, one idea at a time. After each
# idea you do two things: make sure that the result is still the same, and look at the
# clock. In the end you have written the code that `digitlib` runs on.

# %% [markdown]
# **What you'll do**
#
# * find out where the loop over samples spends its time, and what the machine could do;
# * write the equations of the network for a whole mini-batch at once;
# * go from the loop towards the machine's limit in nine steps, and measure each;
# * see how the size of a mini-batch changes speed and learning.
#
# **What you'll learn**
#
# * how a sum over samples becomes a product of matrices;
# * why a few large operations are faster than many small ones;
# * how to change a program that works without breaking it;
# * to read `digitlib/epochs.py`.
#
# **What you'll need**
#
# * [lesson 3](03_a_network_that_reads_digits.ipynb), and the four equations that
#   [lesson 4](04_backpropagation.ipynb) proves.

# %% [markdown]
# ## The loop, once more
#
# Every version in this lesson trains the same network, from the same start, on the
# same images: the first few thousand, so that you need not wait.

# %%
import time
from itertools import pairwise

import numpy as np

from digitlib import Network, load_mnist, one_hot
from digitlib.pictures import plots
from digitlib.progress import progress
from digitlib.runtime import one_blas_thread

mnist = load_mnist()
few = mnist.train[:4000]


def start(dtype=np.float64):
    """The weights and biases from which every version begins."""
    network = Network((784, 40, 10), rng=0, dtype=np.float64)
    weights = [w.astype(dtype) for w in network.weights]
    biases = [b.astype(dtype) for b in network.biases]
    return weights, biases


weights, biases = start()
print("weights:", *(w.shape for w in weights))
print("biases: ", *(b.shape for b in biases))


# %% [markdown]
# `digitlib` keeps the biases of a layer as an array without columns, `(40,)`; the loop
# will stand them up. And here is lesson 3 again, only without the class around it: the
# weights and biases are handed over.

# %%
def sigmoid(z):
    """(S), as in lesson 3."""
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    """(S'), as in lesson 3."""
    return sigmoid(z) * (1 - sigmoid(z))


def backprop(weights, biases, x, y):
    """The gradients for one pair of columns: weights first, then biases."""
    z2 = weights[0] @ x + biases[0]
    a2 = sigmoid(z2)
    z3 = weights[1] @ a2 + biases[1]
    a3 = sigmoid(z3)
    error3 = (a3 - y) * sigmoid_prime(z3)  # (BP1v)
    error2 = (weights[1].T @ error3) * sigmoid_prime(z2)  # (BP2v)
    return [error2 @ x.T, error3 @ a2.T], [error2, error3]  # (BP4v), (BP3v)


# %% [markdown]
# A mini-batch adds up the gradients of its $m$ images, ten unless you say otherwise,
# and takes a step. An epoch is one step after the other.

# %%
def update_mini_batch(weights, biases, mini_batch, eta=0.1):
    """(GD): one step against the mean gradient of a list of (x, y) pairs."""
    weight_sums = [np.zeros(w.shape) for w in weights]
    bias_sums = [np.zeros(b.shape) for b in biases]
    for x, y in mini_batch:
        weight_gradients, bias_gradients = backprop(weights, biases, x, y)
        weight_sums = [s + g for s, g in zip(weight_sums, weight_gradients)]
        bias_sums = [s + g for s, g in zip(bias_sums, bias_gradients)]
    step = eta / len(mini_batch)
    weights = [w - step * s for w, s in zip(weights, weight_sums)]
    biases = [b - step * s for b, s in zip(biases, bias_sums)]
    return weights, biases


def loop_epoch(weights, biases, pairs, m=10):
    """Learn from all pairs, one sample at a time."""
    biases = [b[:, np.newaxis] for b in biases]  # as columns
    for k in range(0, len(pairs), m):
        weights, biases = update_mini_batch(weights, biases, pairs[k : k + m])
    return weights, [b[:, 0] for b in biases]


# %% [markdown]
# This is the *specification*. However clever the later versions get, they must arrive
# where the loop arrives: `prove` lets a version learn for an epoch and compares every
# weight and bias with the loop's. (You would call that a test, not a proof. But it
# catches what a proof on paper cannot: mistakes in typing.)
#
# Mind the stars. In a call, `*start()` hands over weights and biases as two arguments.
# In a definition, `*data` gathers all that is left into one tuple, so that a version
# may ask for one array or for two.

# %%
targets = one_hot(few.labels)
pairs = [
    (x[:, np.newaxis], y[:, np.newaxis]) for x, y in zip(few.images, targets)
]
truth = loop_epoch(*start(), pairs)


def distance(ours, theirs):
    """The largest difference between two sets of weights and biases."""
    (w, b), (v, a) = ours, theirs
    return max(np.abs(p - q).max() for p, q in zip([*w, *b], [*v, *a]))


def prove(epoch, *data):
    """Assert that an epoch leads where the loop leads."""
    difference = distance(epoch(*start(), *data), truth)
    assert difference < 1e-12, difference
    print("the loop's weights, to twelve decimal places")


# %% [markdown]
# For the clock there is one rule: never compare a time with one that you took a minute
# ago. The machine may have been busy then, or may be busy now. So `measure` lets the
# loop and its rival take turns, and compares within each turn. To spare you the wait
# it uses 4,000 images, for the loop 1,000, and works out what all of MNIST's 50,000
# training images would take. And it keeps every version to one thread, that is, to
# one of the machine's cores.

# %%
FULL = 50_000
versions = {"loop over samples": (loop_epoch, np.float64, pairs[:1000])}


def seconds(name):
    """Run a version once; return its seconds for an epoch of FULL images."""
    epoch, dtype, *data = versions[name]
    weights, biases = start(dtype)
    with one_blas_thread():
        begin = time.perf_counter()
        epoch(weights, biases, *data)
        return (time.perf_counter() - begin) * FULL / len(data[0])


def measure(name, rounds=5):
    """Let the loop and a version take turns, and print medians."""
    loop, ours = np.array(
        [(seconds("loop over samples"), seconds(name)) for _ in range(rounds)]
    ).T
    print(f"{name}: {np.median(ours):.3f} seconds an epoch, ", end="")
    print(f"{np.median(loop / ours):.1f} times as fast as the loop")


# %% tags=["nbval-ignore-output"]
measure("loop over samples")

# %% [markdown]
# (The loop against itself should be about 1. How far it is off tells you how calm
# your machine is.)

# %% [markdown] tags=["slide"]
# ## Where does the time go?
#
# Do not guess: measure. Python brings a *profiler*, which notes how often each function
# is called and how long it takes.

# %% tags=["nbval-ignore-output"]
import cProfile
import pstats

profile = cProfile.Profile()
profile.runcall(loop_epoch, *start(), pairs[:1000])

stats = pstats.Stats(profile).stats
# For each function: its own time, without that of the functions it calls.
rows = [
    (own, calls, name)
    for (_, _, name), (_, calls, own, _, _) in stats.items()
]
whole = sum(own for own, _, _ in rows)
print(f"{'function':20} {'calls':>7} {'share of the time':>18}")
for own, calls, name in sorted(rows, reverse=True)[:6]:
    print(f"{name[:20]:20} {calls:7} {100 * own / whole:16.0f} %")

# %% [markdown]
# Most of the time should go into the lines of `backprop` itself. Sigmoids take a share,
# and so does `update_mini_batch`, which adds up gradients (`<listcomp>` in older versions
# of Python). But a profiler sees only functions. What a single line takes, you have to
# time yourself. Count its *operations*, too: additions, multiplications and the like. A
# thousand million of them are a *GFLOP*.
#
# **Predict.** Forty sigmoids are 160 operations, the product `weights[0] @ x` is 62,720.
# How many times as long does the product take?

# %% tags=["nbval-ignore-output"]
# My guess: ...
from timeit import timeit

x, y = pairs[0]
z2 = weights[0] @ x
error2 = 0.01 * sigmoid(z2)  # any numbers will do
gradient = error2 @ x.T
pieces = {
    "weights[0] @ x": 2 * weights[0].size,
    "sigmoid(z2)": 4 * z2.size,
    "error2 @ x.T": weights[0].size,
    "gradient + gradient": weights[0].size,
}
print(f"{'piece':20} {'microseconds':>13} {'operations':>11} {'GFLOP/s':>8}")
for piece, count in pieces.items():
    micro = 1e6 * timeit(piece, number=2000, globals=globals()) / 2000
    print(f"{piece:20} {micro:13.1f} {count:11} {count / micro / 1000:8.2f}")

# %% [markdown]
# Most people guess hundreds of times, as the operations stand. By the clock it is a few
# times. Forty sigmoids are next to nothing, and yet they take their time: every call
# into NumPy costs something before the first number is touched. (The numbers of lesson 4
# paid for each of their operations; the numbers in an array share.) The last two lines
# have another weakness. For every operation they write a number, and so they are busier
# carrying numbers about than computing with them. (If the outer product is the slower of
# the two: it has nothing to add up, so NumPy does not hand it to the fast library that
# you meet in a moment.)

# %% [markdown] tags=["slide"]
# ## How fast could it be?
#
# To know whether a program is slow you need something to hold it against. So count.
# To compute the sums of a layer takes one multiplication and one addition for each
# weight, and for each sample. To carry the errors back takes the same, and so does
# the gradient. Only the lower layer carries nothing back, because pixels do not learn.

# %%
operations = 2 * FULL * (2 * 784 * 40 + 3 * 40 * 10)
print(f"{operations / 1e9:.2f} GFLOP an epoch")


# %% [markdown]
# And what can the machine do at best? It is best at large products of matrices. The
# library behind `@` is called *BLAS*, basic linear algebra subprograms, and people have
# spent decades on making it fast.

# %% tags=["nbval-ignore-output"]
def peak_rate(size=1024, repeats=5):
    """The best rate of a large matrix product, in operations a second."""
    a, b = np.ones((2, size, size), np.float32)
    times = []
    with one_blas_thread():
        for _ in range(repeats):
            begin = time.perf_counter()
            a @ b
            times.append(time.perf_counter() - begin)
    return 2 * size**3 / min(times)


rate = peak_rate()
print(f"{rate / 1e9:.0f} GFLOP a second at best, on one thread:")
print(f"no epoch can take less than {operations / rate:.3f} seconds")


# %% [markdown]
# So there is a *floor* (in single precision, of which more in step 3), and the loop is
# high above it. The rest of this lesson is the way down.

# %% [markdown] tags=["slide"]
# ## A mini-batch is a matrix
#
# The loop asks the same question ten times: what does this image want of the weights?
# Ask it once, for all ten. Let every image be a _row_, and let the rows of a
# mini-batch, $m$ of them, form a matrix $X$. Its row $i$ is $x_i^T$. In the same way
# the right answers form a matrix $Y$, the sums of layer $l$ a matrix $Z^{(l)}$, its
# activations $A^{(l)}$ and its errors $E^{(l)}$ (read it as a capital $\varepsilon$):
# one row for each image, one column for each neuron.
#
# Forwards, one image obeys $z = W a + b$. Lay both sides down, that is, transpose
# them: $z^T = a^T W^T + b^T$. This holds for every row, so it holds for all rows
# at once, and the sigmoid does not care where a number stands:
#
# $$ Z^{(l)} = A^{(l-1)} \bigl(W^{(l)}\bigr)^{T} + b^{(l)} \tag{FF1m} $$
#
# $$ A^{(l)} = S\bigl(Z^{(l)}\bigr) \tag{FF2m} $$
#
# Here $A^{(1)} = X$, and adding $b^{(l)}$ means adding it to every row. NumPy does just
# that when you add an array of shape `(40,)` to one of shape `(10, 40)`.

# %% [markdown] tags=["slide"]
# Backwards it is the same. (BP1v) works element by element, so a row is as good as
# a column. (BP2v) has the product $W^T \varepsilon$. Laid down, it is
# $\varepsilon^T W$, and $W$ is no longer transposed:
#
# $$ E^{(3)} = \bigl(A^{(3)} - Y\bigr) \odot S'\bigl(Z^{(3)}\bigr) \tag{BP1m} $$
#
# $$ E^{(l)} = E^{(l+1)}\, W^{(l+1)} \odot S'\bigl(Z^{(l)}\bigr) \tag{BP2m} $$
#
# Mind what is in a row of $E^{(l)}$: the derivatives of the cost of that _one_ image, as
# in lesson 4. From here on, however, $C$ is the cost of the mini-batch, so the gradients
# are means over its images, and the $\frac{1}{m}$ comes in below. (Lesson 6 puts it into
# the errors straight away. Then (BP3m) and (BP4m) have none.) For the biases, (BP3v),
# average the errors:
#
# $$ \frac{\partial C}{\partial b_j^{(l)}} = \frac{1}{m} \sum_{i=1}^{m} E_{ij}^{(l)}
#    \tag{BP3m} $$

# %% [markdown] tags=["slide"]
# And for the weights? By (BP4v), image $i$ gives the weight from neuron $k$ to neuron
# $j$ the gradient $\varepsilon_j a_k$, which is now $E_{ij}^{(l)} A_{ik}^{(l-1)}$. Add
# up over the images:
#
# $$ \sum_{i=1}^{m} E_{ij}^{(l)} A_{ik}^{(l-1)}
#    = \Bigl( \bigl(E^{(l)}\bigr)^{T} A^{(l-1)} \Bigr)_{jk} $$
#
# Look at the index $i$. It is summed over, and it stands in the middle: that _is_ a
# product of matrices. The loop over samples, the outer products, their sum, all of it
# disappears into
#
# $$ \frac{\partial C}{\partial W^{(l)}} =
#    \frac{1}{m} \bigl(E^{(l)}\bigr)^{T} A^{(l-1)} \tag{BP4m} $$

# %% tags=["slide"]
def gradients(weights, biases, X, Y):
    """The mean gradients of a mini-batch; samples are rows."""
    Z2 = X @ weights[0].T + biases[0]  # (FF1m): (m, 784) @ (784, 40)
    A2 = sigmoid(Z2)  # (FF2m)
    Z3 = A2 @ weights[1].T + biases[1]  # (m, 40) @ (40, 10)
    A3 = sigmoid(Z3)
    E3 = (A3 - Y) * sigmoid_prime(Z3)  # (BP1m)
    E2 = (E3 @ weights[1]) * sigmoid_prime(Z2)  # (BP2m): (m, 10) @ (10, 40)
    m = len(X)
    bias_gradients = [E2.sum(axis=0) / m, E3.sum(axis=0) / m]  # (BP3m)
    weight_gradients = [E2.T @ X / m, E3.T @ A2 / m]  # (BP4m)
    return weight_gradients, bias_gradients


# %% [markdown]
# Equations can be derived well and typed badly. So hold them against the loop: ten
# images one by one, and the same ten as a matrix.

# %%
columns = [b[:, np.newaxis] for b in biases]
one_by_one = [backprop(weights, columns, x, y) for x, y in pairs[:10]]
loop_weights = [np.mean([w[k] for w, _ in one_by_one], axis=0) for k in (0, 1)]
loop_biases = [np.mean([b[k] for _, b in one_by_one], axis=0) for k in (0, 1)]

X, Y = few.images[:10].astype(float), targets[:10]
ours, theirs = gradients(weights, biases, X, Y), (loop_weights, loop_biases)
for kind, gs, hs in zip(("weights", "biases"), ours, theirs):
    for layer, (g, h) in enumerate(zip(gs, hs), start=2):
        difference = np.abs(g - h.reshape(g.shape)).max()
        print(f"{kind} of layer {layer}: equal to 1e-12: {difference < 1e-12}")
        assert difference < 1e-12

# %% [markdown]
# The equations hold. And what do they gain? Fewer calls, that is plain. But there is
# more. Before the processor can multiply numbers it must fetch them: from memory, or
# at best from its *cache*, a small and fast memory of its own. Compare how many
# operations the product $X W^T$ of the lower layer takes with how many numbers go in
# and come out:

# %%
for m in (1, 10, 100):
    numbers = m * 784 + 40 * 784 + m * 40
    per_number = 2 * m * 784 * 40 / numbers
    print(f"{m:3} images: {per_number:5.1f} operations a number")


# %% [markdown]
# With one image at a time, each weight is fetched to be used once. With ten, it is
# fetched once and used ten times. That is why BLAS has three _levels_: vectors with
# vectors, matrices with vectors, matrices with matrices. Only the third gets near the
# floor.

# %% [markdown] tags=["slide"]
# ## Down the stairs
#
# Nine steps lead from the loop down towards the floor:
#
# 1. columns side by side: the mini-batch becomes a matrix;
# 2. one array for all: slices in place of lists;
# 3. single precision;
# 4. buffers: write results where they belong;
# 5. a bias is a weight;
# 6. the update inside the product;
# 7. doubled activations;
# 8. one buffer for both layers;
# 9. calls without names.

# %% [markdown]
# ### Step 1: columns side by side
#
# The training data is still a list of pairs of columns. `hstack` puts the columns of a
# mini-batch side by side; lay the result down, and samples are rows.

# %%
def step(weights, biases, X, Y, eta=0.1):
    """(GD) for a mini-batch, in place."""
    weight_gradients, bias_gradients = gradients(weights, biases, X, Y)
    for w, g in zip(weights, weight_gradients):
        w -= eta * g
    for b, g in zip(biases, bias_gradients):
        b -= eta * g


def hstack_epoch(weights, biases, pairs, m=10):
    """Learn from a list of pairs, a mini-batch at a time."""
    for k in range(0, len(pairs), m):
        X = np.hstack([x for x, _ in pairs[k : k + m]]).T
        Y = np.hstack([y for _, y in pairs[k : k + m]]).T
        step(weights, biases, X, Y)
    return weights, biases


prove(hstack_epoch, pairs)

# %% [markdown]
# **Predict.** Ten images share every call now. How many times as fast as the loop is
# that?

# %% tags=["nbval-ignore-output"]
# My guess: ...
versions["batch by hstack"] = (hstack_epoch, np.float64, pairs)
measure("batch by hstack")


# %% [markdown]
# Most people guess ten times, for ten images share a call. But the arithmetic is still
# there, and what has gone is more than calls: the outer products, and their sum. That
# should be the greatest leap of the whole lesson, and it came from the equations.
# Everything from here on is care.
#
# ### Step 2: one array for all
#
# Why take the data apart in order to put it together again? Keep all images in one
# array. A mini-batch is then a slice, and a slice copies nothing.

# %%
def sliced_epoch(weights, biases, X, Y, m=10):
    """Learn from arrays whose rows are samples."""
    for k in range(0, len(X), m):
        step(weights, biases, X[k : k + m], Y[k : k + m])
    return weights, biases


X32, Y32 = few.images, one_hot(few.labels)
X64, Y64 = X32.astype(np.float64), Y32.astype(np.float64)
prove(sliced_epoch, X64, Y64)

# %% tags=["nbval-ignore-output"]
versions["slices of arrays"] = (sliced_epoch, np.float64, X64, Y64)
measure("slices of arrays")

# %% [markdown]
# Shorter, and not slower: that is rare. The next step will cost no line, either; after
# that you mostly pay for speed with lines.
#
# ### Step 3: single precision
#
# A number of double precision, `float64`, takes eight bytes; one of single precision,
# `float32`, takes four. The processor works on a fixed number of _bytes_ at once, so of
# the short ones it does twice as many. But you saw in [lesson
# 4](04_backpropagation.ipynb) what that costs: seven digits are left of sixteen. Are they
# enough? Hold what rounding does to the gradient of a mini-batch against how far that
# gradient is from the one of all 4,000 images.
#
# **Predict.** By what factor is the second larger: ten, a thousand, or a million?

# %% tags=["nbval-rtol-2e-1"]
# My guess: ...
double = gradients(weights, biases, X64[:10], Y64[:10])[0][0]
single = gradients(*start(np.float32), X32[:10], Y32[:10])[0][0]
every = gradients(weights, biases, X64, Y64)[0][0]
length = np.linalg.norm
rounding = length(single - double) / length(double)
choosing = length(double - every) / length(every)
print(f"off by rounding to single precision: {rounding:.0e} of its length")
print(f"off by looking at ten images only:   {choosing:.1f} of its length")
assert 1e6 * rounding < choosing

# %% [markdown]
# Millions. Most people guess less, for nine digits of sixteen are much to throw away. But
# the gradient of a mini-batch speaks for ten images and not for all: beside that, rounding
# is nothing.
#
# The function stays as it is; only the data changes its type. (One `float64` array in a
# formula makes the result `float64`, without a word. So look at the weights' type.)

# %%
double = sliced_epoch(*start(), X64, Y64)
single = sliced_epoch(*start(np.float32), X32, Y32)
print(*(w.dtype for w in single[0]))
print("to five decimal places the same:", distance(single, double) < 1e-5)
assert distance(single, double) < 1e-5

# %% tags=["nbval-ignore-output"]
versions["single precision"] = (sliced_epoch, np.float32, X32, Y32)
measure("single precision")


# %% [markdown]
# If that is less than twice as fast, not everything is arithmetic. From here on every
# version is proved in double precision, where no mistake can hide behind rounding, and
# measured in single.

# %% [markdown]
# ### Step 4: write it where it belongs
#
# Each `+` and each `*` asks for new memory, fills it, and lets go of it a line later.
# With `out=` NumPy writes into an array that is there already: a *buffer*, made once.
# And while you are at it: $S'$ needs no sigmoids of its own. By (S') it is
# $a\,(1 - a)$, and $a$ is at hand.

# %%
def sigmoid_in_place(z):
    """(S), written over its argument."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    np.add(z, 1, out=z)
    np.reciprocal(z, out=z)


def error_in_place(e, a, d):
    """Multiply errors by S' = a (1 - a), with a buffer d of the same shape."""
    np.subtract(1, a, out=d)
    np.multiply(d, a, out=d)
    np.multiply(e, d, out=e)


# %% [markdown]
# Then `gradients` and `step` in one, line by line, each with its place to write to.
# (An array of shape `(3, m, 40)` comes apart into three buffers of shape `(m, 40)`:
# activations `A2`, derivatives `D2`, that is $S'$, and errors `E2`. `G2` has room for a
# gradient.)

# %%
def buffered_epoch(weights, biases, X, Y, m=10, eta=0.1):
    """As sliced_epoch, with a buffer for everything that is large."""
    (W2, W3), (b2, b3) = weights, biases
    A2, D2, E2 = np.empty((3, m, len(W2)), W2.dtype)
    A3, D3, E3 = np.empty((3, m, len(W3)), W2.dtype)
    G2, G3 = np.empty_like(W2), np.empty_like(W3)
    for k in range(0, len(X), m):
        x, y = X[k : k + m], Y[k : k + m]
        for a, w, b, A in ((x, W2, b2, A2), (A2, W3, b3, A3)):
            np.matmul(a, w.T, out=A)  # (FF1m)
            np.add(A, b, out=A)
            sigmoid_in_place(A)  # (FF2m)
        np.subtract(A3, y, out=E3)
        error_in_place(E3, A3, D3)  # (BP1m)
        np.matmul(E3, W3, out=E2)
        error_in_place(E2, A2, D2)  # (BP2m)
        for a, w, b, E, G in ((x, W2, b2, E2, G2), (A2, W3, b3, E3, G3)):
            b -= eta / m * E.sum(axis=0)  # (BP3m)
            np.matmul(E.T, a, out=G)  # (BP4m)
            np.multiply(G, eta / m, out=G)
            np.subtract(w, G, out=w)
    return weights, biases


prove(buffered_epoch, X64, Y64)

# %% tags=["nbval-ignore-output"]
versions["buffers reused"] = (buffered_epoch, np.float32, X32, Y32)
measure("buffers reused")


# %% [markdown]
# But for the sigmoids in $S'$, the same numbers are computed as before. What has
# changed is where they are put.
#
# ### Step 5: a bias is a weight
#
# Give every image a 785th pixel that is always 1. Its weight is multiplied by 1 and
# added to the sum: that is what a bias does. So write the biases as one more column
# of the weights,
#
# $$ W a + b = \bigl( W \mid b \bigr) \begin{pmatrix} a \\ 1 \end{pmatrix} $$
#
# and (FF1m) loses its addition. (BP3m) is gone altogether: it has become a column of
# (BP4m). The hidden layer needs such a constant too. To have room for it, activations
# now stand as columns, as they did in lesson 3, and the constant is one more row below
# them. The images remain rows.

# %%
def pack(weights, biases):
    """(W | b) for every layer."""
    return [np.column_stack([w, b]) for w, b in zip(weights, biases)]


def unpack(packed):
    """Weights and biases again."""
    return [p[:, :-1] for p in packed], [p[:, -1] for p in packed]


def with_ones(X):
    """X with a further column of ones."""
    return np.column_stack([X, np.ones(len(X), X.dtype)])


print(*(p.shape for p in pack(weights, biases)))


# %% [markdown]
# One column more than before. In the epoch, `A2` is the hidden layer with its constant,
# and `a2` is `A2` without it: a *view*, that is, the same memory, read with one row
# less.

# %%
def packed_epoch(weights, biases, X1, Y, m=10, eta=0.1):
    """As buffered_epoch, with biases as a column of the weights."""
    W2, W3 = pack(weights, biases)
    hidden, dtype = len(W2), W2.dtype
    A2, E2 = np.ones((2, hidden + 1, m), dtype)  # A2's last row stays 1
    a2, e2, D2 = A2[:hidden], E2[:hidden], np.empty((hidden, m), dtype)
    A3, D3, E3 = np.empty((3, len(W3), m), dtype)
    G2, G3 = np.empty_like(W2), np.empty_like(W3)
    for k in range(0, len(X1), m):
        x, y = X1[k : k + m], Y[k : k + m].T
        np.matmul(W2, x.T, out=a2)
        sigmoid_in_place(a2)
        np.matmul(W3, A2, out=A3)
        sigmoid_in_place(A3)
        np.subtract(A3, y, out=E3)
        error_in_place(E3, A3, D3)
        np.matmul(W3.T, E3, out=E2)
        error_in_place(e2, a2, D2)
        for E, A, W, G in ((E3, A2.T, W3, G3), (e2, x, W2, G2)):
            np.matmul(E, A, out=G)
            np.multiply(G, eta / m, out=G)
            np.subtract(W, G, out=W)
    return unpack([W2, W3])


# %%
prove(packed_epoch, with_ones(X64), Y64)

# %% tags=["nbval-ignore-output"]
versions["biases as weights"] = (packed_epoch, np.float32, with_ones(X32), Y32)
measure("biases as weights")

# %% [markdown]
# Perhaps no great step, but it clears the way for the next. (The constant gets an error
# as well, the last row of `E2`, which nobody uses: a constant does not learn.)
#
# ### Step 6: the update inside the product
#
# Look at the last three lines of the loop in `packed_epoch`. They compute a gradient,
# scale it and subtract it: three times through all the weights. But the routine of BLAS
# behind `@`, called *gemm* for "general matrix multiply", can do more than `@` lets you
# see. It computes
#
# $$ C \leftarrow \alpha\, A B + \beta\, C \tag{gemm} $$
#
# (The letters are those of BLAS: here $C$ is a matrix and not the cost.) Take the
# weights for $C$, with $\beta = 1$ and $\alpha = -\eta / m$: that is (BP4m)
# and (GD) in one. The gradient is never written down. It goes into the weights as it
# comes into being.
#
# SciPy hands out `gemm` as it is, and with it a trap. BLAS stores matrices column
# after column, like Fortran; NumPy stores them row after row. Give the routine a $C$ in
# the wrong order or of the wrong type, and SciPy makes a copy, updates the copy, and
# leaves your array as it was. It does not say so.

# %%
from scipy.linalg.blas import sgemm

a = np.ones((3, 3), np.float32)
kinds = {
    "rows": np.zeros((3, 3), np.float32),
    "columns": np.zeros((3, 3), np.float32, order="F"),
    "columns, double": np.zeros((3, 3), np.float64, order="F"),
    "rows, transposed": np.zeros((3, 3), np.float32).T,
}
for kind, c in kinds.items():
    sgemm(1, a, a, beta=1, c=c, overwrite_c=1)
    what = "the array itself" if c.any() else "a copy"
    print(f"{kind:17} gemm has updated {what}")
assert [bool(c.any()) for c in kinds.values()] == [False, True, False, True]

# %% [markdown]
# A network that updates copies learns nothing and reports no error. So look before you
# leap: one `assert` stops the program if an array is of the wrong kind.
#
# The fourth row is the way out. A matrix in NumPy's order _is_ its own transpose in
# Fortran's: the same numbers in the same places, only read the other way. In NumPy
# `.T` costs nothing, because it only changes the way of reading. So hand over
# transposed arrays, and transpose the equation with them. With samples as columns,
# as in `A2` and `E3`, the gradient is $E A^T / m$, and the step becomes
#
# $$ W^T \leftarrow W^T - \frac{\eta}{m}\, A\, E^T $$
#
# What BLAS gets for $A$ is `A2.T`, so it has to transpose that once more: `trans_a=1`
# says so. For the images, which are rows, `x.T` already is $A$. And `overwrite_c=1`
# allows it to write into $C$ at all.

# %%
from scipy.linalg import get_blas_funcs

gemm = get_blas_funcs("gemm", dtype=np.float64)  # that is, dgemm
A, E, W = np.ones((3, 4)), np.ones((2, 4)), np.zeros((2, 3))
x = A.T.copy()  # the same samples, as rows

# alpha, a, b, then what is to be done with them
gemm(-0.5, A.T, E.T, beta=1, c=W.T, trans_a=1, overwrite_c=1)
print(W)
gemm(-0.5, x.T, E.T, beta=1, c=W.T, overwrite_c=1)
print(W)
assert np.array_equal(W, 2 * (-0.5 * E @ A.T))


# %% [markdown]
# Both calls subtract the same product, and `W` itself has changed, though you handed
# over `W.T`. In the epoch two lines now do what a loop and two buffers did:

# %%
def gemm_epoch(weights, biases, X1, Y, m=10, eta=0.1):
    """As packed_epoch, with (BP4m) and (GD) in a single product."""
    W2, W3 = pack(weights, biases)
    hidden, dtype = len(W2), W2.dtype
    gemm = get_blas_funcs("gemm", dtype=dtype)
    assert all(c.flags.f_contiguous and c.dtype == dtype for c in (W2.T, W3.T))
    A2, E2 = np.ones((2, hidden + 1, m), dtype)
    a2, e2, D2 = A2[:hidden], E2[:hidden], np.empty((hidden, m), dtype)
    A3, D3, E3 = np.empty((3, len(W3), m), dtype)
    for k in range(0, len(X1), m):
        x, y = X1[k : k + m], Y[k : k + m].T
        np.matmul(W2, x.T, out=a2)
        sigmoid_in_place(a2)
        np.matmul(W3, A2, out=A3)
        sigmoid_in_place(A3)
        np.subtract(A3, y, out=E3)
        error_in_place(E3, A3, D3)
        np.matmul(W3.T, E3, out=E2)
        error_in_place(e2, a2, D2)
        gemm(-eta / m, A2.T, E3.T, beta=1, c=W3.T, trans_a=1, overwrite_c=1)
        gemm(-eta / m, x.T, e2.T, beta=1, c=W2.T, overwrite_c=1)
    return unpack([W2, W3])


prove(gemm_epoch, with_ones(X64), Y64)

# %% tags=["nbval-ignore-output"]
versions["update inside gemm"] = (gemm_epoch, np.float32, with_ones(X32), Y32)
measure("update inside gemm")

# %% [markdown]
# The gradients, arrays as large as the weights, are gone.
#
# ### Step 7: doubled activations
#
# What is left to save? Calls. For ten images the hidden layer has ten times forty
# activations, and to touch so few numbers takes hardly longer than to call NumPy. Time
# a few calls.

# %% tags=["nbval-ignore-output"]
z, out = np.zeros((2, 40, 10), np.float32)
one = np.array(1, np.float32)
for call in (
    "np.exp(z, out)",
    "np.tanh(z, out)",
    "np.add(z, 1, out)",
    "np.add(z, one, out)",
):
    nano = 1e9 * timeit(call, number=20_000, globals=globals()) / 20_000
    print(f"{nano:6.0f} nanoseconds for {call}")


# %% [markdown]
# The last line adds the same 1 as the line before it, but as an array without
# dimensions: NumPy need not find out each time what kind of number it has been given.
#
# Then there is a relative of the exponential, the hyperbolic tangent. Multiply the
# numerator and the denominator of $S$ by $e^{z/2}$:
#
# $$ S(z) = \frac{1}{1 + e^{-z}} = \frac{e^{z/2}}{e^{z/2} + e^{-z/2}}
#         = \frac{1}{2} + \frac{1}{2} \cdot
#           \frac{e^{z/2} - e^{-z/2}}{e^{z/2} + e^{-z/2}}
#         = \frac{1 + \tanh(z/2)}{2} \tag{tanh} $$
#
# Halve, tanh, add, halve: four calls, no better than before. But who says that the
# network must keep $a$? Let it keep the _doubled_ activation
# $u = 2a = 1 + \tanh(z/2)$. That is two calls, if somebody else halves $z$; and
# `gemm` does that for nothing, for it has an $\alpha$: $\frac{1}{2}$ for the pixels,
# $\frac{1}{4}$ for activations that are doubled already.

# %% [markdown]
# Everything else then follows, with powers of two in front. Go down the table: each line
# uses only those above it.
#
# | what is kept | what it is | how many times |
# |---|---|---|
# | $u$ | $2a$ | 2 times $a$ |
# | $d = u\,(2 - u)$ | $2a\,(2 - 2a) = 4\,a\,(1 - a)$ | 4 times $S'(z)$ |
# | $e^{(3)} = (u^{(3)} - 2y) \odot d^{(3)}$ | $2\,(a^{(3)} - y) \odot 4\,S'(z^{(3)})$ | 8 times $\varepsilon^{(3)}$ |
# | $e^{(2)} = \frac{1}{4}\, W^T e^{(3)} \odot d^{(2)}$ | $\frac{1}{4}\, W^T\, 8\,\varepsilon^{(3)} \odot 4\,S'(z^{(2)})$ | 8 times $\varepsilon^{(2)}$ |
#
# So activations are twofold and errors eightfold. A gradient is a product of both: the
# step divides by 16, and by 8 where the activations are pixels. The constant that feeds
# the biases of layer 3 is doubled as well: a 2. A power of two changes the exponent of a
# binary number and none of its digits, so nothing is rounded. See whether the first two
# lines of the table are true:

# %%
u = 1 + np.tanh(z2 / 2)
d = u * (2 - u)
apart = [np.abs(u - 2 * sigmoid(z2)), np.abs(d - 4 * sigmoid_prime(z2))]
print("u is 2a, and d is four times S':", np.max(apart) < 1e-14)
assert np.max(apart) < 1e-14


# %% [markdown]
# Now the epoch. The products on the way forward and back are written by `gemm` as well,
# with transposed arrays, as in step 6. (Where you say nothing, $\beta$ is 0, and `gemm`
# writes over what was there.)

# %%
def doubled_epoch(weights, biases, X1, Y2, m=10, eta=0.1):
    """As gemm_epoch, with u = 2a in place of a; Y2 holds doubled targets."""
    W2, W3 = pack(weights, biases)
    h, w2, w3, dtype = len(W2), W2.T, W3.T, W2.dtype
    assert all(c.flags.f_contiguous for c in (w2, w3))
    gemm = get_blas_funcs("gemm", dtype=dtype)
    one, two = np.array(1, dtype), np.array(2, dtype)
    U2, E2 = np.full((2, h + 1, m), 2, dtype)  # U2's last row stays 2
    u2, e2, d2 = U2[:h], E2[:h], np.empty((h, m), dtype)
    u3, d3, e3 = np.empty((3, len(W3), m), dtype)
    write, add = {"overwrite_c": 1}, {"beta": 1, "overwrite_c": 1}
    for k in range(0, len(X1), m):
        x, y2 = X1[k : k + m].T, Y2[k : k + m].T
        gemm(0.5, x, w2, c=u2.T, trans_a=1, **write)  # (FF1m), z/2
        np.add(np.tanh(u2, u2), one, u2)  # (FF2m), doubled
        gemm(0.25, U2.T, w3, c=u3.T, **write)
        np.add(np.tanh(u3, u3), one, u3)
        np.multiply(np.subtract(two, u2, d2), u2, d2)
        np.multiply(np.subtract(two, u3, d3), u3, d3)
        np.multiply(np.subtract(u3, y2, e3), d3, e3)  # (BP1m), eightfold
        gemm(0.25, e3.T, w3, c=E2.T, trans_b=1, **write)
        np.multiply(e2, d2, e2)  # (BP2m), eightfold
        gemm(-eta / m / 16, U2.T, e3.T, c=w3, trans_a=1, **add)  # (BP4m)
        gemm(-eta / m / 8, x, e2.T, c=w2, **add)
    return unpack([W2, W3])


# %%
prove(doubled_epoch, with_ones(X64), 2 * Y64)

# %% tags=["nbval-ignore-output"]
doubled = with_ones(X32), 2 * Y32
versions["doubled activations"] = (doubled_epoch, np.float32, *doubled)
measure("doubled activations")

# %% [markdown]
# ### Step 8: one buffer for both layers
#
# Two of the lines are twins: $d = u\,(2 - u)$, once for each layer. Let both layers lie
# one below the other in the same buffer `U`, with the constant between them, and both
# lines become one.

# %%
def buffers(hidden, outputs, m, dtype):
    """U, D = u (2 - u) and E: hidden layer, constant, output layer."""
    U = np.full((hidden + 1 + outputs, m), 2, dtype)
    return U, np.empty_like(U), np.empty_like(U)


# %% [markdown]
# The rest of the loop stays as it is, only that `u2`, `d2`, `e2`, `u3`, `d3` and `e3` are
# now views: parts of `U`, `D` and `E`.

# %%
def stacked_epoch(weights, biases, X1, Y2, m=10, eta=0.1):
    """As doubled_epoch, with both layers in one buffer."""
    W2, W3 = pack(weights, biases)
    h, w2, w3, dtype = len(W2), W2.T, W3.T, W2.dtype
    assert all(c.flags.f_contiguous for c in (w2, w3))
    gemm = get_blas_funcs("gemm", dtype=dtype)
    one, two = np.array(1, dtype), np.array(2, dtype)
    U, D, E = buffers(h, len(W3), m, dtype)
    u2, d2, e2 = U[:h], D[:h], E[:h]
    u3, d3, e3 = U[h + 1 :], D[h + 1 :], E[h + 1 :]
    U2, E2 = U[: h + 1], E[: h + 1]  # with the constant
    write, add = {"overwrite_c": 1}, {"beta": 1, "overwrite_c": 1}
    for k in range(0, len(X1), m):
        x, y2 = X1[k : k + m].T, Y2[k : k + m].T
        gemm(0.5, x, w2, c=u2.T, trans_a=1, **write)  # (FF1m), z/2
        np.add(np.tanh(u2, u2), one, u2)  # (FF2m), doubled
        gemm(0.25, U2.T, w3, c=u3.T, **write)
        np.add(np.tanh(u3, u3), one, u3)
        np.multiply(np.subtract(two, U, D), U, D)  # both layers
        np.multiply(np.subtract(u3, y2, e3), d3, e3)  # (BP1m), eightfold
        gemm(0.25, e3.T, w3, c=E2.T, trans_b=1, **write)
        np.multiply(e2, d2, e2)  # (BP2m), eightfold
        gemm(-eta / m / 16, U2.T, e3.T, c=w3, trans_a=1, **add)  # (BP4m)
        gemm(-eta / m / 8, x, e2.T, c=w2, **add)
    return unpack([W2, W3])


# %%
prove(stacked_epoch, with_ones(X64), 2 * Y64)

# %% tags=["nbval-ignore-output"]
versions["one buffer"] = (stacked_epoch, np.float32, *doubled)
measure("one buffer")

# %% [markdown]
# Two calls of sixteen are saved.
#
# ### Step 9: calls without names
#
# What do the names cost that you have given to the arguments of `gemm`? Python has to
# look each of them up, at every call.

# %% tags=["nbval-ignore-output"]
c, ones = np.zeros((10, 40), np.float32), np.ones((10, 10), np.float32)
u = np.ones((40, 10), np.float32)
for call in (
    "sgemm(1, u.T, ones.T, beta=0, c=c.T, trans_a=1, overwrite_c=1)",
    "sgemm(1, u.T, ones.T, 0, c.T, 1, 0, 1)",
):
    times = [timeit(call, number=4000, globals=globals()) for _ in range(5)]
    print(f"{1e9 * min(times) / 4000:6.0f} nanoseconds for {call}")


# %% [markdown]
# Without names the arguments come in the order of `gemm`, and none is left out: alpha, a,
# b, beta, c, then three times yes (1) or no (0), for trans_a, trans_b and overwrite_c. So
# `gemm(0.5, x, w2, 0, u2.T, 1, 0, 1)` says: half of x, transposed, times w2, written over
# `u2.T`. Only the five products change.

# %% tags=["slide"]
def fused_epoch(weights, biases, X1, Y2, m=10, eta=0.1):
    """All nine steps; Y2 holds doubled targets."""
    W2, W3 = pack(weights, biases)
    h, w2, w3, dtype = len(W2), W2.T, W3.T, W2.dtype
    assert all(c.flags.f_contiguous for c in (w2, w3))
    gemm = get_blas_funcs("gemm", dtype=dtype)
    one, two = np.array(1, dtype), np.array(2, dtype)
    U, D, E = buffers(h, len(W3), m, dtype)
    u2, d2, e2 = U[:h], D[:h], E[:h]
    u3, d3, e3 = U[h + 1 :], D[h + 1 :], E[h + 1 :]
    U2_T, E2_T = U[: h + 1].T, E[: h + 1].T  # with the constant
    for k in range(0, len(X1), m):
        x, y2 = X1[k : k + m].T, Y2[k : k + m].T
        # alpha, a, b, beta, c, trans_a, trans_b, overwrite_c
        gemm(0.5, x, w2, 0, u2.T, 1, 0, 1)  # (FF1m), z/2
        np.add(np.tanh(u2, u2), one, u2)  # (FF2m), doubled
        gemm(0.25, U2_T, w3, 0, u3.T, 0, 0, 1)
        np.add(np.tanh(u3, u3), one, u3)
        np.multiply(np.subtract(two, U, D), U, D)  # both layers
        np.multiply(np.subtract(u3, y2, e3), d3, e3)  # (BP1m), eightfold
        gemm(0.25, e3.T, w3, 0, E2_T, 0, 1, 1)
        np.multiply(e2, d2, e2)  # (BP2m), eightfold
        gemm(-eta / m / 16, U2_T, e3.T, 1, w3, 1, 0, 1)  # (BP4m)
        gemm(-eta / m / 8, x, e2.T, 1, w2, 0, 0, 1)
    return unpack([W2, W3])


# %%
prove(fused_epoch, with_ones(X64), 2 * Y64)

# %% tags=["nbval-ignore-output"]
versions["calls without names"] = (fused_epoch, np.float32, *doubled)
measure("calls without names")

# %% [markdown]
# That is the bottom of the stairs. Count the calls that a mini-batch takes now: five
# products of matrices, which have to be, and nine others.

# %%
import inspect

counts = []
for epoch in (doubled_epoch, fused_epoch):
    in_loop = inspect.getsource(epoch).partition("    for k in ")[2]
    counts.append((in_loop.count("gemm("), in_loop.count("np.")))
    products, others = counts[-1]
    print(f"{epoch.__name__}: {products} products, {others} others")
assert counts == [(5, 11), (5, 9)]

# %% [markdown]
# ## From top to bottom
#
# Let all versions take turns once more, and the machine's best product with them.

# %% tags=["nbval-ignore-output"]
rounds, floors = [], []
for _ in progress(range(7), "round"):
    rounds.append([seconds(name) for name in versions])
    floors.append(operations / peak_rate())
medians = dict(zip(versions, np.median(rounds, axis=0)))
floor = np.median(floors)
loop = medians["loop over samples"]
print(f"{'version':20}  seconds  times the loop's speed  times the floor")
for name, s in medians.items():
    print(f"{name:20} {s:8.3f} {loop / s:23.1f} {s / floor:16.1f}")

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
plots.show_seconds(
    medians,
    floor,
    "Ten bars, one for each version, in seconds an epoch on a logarithmic "
    "axis. The loop over samples is the longest by far, the next is several "
    "times shorter, and the others mostly shrink step by step. A dashed line, "
    "the floor, stands to the left of where the shortest bar ends.",
)

# %% [markdown]
# The axis is logarithmic: from one grid line to the next it is ten times as much. Read
# the last column of the table from top to bottom. What still separates you from the
# floor are the calls, and matrices so small that BLAS cannot show what it can do.
#
# Was it worth it? The first step came from thinking: see how much it won. The next two
# made the program no longer, and nor did step 6. The others are paid for: in lines, in
# factors that a reader has to keep in mind (step 7), or in names that are missing (step
# 9). See from the table what you got for them. In most programs you would stop after the
# third step. This one runs wherever the course trains a `Network`, so it pays.
#
# ### Why not on two cores?
#
# BLAS can share a product among several threads. Would two be faster?

# %% tags=["nbval-ignore-output"]
from threadpoolctl import threadpool_limits

times = {1: [], 2: []}
for _ in range(5):
    for threads, taken in times.items():
        with threadpool_limits(threads):
            begin = time.perf_counter()
            fused_epoch(*start(np.float32), *doubled)
            taken.append(time.perf_counter() - begin)
ratio = np.median(times[2]) / np.median(times[1])
print(f"two threads take {ratio:.2f} times as long as one")

# %% [markdown]
# If that is about 1, or more, the second core was no help: the products of a mini-batch of
# ten are too small to be worth sharing out. So `digitlib` trains inside
# `one_blas_thread()`, as your own `seconds` did.

# %% [markdown] tags=["slide"]
# ## How large a batch?
#
# If ten images at once are so much better than one, why not five hundred? Try it, on
# all the training images this time and with `digitlib`. An epoch for each size, at the
# learning rate of 0.1; and then once more, with a rate that grows with the batch.
#
# **Predict.** At the rate of 0.1, does a network that learns in larger batches read more
# digits after its epoch, as many, or fewer?

# %% tags=["nbval-rtol-2e-2"]
# My guess: ...
sizes = (1, 2, 5, 10, 20, 50, 100, 200, 500)
rules = {"rate 0.1": lambda m: 0.1, "rate 0.01 m": lambda m: 0.01 * m}
percent = {rule: [] for rule in rules}
epoch_seconds = []
for m in progress(sizes, "size"):
    times = []
    for rule, eta in rules.items():
        network = Network((784, 40, 10), rng=0)
        history = network.sgd(mnist.train, 1, m, eta(m), report=None)
        percent[rule].append(100 * network.accuracy(mnist.validation))
        times += history.seconds
    epoch_seconds.append(min(times))
for rule, values in percent.items():
    print(f"{rule:12}", *(f"{value:5.1f}" for value in values))
fixed, growing = percent.values()
assert all(small > large for small, large in pairwise(fixed))
assert max(growing[:7]) - min(growing[:7]) < 3
assert growing[-1] < min(growing[:7])

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
figure, (left, right) = plots.subplots(1, 2, (7.5, 3))
left.plot(sizes, epoch_seconds, "o-", color=plots.BLUE)
left.set_ylabel("seconds an epoch")
left.set_ylim(0, 1.1 * max(epoch_seconds))
for rule, (marker, colour) in zip(percent, plots.MARKERS[1:]):
    right.plot(sizes, percent[rule], marker=marker, color=colour, label=rule)
right.set(ylabel="correct on validation, %", ylim=(0, 100))
right.legend(loc="lower left")
for place in (left, right):
    place.set(xscale="log", xlabel="batch size m")
    place.set_xticks(sizes, sizes, fontsize=8)
    place.minorticks_off()
plots.show(
    figure,
    "Left: seconds an epoch against the batch size; the curve falls steeply "
    "at first and then levels off. Right: accuracy after one epoch. With the "
    "fixed rate, squares, it falls from size to size; with a rate in "
    "proportion to the size, triangles, it stays level and gives way only at "
    "the end.",
)

# %% [markdown]
# On the left, speed. At first every doubling helps, for more images share a call. Then
# the calls hardly count any more, and there is nothing left to share. (The curve may
# even rise a little again: how BLAS goes about a product depends on its size.)
#
# On the right, learning, and the squares are sobering. Most people guess more digits, for
# the mean over more images is a better gradient. But it does not make up for the steps
# that are missing: the larger the batch, the fewer an epoch has, and from the same weights
# they are no longer, on average.
#
# The triangles tell why. A step against the _mean_ gradient with the rate $0.01\,m$
# is a step against the _sum_ of the gradients with the rate $0.01$. As long as the
# weights hardly change in between, many small steps lead to the same place as one
# that is their sum. So what counts is $\eta / m$, and next to it the size of the
# batch matters little, until the steps become so long that they miss the bends of the
# road. That is also why the first square stands so high: $\eta / m$ is largest there.

# %% [markdown]
# So choose the batch for speed, and then the rate for the batch: good advice, up to a
# point. In larger networks small batches have been found to do better on new images, and
# to work with more learning rates (Masters and Luschi, below).

# %% [markdown] tags=["slide"]
# ## Now read `digitlib`
#
# Open `digitlib/epochs.py`. You know most of it:
#
# | there | here |
# |---|---|
# | `plain_epoch` | step 2, the specification of the fast version |
# | `_packed` | step 5: weights, biases, and zeros that fill up a line of the cache |
# | `_require_in_place` | step 6: the look before the leap |
# | `_FusedStep.__init__` | step 8: the buffers, and views of their parts, made once |
# | `_FusedStep.train` | steps 7 to 9: `fused_epoch`, for any number of layers |
# | `FusedEpochs._fetch` | see below |
# | `HeldInterrupt` | Ctrl-C waits until both layers have been updated |
#
# One idea is new. Your version asks for a copy of all images, with a column of ones, and
# for another one in another order. `_fetch` takes some two hundred rows at a time, in
# whatever order, into a buffer that has its ones already and stays in the processor's
# cache. And the last batch of an epoch may be smaller: it has a `_FusedStep` of its own.
#
# And the proof that yours is the same program:

# %%
from digitlib import Digits

for X, Y, limit in ((X64, Y64, 1e-12), (X32, Y32, 1e-5)):
    ours = fused_epoch(*start(X.dtype), with_ones(X), 2 * Y)
    network = Network((784, 40, 10), rng=0, dtype=X.dtype)
    network.sgd(Digits(X, few.labels), 1, 10, 0.1, report=None)
    difference = distance(ours, (network.weights, network.biases))
    print(f"{X.dtype}: within {limit:g} of digitlib: {difference < limit}")
    assert difference < limit

# %% [markdown]
# Lesson 3's thirty epochs take seconds now. So you can afford more neurons, and
# more layers. Does a network with nine hidden layers still learn?
# [Lesson 6](06_learning_better.ipynb) tries it.

# %% [markdown]
# ## Notation
#
# What this lesson adds to the table of [lesson 3](03_a_network_that_reads_digits.ipynb):
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $m$ | number of images in a mini-batch | `len(X)` |
# | $X$, $Y$ | the images of a mini-batch, (m, 784), and the right answers, (m, 10) | `X`, `Y` |
# | $Z^{(l)}$, $A^{(l)}$ | sums and activations of layer $l$, a row for each image | `Z2`, `A2` |
# | $E^{(l)}$ | errors of layer $l$: row $i$ is $\varepsilon^{(l)}$ of image $i$ | `E2` |
# | $C$ | the mean cost of a mini-batch | |
# | $\alpha$, $\beta$ | in (gemm), the factors of the product and of what is there already | |
# | $u$, $d$, $e$ | in step 7, what is kept: doubled activations, fourfold slopes, eightfold errors | `u2`, `d2`, `e2` |
# | $n$, $k$, $d$; $m_j$ | in exercise 5.3, how many images, average digits and pixels; an average digit | |
#
# Some of these letters meant something else before: $m$ was the number of inputs in
# lesson 2 and of terms in (CR), $A$ was any matrix, $C$ in lesson 4 the cost of one
# image, $d$ a label or a direction, $n$ all images, $k$ a neuron or a pixel, $u$ a number
# in (CR) and $e$ 2.718 ..., which it is in (tanh), too. In (gemm), $A$, $B$ and $C$ are
# any matrices.

# %% [markdown] tags=["slide"]
# ## What you learned
#
# * With samples as rows, the equations of one sample hold for a batch: transpose them.
#   The sum over the samples becomes the inner sum of a product, $E^T A / m$.
# * Many small operations wait for calls and for memory. Few large ones compute. Count
#   the operations for each number that is fetched.
# * Keep the slow program as the specification; after each change prove equality, and
#   only then look at the clock. Compare times that were taken in turns.
# * Know the floor. It tells you what there is to win, and when to stop.
# * `digitlib/epochs.py` is lesson 3's loop, nine steps later.

# %% [markdown]
# ## Exercises

# %%
from digitlib.checks.lesson05 import (
    check_batches,
    check_fast_epoch,
    check_layer,
    check_pairwise_distances,
    check_weight_gradient,
)


# %% [markdown]
# **Exercise 5.1** (5 minutes). Write `layer`, which takes a batch through one layer of
# sigmoid neurons: (FF1m) and (FF2m). `X` has shape (n, inputs), `W` has shape (outputs,
# inputs) and `b` has shape (outputs,). `sigmoid` is defined above. No loop: the whole
# batch at once, and all of its neurons.

# %% tags=["exercise"]
def layer(X, W, b):
    """Return the activations of a layer, one row per sample."""
    raise NotImplementedError


# %% tags=["check"]
check_layer(layer)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Write the three shapes under one another. Which two numbers have to meet in the
# middle of the product, and which matrix must be transposed for that?
#
# </details>

# %% tags=["solution"]
def layer(X, W, b):
    """Return the activations of a layer, one row per sample."""
    return sigmoid(X @ W.T + b)  # (FF1m), (FF2m)


check_layer(layer)


# %% [markdown]
# **Exercise 5.2** (5 minutes). Write `weight_gradient`: the mean gradient for a
# layer's weights, (BP4m). `errors` has shape (n, outputs), `A` holds the activations
# of the layer below and has shape (n, inputs). Mind that `n` is the size of this
# batch, whatever `m` was above. No loop, here either.

# %% tags=["exercise"]
def weight_gradient(errors, A):
    """Return the mean gradient, of shape (outputs, inputs)."""
    raise NotImplementedError


# %% tags=["check"]
check_weight_gradient(weight_gradient)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The gradient for one sample is an outer product, and you need the mean of these. Which
# index is summed over, and where does it have to stand to be in the middle?
#
# </details>

# %% tags=["solution"]
def weight_gradient(errors, A):
    """Return the mean gradient, of shape (outputs, inputs)."""
    return errors.T @ A / len(A)  # (BP4m)


check_weight_gradient(weight_gradient)


# %% [markdown]
# **Exercise 5.3** (20 minutes). How far is every image from every average digit? Write
# `pairwise_distances` for `X` of shape (n, d) and `M` of shape (k, d): the result has
# shape (n, k), and in row $i$ and column $j$ the Euclidean distance of row $x_i$ of `X`
# to row $m_j$ of `M`,
#
# $$ \lVert x_i - m_j \rVert = \sqrt{\sum_{p} (x_{ip} - m_{jp})^2} $$
#
# No loop, and no array of $n\,k\,d$ numbers: for ten average digits that would be ten
# times as large as all the images together.

# %% tags=["exercise"]
def pairwise_distances(X, M):
    """Return the distances of the rows of X to the rows of M, (n, k)."""
    raise NotImplementedError


# %% tags=["check"]
check_pairwise_distances(pairwise_distances)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Multiply the square out. Of its three parts, one belongs to the row, one to the
# column, and the third is an entry of a product of matrices. Then think about what
# rounding does to the distance of a point to itself.
#
# </details>

# %% tags=["solution"]
def pairwise_distances(X, M):
    """Return the distances of the rows of X to the rows of M, (n, k)."""
    of_rows = (X**2).sum(axis=1)[:, np.newaxis]
    of_columns = (M**2).sum(axis=1)
    squares = of_rows - 2 * (X @ M.T) + of_columns
    # Rounding may leave a little less than nothing, which has no root.
    return np.sqrt(np.maximum(squares, 0))


check_pairwise_distances(pairwise_distances)


# %% [markdown]
# **Exercise 5.4** (15 minutes). In what order should the samples be visited? Not
# always in the same, as [lesson 3](03_a_network_that_reads_digits.ipynb) did. Write
# `batches`, which deals the numbers 0 to n - 1 into mini-batches in random order: a
# list of integer arrays, each of length `size`, but for the last one, which takes
# what is left. Each number occurs once. Only indices are shuffled; the data stays
# where it is. All randomness comes from the generator `rng`.

# %% tags=["exercise"]
def batches(n, size, rng):
    """Return a list of arrays of indices, for one epoch in random order."""
    raise NotImplementedError


# %% tags=["check"]
check_batches(batches)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `rng.permutation(n)` is a shuffled array of all indices. The rest is slices, and a
# slice that reaches beyond the end of an array ends where the array ends.
#
# </details>

# %% tags=["solution"]
def batches(n, size, rng):
    """Return a list of arrays of indices, for one epoch in random order."""
    order = rng.permutation(n)
    return [order[k : k + size] for k in range(0, n, size)]


check_batches(batches)


# %% [markdown]
# **Exercise 5.5** (an evening). Write your own fast epoch: `fast_epoch` takes the
# weights and biases of two layers, and data whose rows are samples, all in single
# precision; `m` divides their number. It returns the weights and biases after one
# epoch, as `[W2, W3], [b2, b3]`, and leaves its arguments as they are.
#
# The check compares your weights with those of the equations, for networks of
# several sizes, and then it lets your function run against step 2 in single precision.
# You pass when yours is at least 1.25 times as fast.
#
# Try what else there is. You need not get as far as step 9.

# %% tags=["exercise"]
def fast_epoch(weights, biases, X, Y, m, eta):
    """Return weights and biases after an epoch of mini-batches of size m."""
    raise NotImplementedError


# %% tags=["check"]
check_fast_epoch(fast_epoch)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Begin with the loop of `sliced_epoch`, on a copy of every array (`weights.copy()`
# copies the list alone: the arrays in it stay the same) and with `eta` handed on to
# `step`. See that the check is content with your weights, if not with your speed. Then
# look for the largest arrays: which lines make new ones as large as the weights? Give
# them an `out=`, or let the product write into the weights themselves.
#
# </details>

# %% tags=["solution"]
def fast_epoch(weights, biases, X, Y, m, eta):
    """Return weights and biases after an epoch of mini-batches of size m."""
    # One way of many: biases as weights, updates inside gemm, S' from a.
    W2, W3 = pack(weights, biases)  # makes copies
    X1, h = with_ones(X), len(W2)
    gemm = get_blas_funcs("gemm", dtype=X.dtype)
    A2 = np.ones((h + 1, m), X.dtype)
    a2 = A2[:h]
    for k in range(0, len(X), m):
        x, y = X1[k : k + m], Y[k : k + m].T
        np.matmul(W2, x.T, out=a2)
        sigmoid_in_place(a2)
        a3 = W3 @ A2
        sigmoid_in_place(a3)
        e3 = (a3 - y) * a3 * (1 - a3)
        e2 = (W3[:, :h].T @ e3) * a2 * (1 - a2)
        gemm(-eta / m, A2.T, e3.T, 1, W3.T, trans_a=1, overwrite_c=1)
        gemm(-eta / m, x.T, e2.T, 1, W2.T, overwrite_c=1)
    return unpack([W2, W3])


check_fast_epoch(fast_epoch)

# %% [markdown]
# ## Further reading
#
# * J. J. Dongarra, J. Du Croz, S. Hammarling and I. Duff, *A set of level 3 basic linear
#   algebra subprograms*, ACM Transactions on Mathematical Software 16 (1990),
#   doi:10.1145/77626.79170. Where `gemm` was given its name and its arguments.
# * K. Goto and R. A. van de Geijn, *Anatomy of high-performance matrix multiplication*,
#   ACM Transactions on Mathematical Software 34 (2008), doi:10.1145/1356052.1356053. How
#   BLAS gets near the floor.
# * S. Williams, A. Waterman and D. Patterson, *Roofline: an insightful visual performance
#   model for multicore architectures*, Communications of the ACM 52 (2009),
#   doi:10.1145/1498765.1498785. Operations a number, made into a picture.
# * C. R. Harris and others, *Array programming with NumPy*, Nature 585 (2020),
#   doi:10.1038/s41586-020-2649-2.
# * Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, *Efficient BackProp*, in *Neural
#   Networks: Tricks of the Trade*, Springer (1998), doi:10.1007/3-540-49430-8_2. Small
#   batches or large, and much else.
# * D. Masters and C. Luschi, *Revisiting small batch training for deep neural
#   networks*, arXiv:1804.07612 (2018). What the size of the batch does to learning.
# * N. P. Rougier, *From Python to NumPy* (2017), doi:10.5281/zenodo.225783. A free book
#   of stairs like these.
