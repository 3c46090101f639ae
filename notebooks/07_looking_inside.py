# ---
# jupyter:
#   description: see what neurons wait for and which pixels decide, fool the network,
#     and ask how sure it may be
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: Looking inside
# ---

# %% [markdown] tags=["slide"]
# # Looking inside
#
# [Lesson 6](06_learning_better.ipynb) left you with a network that reads 98 digits of a
# hundred, and with two questions: what does it look at, and how sure may it be? Show
# today's network a 4. It says: a 4, and I am sure. Ask it why, and it hands you fifty
# thousand numbers. They are the whole answer, and they explain nothing.
#
# So look for yourself. You take one network apart: what its neurons wait for, what it
# mixes up, which pixels a verdict hangs on. Then you fool it with changes that would not
# fool you, ask what its "I am sure" is worth, and show it things that are no digits. Some
# of what you find is beautiful. Some of it should worry you.

# %% [markdown]
# **What you'll do**
#
# * look at weights and mistakes, and hold neurons against directions drawn by lot;
# * draw maps of what 64 hidden neurons say;
# * find the pixels that decide, in two ways, and use them to turn most verdicts;
# * measure how sure the network may be, and teach it to say "I don't know".
#
# **What you'll learn**
#
# * what precision and recall are, and how a threshold trades one for the other;
# * what entropy and perplexity count, and what maps by PCA and t-SNE show and hide;
# * what the gradient by the _input_ tells, and why small changes of many pixels add up;
# * what calibration is, and how one number repairs it.
#
# **What you'll need**
#
# * softmax, cross-entropy and ReLU from [lesson 6](06_learning_better.ipynb), and the
#   equations for a mini-batch from [lesson 5](05_thinking_in_matrices.ipynb).

# %% [markdown]
# ## The patient
#
# Your patient is made and trained as in lesson 6, with ReLU, softmax and momentum, but it
# has only 64 hidden neurons, so that you can look at each of them. And it computes in
# double precision: rounding differs from machine to machine, and in single precision that
# is enough to make another network of it than the one that the text describes.

# %%
from itertools import pairwise

import numpy as np

import digitlib
from digitlib import load_mnist, one_hot, softmax
from digitlib.pictures import inspection, plots

mnist = load_mnist()
training, validation = mnist.train, mnist.validation


def newborn():
    """The network before it has learnt anything."""
    sizes = (784, 64, 10)
    return digitlib.dense_model(sizes, rng=0, mean=0.13, dtype=np.float64)


model = newborn()
recipe = {"eta": digitlib.warm_up(0.2), "optimizer": digitlib.Momentum()}
digitlib.train(model, training, 8, report=None, **recipe)
print(f"{model.parameter_count:,} weights and biases")
print(f"training   {100 * model.accuracy(training):.1f} % read")
print(f"validation {100 * model.accuracy(validation):.1f} % read")
assert model.accuracy(validation) > (0.9 if mnist.is_sample else 0.975)

# %% [markdown]
# Everything that follows looks at _validation_ digits; the test set, which is not for
# studying, stays shut today.
#
# `feedforward` returns the ten activations and forgets the rest. To look inside you need
# every number on the way, so go the way by hand once. Layer 2 is hidden and layer 3 the
# output, as in lesson 3. (0.13 is the mean grey that the network subtracts.)

# %%
(W2, W3), (b2, b3) = model.weights, model.biases


def look(X):
    """The hidden activations (n, 64) and the scores (n, 10) of images X."""
    H = np.maximum((X - 0.13) @ W2.T + b2, 0)  # (FF1m), (RELU)
    return H, H @ W3.T + b3  # (FF1m)


X, labels = validation.images.astype(np.float64), validation.labels
H, Z = look(X)
A = softmax(Z)  # (SM)
verdicts = A.argmax(axis=1)
assert np.allclose(A, model.feedforward(X))
assert abs(training.images.mean() - 0.13) < 0.002
assert 50_000 < model.parameter_count < 51_000
print(f"{np.sum(verdicts == labels)} of {len(X)} images read, as before")

# %% [markdown] tags=["slide"]
# ## What does a neuron wait for?
#
# A hidden neuron has a weight for each pixel. Lesson 2 drew such weights as a picture,
# and you can do so again, for the first half of the neurons. Middle grey is a weight of
# 0. Where it is dark, ink excites the neuron; where it is light, ink silences it.

# %% tags=["slide"]
plots.show_images(
    W2[:32],
    4,
    8,
    "The weights of 32 hidden neurons as grey pictures. Most show dark and "
    "light strokes and blobs side by side in the middle, none looks like a "
    "digit, and all are grainy at the edge.",
    draw=inspection.draw_signed,
)

# %% [markdown]
# None looks like a digit. You see strokes and arcs, a dark one beside a light one: ink
# here and _none_ there. Near the edge you see noise. What is that? Some pixels are paper
# in every training image. Can a weight that listens to one of them learn anything?

# %%
edge = training.images.max(axis=0) == 0
change = W2 - newborn().weights[0]
print(f"{edge.sum()} pixels are paper in all {len(training)} images")
for name, pixels in (("edge", edge), ("elsewhere", ~edge)):
    spread = change[:, pixels].std(axis=1).mean()
    print(f"{name:9}  changes of a neuron's weights differ by {spread:.6f}")
assert change[:, edge].std(axis=1).max() < 1e-9

# %% [markdown]
# There all weights of a neuron were moved by the same amount: by (BP4m) they had
# the same gradient at every step. So the noise that you see is what the dice have thrown
# at the beginning. (Whether they decide anything, you find out at the end.)
#
# Now choose a single neuron. What a neuron adds to a score is its activation times the
# weight with which that output listens. Take the neuron that adds most to the right
# score, on average over the images of some digit. Ask which images excite it most, and
# how the ten outputs listen to it.

# %% tags=["slide"]
means = np.array([H[labels == d].mean(axis=0) for d in range(10)])
added = means * W3  # (10, 64): to the right score, by each neuron
digit, neuron = np.unravel_index(added.argmax(), added.shape)
favourites = np.argsort(-H[:, neuron], kind="stable")[:6]
inspection.show_neuron(
    W2[neuron],
    X[favourites],
    W3[:, neuron],
    "A hidden neuron: its weights as a picture, the six images that excite it "
    "most, and the weights of the ten outputs for it as bars. The digit of "
    "the six images has the highest bar; several others have negative ones.",
)
print(f"it adds most to the score of {digit}; its favourites show", end="")
print("", *labels[favourites])
assert np.mean(labels[favourites] == digit) > 0.5
assert W3[:, neuron].argmax() == digit
assert np.sum(W3[:, neuron] < 0) > 1


# %% [markdown]
# The favourites resemble each other, and they resemble the dark strokes in the weights.
# So is this _the_ neuron for that digit? Look at three things, for it and for all. Among
# the images that excite a neuron most, one in a hundred, how many show the same digit?
# How many digits excite it, on average at least a quarter as much as the one that does so
# most? And if you silence it, how much is lost of the digit that suffers most?

# %%
def purity(values):
    """The commonest digit's share of the images with the highest values."""
    excited = np.argsort(-values, kind="stable")[: len(X) // 100]
    return np.bincount(labels[excited]).max() / len(excited)


def loss_without(k):
    """The largest share lost of a digit when neuron k is always silent."""
    silenced = Z - H[:, [k]] * W3[:, k]
    still = silenced.argmax(axis=1) == labels
    lost = (verdicts == labels).astype(int) - still
    return max(lost[labels == d].mean() for d in range(10))


purities = [purity(H[:, k]) for k in range(64)]
losses = [loss_without(k) for k in range(64)]
found = {"one digit's share": purities, "lost of a digit": losses}
for what, parts in found.items():
    print(f"{what:17}  this one {100 * parts[neuron]:5.1f} %, ", end="")
    print(f"median {100 * np.median(parts):4.1f} %, ", end="")
    print(f"largest {100 * np.max(parts):5.1f} %")
digits_each = np.sum(means > means.max(axis=0) / 4, axis=0)
print(f"{np.sum(digits_each > 1)} of 64 neurons answer to more than one digit")

# %%
assert purities[neuron] > 0.95 and digits_each[neuron] == 1
assert np.median(purities) < 0.9 and np.mean(digits_each > 1) > 0.75
assert np.median(losses) < 0.03
assert np.max(losses) < (0.45 if mnist.is_sample else 0.1)

# %% [markdown]
# This one is a specialist; most answer to strokes that several digits share. And none is
# indispensable: without it, most of the digit that suffers most is still read. What the
# network knows about a digit is spread over many.

# %% [markdown] tags=["slide"]
# ### Directions drawn by lot
#
# Why look at neurons at all? Behind the hidden layer an image is a point with 64
# coordinates, and a neuron is one direction in that space, an axis. You could look along
# any other. So draw 64 weights by lot, from the normal distribution, and add up the
# activations with them. This mixture was never trained, and it has favourites, too.
#
# Judge 64 mixtures beside the neurons, in this network and in four more (with other
# beginnings, and trained for three epochs only).

# %%
networks = [model]
for seed in range(1, 5):
    start = {"rng": seed, "mean": 0.13, "dtype": np.float64}
    other = digitlib.dense_model((784, 64, 10), **start)
    digitlib.train(other, training, 3, report=None, **recipe)
    networks.append(other)


def between(P):
    """For each column of P: which share of its variance parts the digits."""
    kinds = [P[labels == d] for d in range(10)]
    within = sum(len(kind) * kind.var(axis=0) for kind in kinds)
    return 1 - within / len(P) / P.var(axis=0)


# %% [markdown]
# The first measure is as before: one digit's share of the favourites. The second asks
# whether digits of a kind lie close together along the direction, and the kinds apart:
# which share of the variance lies _between_ the kinds?
#
# **Predict.** Of the images that excite a neuron most, about seven in ten show one digit,
# on average. How many of a mixture's favourites do: two, four, or six in ten?

# %% tags=["nbval-atol-3", "slide"]
# My guess: ...
measures = {}
for seed, each in enumerate(networks):
    (W, V), (b, _) = each.weights, each.biases
    sums, dice = (X - 0.13) @ W.T + b, np.random.default_rng(seed)
    awake = sums.max(axis=0) > 0  # some neuron may always be silent
    P = np.maximum(sums[:, awake], 0)  # the activations
    for name, columns in {
        "neurons": P,
        "mixtures by lot": P @ dice.normal(size=(P.shape[1], 64)),
        "neurons, lower ends": -sums,
        "pixels mixed by lot": (X - 0.13) @ dice.normal(size=(784, 64)),
        "as the outputs mix": P @ V[:, awake].T,
    }.items():
        pure = np.mean([purity(column) for column in columns.T])
        pair = 100 * pure, 100 * between(columns).mean()
        measures.setdefault(name, []).append(pair)
print("in five networks      one digit's share   between the kinds")
for name, found in measures.items():
    (low, less), (high, more) = np.min(found, axis=0), np.max(found, axis=0)
    print(f"{name:20}{low:11.0f} to {high:3.0f} %", end="")
    print(f"{less:13.0f} to {more:2.0f} %")

# %% tags=["slide"]
shares, parted = np.array(list(measures.values())).transpose(2, 0, 1)
neurons, mixtures, lower, pixels, outputs = shares
assert lower.mean() < mixtures.mean() < neurons.mean() < mixtures.mean() + 10
assert mnist.is_sample or np.all((lower < mixtures) & (mixtures < neurons))
assert mnist.is_sample or 55 < mixtures.mean() < 66 < neurons.mean() < 75
assert np.all(pixels + 8 < mixtures) and np.all(outputs > 95)
assert np.all(parted[1] > parted[0]) and np.all(parted[4] > 65)

lots = np.random.default_rng(0).normal(size=(64, 3))
shown = {f"neuron {k}": H[:, k] for k in range(3)}
shown |= {f"mixture {k}": H @ lots[:, k] for k in range(3)}
highest = {n: np.argsort(-v, kind="stable")[:8] for n, v in shown.items()}
inspection.show_rows(
    {name: X[places] for name, places in highest.items()},
    "Six rows of eight digits: the favourites of three neurons and of three "
    "mixtures by lot. In every row several digits are of one kind and "
    "resemble each other.",
)

# %% [markdown]
# Most people guess two, for what should a mixture by lot mean? But it is six, and by the
# second measure the mixtures are ahead. It is the layer that parts the digits (pixels
# mixed by lot do worse), and hardly the choice of its axes.
#
# By the first measure neurons lead, though not by much, and only at the end that a ReLU
# hands on: at the lower one, which nobody hears, they are behind the mixtures. Nor are all
# directions equal: mixed as the outputs mix them, nearly all favourites are alike. So claim
# little. A neuron is hardly a better direction than one drawn by lot, and favourites that
# look alike do not make it the detector of anything.

# %% [markdown] tags=["slide"]
# ## What does it mix up?
#
# Exercise 3.3 asked for the confusion matrix. With $y_i$ for the digit that image $i$
# shows and $\hat{y}_i$ for the verdict on it, it counts
#
# $$ c_{jk} = \text{number of images with } y_i = j \text{ and } \hat{y}_i = k
#    \tag{CONF} $$
#
# The diagonal holds what is right. In the picture, the field of a mistake is the darker
# the more often it is made.

# %%
confusion = np.zeros((10, 10), dtype=int)
np.add.at(confusion, (labels, verdicts), 1)  # (CONF)
assert np.trace(confusion) == np.sum(verdicts == labels)

# %% tags=["remove_input", "slide"]
inspection.show_confusion(
    confusion,
    "A table of ten by ten counts. The large numbers are on the diagonal. The "
    "darkest fields beside it are mistakes between digits that share strokes.",
)

# %% [markdown]
# Read it aloud. A row tells what becomes of a digit: of all the nines, so many are read
# as nines, so many as fours. The share that is found is the *recall*. A column tells what
# a verdict is made of: whenever the network says 3, so many are threes and so many are
# fives. The share that is right is the *precision* (not that of a number):
#
# $$ \text{precision}_k = \frac{c_{kk}}{\sum_j c_{jk}} \tag{PREC} $$
#
# $$ \text{recall}_j = \frac{c_{jj}}{\sum_k c_{jk}} \tag{REC} $$
#
# Let the machine name the pairs that are mixed up most, in both directions.

# %%
mistakes = confusion - np.diag(confusion.diagonal())
pairs = np.triu(mistakes + mistakes.T)
named = []
for place in np.argsort(-pairs, axis=None, kind="stable")[:6]:
    j, k = divmod(int(place), 10)
    named.append((j, k))
    print(f"{j} and {k}: {mistakes[j, k]:2} times {j} is read as {k}", end="")
    print(f", {mistakes[k, j]:2} times {k} as {j}")
assert mnist.is_sample or {(4, 9), (3, 5)} <= set(named)
assert np.any(mistakes != mistakes.T)

# %% [markdown]
# Digits are mixed up if they share strokes: close the top of a 4 and you have a 9, turn
# the upper hook of a 5 and you have a 3. And the table is not symmetric. (But of
# forty-five pairs with such small counts, a few look lopsided by chance alone.)

# %% [markdown] tags=["slide"]
# ### Sure and wrong
#
# Call the largest activation, the probability that the network gives its own verdict, its
# *confidence*. Which mistakes did it make with the highest?

# %% tags=["slide"]
confidence = A.max(axis=1)
wrong = np.flatnonzero(verdicts != labels)
worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:12]
plots.show_images(
    X[worst],
    2,
    6,
    "Twelve validation digits that the network misreads with high confidence, "
    "each with its label and the verdict. Some are hard to read, others are "
    "quite clear.",
    titles=[f"{labels[i]}, read {verdicts[i]}" for i in worst],
)
print(f"{len(wrong)} mistakes; the network's confidence in them:")
for share in (0.5, 0.9, 0.99):
    print(f"  above {share:.2f}: {np.sum(confidence[wrong] > share)}")
assert np.mean(confidence[wrong] > 0.9) > 0.1


# %% [markdown]
# Some could be either, and one or two labels you may want to dispute. But others are
# plain, and the network is wrong _and_ sure of it. If you had to act upon its verdicts,
# that would trouble you more than the number of mistakes. You will come back to it.

# %% [markdown] tags=["slide"]
# ### Moving a threshold
#
# Suppose that you look for nines only. Then you need not wait until the 9 wins: say "a 9"
# wherever its activation reaches some threshold. What becomes of recall and precision
# when you raise it?

# %%
def recall_and_precision(digit, threshold):
    """For those images whose activation of `digit` reaches the threshold."""
    said, shown = A[:, digit] >= threshold, labels == digit
    hits = np.sum(said & shown)
    return hits / shown.sum(), hits / said.sum()  # (REC), (PREC)


thresholds = (0.01, 0.5, 0.99)
nines = np.array([recall_and_precision(9, t) for t in thresholds])
for threshold, (recall, precision) in zip(thresholds, nines):
    print(f"a 9 from {threshold:4.2f} on: finds {100 * recall:.1f} %", end="")
    print(f" of the nines, {100 * precision:.1f} % of its finds are nines")
assert np.all(np.diff(nines[:, 0]) < 0) and np.all(np.diff(nines[:, 1]) > 0)

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(size=(5.2, 3.0))
best, looks = {}, (("--", plots.ORANGE), ("-", plots.BLUE))
for digit, (style, colour) in zip((0, 9), looks):
    cuts = np.unique(A[A[:, digit] > 0.002, digit])
    curve = np.array([recall_and_precision(digit, t) for t in cuts])
    axes.plot(*curve.T, style, color=colour, label=f"is it a {digit}?")
    best[digit] = curve[curve[:, 0] > 0.95, 1].max()
assert best[0] > best[9]
axes.plot(*nines.T, "o", color="black")
for threshold, point in zip(thresholds, nines):
    note = {"xytext": (-6, -6), "textcoords": "offset points"}
    axes.annotate(f"{threshold}", point, ha="right", va="top", **note)
axes.set(xlabel="recall", ylabel="precision", xlim=(0.6, 1.02))
axes.set(ylim=(min(0.8, nines[:, 1].min() - 0.05), 1.01))
axes.legend(loc="lower left")
plots.show(
    figure,
    "Precision against recall for many thresholds, for zeros and for nines. "
    "Each curve runs along the top, bends at the right and falls. On that of "
    "the nines three thresholds are marked: 0.99 before the bend, 0.5 at it, "
    "0.01 below. The curve of the zeros lies higher.",
)

# %% [markdown]
# A low threshold misses few nines and lets strangers in; a high one keeps strangers out
# and misses nines. As it rises, recall can only fall, and precision grows on the whole
# (not at every step: what is dropped may be a nine). Which point is best? That depends on
# what costs you more, a missed nine or a false one. A threshold moves you along the curve;
# to lift the curve takes a better reader, or an easier digit, as the 0 is.

# %% [markdown] tags=["slide"]
# ## What the hidden layer is good for
#
# A single direction did not tell you much. So take all 64 together. If the layer is good
# for anything, digits of a kind should lie closer together in its space than among the
# pixels, and the kinds further apart. You want to _see_ it, and paper has two dimensions.

# %% [markdown]
# ### The directions in which they differ most
#
# Centre the points: subtract their mean. Then project them onto a direction $v$ of
# length 1, and choose $v$ so that the projections differ as much as they can. If the rows
# of $X$ are the $n$ points, the projections are the numbers in $Xv$, and their variance is
#
# $$ \frac{1}{n} \lVert X v \rVert^2 $$
#
# Every matrix can be written as a product $X = U \Sigma V^T$, its *singular value
# decomposition* (SVD). The columns of $U$, and those of $V$, have length 1 and stand at
# right angles to each other, and $\Sigma$ is diagonal, with numbers
# $s_1 \ge s_2 \ge \dots \ge 0$ on its diagonal. (`np.linalg.svd` finds it. That it
# always exists is a theorem of linear algebra.) A matrix such as $U$ changes no length, so
#
# $$ \lVert X v \rVert^2 = \lVert \Sigma V^T v \rVert^2
#    = \sum_k s_k^2\, (v_k \cdot v)^2 \tag{SVD} $$
#
# where $v_k$ is the $k$-th column of $V$. The numbers $v_k \cdot v$ are the coordinates
# of $v$ along the $v_k$, and $v$ has length 1, so their squares add up to at most 1. The
# sum is then at most a mean of the $s_k^2$, and no mean is above the largest: it is
# largest for $v = v_1$, and then it is $s_1^2$. Among the directions at right angles to
# $v_1$ the best is $v_2$, with $s_2^2$, and so on. These directions are called
# *principal components*, and finding them *PCA*, principal component analysis. The share
# of the variance that lies along $v_k$ is $s_k^2 / \sum_j s_j^2$.

# %%
def principal(points, count=2):
    """(SVD): coordinates (n, count), and each component's share."""
    centred = points - points.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:count]  # the rows of V^T
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(count), largest])
    coordinates = centred @ directions.T * signs
    return coordinates, sizes**2 / np.sum(sizes**2)


# %% [markdown]
# ($v$ and $-v$ are as good as each other. The lines about signs make the largest number
# of a direction positive, so that your map is not the mirror image of another one.)
# Five hundred digits are enough to look at:

# %% tags=["slide"]
few, few_labels = slice(0, 500), labels[:500]
spaces = {"784 pixels": X[few], "64 hidden neurons": H[few]}
planes = {}
print("share of the variance in so many components:")
for name, points in spaces.items():
    planes[name], shares = principal(points)
    explained = np.cumsum(shares)
    print(f"{name:17} ", end="")
    for count in (2, 10, 50):
        print(f"  {count:2}: {100 * explained[count - 1]:.0f} %", end="")
    print()
    assert explained[1] < 0.4
inspection.show_maps(
    planes,
    few_labels,
    "Two maps of 500 digits by their first two principal components. From "
    "pixels, the digits lie on top of each other but for zeros and ones. From "
    "the hidden layer they are better separated, and still overlap.",
)


# %% [markdown]
# Better, but not good: these maps are shadows. Measure, rather than trust your eye: how
# often is the _nearest_ neighbour of a digit a digit of the same kind, in the shadow and
# in the full space?

# %%
def squared_distances(points):
    """|p_i - p_j|^2 for all pairs of rows."""
    squares = np.sum(points**2, axis=1)
    return squares[:, None] + squares - 2 * points @ points.T


def alike(points, kinds=few_labels):
    """How often a point's nearest neighbour has its label."""
    distances = squared_distances(points)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    return np.mean(kinds[nearest] == kinds)


for name, points in spaces.items():
    print(f"{name:17}  on the map {100 * alike(planes[name]):.0f} %, ", end="")
    print(f"in the full space {100 * alike(points):.0f} %")
    assert alike(planes[name]) < alike(points) - 0.2
    assert 0.85 < alike(points) < 0.95
pixels_map, hidden_map = map(alike, planes.values())
assert hidden_map > pixels_map
cuts = [slice(k, k + 500) for k in range(0, len(X), 500)]
better = [alike(H[c], labels[c]) > alike(X[c], labels[c]) for c in cuts]
print(f"the hidden layer has more in {sum(better)} of {len(cuts)} samples")
assert np.mean(better) > 0.9

# %% [markdown]
# In the full space about nine of ten neighbours are alike, and the hidden layer has more
# of them than the pixels, in nearly every sample of five hundred. On the map that is
# lost. Is a plane too small for ten kinds of digits? Or are these two directions not the
# right ones? PCA has never seen a label. So choose a plane that has: put a layer of two
# neurons and no ReLU behind the hidden layer, and let ten outputs learn from these two
# numbers. (`train` takes images only. So here is the loop, in which steps get shorter.)

# %%
deep, targets = look(training.images)[0], one_hot(training.labels)
through_two = digitlib.Model(
    [
        digitlib.Dense(64, 2, rng=0, dtype=np.float64),
        digitlib.Dense(2, 10, rng=0, dtype=np.float64),
    ],
    inputs=64,
)
optimizer, passes = digitlib.Momentum(), 40 if mnist.is_sample else 3
optimizer.start(through_two.parameters)
order = np.random.default_rng(0).permuted(np.tile(range(len(deep)), passes))
batches = np.array_split(order, len(order) // 64)
for k, batch in enumerate(batches):
    _, gradients = through_two.cost_and_gradients(deep[batch], targets[batch])
    eta = 0.02 * (1 - k / len(batches))
    optimizer.step(through_two.parameters, gradients, eta)

# %%
chosen = H[few] @ through_two.weights[0].T
by_variance = alike(planes["64 hidden neurons"])
print(f"PCA's plane {100 * by_variance:.0f} %, ", end="")
print(f"a plane chosen by labels {100 * alike(chosen):.0f} %")
still_lost = alike(H[few]) - alike(chosen)
assert alike(chosen) - by_variance > still_lost > 0.05


# %% [markdown]
# Much better, so most of the blame is PCA's: the largest differences are not the ones
# that tell digits apart. But even this plane loses many of the neighbours, and it needed
# the labels.

# %% [markdown] tags=["slide"]
# ### A map of neighbours: t-SNE
#
# So give up distances, and keep what you care for: _who is whose neighbour_. That is the
# idea of *t-SNE*, by van der Maaten and Hinton (2008). In the full space, let point $i$
# pick a neighbour by chance, the near ones rather than the far ones. It picks $j$ with the
# probability $p_{j|i}$ (read: of $j$, for $i$). The second formula makes one number
# of the two for a pair:
#
# $$ p_{j|i} = \frac{e^{-\beta_i d_{ij}^2}}{\sum_{k \ne i} e^{-\beta_i d_{ik}^2}},
#    \qquad p_{ij} = \frac{p_{j|i} + p_{i|j}}{2n} \tag{TSP} $$
#
# Here $d_{ij}$ is the distance of the points, and $p_{j|i}$ a softmax of minus
# $\beta_i$ times its square. The larger $\beta_i$, the more narrowly point $i$ looks. How
# large should it be? As large as gives every point the same number of neighbours,
# thirty, say.

# %% [markdown]
# But how many neighbours has a point that picks one of them with probability 0.8 and
# two others with 0.1 each? Take $-\ln p$ from lesson 6. It says how surprising an event is
# that had the probability $p$: not at all if it was certain. On average over the picks
# that is $-\sum p \ln p$, the *entropy*. If there are $k$ neighbours, each as likely as the
# others, it is $\ln k$. So take $e$ to the power of the entropy, and you have $k$ back. This
# number is called *perplexity*, and it counts neighbours even where they are not equally
# likely.
#
# **Predict.** How many neighbours has the point with 0.8, 0.1 and 0.1: about 1.2, 1.5,
# 1.9, or 2.5?

# %%
# My guess: ...
chances = (1 / 2, 1 / 2), (1 / 3, 1 / 3, 1 / 3), (0.8, 0.1, 0.1)
entropies = [-np.sum(np.array(p) * np.log(p)) for p in chances]
for p, entropy in zip(chances, entropies):
    print(*(f"{q:.2f}" for q in p), f" entropy {entropy:.2f}, ", end="")
    print(f"{np.exp(entropy):.2f} neighbours")
assert np.allclose(np.exp(entropies), (2, 3, 1.9), atol=0.02)

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(1, 3, size=(6.6, 2.3))
for place, p, entropy in zip(axes, chances, entropies):
    begins = np.cumsum(p) - p
    block = {"color": "#DDDDDD", "edgecolor": "black", "linewidth": 1}
    place.bar(begins, -np.log(p), p, align="edge", **block)
    place.axhline(entropy, ls="--", lw=2, color=plots.ORANGE)
    place.set(title=f"{np.exp(entropy):.2f} neighbours", xlim=(0, 1))
    place.set(ylim=(0, 2.5), xlabel="probability")
    place.grid(visible=False)
axes[0].set(ylabel="surprise")
plots.show(
    figure,
    "Three pictures of blocks. Each pick is a block as wide as its "
    "probability and as high as its surprise; a dashed line is at the height "
    "of the entropy. Two and three equal blocks reach up to the line. Of "
    "0.8, 0.1 and 0.1 the first block is wide and far below the line, the two "
    "others are narrow towers far above it.",
)

# %% [markdown]
# Each pick is a block, as wide as it is likely and as high as it is surprising; the areas
# add up to the entropy, the height of the dashed line. Most people guess 1.2 or 1.5, for
# the two others are rarely picked. But when they are, the surprise is great.
#
# The larger $\beta_i$, the fewer neighbours. So you can find it by halving an interval, for
# all points at once. (The entropy is written out: $-\ln p_{j|i}$ is $\beta_i d_{ij}^2$ plus
# the logarithm of the sum below the line. Where no upper end is known yet, `beta` is
# doubled.)

# %%
def picks(points, perplexity=30):
    """p_{j|i} of (TSP), in row i; each beta found by halving."""
    d2, n = squared_distances(points), len(points)
    np.fill_diagonal(d2, np.inf)
    d2 -= d2.min(axis=1, keepdims=True)  # it cancels, as in the softmax
    np.fill_diagonal(d2, 0)
    beta = 1 / d2.mean(axis=1)
    low, high = np.zeros(n), np.full(n, np.inf)
    for _ in range(50):
        powers = np.exp(-beta[:, None] * d2)
        np.fill_diagonal(powers, 0)
        sums = powers.sum(axis=1)
        entropy = np.log(sums) + beta * np.sum(powers * d2, axis=1) / sums
        too_many = entropy > np.log(perplexity)
        low = np.where(too_many, beta, low)
        high = np.where(too_many, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    return powers / sums[:, None]


def neighbour_probabilities(points, perplexity=30):
    """(TSP)."""
    P = picks(points, perplexity)
    return (P + P.T) / (2 * len(points))


# %% [markdown]
# On the map every image $i$ has a place $y_i$ in the plane. (Up to the end of this section,
# $y_i$ is a place and not a label, and $w_{ij}$ is a closeness and not a weight: so the
# paper has it.) There, points pick each other, too, by a rule with a longer reach:
#
# $$ q_{ij} = \frac{w_{ij}}{\sum_{k \ne l} w_{kl}}, \qquad
#    w_{ij} = \frac{1}{1 + \lVert y_i - y_j \rVert^2} \tag{TSQ} $$
#
# Draw both rules, on the left as the first digit picks:

# %% tags=["remove_input", "slide"]
figure, (left, right) = plots.subplots(1, 2, (7.2, 2.6))
apart = np.linspace(0, 4, 100)
rules = {"as in (TSP)": np.exp(-(apart**2)), "as in (TSQ)": 1 / (1 + apart**2)}
for k, (marker, colour) in enumerate(plots.markers(2)):
    perplexity, (name, closeness) = (5, 30)[k], list(rules.items())[k]
    style = {"color": colour, "marker": marker, "markevery": 12}
    likely = np.sort(picks(H[few], perplexity)[0])[::-1][:60]
    left.plot(likely, label=f"perplexity {perplexity}", **style)
    right.plot(apart, closeness, label=name, **style)
left.set(xlabel="neighbours, the likeliest first", ylabel="probability")
right.set(xlabel="distance", ylabel="closeness")
for axes in (left, right):
    axes.legend()
plots.show(
    figure,
    "Left: the probabilities with which a digit picks its neighbours, the "
    "likeliest first. With perplexity 5 they begin high and are soon near 0; "
    "with perplexity 30 they begin lower and reach further. Right: closeness "
    "against distance. By the first rule it is next to 0 from a distance of 2 "
    "on, by the second it falls slowly.",
)

# %% [markdown]
# The slow curve has the shape of Student's t distribution; hence the t in the name. Why
# the longer reach? Around a point in 64 dimensions there is room for many at the same
# distance, in the plane for a few. With this rule, those that are not quite near may move
# further away at little cost.

# %% [markdown]
# Now move the places until $q$ resembles $p$. How far it is from that, the cross-entropy
# of lesson 6 tells, with $p$ as the target. (Subtract the entropy of $p$, which no move
# changes, and you have the *Kullback-Leibler divergence* of which the paper speaks.) Put
# (TSQ) in; the $p_{ij}$ add up to 1:
#
# $$ C = -\sum_{i \ne j} p_{ij} \ln q_{ij}
#      = -\sum_{i \ne j} p_{ij} \ln w_{ij} + \ln \sum_{i \ne j} w_{ij} $$
#
# To go downhill you need the derivative of $C$ by each place. Go there in two steps. First:
# how does $C$ answer when the squared distance $d^2$ of _one pair_ grows?
# Its closeness is $w = 1 / (1 + d^2)$, so $\ln w = -\ln (1 + d^2)$, and
#
# $$ \frac{\partial \ln w}{\partial d^2} = -\frac{1}{1 + d^2} = -w, \qquad
#    \frac{\partial w}{\partial d^2} = -\frac{1}{(1 + d^2)^2} = -w^2 $$

# %% [markdown]
# In the first sum of $C$ the pair has one term, $-p \ln w$, whose derivative is $p\,w$. The
# second is the logarithm of a sum: its derivative is $-w^2$ divided by that sum, and $w$
# divided by that sum is $q$. Together:
#
# $$ \frac{\partial C}{\partial d_{ij}^2} = p_{ij} w_{ij}
#    - \frac{w_{ij}^2}{\sum_{k \ne l} w_{kl}} = (p_{ij} - q_{ij})\, w_{ij} $$
#
# A difference of what is said and what should be said: you have met that in (CE'), with
# the other sign. (There the derivative is by a score, and $a$ rises with its score. Here
# it is by a distance, and $q$ falls as the distance grows.) Second: when the place $y_i$
# moves, each $d_{ij}^2$ changes by its derivative $2\,(y_i - y_j)$, and each pair is
# counted twice, as $ij$ and as $ji$. So, by (CR),
#
# $$ \frac{\partial C}{\partial y_i}
#    = 4 \sum_{j \ne i} (p_{ij} - q_{ij})\, w_{ij}\, (y_i - y_j) \tag{TSG} $$

# %%
def tsne_gradient(P, Y):
    """(TSG) for all places Y (n, 2)."""
    w = 1 / (1 + squared_distances(Y))
    np.fill_diagonal(w, 0)
    forces = (P - w / w.sum()) * w  # (TSQ)
    return 4 * (forces.sum(axis=1)[:, None] * Y - forces @ Y)


# %% [markdown]
# It is as if each pair were joined by a spring, which pulls where $p$ is larger than $q$
# and pushes where it is smaller. Let the judge of lesson 4 look at it, on twenty points.

# %%
from digitlib.gradient_check import central_differences, relative_error


def tsne_cost(P, Y):
    """The cross-entropy of (TSP) and (TSQ)."""
    w = 1 / (1 + squared_distances(Y))
    np.fill_diagonal(w, 0)
    pairs = ~np.eye(len(Y), dtype=bool)
    return -np.sum(P[pairs] * np.log(w[pairs] / w.sum()))


rng = np.random.default_rng(0)
P, Y = neighbour_probabilities(H[:20], 5), rng.normal(size=(20, 2))
measured = central_differences(lambda: tsne_cost(P, Y), Y, range(40))
error = relative_error(tsne_gradient(P, Y).ravel(), measured)
print("relative error below one in a million:", error < 1e-6)
assert error < 1e-6


# %% [markdown]
# Then descend. Begin with a tiny cloud, and take the steps of Adam, with a short memory.
# One trick is the paper's: in the beginning, here for a quarter of the steps, multiply
# $p$ by 4. So the springs between neighbours pull harder, and kinds can find together
# before the map is spread out.

# %%
def tsne(points, rng, perplexity=30, steps=400):
    """A map (n, 2) that keeps neighbours."""
    P = neighbour_probabilities(points, perplexity)
    Y = rng.normal(0, 1e-4, (len(points), 2))
    optimizer = digitlib.Adam(beta1=0.9, beta2=0.9)
    optimizer.start([Y])
    for step in range(steps):
        u = step / steps
        gradient = tsne_gradient(4 * P if u < 0.25 else P, Y)
        optimizer.step([Y], [gradient], 1 - u)
    return Y


# %% tags=["nbval-ignore-output", "slide"]
maps = {name: tsne(p, np.random.default_rng(0)) for name, p in spaces.items()}
inspection.show_maps(
    maps,
    few_labels,
    "Two maps of the same 500 digits by t-SNE. Both show islands, mostly of "
    "one digit each. From pixels some run into each other, such as those of 4 "
    "and 9, or fall into pieces. From the hidden layer they are cleaner.",
)
for name, places in maps.items():
    print(f"{name:17}  nearest neighbour alike: {100 * alike(places):.0f} %")

# %%
for name in spaces:
    assert alike(maps[name]) > alike(planes[name]) + 0.2
assert alike(maps["64 hidden neurons"]) > alike(maps["784 pixels"])

# %% [markdown]
# Islands! Nobody told t-SNE a label. And from the hidden layer they are cleaner. That is
# what the layer is good for: it draws the ten kinds apart, so that the output layer can
# tell them by weighted sums. Look at the strays, too. A 9 on the island of the fours has
# hidden activations like those of a 4.

# %% [markdown]
# ### What the map does not show
#
# Make three clouds of points of which you know everything: two are close to each other,
# the third is ten times as far away and ten times as wide.

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(2)
clouds = rng.normal(size=(3, 60, 20)) * np.array([1, 1, 10])[:, None, None]
clouds += 8 * np.array([0, 1, 10])[:, None, None]


def facts(points):
    """Distances between the middles of the clouds, and their widths."""
    middles = points.mean(axis=1)
    far = np.linalg.norm(middles[2] - middles[0])
    near = np.linalg.norm(middles[1] - middles[0])
    widths = points.std(axis=1).mean(axis=1)
    return far / near, widths[2] / widths[0]


flat = tsne(clouds.reshape(180, 20), np.random.default_rng(0), perplexity=15)
seen = flat.reshape(3, 60, 2)
for name, points in (("in truth", clouds), ("on the map", seen)):
    distances, widths = facts(points)
    print(f"{name:10}  {distances:4.1f} times as far, ", end="")
    print(f"{widths:4.1f} times as wide")

# %%
assert facts(clouds)[0] > 8 > 4 > facts(seen)[0]
assert facts(clouds)[1] > 8 > 4 > facts(seen)[1]


# %% [markdown]
# The map has forgotten it. How far apart islands lie, and how wide they are, means
# little; every point was given as many neighbours as every other. (Try another seed, and
# a perplexity of 5.) Trust such a map when it says that two are neighbours, and then
# check it with a number.

# %% [markdown] tags=["slide"]
# ## Which pixels matter?
#
# Why is an image a 3 to the network, and not a 5? Because the score of the 3 is higher. So
# the difference of the two scores, the *margin*, is what you want to explain. Ask what you
# have asked for every weight: how does it answer to a small change, this time of a pixel?
# Call the number to be explained $C$, as ever. A pixel $x_k$ is heard by all hidden neurons,
# $z_j^{(2)} = \sum_k w_{jk}^{(2)} x_k + b_j^{(2)}$, and so by (CR)
#
# $$ \frac{\partial C}{\partial x_k} = \sum_j \varepsilon_j^{(2)}\, w_{jk}^{(2)},
#    \qquad \frac{\partial C}{\partial X} = E^{(2)}\, W^{(2)} \tag{BPX} $$
#
# So far you always stopped one step before. It is (BP2) without the slope, for a pixel
# passes through no ReLU. And $C$ may be the cost, or a margin, or any other number: the
# errors $E^{(3)}$ with which you begin are its derivatives by the ten scores. (What the
# network subtracts from the pixels changes no derivative.)

# %%
def to_pixels(E, H):
    """(BP2m), (BPX): from the errors of the scores to those of the pixels."""
    return (E @ W3 * (H > 0)) @ W2


# %% [markdown]
# For a margin the errors at the top are easy: 1 for one score, $-1$ for the other. Take
# the two highest scores of each of twenty images. (Each row has a margin of its own, so
# nothing is divided.) Let the judge check some pixels of the first image.

# %%
twenty, ranks = X[:20], np.argsort(-Z[:20], axis=1)
first, second = ranks[:, 0], ranks[:, 1]
rows = np.arange(20)
E = np.zeros((20, 10))
E[rows, first], E[rows, second] = 1, -1
slopes = to_pixels(E, H[:20])

one = X[:1].copy()
which = rng.choice(784, 30, replace=False)
measured = central_differences(
    lambda: look(one)[1][0, first[0]] - look(one)[1][0, second[0]], one, which
)
error = relative_error(slopes[0, which], measured)
print("relative error below one in a million:", error < 1e-6)
assert error < 1e-6

# %% [markdown] tags=["slide"]
# ### Promised and measured
#
# A slope is a promise about _small_ changes. Is it any good for large ones? Find out
# without calculus. Cover a patch of the image with a grey half way
# between paper and ink, ask the network again, and see how the margin changes. That is
# *occlusion*, slow and honest. And the slopes predict it: where the patch changes $x_k$ to
# $\frac{1}{2}$, the margin should change by
# $\frac{\partial C}{\partial x_k} \bigl(\frac{1}{2} - x_k\bigr)$, summed over the patch.

# %%
covers = np.zeros((24, 24, 28, 28), dtype=bool)
for r, c in np.ndindex(24, 24):  # where a patch of 5 by 5 begins
    covers[r, c, r : r + 5, c : c + 5] = True
covers = covers.reshape(-1, 784)


def promised(i):
    """Change of the margin of image i for each patch, by its slopes."""
    return covers @ (slopes[i] * (0.5 - twenty[i]))


def occluded(i):
    """The same, measured: the network looks at every covered image."""
    scores = look(np.where(covers, 0.5, twenty[i]))[1]
    margins = scores[:, first[i]] - scores[:, second[i]]
    return margins - (Z[i, first[i]] - Z[i, second[i]])


agreement = [np.corrcoef(promised(i), occluded(i))[0, 1] for i in rows]
print(f"correlation: median {np.median(agreement):.2f}, ", end="")
print(f"smallest {np.min(agreement):.2f}")
assert np.median(agreement) > 0.8


# %% [markdown]
# Two ways that know nothing of each other tell nearly the same. (Why nearly? A ReLU has
# two slopes, and a patch may push a neuron from one to the other.) Now draw it. Give
# every pixel the mean over the patches that cover it, and turn the sign round. Where it is
# dark, a cover takes away from the verdict; where it is light, a cover helps it. Above
# each image stand the digits with the two highest scores: what the network says, and not
# what is true.

# %%
def spread_out(changes):
    """For each pixel minus the mean change of the patches that cover it."""
    return -changes @ covers / covers.sum(axis=0)


by_slopes = np.array([spread_out(promised(i)) for i in range(6)])
by_covers = np.array([spread_out(occluded(i)) for i in range(6)])

# %% tags=["remove_input", "slide"]
inspection.show_rows(
    {"image": twenty[:6], "promised": by_slopes, "measured": by_covers},
    "Six digits; below each, which pixels matter, as promised by the gradient "
    "and as measured by occlusion. Both maps resemble each other. They have a "
    "few dark spots, some on strokes and some beside them.",
    titles={"image": [f"{first[i]}, then {second[i]}" for i in range(6)]},
    signed=("promised", "measured"),
    outlined=("promised", "measured"),
)


# %% [markdown]
# Places differ. Imagine a dark spot covered with grey: often you get something of the
# digit that came second. And many of these places are _empty_. How many covers let the
# second overtake the first, and for how many images is there such a cover at all? How
# much of what speaks for the verdict lies on paper? Count that by the slopes, pixel by
# pixel. Then, without the edge, where hardly any digit has ink, compare paper with dark
# ink: the cover changes both by about a half, and grey pixels by less.

# %%
margins = Z[rows, first] - Z[rows, second]
turned = np.array([occluded(i) for i in rows]) < -margins[:, None]
print(f"{100 * turned.mean():.0f} % of all covers let the second overtake,")
print(f"and {turned.any(axis=1).sum()} of 20 images have such a cover")
assert turned.mean() < 0.1 and turned.any(axis=1).mean() > 0.2

on_paper = twenty == 0
for_verdict = np.maximum(-slopes * (0.5 - twenty), 0)
share = for_verdict[on_paper].sum() / for_verdict.sum()
print(f"{100 * on_paper.mean():.0f} % of the pixels are paper,")
print(f"and {100 * share:.0f} % of what speaks for the verdicts lies there")
written = np.mean(training.images > 0, axis=0) > 0.05
paper = for_verdict[on_paper & written].mean()
ink = for_verdict[(twenty > 0.9) & written].mean()
print(f"without the edge, paper has {paper / ink:.1f} times ", end="")
print("as much as dark ink, pixel by pixel")
assert share > 0.5 and 0.9 < paper / ink < 1.3

# %% [markdown]
# At most places a cover turns nothing. And where digits are written, it counts about as
# much that there is no ink as that there is some. But mind what such a map is: it shows
# what matters to this network, for this image, and not what makes a digit.

# %% [markdown] tags=["slide"]
# ## Adversarial digits
#
# If you know which pixels matter, you can turn the tables. Change the image so that the
# cost grows, and each pixel by at most $\epsilon$, so that nobody minds. How much can you
# achieve? For small changes $\delta_k$ the cost grows by
# $\sum_k g_k \delta_k$, where $g_k$ is its derivative by pixel $k$. Each term is largest if
# $\delta_k$ has the sign of $g_k$ and goes to the limit:
#
# $$ x' = x + \epsilon \cdot \text{sign}\Bigl(\frac{\partial C}{\partial x}\Bigr),
#    \qquad C(x') - C(x) \approx \epsilon \sum_k \lvert g_k \rvert \tag{FGS} $$
#
# ($\epsilon$ is no error $\varepsilon$.) This is the *fast gradient sign* method, by
# Goodfellow and others (2015), and what it makes is called an *adversarial example*.
#
# And if the signs were chosen by chance? Then positive and negative terms nearly cancel,
# and the sum is about as large as its standard deviation, $\epsilon \sqrt{\sum_k g_k^2}$.
# If all $n$ slopes were of the same size $g$, that would be $\epsilon\, g \sqrt{n}$,
# against $\epsilon\, g\, n$ for the right signs: each change is tiny, but they all pull in
# the same direction.

# %%
def cost_slopes(images, labels):
    """Derivatives of each image's cost by its pixels; shape (n, 784)."""
    hidden, scores = look(images)
    return to_pixels(softmax(scores) - one_hot(labels), hidden)  # (CE')


some, some_labels = X[:2000], labels[:2000]
G = cost_slopes(some, some_labels)
gain = np.abs(G).sum(axis=1) / np.sqrt(np.sum(G**2, axis=1))
print(f"the right signs do {np.median(gain):.0f} times as much as chance")
print(f"if all slopes were alike: {np.sqrt(784):.0f} times as much")
assert 10 < np.median(gain) < 28


# %% [markdown]
# Two thousand digits, then (or all that the small sample has), each moved by $\epsilon$ in
# every pixel: uphill on its own cost, or by the toss of a coin. (What falls below paper or
# above ink is cut off, so that it is still an image.)
#
# **Predict.** With each pixel changed by a tenth, how many digits of a hundred does it
# still read, when the signs are tossed and when they go uphill?

# %%
# My guess: ...
def moved(epsilon, signs):
    return np.clip(some + epsilon * signs, 0, 1)


def read(images):
    """Accuracy on `some`, when shown these images in their place."""
    return np.mean(look(images)[1].argmax(axis=1) == some_labels)


sizes = (0, 0.02, 0.05, 0.1, 0.15, 0.2)
coins = rng.choice([-1, 1], some.shape)
uphill = [read(moved(e, np.sign(G))) for e in sizes]
by_chance = [read(moved(e, coins)) for e in sizes]
for epsilon, a, c in zip(sizes, uphill, by_chance):
    print(f"each pixel by {epsilon:4.2f}:  ", end="")
    print(f"uphill {100 * a:4.1f} % read, by chance {100 * c:4.1f} %")
at = sizes.index(0.1)
assert 0.3 < uphill[at] < 0.45
assert by_chance[at] > by_chance[0] - 0.05

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(size=(5.2, 2.6))
axes.plot(
    sizes, by_chance, "--s", color=plots.ORANGE, label="signs by chance"
)
axes.plot(sizes, uphill, "-o", color=plots.BLUE, label="signs uphill (FGS)")
axes.set(xlabel="largest change of a pixel", ylabel="read correctly")
axes.set(ylim=(0, 1.03))
axes.legend(loc="center right")
plots.show(
    figure,
    "Share of digits read correctly against the largest change of a pixel. "
    "With signs by chance it stays near the top. With the signs of the "
    "gradient it falls steeply, to less than a half at 0.1.",
)

# %% [markdown]
# Noise of that size hardly bothers the network. The same amount, aimed, turns most
# verdicts. (Most people guess too many: a tenth is little to the eye.) Look at it:

# %% tags=["slide"]
G6, before = np.sign(G[:6]), some[:6]
after = moved(0.1, np.sign(G))[:6]
said = [softmax(look(images)[1]) for images in (before, after)]
words = [[f"{a.argmax()}: {100 * a.max():.0f} %" for a in A6] for A6 in said]
inspection.show_rows(
    {"image": before, "change": G6, "adversary": after},
    "Six digits, the signs by which their pixels are changed, and the changed "
    "digits with the network's verdicts. To the eye the changed digits have a "
    "dirty background and are as easy to read as before.",
    titles={"image": words[0], "adversary": words[1]},
    signed=("change",),
)
assert np.sum(said[0].argmax(axis=1) != said[1].argmax(axis=1)) > 3


# %% [markdown]
# To you they are what they were, on dirty paper. To the network most are others. Is it
# sure of them?

# %%
turned = softmax(look(moved(0.1, np.sign(G)))[1])
misled = turned.argmax(axis=1) != some_labels
sure_of_it = turned[misled].max(axis=1) > 0.9
print(f"{100 * np.mean(misled):.0f} % are misread, and of these ", end="")
print(f"{100 * np.mean(sure_of_it):.0f} % with a confidence above 0.9")
assert np.mean(sure_of_it) > 0.3

# %% [markdown]
# Often it is. It adds up evidence from 784 places, and you have bribed each of them a
# little. Networks for photographs, which add up far
# more places, fall for changes that no eye can see. The best known cure is to learn from
# such images, too (Madry and others, 2018). It helps, and only in part.

# %% [markdown] tags=["slide"]
# ## How sure is sure?
#
# What is "I am sure" worth? If a forecast says "rain, 80 %" on a hundred days, it should
# rain on about eighty of them. A network whose confidences
# keep that promise is *calibrated*. Sort the verdicts by confidence into ten bins, and in
# each bin $B$ with its $n_B$ verdicts compare the mean confidence with the share that is
# right. Their distance, averaged over all $n$ verdicts, is the *expected calibration
# error* (as in Guo and others, 2017):
#
# $$ \text{ECE} = \sum_B \frac{n_B}{n}\,
#    \bigl\lvert \text{acc}(B) - \text{conf}(B) \bigr\rvert \tag{ECE} $$

# %%
def calibration(A, labels, bins=10):
    """Mean confidence, accuracy and count of each bin that is not empty."""
    confidence, right = A.max(axis=1), A.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = []
    for b in range(bins):
        inside = bin_of == b
        if inside.any():
            mean = confidence[inside].mean()
            rows.append((mean, right[inside].mean(), inside.sum()))
    return np.array(rows)


def ece(A, labels):
    """(ECE)."""
    confidence, accuracy, count = calibration(A, labels).T
    return np.sum(count * np.abs(accuracy - confidence)) / np.sum(count)


# %% [markdown]
# The bins of the validation set that are not empty:

# %%
print("confidence  right  verdicts")
for confident, accurate, count in calibration(A, labels):
    print(f"{100 * confident:8.1f} %", end="")
    print(f"{100 * accurate:7.1f} % {count:9.0f}")
print(f"ECE {100 * ece(A, labels):.2f} %")
sure, read_well = {}, {}
for name, digits in (("training", training), ("validation", validation)):
    sure[name] = model.feedforward(digits.images).max(axis=1).mean()
    read_well[name] = model.accuracy(digits)
    print(f"{name:10}  {100 * sure[name]:.1f} % sure, ", end="")
    print(f"{100 * read_well[name]:.1f} % right")
assert sure["validation"] > read_well["validation"] + 0.005
assert read_well["training"] > max(0.99, sure["training"])
less_sure = sure["training"] - sure["validation"]
assert less_sure < (read_well["training"] - read_well["validation"]) / 2


# %% [markdown]
# The network promises more than it keeps. (Small bins say little.) The last two lines tell
# why: it is nearly as sure of new images as of those that it has learnt from, but only on
# the latter is it right so often. This is over-fitting once more: the training images, of
# which it reads nearly all, reward it for growing surer, and none tells it that others
# are harder.

# %% [markdown] tags=["slide"]
# ### Temperature
#
# The cure is one number. Divide all scores by a *temperature* $T$ before the softmax.
# The order of the scores stays, and with it every verdict; but if $T$ is above 1, the
# scores lie closer together, and the confidences come down. Which $T$? The one with the
# lowest cross-entropy on digits that the network has not learnt from. Write
# $\beta = 1/T$, and $t$ for the true digit. In the last form of $C$ before (CE'), each score
# is now multiplied by $\beta$:
#
# $$ C(\beta) = -\beta z_t + \ln \sum_j e^{\beta z_j}, \qquad
#    \frac{\partial C}{\partial \beta} = -z_t + \sum_j a_j z_j \tag{TEMP} $$
#
# averaged over the digits; $a$ is the softmax of $\beta z$. So at the best temperature the
# score that the network _expects_, $\sum_j a_j z_j$, equals on average the score of the
# truth. Is there only one such $\beta$? Differentiate once more. By the quotient rule,
# $\frac{\partial a_j}{\partial \beta} = a_j \bigl(z_j - \sum_k a_k z_k\bigr)$, and so the
# second derivative is $\sum_j a_j z_j^2 - \bigl(\sum_j a_j z_j\bigr)^2$, the variance of
# the score. It is never negative, so the first derivative only rises, and you can halve
# an interval again.

# %%
def best_temperature(Z, labels):
    """The T at which (TEMP) is 0."""
    truth = Z[np.arange(len(Z)), labels].mean()
    low, high = 0.01, 100.0  # for beta
    for _ in range(60):
        beta = (low + high) / 2
        expected = np.sum(softmax(beta * Z) * Z, axis=1).mean()
        low, high = (beta, high) if expected < truth else (low, beta)
    return 1 / beta


# %% [markdown]
# Choose on one half of the validation set and judge on the other. If you chose and judged
# by the same digits, you would flatter yourself, even with one number.

# %%
half = len(X) // 2
T = best_temperature(Z[:half], labels[:half])
rest, rest_labels = Z[half:], labels[half:]
raw, mild = softmax(rest), softmax(rest / T)
for name, a in (("as it is", raw), (f"at T = {T:.2f}", mild)):
    cost = -np.log(a[np.arange(len(a)), rest_labels]).mean()
    right = np.mean(a.argmax(axis=1) == rest_labels)
    print(f"{name:11}  ECE {100 * ece(a, rest_labels):.2f} %  ", end="")
    print(f"cost {cost:.3f}  read {100 * right:.2f} %")
assert T > 1.1
assert np.array_equal(raw.argmax(axis=1), mild.argmax(axis=1))
gone = 1 - ece(mild, rest_labels) / ece(raw, rest_labels)
assert gone > (0 if mnist.is_sample else 0.5)

# %% tags=["remove_input", "slide"]
from digitlib import metrics

inspection.show_reliability(
    {
        "as it is": metrics.calibration(raw, rest_labels),
        f"at T = {T:.2f}": metrics.calibration(mild, rest_labels),
    },
    "On the left, the share of right verdicts against the confidence, beside "
    "the diagonal on which both are equal. As it is, most points lie below: "
    "the network is too sure. With the temperature most lie nearer to it. "
    "On the right, the number of verdicts for each range of confidence.",
)

# %% [markdown]
# Such a picture is a *reliability diagram*. Below the diagonal, the network is surer than
# it is right. With the temperature it keeps near it, as far as the bars let you tell: each
# spans one standard error up and down, and by luck alone about every third would miss the
# diagonal by more. No verdict has changed, but now you may believe the number beside it.
#
# What is that worth? Let the network hand the digits of which it is least sure to a human
# being. How many of its answers are wrong? And how many did it _expect_ to be wrong: what
# is missing, on average, from its confidence to 1?

# %% tags=["slide"]
shares, amiss, hoped = (1, 0.98, 0.95, 0.9), [], []
for name, a in (("as it is", raw), (f"at T = {T:.2f}", mild)):
    sureness = a.max(axis=1)
    order = np.argsort(-sureness, kind="stable")
    failed = (a.argmax(axis=1) != rest_labels)[order]
    answers = [round(share * len(order)) for share in shares]
    amiss.append([failed[:n].mean() for n in answers])
    hoped.append([1 - sureness[order[:n]].mean() for n in answers])
    for share, wrong_part, expected in zip(shares, amiss[-1], hoped[-1]):
        print(f"{name:11} answers {100 * share:3.0f} %, ", end="")
        print(f"{100 * wrong_part:.2f} % of them wrong, ", end="")
        print(f"{100 * expected:.2f} % expected")

# %%
amiss, hoped = np.array(amiss), np.array(hoped)
assert np.all(amiss[:, -1] < 0.6 * amiss[:, 0])  # many mistakes fewer
few_mistakes = 0.01 if mnist.is_sample else 0.001
assert np.abs(amiss[0] - amiss[1]).max() < few_mistakes  # about as well
assert np.all(hoped[0] < 0.6 * amiss[0])  # far fewer expected than there are
assert np.all(np.abs(hoped[1] / amiss[1] - 1) < 0.4)

# %% [markdown]
# Whoever hands over a few digits gets rid of many mistakes, with the temperature and about
# as well without: for that only the order of the confidences matters, and one $T$ for all
# hardly changes it. But without the temperature you would have counted on far fewer
# mistakes than there are. With it you know beforehand about how many to expect.

# %% [markdown] tags=["slide"]
# ### One digit, three knobs
#
# Take a single digit, and turn three knobs: move it by whole pixels, change all pixels by
# $\epsilon$ uphill, divide the scores by $T$. Which can let another digit win, and which
# can only change how sure it is? (On paper you see it moved, changed, and both, at two
# temperatures. Where the knobs can be touched, press _As it is_, or draw your own digit.)

# %% tags=["slide"]
from digitlib.live.how_sure import HowSure

hit = verdicts[: len(some)] == some_labels
for images in (np.roll(some, -1, axis=1), moved(0.05, np.sign(G))):
    hit &= look(images)[1].argmax(axis=1) != some_labels
seven = [np.flatnonzero(hit)[0], *range(6)]
HowSure(model, X[seven], labels[seven], T, right=-1, epsilon=0.05)

# %% [markdown]
# Only $T$ cannot change a verdict. To this digit a single pixel does it (to most it does
# not). But $T$ was chosen on digits as they are. What is its promise worth on others?
#
# **Predict.** Changed by a tenth uphill, about two digits in five are read. With $T$, how
# sure of its verdicts is the network then, on average: 40, 60, or 80 %?

# %%
# My guess: ...
for epsilon in (0, 0.02, 0.05, 0.1):
    pushed = moved(epsilon, np.sign(G))
    promise = softmax(look(pushed)[1] / T).max(axis=1).mean()
    print(f"each pixel by {epsilon:4.2f}: ", end="")
    print(f"{100 * read(pushed):.0f} % read, {100 * promise:.0f} % sure")
    assert epsilon > 0 or abs(promise - read(pushed)) < 0.03
assert promise > max(0.7, read(pushed) + 0.3)
aside = np.roll(some, 1, axis=1)  # by a pixel; at the edge is hardly any ink
assert read(aside) < read(some)

# %% [markdown]
# Most people guess 40, since $T$ has just mended the promise. But only for digits like
# those by which it was chosen: the further you push them, the less it is worth.

# %% [markdown] tags=["slide"]
# ## What is no digit
#
# Does it ask for help with pictures that show no digit at all? Draw some letters and a
# house, and take blank paper and noise. What should it say?

# %%
def drawn(*strokes):
    """An image of straight strokes, given by their corners (row, column)."""
    image = np.zeros((28, 28))
    for stroke in strokes:
        for start, end in pairwise(np.array(stroke)):
            for u in np.linspace(0, 1, 80):
                row, column = ((1 - u) * start + u * end).astype(int)
                image[row : row + 2, column : column + 2] = 1
    return image.ravel()


strange = [
    drawn([(23, 6), (5, 13), (23, 20)], [(16, 9), (16, 17)]),  # A
    drawn([(4, 7), (23, 7)], [(4, 19), (23, 19)], [(13, 7), (13, 19)]),  # H
    drawn([(4, 18), (4, 8), (23, 8), (23, 18)], [(13, 8), (13, 16)]),  # E
    drawn([(23, 7), (4, 7), (23, 19), (4, 19)]),  # N
    drawn([(23, 7), (12, 7), (4, 13), (12, 19), (23, 19), (23, 7)]),  # a house
    np.zeros(784),
    np.random.default_rng(1).random(784),
]


# %% [markdown]
# Now ask it.

# %% tags=["slide"]
def show_strange(answer, what):
    """Show the images, each with the verdict of the network."""
    answers = answer(np.array(strange))
    plots.show_images(
        strange,
        1,
        7,
        "The letters A, H, E and N, a house, blank paper and noise, each with "
        "the verdict of the network and its confidence. " + what,
        titles=[f"{a.argmax()}: {100 * a.max():.0f} %" for a in answers],
    )
    return answers.max(axis=1)


sure = show_strange(model.feedforward, "Most of them are above 80 %.")
assert np.sum(sure > 0.8) > 3

# %% [markdown]
# Blank paper is a digit, and so is noise. Would it at least have asked for help? Take the
# rule by which it answered 90 % of the digits, as it is, with the temperature, and with a
# far higher one.

# %%
scores = look(np.array(strange))[1]
for heat in (1, T, 10):
    ranked = np.sort(softmax(rest / heat).max(axis=1))[::-1]
    limit = ranked[round(0.9 * len(rest)) - 1]
    answered = np.sum(softmax(scores / heat).max(axis=1) > limit)
    print(f"at T = {heat:5.2f} it answers when it is ", end="")
    print(f"{100 * limit:.1f} % sure: {answered} of {len(strange)} images")
    assert answered >= 3

# %% [markdown]
# No cure, at any $T$: the rule looks only at the order of the confidences, and $T$ hardly
# changes that. Look at (SM): ten probabilities that add up to 1, and "none of these" is
# not on the list. But who has chosen among the ten? The dice, at the edge? Take them away,
# from every pixel that shows ink in at most one training image of twenty.
#
# **Predict.** How many of the seven verdicts will be others: none, about half, or nearly
# all?

# %%
# My guess: ...
rare = np.mean(training.images > 0, axis=0) <= 0.05
kept = W2 - rare * newborn().weights[0]
hidden = np.maximum((np.array(strange) - 0.13) @ kept.T + b2, 0)
undiced = softmax(hidden @ W3.T + b3).argmax(axis=1)
same = undiced == model.predict(np.array(strange))
print(f"no dice in {rare.sum()} of 784 pixels: ", end="")
print(f"{same.sum()} of {len(strange)} verdicts are the same")
assert same.sum() >= 6

# %% [markdown]
# Most people guess at least half: where nothing was learnt, only dice can speak. But what
# decides is what the network has learnt, and it has learnt from digits only: it weighs a
# house, noise and even blank paper as if nothing but digits could be there.
#
# What should it have said? One tenth for each: "I don't know." Then tell it so while it
# learns. Cross-entropy takes any targets that add up to 1. Make nonsense: noise of any
# strength, and digits that are cut into sixteen tiles and put together in another order.
# Give it the target one tenth for each digit, and let the network go on learning for one
# more pass, with sixteen nonsense images beside each mini-batch of digits. (Hendrycks
# and others, 2019, call it *outlier exposure*.)

# %%
rng = np.random.default_rng(3)
noise = rng.random((2000, 784)) * rng.random((2000, 1))
tiles = training.images[:2000].reshape(2000, 4, 7, 4, 7).swapaxes(2, 3)
tiles = tiles.reshape(2000, 16, 49)
mixed = np.array([sixteen[rng.permutation(16)] for sixteen in tiles])
mixed = mixed.reshape(2000, 4, 4, 7, 7).swapaxes(2, 3).reshape(2000, 784)
nonsense, unknown = np.vstack([noise, mixed]), np.full((16, 10), 0.1)
plots.show_images(
    nonsense[[0, 1, 2, 2000, 2001, 2002]],
    1,
    6,
    "Three images of noise, fainter and stronger, and three digits whose "
    "tiles are in disorder.",
)

# %% [markdown]
# Now the loop, by hand, since `train` takes labels and not targets. Does modesty cost
# anything? To tell the nonsense from the further pass, let another network go on in the
# same way with digits alone.

# %%
from digitlib.runtime import one_blas_thread


def go_on(seed, nonsense_images):
    """The model after a further pass, with so many in each mini-batch."""
    rng, network = np.random.default_rng(seed), model.astype(np.float64)
    optimizer, passes = digitlib.Momentum(), 10 if mnist.is_sample else 1
    optimizer.start(network.parameters)
    order = rng.permuted(np.tile(np.arange(len(training)), passes))
    batches = np.array_split(order, len(order) // 64)
    for k, batch in enumerate(batches):
        added = rng.choice(nonsense, nonsense_images)
        images = np.vstack([training.images[batch], added]).astype(float)
        Y = np.vstack([targets[batch], unknown[:nonsense_images]])
        _, gradients = network.cost_and_gradients(images, Y)
        eta = 0.1 * (1 - k / len(batches))
        optimizer.step(network.parameters, gradients, eta)
    return network


with one_blas_thread():
    humble = [go_on(seed, nonsense_images=16) for seed in range(3)]
    control = [go_on(seed, nonsense_images=0) for seed in range(3)]

# %% tags=["slide"]
humbler = show_strange(
    humble[0].feedforward, "Paper and noise are below 30 %, most others above."
)
print("mistakes among the validation digits:")
missed = {}
kinds = {"before": [model], "digits alone": control, "with nonsense": humble}
for name, networks in kinds.items():
    missed[name] = [len(X) - each.evaluate(validation) for each in networks]
    print(f"{name:13}", *missed[name])
old, alone, beside = map(np.mean, missed.values())
if mnist.is_sample:
    assert beside < min(alone, old)
else:
    assert alone < 1.1 * old and 1.2 * old < beside < 1.45 * old
assert humbler[5:].max() < 0.3 < np.median(humbler[:5])
assert 0.5 < humbler[:5].mean() < sure[:5].mean()

# %% [markdown]
# Of paper and noise it now says that it does not know. It is less sure of the letters,
# too, but far from humble: a network learns to doubt what resembles the doubtful things
# that it was shown.
#
# And the price? On the full MNIST there is one: with nonsense this network makes about a
# third more mistakes than before, with digits alone hardly more. (On the small sample, with
# ten passes in place of one, it even makes fewer.) And from another beginning? A script in
# the folder `benchmarks` has tried five networks on the full MNIST, this one first, at the
# best of five rates for going on with nonsense, and `digitlib` has kept what came out.
# Column by column:

# %%
from digitlib.results import load_result

stored = load_result("price_of_doubt")["readers"]
missed = {name: 1 - np.array(stored[name]) for name in kinds}
print("mistakes among 10,000 validation digits:")
for name, shares in missed.items():
    print(f"{name:13}", *np.round(10_000 * shares).astype(int))
old, alone, beside = missed.values()
more = np.mean(beside / old - 1)
print(f"with nonsense {100 * more:.0f} % more, on average")
assert np.all(beside > 1.14 * old) and np.all(beside < 1.36 * old)
assert np.all(np.abs(alone / old - 1) < 0.03)

# %% [markdown]
# Each of them pays for its doubt, with between a seventh and a good third more mistakes,
# and the further pass by itself changes next to nothing.

# %% [markdown]
# ## Ours and the library's
#
# What you have built is in `digitlib`, with its arguments checked: verdicts and
# confidence in `metrics`, the maps in `embedding` (there t-SNE takes a thousand points in
# a few seconds), the pictures in `inspection`, and (BPX) as `input_gradients` of every
# network. Does it do the same?

# %%
from digitlib.pictures import embedding

theirs = metrics.confusion_matrix(verdicts, labels)
assert np.array_equal(theirs, confusion)
assert np.array_equal(metrics.most_confident_mistakes(A, labels, 12), worst)
found = metrics.calibration(A, labels)
assert np.isclose(found.expected_error, ece(A, labels))
assert np.isclose(metrics.best_temperature(Z[:half], labels[:half]), T)
components = embedding.principal_components(X[few], 2)
assert np.allclose(components.project(X[few]), planes["784 pixels"])
ours = tsne(H[few], np.random.default_rng(0), steps=10)
theirs = embedding.tsne(H[few], np.random.default_rng(0), steps=10)
assert np.allclose(theirs, ours)
assert np.allclose(model.input_gradients(some, one_hot(some_labels)), G)
print("the same, all of it")

# %% [markdown]
# One thing you have not asked. The neurons wait for strokes, each at one place. Does that
# matter? With this question begins [lesson 8](08_seeing_shapes.ipynb).

# %% [markdown]
# ## Notation
#
# What this lesson adds to the tables of lessons
# [3](03_a_network_that_reads_digits.ipynb) and [6](06_learning_better.ipynb):
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $\hat{y}_i$, $c_{jk}$ | the verdict on image $i$; how many of digit $j$ are read as $k$ | `verdicts`, `confusion` |
# | $X$ | points, a row for each of them | `X` |
# | $U$, $\Sigma$, $V$; $s_k$, $v_k$ | $X = U \Sigma V^T$, the singular value decomposition; a size, a direction | `sizes`, `directions` |
# | $d_{ij}$ | the distance of two points | |
# | $p_{ij}$, $\beta_i$ | how likely t-SNE picks a pair in the full space; how narrowly point $i$ looks | `P`, `beta` |
# | $y_i$, $q_{ij}$, $w_{ij}$ | in t-SNE, a place on the map; how likely a pair is there; its closeness | `Y`, `w` |
# | $g_k$, $\delta_k$, $\epsilon$ | derivative of the cost by pixel $k$; its change; the largest change allowed | `G`, `epsilon` |
# | $T$, $\beta$ | temperature; $1/T$ | `T`, `beta` |
# | $t$ | in (TEMP), the true digit | |
# | $B$, $n_B$ | a bin of confidences; how many verdicts are in it | `count` |
# | $\lambda$ | in exercise 7.5, what is taken off each pixel | |
#
# Some of these letters meant something else before: $c$ was a column of pixels or
# a covariance, $X$ a mini-batch, $s$ a running mean and $t$ a step of Adam, as $\epsilon$
# was Adam's tiny number, $v$ a velocity, $p$ a parameter and $g$ the derivative by it,
# $\beta$ what is left of a mean, $V$ counted voices, $y$ was a right answer, $q$ the
# share that dropout keeps, $w$ a weight, $d$ a label and $n$ the number of all images,
# $\delta$ any tiny change and $\lambda$ the strength of a penalty. As an exponent $T$
# still transposes.

# %% [markdown] tags=["slide"]
# ## What you learned
#
# * Most neurons wait for strokes, not for digits; what the network knows is spread over
#   many, and a neuron is hardly a better direction than one drawn by lot.
# * A threshold trades precision for recall. Entropy is the mean surprise; perplexity
#   counts what is likely.
# * The hidden layer draws the ten kinds apart. PCA keeps the largest differences,
#   t-SNE keeps neighbours, and neither map shows everything.
# * The gradient by the input costs one more step of backpropagation. It tells which
#   pixels matter, and how to fool the network: tiny changes add up.
# * Confidence is a promise that has to be tested. A temperature, chosen on unseen
#   digits, mends it for digits, and for nothing else.

# %% [markdown]
# ## Exercises

# %%
from digitlib.checks.lesson07 import (
    check_error_when_answering,
    check_favourite_image,
    check_iterated_sign,
    check_precision_recall,
    check_restored,
    check_threshold_for,
)


# %% [markdown]
# **Exercise 7.1** (10 minutes). "When it says 3, how often is it a 3?" and "How many of
# the threes does it find?" are two questions. Write the answers, (PREC) and (REC), for a
# matrix in which every class occurs and every class is said. Then try `confusion`: which
# digit has the lowest of each?

# %% tags=["exercise"]
def precision_recall(matrix):
    """Return two arrays (classes,) for a confusion matrix of integers."""
    raise NotImplementedError


# %% tags=["check"]
check_precision_recall(precision_recall)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Which of the two sums runs down a column of the matrix, and which along a row? In
# NumPy, `axis=0` adds up over the first index.
#
# </details>

# %% tags=["solution"]
def precision_recall(matrix):
    """Return two arrays (classes,) for a confusion matrix of integers."""
    right = np.diagonal(matrix)
    return right / matrix.sum(axis=0), right / matrix.sum(axis=1)


check_precision_recall(precision_recall)


# %% [markdown]
# **Exercise 7.2** (15 minutes). Principal components also compress. Write `restored`:
# project images onto their first `count` components, and make images of the same shape
# from those few numbers again. Then look at some digits made from 10, 30 and 100
# components (`plots.show_images`). How many do _you_ need to read them?

# %% tags=["exercise"]
def restored(X, count):
    """Return images (n, d), each made from `count` components of X (n, d)."""
    raise NotImplementedError


# %% tags=["check"]
check_restored(restored)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The projections are numbers along directions. An image is the mean of all images, plus
# each number times its direction. What has been subtracted must be added again.
#
# </details>

# %% tags=["solution"]
def restored(X, count):
    """Return images (n, d), each made from `count` components of X (n, d)."""
    mean = X.mean(axis=0)
    _, _, directions = np.linalg.svd(X - mean, full_matrices=False)
    kept = directions[:count]
    return mean + (X - mean) @ kept.T @ kept


check_restored(restored)


# %% [markdown]
# **Exercise 7.3** (15 minutes). The lesson let the network hand the digits of which it is
# least sure to a human being. Write what it printed as a function. Of $n$ samples it
# answers the given share, those with the highest confidence: `round(share * n)` of them.
# Which part of these answers is wrong?

# %% tags=["exercise"]
def error_when_answering(A, labels, share):
    """Return a number from 0 to 1; A has shape (n, k), labels (n,)."""
    raise NotImplementedError


# %% tags=["check"]
check_error_when_answering(error_when_answering)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `np.argsort` sorts from low to high, and gives places rather than values. Use the same
# places for the verdicts and for the labels.
#
# </details>

# %% tags=["solution"]
def error_when_answering(A, labels, share):
    """Return a number from 0 to 1; A has shape (n, k), labels (n,)."""
    surest = np.argsort(-A.max(axis=1))[: round(share * len(A))]
    return np.mean(A[surest].argmax(axis=1) != labels[surest])


check_error_when_answering(error_when_answering)


# %% [markdown]
# **Exercise 7.4** (20 minutes). One step by (FGS) trusts slopes that were taken where it
# began. Take several small ones instead: each changes every pixel by `step`, by the sign
# of the gradient _where you are_. After each, bring the pixels back to within `epsilon`
# of the image that you began with, and into the range from 0 to 1. The function
# `gradient` takes images of the shape of `X` and gives the derivatives of their costs.
# Then try it on the network, with ten steps of 0.02 and an `epsilon` of 0.1; `gradient`
# is then `lambda images: cost_slopes(images, some_labels)`. How many digits does it still
# `read`?

# %% tags=["exercise"]
def iterated_sign(gradient, X, epsilon, step, steps):
    """Return images of the shape of X, after `steps` steps uphill."""
    raise NotImplementedError


# %% tags=["check"]
check_iterated_sign(iterated_sign)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# A loop with three lines: go, come back to the neighbourhood of `X`, come back to the
# images. `np.clip` takes arrays as its limits, too. Keep the original: you need it in
# every turn.
#
# </details>

# %% tags=["solution"]
def iterated_sign(gradient, X, epsilon, step, steps):
    """Return images of the shape of X, after `steps` steps uphill."""
    moved = X
    for _ in range(steps):
        moved = moved + step * np.sign(gradient(moved))
        moved = np.clip(moved, X - epsilon, X + epsilon)
        moved = np.clip(moved, 0, 1)
    return moved


check_iterated_sign(iterated_sign)


# %% [markdown]
# **Exercise 7.5** (an evening). What does the network itself think of, when it thinks of a
# 3? Look for the image with the highest score of a 3, by ascent: step along the
# gradient, and then return to the images that are allowed. Their pixels lie between 0 and
# 1, and they have at most a given amount of ink, $\sum_k x_k \le \text{ink}$; a hundred is
# usual for a digit. (Without that limit half of the image might turn black.)
#
# Return to the _nearest_ image that is allowed. It has the pixels
# $\min(\max(x_k - \lambda, 0), 1)$, with the same $\lambda$ for all of them: 0 if that is
# little enough ink, and otherwise as large as makes the ink fit. The check tries scores
# whose best image is known. Afterwards draw the favourite image of each digit; for a 3,
# `gradient` is `lambda x: to_pixels(one_hot(np.array([3])), look(x[None])[0])[0]`. Would
# you recognise it?

# %% tags=["exercise"]
def favourite_image(gradient, start, ink):
    """Return the image (784,) with about the highest score.

    gradient(x) gives the derivatives (784,) of the score at an image x, start
    is an image to begin with, and ink a limit for the sum of the pixels.
    """
    raise NotImplementedError


# %% tags=["check"]
check_favourite_image(favourite_image)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The ink of $\min(\max(x_k - \lambda, 0), 1)$ falls as $\lambda$ grows, so $\lambda$ can be
# found by halving. Where is it too small for sure, where too large? For the ascent divide
# the gradient by its largest absolute value, so that a step moves no pixel by more than
# `eta`. Take a few hundred steps, and let `eta` fall.
#
# </details>

# %% tags=["solution"]
def allowed(x, ink):
    """The nearest image with pixels from 0 to 1 and at most that much ink."""
    low, high = 0.0, max(x.max(), 0.0)
    if np.clip(x, 0, 1).sum() <= ink:
        high = 0.0
    for _ in range(50):
        middle = (low + high) / 2
        too_much = np.clip(x - middle, 0, 1).sum() > ink
        low, high = (middle, high) if too_much else (low, middle)
    return np.clip(x - high, 0, 1)


def favourite_image(gradient, start, ink):
    """Return the image (784,) with about the highest score."""
    x = allowed(start, ink)
    for k in range(300):
        slopes = gradient(x)
        eta = 0.5 * (1 - k / 300)
        x = allowed(x + eta * slopes / max(np.abs(slopes).max(), 1e-12), ink)
    return x


check_favourite_image(favourite_image)


# %% [markdown]
# **Exercise 7.6** (15 minutes). You have promised to find a certain share of the nines.
# Write `threshold_for`: from the activations `a` of one digit, from `shown` (of type bool:
# which images show it) and from the recall that you have promised, above 0 and at most 1,
# find the _highest_ threshold that keeps the promise, and the precision that you then
# have. An activation equal to the threshold reaches it. Then try `A[:, 9]` and
# `labels == 9`: what do the last hundredths of recall cost?

# %% tags=["exercise"]
def threshold_for(a, shown, recall):
    """Return two numbers, threshold and precision; a and shown are (n,)."""
    raise NotImplementedError


# %% tags=["check"]
check_threshold_for(threshold_for)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# How many of the images that show the digit have to be found? Which of them is the last
# one that you still need, if you begin with the highest activation? For the precision
# count all images that reach its activation.
#
# </details>

# %% tags=["solution"]
def threshold_for(a, shown, recall):
    """Return two numbers, threshold and precision; a and shown are (n,)."""
    found = np.sort(a[shown])[::-1]
    recalls = np.arange(1, len(found) + 1) / len(found)
    threshold = found[np.argmax(recalls >= recall)]  # ceil(0.07 * 100) is 8
    return threshold, np.mean(shown[a >= threshold])


check_threshold_for(threshold_for)

# %% [markdown]
# ## Further reading
#
# * L. van der Maaten and G. Hinton, *Visualizing data using t-SNE*, Journal of Machine
#   Learning Research 9, 2579-2605 (2008).
# * M. Wattenberg, F. Viégas and I. Johnson, *How to use t-SNE effectively*, Distill
#   (2016), doi:10.23915/distill.00002. What such maps show and hide, to play with.
# * I. Goodfellow, J. Shlens and C. Szegedy, *Explaining and harnessing adversarial
#   examples*, ICLR (2015), arXiv:1412.6572. The fast gradient sign.
# * A. Madry, A. Makelov, L. Schmidt, D. Tsipras and A. Vladu, *Towards deep learning
#   models resistant to adversarial attacks*, ICLR (2018), arXiv:1706.06083. Many steps in
#   place of one, and learning from them.
# * C. Szegedy and others, *Intriguing properties of neural networks*, ICLR (2014),
#   arXiv:1312.6199. Directions by lot beside neurons, and adversarial examples.
# * M. Zeiler and R. Fergus, *Visualizing and understanding convolutional networks*, ECCV
#   (2014), arXiv:1311.2901. Occlusion.
# * K. Simonyan, A. Vedaldi and A. Zisserman, *Deep inside convolutional networks*, ICLR
#   workshop (2014), arXiv:1312.6034. Gradients by pixels, and images that a class likes
#   best.
# * C. Guo, G. Pleiss, Y. Sun and K. Weinberger, *On calibration of modern neural
#   networks*, ICML (2017), arXiv:1706.04599. Reliability diagrams and temperature.
# * D. Hendrycks, M. Mazeika and T. Dietterich, *Deep anomaly detection with outlier
#   exposure*, ICLR (2019), arXiv:1812.04606. Teaching a network what it does not know.
