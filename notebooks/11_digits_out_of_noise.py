# ---
# jupyter:
#   description: turn a network round, let it draw digits that nobody has written, and
#     judge them honestly
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: Digits out of noise
# ---

# %% [markdown] tags=["slide"]
# # Digits out of noise
#
# For ten lessons your networks have gone one way: an image comes in, a digit comes out.
# You go the other way, too. Somebody says "seven", and you draw one, each time another,
# and none that you have drawn before. [Lesson 10](10_the_same_in_a_framework.ipynb) asked
# whether a network could do that.
#
# It can, and you need nothing new for it but one idea. Today's network does not say what
# an image is. It says, of a point in space and a moment in time, _which way to go from
# here_. You begin at noise, follow it, and arrive at a digit that nobody has ever written.
# It is the idea behind the programs that paint pictures from a sentence, here in NumPy and
# in a minute. In the end you judge what is drawn as strictly as you have judged readers.

# %% [markdown]
# **What you'll do**
#
# * walk straight roads from noise to two moons, and find out why the mean of all roads is
#   enough to arrive;
# * train a network that knows the way to ten digits, and watch its digits clear up;
# * judge it: is it read, does it vary, does it copy, can it be told from the real?
# * compute the perfect answer in a few lines, and see what is wrong with perfection.
#
# **What you'll learn**
#
# * what it means to draw from a cloud of which you only know points;
# * what flow matching is, and why the mean minimises a quadratic cost;
# * how few steps a bent path takes, and what a step of second order is;
# * four honest questions about whatever draws, and how any one answer can fool you;
# * how all this is related to diffusion and the score.
#
# **What you'll need**
#
# * the quadratic cost from [lesson 2](02_one_neuron.ipynb), layers, Adam and a changing
#   rate from [lesson 6](06_learning_better.ipynb);
# * principal components from [lesson 7](07_looking_inside.ipynb), and a reader from
#   [lesson 8](08_seeing_shapes.ipynb);
# * a minute of patience, most of it in one cell.

# %%
from itertools import pairwise

import numpy as np

import digitlib
from digitlib import augment, load_mnist, sigmoid, softmax
from digitlib.pictures import embedding, inspection, plots
from digitlib.progress import progress
from digitlib.results import load_result
from digitlib.runtime import one_blas_thread

mnist = load_mnist()
training, validation = mnist.train, mnist.validation
labels = training.labels
print(f"{len(training):,} images to learn from")

# %% [markdown] tags=["slide"]
# ## What is it to draw?
#
# Somebody says "seven". You could show one of the sevens that you have: that is no
# drawing, and whoever knows your collection finds you out. You could show the average
# seven of [lesson 1](01_meet_the_digits.ipynb#The-average-digit): nobody has written it,
# but it is always the same. What is wanted is a new one each time, and they shall differ
# as much as people's sevens do.
#
# Say it with points. An image is a point in a space of 784 dimensions. All sevens that
# people might write are a _cloud_ in this space, dense where sevens are common, empty where
# nothing is a seven. The training set is a few thousand points out of the cloud. To draw is
# to take one more point out of it, fairly. This is called *sampling*. But nobody has a
# formula for the cloud. All you have is its points.
#
# First make the space smaller. In lesson 7 you found the directions in which images differ
# most, the principal components. Take 64 numbers in place of 784; ten thousand images are
# enough to find the directions. And choose the unit so that the mean square of all these
# numbers is 1, as it is for a normal distribution with a standard deviation of 1.

# %%
count = 64
components = embedding.principal_components(training.images[:10_000], count)
unit = np.sqrt(np.mean(components.project(training.images) ** 2))


def to_points(images):
    """Images (n, 784) as points (n, 64)."""
    return (components.project(images) / unit).astype(np.float32)


def to_images(points):
    """And back: points (n, 64) as images (n, 784), from paper to ink."""
    return np.clip(components.restore(unit * points), 0, 1)


P = to_points(training.images)
kept = components.shares.sum()
print(f"{count} components keep {100 * kept:.0f} % of the variance")
assert 0.8 < kept < 0.92 and abs(np.mean(P**2) - 1) < 1e-4

# %% [markdown]
# Whatever is drawn in this space will look a little washed out, for these 64 numbers do
# not hold all. Keep that in mind; it will count when you judge.
#
# Is drawing hard at all? There is one cloud from which every computer can take points, the
# normal distribution. So fit one to each digit: take the mean of its points and how its
# components vary together (their covariance), and take new points from the normal cloud
# with the same mean and the same covariance.

# %%
def normal_points(digit, count, rng):
    """Points of the normal cloud that is like that of a digit."""
    own = P[labels == digit]
    return rng.multivariate_normal(own.mean(axis=0), np.cov(own.T), count)


def normal_drawings(digits, rng):
    """Such a point for each of the digits (n,), as (n, 64)."""
    points = np.empty((len(digits), count))
    for digit in range(10):
        own = digits == digit
        points[own] = normal_points(digit, own.sum(), rng)
    return points


rng = np.random.default_rng(0)
sevens = P[labels == 7]
rows = {
    "real": training.images[labels == 7][:8],
    "in 64 numbers": to_images(sevens[:8]),
    "their mean": to_images(np.tile(sevens.mean(axis=0), (8, 1))),
    "normal cloud": to_images(normal_points(7, 8, rng)),
}

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
inspection.show_rows(
    rows,
    "Four rows of eight sevens. Real ones; the same from 64 numbers, a little "
    "blurred; their mean, eight times the same; and points of a normal cloud, "
    "which look like smudged sevens or like nothing.",
)

# %% [markdown]
# The mean is easily read, though blurred, and always the same. The normal cloud varies, but
# much of what it draws is smudge: the cloud of sevens is bent and hollow, and has arms, and
# an ellipsoid laid around it covers places where no sevens are. How good or bad the two
# are, you will measure. Now for the idea.

# %% [markdown] tags=["slide"]
# ## Straight roads
#
# You can take points out of one cloud, the normal one. You want points out of another. So
# _move_ them: let every point of the first cloud travel until it lies in the second. Which
# way should it travel? Look at it in two dimensions, where it can be seen. The second cloud
# shall be two moons.

# %%
def moons(count, rng):
    """Points (count, 2) in the shape of two moons."""
    angle, lower = rng.uniform(0, np.pi, count), rng.integers(0, 2, count)
    x = np.cos(angle) + lower - 0.5
    y = np.where(lower, -1, 1) * np.sin(angle) + 0.5 * lower - 0.25
    return 1.3 * np.stack([x, y], axis=1) + 0.08 * rng.normal(size=(count, 2))


def road(X0, X1, t):
    """(ROAD): where the travellers (n, d) are at time t."""
    return (1 - t) * X0 + t * X1


rng = np.random.default_rng(1)
moon_points = moons(1000, rng)
starts, ends = rng.normal(size=(60, 2)), moon_points[:60]

# %% [markdown]
# Give every traveller a start $x_0$ in the noise and an end $x_1$ in the moons, both by
# lot, and let him walk from one to the other in a straight line and at a steady pace, from
# time $t = 0$ to $t = 1$:
#
# $$ x_t = (1 - t)\, x_0 + t\, x_1 \tag{ROAD} $$
#
# His *velocity*, how far and which way he gets in a unit of time, is $x_1 - x_0$ all along.
# (Why straight? Any road would do that leads from here to there. A straight one at a steady
# pace is the simplest to write down; how bent a path is that follows the _mean_ of many,
# you will soon see.) Here are sixty such roads, and on the right a crowd of five hundred
# more, at $t = 0$, half-way, and at $t = 1$.

# %% tags=["nbval-image-2", "remove_input", "slide"]
crowd_from, crowd_to = rng.normal(size=(500, 2)), moons(500, rng)
figure, axes = plots.subplots(1, 4, size=(8.4, 2.3))
for start, end in zip(starts, ends):
    axes[0].plot(*np.stack([start, end]).T, color=plots.BLUE, lw=0.6)
axes[0].scatter(*ends.T, s=6, color=plots.ORANGE, zorder=3)
axes[0].set_title("sixty roads")
for place, t in zip(axes[1:], (0, 0.5, 1)):
    places = road(crowd_from, crowd_to, t)
    place.scatter(*places.T, s=2, color="black")
    place.set_title(f"the crowd at t = {t}")
for place in axes:
    place.set(xlim=(-3, 3), ylim=(-2.6, 2.6), xticks=[], yticks=[])
    place.set_aspect("equal")
plots.show(
    figure,
    "On the left sixty straight roads from scattered points to two moons; "
    "they cross all over. Beside it five hundred travellers: a round cloud at "
    "time 0, a smaller one half-way, two moons at time 1.",
)

# %% [markdown]
# There is a catch. To walk his road, a traveller must know his end. You have none for a new
# point: ends are what you want to find. And where one road passes, others do. There are far
# more than sixty: through every place, at every time before 1, lead roads to every end, for
# noise may begin anywhere. Whoever is told only the place and the time, as your network will
# be, must give all who pass there _one_ answer.

# %% [markdown] tags=["slide"]
# ### One answer for many
#
# Which answer? Suppose that $n$ travellers stand at one place at one time, with the
# velocities $u_1, \dots, u_n$, and that a wrong answer $v$ costs the square of what it is
# off by, on average over them:
#
# $$ C(v) = \frac{1}{n} \sum_i \lVert v - u_i \rVert^2 $$
#
# At the bottom of a cost its slope is 0. The derivative of $C$ by each coordinate of $v$ is
# twice the mean of $v - u_i$ in this coordinate. It is 0 where $v$ is the mean of the
# $u_i$, and nowhere else. _The best single answer for many is their mean_, and what it
# still costs is how far they scatter about it.
#
# So train a network $v(x, t)$ as you have trained all others: draw a start, an end and a
# time, put the traveller where he then is, and let the network guess his velocity:
#
# $$ C = \text{mean of } \lVert v(x_t, t) - (x_1 - x_0) \rVert^2 \tag{FM} $$
#
# Nobody tells it a mean. It is shown single travellers, each with a velocity of his own,
# and the quadratic cost makes the mean of them:
#
# $$ v(x, t) = \text{mean of } x_1 - x_0 \text{ over all roads that pass } x
#    \text{ at time } t \tag{MEAN} $$
#
# This is *flow matching* (Lipman and others, 2023; Liu and others, 2023).
#
# Get a feeling for that mean before you trust it. Three travellers at the very start,
# $t = 0$: one high above the moons, one far to the left, one right inside the lower moon.
#
# **Predict.** Where does the mean velocity send a traveller at $t = 0$: to the nearest
# point of the moons, to the middle of the nearer moon, or somewhere else?

# %%
# My guess: ...
for place in ([0.0, 2.0], [-2.5, 0.0], [1.0, -1.0]):
    velocity = np.mean(moon_points - place, axis=0)  # all ends, alike
    to = place + velocity
    rounded = np.round([*place, *velocity, *to], 2) + 0.0  # no "-0.0"
    print("from ({}, {}): velocity ({}, {}) to ({}, {})".format(*rounded))
    assert np.allclose(to, moon_points.mean(axis=0))


# %% [markdown]
# Most people guess the nearer moon. But at $t = 0$ nothing has been decided: starts and
# ends were paired by lot, so the roads that begin here lead to _all_ points of the moons,
# and the mean of their velocities is the mean of the moons minus the place. Everybody sets
# off for the middle, where no moon is. Only later do the ways part.

# %% [markdown] tags=["slide"]
# ### The mean can be computed
#
# Here the ends are a finite number of points $p_1, \dots, p_m$, and so the mean in (MEAN)
# can be worked out. Who passes $x$ at time $t$? If his end is $p_i$, then by (ROAD) his
# start was
#
# $$ x_0 = \frac{x - t\, p_i}{1 - t} $$
#
# and his velocity is $p_i - x_0 = (p_i - x) / (1 - t)$: what is left of the road, in what
# is left of the time. How likely is that start? How thickly the normal cloud lies there goes
# as $e^{-\lVert x_0 \rVert^2 / 2}$, with a factor that is the same for all. So travellers
# to $p_i$ count in the mean with the weight
#
# $$ w_i = \frac{e^{-\lVert x - t p_i \rVert^2 / (2 (1 - t)^2)}}
#    {\sum_j e^{-\lVert x - t p_j \rVert^2 / (2 (1 - t)^2)}}, \qquad
#    v(x, t) = \frac{\sum_i w_i\, p_i - x}{1 - t} \tag{PERF} $$
#
# The weights are a softmax of minus squared distances, as in t-SNE: who could have come
# from near the middle of the noise counts most.

# %%
def perfect_velocity(X, t, points):
    """(PERF) at places X (n, d), at time t or times (n, 1), below 1."""
    # |x|^2 is the same for all points: softmax does not notice it.
    squares = t**2 * np.sum(points**2, axis=1) - 2 * t * (X @ points.T)
    weights = softmax(-squares / (2 * (1 - t) ** 2))
    return (weights @ points - X) / (1 - t)


def euler(velocity, X, steps):
    """The places (steps + 1, n, d) of whoever follows velocity(X, t)."""
    path = [X]
    for k in range(steps):
        X = X + velocity(X, k / steps) / steps
        path.append(X)
    return np.array(path)


def to_moons(X, t):
    return perfect_velocity(X, t, moon_points)


walkers = rng.normal(size=(1000, 2))
paths = euler(to_moons, walkers, 64)

# %% [markdown]
# `euler` follows the velocity in small straight steps: look where to go, go there for a
# short time, look again. It is gradient descent's way to walk, and Euler's. Here is the field
# of velocities at three moments, and what becomes of sixty who follow it from sixty points of
# noise: call them walkers, as against the travellers, who know their ends.

# %% tags=["nbval-image-2", "remove_input", "slide"]
figure, axes = plots.subplots(1, 4, size=(8.4, 2.3))
side = np.linspace(-2.4, 2.4, 11)
mesh = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
for place, t in zip(axes, (0.0, 0.5, 0.8)):
    arrows = {"color": plots.BLUE, "scale": 42, "width": 0.008}
    place.quiver(*mesh.T, *to_moons(mesh, t).T, **arrows)
    place.set_title(f"velocities at t = {t:g}")
axes[3].plot(*paths[:, :60].transpose(2, 0, 1), color=plots.BLUE, lw=0.7)
axes[3].set_title("sixty paths")
for place in axes:
    place.scatter(*moon_points[:250].T, s=1.5, color=plots.ORANGE, zorder=0)
    place.set(xlim=(-3, 3), ylim=(-2.6, 2.6), xticks=[], yticks=[])
    place.set_aspect("equal")
plots.show(
    figure,
    "Three fields of arrows over two moons. At time 0 all point to the middle "
    "between them; at 0.5 they begin to part; at 0.8 they lead to the nearer "
    "moon. On the right sixty bent paths that first run inwards and then turn "
    "to one of the moons; none crosses another at the same time.",
)

# %% [markdown]
# Nobody walks his road any more. The paths are bent, they begin towards the middle and part
# later, and two walkers never stand at one place at the same time before the end: followed
# backwards from there, both would have begun at one place. And still they fill the moons.
# Must they?

# %% [markdown] tags=["slide"]
# ### Why the crowd arrives
#
# Draw a short line on the ground and count who crosses it, in a short time. That depends on
# how many stand near it and on how fast they go across it _on average_: one at double speed
# crosses it as often as two at single speed, and who goes back takes one off. So let
# everybody exchange his own velocity for the mean of those who stand where he stands. Then
# as many cross every line as before. But how a crowd changes, in any patch of ground, is
# who comes in over its border, less who goes out. If the crowd of the walkers is that of the
# travellers now, it is so a moment later, too. At $t = 0$ both are the same noise. So they
# are the same crowd at all times, and at $t = 1$ they are the moons.
#
# Single walkers end elsewhere than the travellers who started with them. The crowd does not
# notice. (Physicists call this the continuity equation. It holds for velocities that do
# not jump, with steps that are short.) Measure it: how much of either crowd is in some
# patches of ground, at two moments on the way and at the end?

# %%
travellers = rng.normal(size=(20_000, 2)), moons(20_000, rng)
patches = {"middle": [0, 0], "upper moon": [-0.65, 0.9], "off": [1.2, 0.8]}
largest = 0
for t in (0.25, 0.75, 1.0):
    print(f"t = {t:4.2f}:", end="")
    crowds = road(*travellers, t), paths[round(64 * t)]
    for name, centre in patches.items():
        inside = [np.mean(np.hypot(*(c - centre).T) < 0.5) for c in crowds]
        print(f"  {name} {inside[0]:.2f} and {inside[1]:.2f}", end="")
        largest = max(largest, abs(inside[0] - inside[1]))
    print()
assert largest < 0.05


# %% [markdown]
# The same shares, but for luck: that of a thousand walkers (0.01 either way, now and then
# two or three times that), and that of the thousand ends which they know. You have what you
# wanted: put points of noise into it, and points of the moons come out.
#
# ### Steps
#
# The paths are bent, the steps are straight. So steps must be short. Or clever: look at the
# velocity in the middle of the step, and go the whole step by that. To get to the middle,
# first go half a step by the old velocity:
#
# $$ x \leftarrow x + h\, v\Bigl(x + \frac{h}{2}\, v(x, t),\; t + \frac{h}{2}\Bigr)
#    \tag{MID} $$
#
# with steps of length $h$ in time. This is the *midpoint method*. Each of its steps asks
# twice, so compare it with Euler's at the same number of questions. Judge both by walkers
# who take 512 steps.

# %% tags=["nbval-rtol-1e-2"]
def midpoint(velocity, X, steps):
    """Where whoever follows velocity(X, t) ends, by (MID)."""
    h = 1 / steps
    for k in range(steps):
        t = k * h
        halfway = X + h / 2 * velocity(X, t)
        X = X + h * velocity(halfway, t + h / 2)
    return X


few = walkers[:300]
ideal = euler(to_moons, few, 512)[-1]
off = {"Euler": {}, "midpoint": {}}
for asked in (1, 2, 4, 8, 16, 32, 64):
    found = {"Euler": euler(to_moons, few, asked)[-1]}
    if asked > 1:
        found["midpoint"] = midpoint(to_moons, few, asked // 2)
    for name, X in found.items():
        off[name][asked] = np.sqrt(np.mean(np.sum((X - ideal) ** 2, axis=1)))
        print(f"{name} {asked}: {off[name][asked]:.3f}", end="   ")
    print()

# %% tags=["remove_input"]
assert np.allclose(euler(to_moons, few, 1)[-1], moon_points.mean(axis=0))
for asked in (2, 4, 8, 16, 32):
    assert 0.45 < off["Euler"][asked] / off["Euler"][asked // 2] < 0.75
    assert off["midpoint"][asked] < 0.7 * off["Euler"][asked]
assert max(off["midpoint"][k] / off["Euler"][k] for k in (32, 64)) < 0.35

# %% [markdown]
# Up to 32, twice as many of Euler's steps take a third to a half off the error. With as
# many questions the midpoint method is ahead, and far ahead where many are asked. (In a
# field that is smooth, halve the steps, once they are short, and Euler's error is halved,
# the midpoint's quartered: *first order* and *second order*. This field is not so kind: the
# nearer $t$ comes to 1, the more sharply it turns.) And look at Euler's single step. At
# $t = 0$ everybody sets off for the middle, and with one step everybody arrives there: all
# noise becomes _one_ point, the mean. Remember this. You will see it again, and recognise
# it.

# %% [markdown] tags=["slide"]
# ## Roads to digits
#
# Now the same with 64 dimensions in place of 2, and with digits in place of moons. Where
# (PERF) stood, a network shall stand (why, you will see under _Perfection_). It hears three
# things:
#
# * the place $x$, 64 numbers;
# * the time $t$. One number among so many is easily overheard, so give it a clock with
#   eight hands that turn at different speeds: sines and cosines of $t$ times
#   $\pi/2, \pi, 2\pi$, and so on;
# * which digit is wanted, as a one-hot row of eleven numbers. The last one stands for "any":
#   one road in ten does not tell its digit. (You need that in exercise 11.3 only.)
#
# ### Do not let it learn what you know
#
# Much of the velocity is no riddle. Take one component by itself, with the mean square
# $\lambda$ over all digits. Which multiple $a x_t$ of the place is the best guess of the
# velocity? The cost, the mean of $(a x_t - (x_1 - x_0))^2$, is a parabola in $a$, with its
# bottom at
#
# $$ a = \frac{\text{mean of } x_t (x_1 - x_0)}{\text{mean of } x_t^2}
#    = \frac{t \lambda - (1 - t)}{t^2 \lambda + (1 - t)^2} \tag{EASY} $$
#
# (Put in (ROAD) and multiply out. The mean of $x_0^2$ is 1, that of $x_1^2$ is $\lambda$,
# and that of $x_0 x_1$ is 0, since starts and ends were paired by lot and the starts' mean
# is 0.) At $t = 0$ it says $-1$: back to the middle. So take $a x$ as the answer, and let
# the network learn only what is missing. And since the denominator is the mean square of
# $x_t$, divide $x_t$ by its root: then the inputs are of one size at all times, as lesson 6
# wants them.

# %%
spread = np.mean(P**2, axis=0)  # the lambda of each component


def easy_part(X, t):
    """(EASY): the best multiple of X, and the size of X at time t."""
    square = t**2 * spread + (1 - t) ** 2
    return (t * spread - (1 - t)) / square * X, np.sqrt(square)


names = np.eye(11, dtype=np.float32)
ANY = 10


def heard(X, t, told):
    """What the network hears (n, 91), at t or at times (n, 1)."""
    angles = np.full((len(X), 1), t) * np.pi * 2.0 ** np.arange(-1, 7)
    clock = np.sin(angles), np.cos(angles)
    _, size = easy_part(X, t)
    parts = X / size, *clock, told
    return np.concatenate(parts, axis=1).astype(np.float32)


# %% [markdown] tags=["slide"]
# ### The network
#
# It has three hidden layers of 384 neurons. Its answers should change smoothly
# with place and time, and a ReLU has a corner. So round it off: $z$ times the sigmoid of
# $z$ is nearly $z$ far to the right, nearly 0 far to the left, and smooth between. It goes
# by the name of *SiLU*:
#
# $$ a = z\, S(z), \qquad \frac{da}{dz} = S(z) + z\, S(z)\, (1 - S(z)) \tag{SILU} $$

# %%
class SiLU(digitlib.layers.Layer):
    """(SILU), with its way back."""

    def forward(self, X, rng=None):
        self.X, self.S = X, sigmoid(X)
        return X * self.S

    def backward(self, error, to_inputs=True):
        return error * (self.S + self.X * self.S * (1 - self.S))


def drawing_network(rng, hidden=(384, 384, 384)):
    """From what is heard to what is left of the velocity."""
    sizes, layers = (count + 16 + 11, *hidden, count), []
    for inputs, outputs in pairwise(sizes):
        layers += [digitlib.Dense(inputs, outputs, rng), SiLU()]
    layers.pop()  # a velocity may be anything
    layers[-1].weights *= 0.01  # at first the easy part is all there is
    return digitlib.Model(layers, digitlib.QuadraticCost(), inputs=sizes[0])


network = drawing_network(np.random.default_rng(0))
print(f"{network.parameter_count:,} weights and biases")
assert network.parameter_count == 355_648

# %% [markdown]
# ### It learns
#
# A batch is 256 digits. Each gets a start and a time of its own, new ones whenever its turn
# comes: so no road is ever walked twice. The time comes from a bell-shaped distribution,
# more often from the middle: at $t = 0$ the answer is simple, the way to the mean, and so
# it is at $t = 1$, where (EASY) says $x$ itself. Most is to be learnt between.

# %%
def batch_of_roads(X1, digits, rng):
    """Inputs and targets for digits X1 (n, 64), each at a time of its own."""
    X0 = rng.normal(size=X1.shape).astype(np.float32)
    t = sigmoid(rng.normal(size=(len(X1), 1))).astype(np.float32)
    X = road(X0, X1, t)
    told = names[np.where(rng.random(len(X1)) < 0.1, ANY, digits)]
    easy, _ = easy_part(X, t)
    return heard(X, t, told), X1 - X0 - easy  # (FM), less what is known


# %% [markdown]
# The loop is that of lesson 6, with Adam and a rate that rises briefly and then falls.

# %%
def learn(network, epochs, watch, rng, eta=3e-3, size=256):
    """Train with Adam; return each epoch's mean square error of a number."""
    optimizer, rate = digitlib.Adam(), digitlib.warm_up(eta, rise=0.05)
    optimizer.start(network.parameters)
    costs, batches = [], len(P) // size
    for epoch in progress(range(epochs), "epoch"):
        order, costs = rng.permutation(len(P)), [*costs, 0]
        for k in progress(range(batches), "mini-batch"):
            batch = order[k * size : (k + 1) * size]
            X, Y = batch_of_roads(P[batch], labels[batch], rng)
            cost, gradients = network.cost_and_gradients(X, Y)
            moment = (epoch + (k + 0.5) / batches) / epochs
            optimizer.step(network.parameters, gradients, rate(moment))
            # The quadratic cost is half of the squares, over all 64 numbers.
            costs[-1] += 2 * cost / count / batches
        watch(epoch + 1)
    return costs


# %% [markdown]
# To draw, take noise, say which digit is wanted, and follow the velocity by (MID), with
# eight steps for now. While it learns, let it draw a row of digits from time to time, out of
# the same noise each time.

# %%
def network_velocity(told, network):
    """The learnt velocity, of those who are told `told` (n, 11)."""

    def velocity(X, t):
        return easy_part(X, t)[0] + network.feedforward(heard(X, t, told))

    return velocity


def draw(digits, rng, steps=8, network=network):
    """Points (n, 64), drawn as digits (n,) out of noise."""
    noise = rng.normal(size=(len(digits), count))
    return midpoint(network_velocity(names[digits], network), noise, steps)


clearer, ten = {}, np.arange(10)
epochs = 60 if mnist.is_sample else 20
shown = {1, 2, epochs // 4, epochs}


def watch(epoch):
    """Keep what it draws after some epochs."""
    if epoch in shown:
        points = draw(ten, np.random.default_rng(2))
        clearer[f"epoch {epoch}"] = to_images(points)


# %% tags=["nbval-ignore-output"]
with one_blas_thread():
    costs = learn(network, epochs, watch, np.random.default_rng(0))
print(f"mean square error: {costs[0]:.3f} in the first epoch,", end="")
print(f" {costs[-1]:.3f} in the last")
assert costs[-1] < (1.1 if mnist.is_sample else 0.95)

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
inspection.show_rows(
    clearer,
    "Four rows of the digits 0 to 9, drawn after more and more epochs out of "
    "the same noise. The first are smudged, most of the last look handwritten,"
    " if a little soft.",
)

# %% [markdown]
# Read it from top to bottom. After one epoch there are smudges in the right places, and
# then strokes, and then, mostly, somebody's handwriting. Nobody's, to be exact. The error
# has fallen from 1.36 to 0.88. To 0 it cannot fall: roads cross.
#
# ## Judge it
#
# Most of them look good. That is what everybody says of his own pictures, so measure. A
# reader can be judged by one number, its share of right verdicts. For what draws, no single
# number will do: each can be fooled. So ask four questions, of three who draw: the mean of
# each digit, the normal cloud and the network. Each draws three hundred of every digit.

# %%
wanted = np.repeat(np.arange(10), 300)
means = np.array([P[labels == d].mean(axis=0) for d in range(10)])
drawn = {
    "mean": means[wanted],
    "normal cloud": normal_drawings(wanted, np.random.default_rng(3)),
    "network": draw(wanted, np.random.default_rng(3)),
}
pictures = {name: to_images(points) for name, points in drawn.items()}

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
own_rows = pictures["network"].reshape(10, 300, -1)[:, ::75]
real_row = [validation.images[validation.labels == d][0] for d in range(10)]
sheet = {f"drawn, {k + 1}": own_rows[:, k] for k in range(4)}
sheet["real, in 64"] = to_images(to_points(np.array(real_row)))
inspection.show_rows(
    sheet,
    "Four rows of the digits 0 to 9 drawn by the network, every seventy-fifth,"
    " none chosen: most can be read at once, a few are broken or between two "
    "digits. Below them ten real digits, from 64 numbers.",
)

# %% [markdown] tags=["slide"]
# ### Is it read as meant?
#
# Let a reader say what it sees. Not one of those who have learnt from the training digits,
# as the drawing network has: it might share its mistakes. Take a small convolutional network
# as in lesson 8, which learns from the ten thousand _validation_ digits, none of which the
# drawing network has seen. How good a judge is it? The test set tells; it is opened for the
# eleventh time in this course. (The twelfth, if you did so in exercise 10.4.)

# %% tags=["nbval-rtol-1e-2", "opens-test"]
reader = digitlib.convolutional_model((16, 32), rng=0, mean=0.13)
digitlib.train(
    reader,
    validation,
    epochs=40 if mnist.is_sample else 10,
    eta=digitlib.warm_up(0.1),
    optimizer=digitlib.Momentum(),
    augment=augment.shift,
    report=None,
)
as_they_are = reader.accuracy(mnist.test)
print(f"of the test digits it reads {100 * as_they_are:.1f} %")
assert as_they_are > (0.85 if mnist.is_sample else 0.98)

# %% [markdown]
# A good one. Now let it read what has been drawn.
#
# **Predict.** Whose digits will it read as meant most often: those of the mean, of the
# normal cloud, or of the network?

# %% tags=["nbval-rtol-2e-2", "slide"]
# My guess: ...
as_meant = {
    name: np.mean(reader.predict(images) == wanted)
    for name, images in pictures.items()
}
for name, share in as_meant.items():
    luck = np.sqrt(share * (1 - share) / len(wanted))
    print(f"{name:13} {100 * share:5.1f} ± {100 * luck:.1f} % read as meant")
assert as_meant["mean"] > max(as_meant["network"], as_meant["normal cloud"])
assert as_meant["network"] > (0.87 if mnist.is_sample else 0.92)
apart = abs(as_meant["network"] - as_meant["normal cloud"])
assert mnist.is_sample or apart < 0.05

# %% [markdown]
# Most people say the network. But the mean comes first: whoever wants to be read has only to
# draw the same plain thing always. And the normal cloud, smudge and all, is read about as
# often as the network! Look at the row of sevens above once more. The reader has ten answers
# and must give one of them; nobody asks it whether this is a digit at all. In
# [lesson 7](07_looking_inside.ipynb#What-is-no-digit) you saw what that is worth. To be read
# as meant is the least that one can ask of a drawing. Ask more.

# %% [markdown] tags=["slide"]
# ### Does it vary?
#
# By how much do people's sevens vary? Take the variance of each component within a digit,
# and add up. Which share of it do the drawn ones have? And then a finer measure. The drawn
# ones might vary much, and in the wrong directions. Lay a ball around each real point that
# reaches to its third neighbour among the real ones. Which share of the drawn points lies
# in such a ball? Call it *precision of drawing*: how much of what is drawn could be real.
# Then the other way round, balls around the drawn ones: which share of the real lies in
# these? That is its *recall*: how much of the real could be drawn. (This is how
# Kynkäänniemi and others, 2019, do it; but they measure distances in what a trained network
# makes of images, you in 64 numbers.) Real validation digits in the place of the drawn ones
# say how much there is to have.

# %%
def squared_distances(A, B):
    """|a - b|^2 for all pairs of rows."""
    squares = np.sum(A**2, axis=1)[:, np.newaxis] + np.sum(B**2, axis=1)
    return squares - 2 * A @ B.T


def covered(X, centres, neighbour=3):
    """The share of X in balls around centres, as far as their third."""
    among = squared_distances(centres, centres)
    radii = np.partition(among, neighbour, axis=1)[:, neighbour]
    return np.mean(np.any(squared_distances(X, centres) <= radii, axis=1))


def variety(points, digits):
    """The variance within each digit, as a share of the real one: (10,)."""

    def within(points, digits):
        own = (points[digits == digit] for digit in range(10))
        return np.array([cloud.var(axis=0, ddof=1).sum() for cloud in own])

    return within(points, digits) / within(P, labels)


# %% tags=["nbval-rtol-1e-1", "slide"]
real = P[: len(wanted)]
others = to_points(validation.images[: len(wanted)])
other_digits = validation.labels[: len(wanted)]
vary, precision, recall = {}, {}, {}
candidates = {name: (points, wanted) for name, points in drawn.items()}
candidates["real, unseen"] = others, other_digits
for name, (points, digits) in candidates.items():
    vary[name] = variety(points, digits)
    precision[name] = covered(points, real)
    recall[name] = covered(real, points)
    print(f"{name:13} variance {vary[name].mean():.2f},", end="")
    print(f" precision {precision[name]:.2f}, recall {recall[name]:.2f}")
print("the network, digit by digit:", *np.round(vary["network"], 2))

# %% tags=["remove_input"]
assert np.allclose(vary["mean"], 0, atol=1e-6) and recall["mean"] < 0.05
assert abs(vary["normal cloud"].mean() - 1) < 0.1
assert precision["normal cloud"] < precision["network"]
assert precision["network"] < precision["real, unseen"]
assert 0.6 < vary["network"].mean() < 1.05
assert mnist.is_sample or vary["network"].mean() > 0.9
fewest, most = (0.58, 0.74) if mnist.is_sample else (0.75, 0.85)
assert fewest < precision["network"] < most
assert mnist.is_sample or precision["normal cloud"] < 0.4
assert mnist.is_sample or recall["network"] > recall["real, unseen"] - 0.03

# %% [markdown]
# Here they part. The mean does not vary, and covers nothing. (On the full MNIST its
# precision is perfect all the same: it lies in the large balls of a few digits that stand
# alone. So this number can be fooled as well.) The normal cloud varies as it was told to,
# and more than two thirds of what it draws lie in no ball, far more than of people's
# digits: now the smudge counts. (Its recall is nearly that of people. Its points lie far
# apart, so the balls around them are large: that number can be fooled, too.) The network
# has more than nine tenths of the variance, most of what it draws could be real, and as
# much of what is real could have been drawn by it as by people. In precision it falls short
# of them: of its digits some lie off the cloud. (If you work with the sample, more of them
# do. From 4,000 images it learns to draw digits of which about nine in ten are read, and
# two in three could be real, in place of four in five.)
#
# One number you will meet everywhere is *FID* (Heusel and others, 2017). It lays a normal
# cloud around the real images and another around the drawn ones, in what a network that was
# trained on photographs makes of them, and says how far the two clouds are apart. In our 64
# numbers it would be worth nothing: there the normal cloud, smudge and all, would come out
# perfect, because it was made with the right mean and the right covariance.

# %% [markdown] tags=["slide"]
# ### Does it copy?
#
# There is a way to do well in all of this without drawing anything: hand out the training
# digits, one after the other. So look for the nearest training digit of everything that was
# drawn. How near is too near? Real digits that are not in the training set tell.

# %% tags=["nbval-rtol-2e-1"]
def nearest(X):
    """The nearest training point of each: how far it is, and which."""
    parts = [squared_distances(part, P) for part in np.array_split(X, 10)]
    places = np.concatenate([part.argmin(axis=1) for part in parts])
    gaps = np.concatenate([part.min(axis=1) for part in parts])
    return np.sqrt(np.maximum(gaps, 0)), places


every_sixth = slice(0, len(wanted), 6)  # fifty of every digit
near, whose = nearest(drawn["network"][every_sixth].astype(np.float32))
near_real, _ = nearest(others[every_sixth])
for name, gaps in (("drawn", near), ("real, unseen", near_real)):
    low, middle = np.quantile(gaps, (0.01, 0.5))
    print(f"{name:13} nearest training digit at {middle:.1f}", end="")
    print(f" (median; one in a hundred below {low:.1f})")
assert mnist.is_sample or 1 < np.median(near) / np.median(near_real) < 1.3
assert np.mean(near < 0.1 * np.median(near_real)) < 0.01

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
eight = np.arange(25, 500, 60)
inspection.show_rows(
    {
        "drawn": to_images(drawn["network"][every_sixth][eight]),
        "nearest": training.images[whose[eight]],
    },
    "Eight drawn digits, and below each the training digit nearest to it."
    " Most pairs resemble each other in shape and slant, and differ in the run"
    " of their strokes.",
)

# %% [markdown]
# It does not copy. What it draws lies even somewhat farther from the training digits than
# what other people have written. (Those that lie off the cloud may be the reason.)

# %% [markdown] tags=["slide"]
# ### Can it be told from the real?
#
# The last judge is the strictest, for it looks for whatever gives a fake away. Train a
# network to say "drawn" or "real": a convolutional one, with 2,000 of each. Then show it
# others. If it is right half of the time, it has found nothing. (A stricter judge still
# might.)
#
# Ask it twice. First against real digits as they are. Then against real digits that have
# gone through the 64 numbers, which all that is drawn here goes through: then only the
# network's own faults count.
#
# **Predict.** How often is it right against real digits as they are, and how often against
# those that have gone through the 64 numbers?

# %% tags=["nbval-atol-8", "slide"]
# My guess: ...
def told_apart(real, fake, rng):
    """How often a network tells unseen real images from drawn ones."""
    images = np.concatenate([real, fake]).astype(np.float32)
    is_drawn = np.repeat([0, 1], [len(real), len(fake)])
    order = rng.permutation(len(images))
    mixed = digitlib.Digits(images[order], is_drawn[order])
    judge = digitlib.convolutional_model((8, 16), rng=rng, mean=0.13)
    two_thirds = 2 * len(mixed) // 3
    recipe = {"eta": digitlib.warm_up(0.05), "optimizer": digitlib.Momentum()}
    digitlib.train(judge, mixed[:two_thirds], 8, report=None, **recipe)
    return judge.accuracy(mixed[two_thirds:])


real_images = validation.images[: len(wanted)]
as_many = pictures["network"][:: len(wanted) // len(real_images)]
through = to_images(to_points(real_images))
caught, kinds = {}, {"as they are": real_images, "in 64 numbers": through}
for name, images in kinds.items():
    seeds = (np.random.default_rng(seed) for seed in range(2))
    rates = [told_apart(images, as_many, rng) for rng in seeds]
    caught[name] = np.mean(rates)
    print(f"real ones {name:13} right {100 * caught[name]:.0f} %")
assert caught["as they are"] > 0.97 or mnist.is_sample
assert mnist.is_sample or 0.65 < caught["in 64 numbers"] < 0.85

# %% [markdown]
# Most people guess too low for the first, for the drawn ones look fine. But it is right
# practically always: 64 numbers cannot hold a sharp edge, so there is a faint haze around
# every drawn stroke, and around none that is real. (Without a real one beside it you may
# not notice.) Against real digits with the same haze it is right about three times in four,
# as if it had found something in every second fake and called all the rest real: strokes
# that thin out, loops that do not close, a digit between two. (Let such a judge be the
# teacher, and you have another way to draw: one network draws, one tells, and each learns
# from the other. That is a *generative adversarial network*, by Goodfellow and others,
# 2014.) Look at what was misread:

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
verdicts = reader.predict(pictures["network"])
misread = np.flatnonzero(verdicts != wanted)
misread = misread[:: len(misread) // 11][:11]
plots.show_images(
    pictures["network"][misread],
    1,
    len(misread),
    "Drawn digits that were not read as meant, each with what was meant and "
    "what was read. Some are half one digit and half another, some broken.",
    [f"{wanted[k]}, read {verdicts[k]}" for k in misread],
)

# %% [markdown]
# Several stand half-way between two shapes, where real writers hardly ever are: the
# network's velocity is smooth, and between two arms of the cloud a few walkers end in the
# gap.
#
# Would a wider network and more training help? Together they do. Five networks like this
# one, and two wider ones that learnt three times as long, judged by a stricter reader, who
# has learnt from all of the training digits and may share their mistakes, but those of all
# alike (computed beforehand, by `benchmarks/comparisons/drawn_digits.py`, in minutes; the
# gap is the median distance to the nearest training digit, where that of people's digits is
# 1):

# %%
found = load_result("drawn_digits")
print(f"a reader of {100 * found['reader']['test']:.2f} % of the test digits:")
for name, shares in found["readers"].items():
    low, high = 100 * min(shares), 100 * max(shares)
    numbers = np.transpose(found["judged"][name])
    varies, sharp, wide, far = numbers.mean(axis=1)
    print(f"{name}: {low:.1f} to {high:.1f} % read as meant")
    print(f"  variance {varies:.2f}, precision {sharp:.2f},", end="")
    print(f" recall {wide:.2f}, gap {far:.2f}")
    assert np.all(np.ptp(numbers[:3], axis=1) < 0.02)
usual, longer = found["readers"].values()
assert found["reader"]["test"] >= 0.992
assert min(longer) > 0.95 > max(usual) > min(usual) > 0.92
usual, longer = (np.mean(j, axis=0) for j in found["judged"].values())
assert longer[0] > 0.9 and longer[1] > usual[1] + 0.04

# %% [markdown]
# Wider and longer, it is read more often, at the same variety, and it strays from the cloud
# hardly more than people do. And what it draws lies no nearer to the training digits than
# what people write. Five networks that differ in their seed alone lie within 0.02 of each
# other in variance, precision and recall.

# %% [markdown] tags=["slide"]
# ## Perfection
#
# An answer of the network is off by a mean square of about 0.9 in each number. How low could
# that be? The best answer of all is known: (PERF) gives it for the training digits, without
# any learning. How far is it off, on the same kind of roads? (The ends are the training
# digits of the digit that is told.)

# %%
rng = np.random.default_rng(4)


def squares_off(ends, digits):
    """By how much three are off, in the square, on roads to such ends."""
    squares = {"easy part alone": [], "network": [], "perfect": []}
    for digit in range(10):
        own = P[labels == digit].astype(np.float64)
        those = ends[digits == digit].astype(np.float64)
        X1 = those[rng.integers(len(those), size=300)]
        X0, t = rng.normal(size=X1.shape), sigmoid(rng.normal(size=(300, 1)))
        X, truth = road(X0, X1, t), X1 - X0
        told = names[np.full(300, digit)]
        answers = {
            "easy part alone": easy_part(X, t)[0],
            "network": network_velocity(told, network)(X, t),
            "perfect": perfect_velocity(X, t, own),
        }
        for name, answer in answers.items():
            squares[name].append(np.mean((answer - truth) ** 2))
    return {name: np.mean(found) for name, found in squares.items()}


# %% tags=["nbval-rtol-5e-2"]
floor = squares_off(P, labels)
for name, square in floor.items():
    print(f"{name:16} mean square error {square:.2f}")
assert floor["perfect"] < 0.75 * floor["network"]
assert floor["network"] < 0.8 * floor["easy part alone"]

# %% [markdown]
# Perfection costs less than half of what the network does, and it takes no training. It is
# the very function that the network was trained to become. (It is not 0: roads cross, and
# their velocities scatter.) So why not draw with that?
#
# **Predict.** What does the perfect velocity draw: better digits than the network's, the
# mean of each digit, or something else?

# %% tags=["nbval-rtol-5e-2", "slide"]
# My guess: ...
asked = np.repeat(np.arange(10), 20)
perfect = np.empty((len(asked), count))
for digit in range(10):
    own, here = P[labels == digit].astype(np.float64), asked == digit
    noise = rng.normal(size=(here.sum(), count))

    def velocity(X, t, own=own):
        return perfect_velocity(X, t, own)

    perfect[here] = euler(velocity, noise, 64)[-1]
gaps, originals = nearest(perfect)
read = np.mean(reader.predict(to_images(perfect)) == asked)
print(f"read as meant {100 * read:.1f} %, ", end="")
print(f"variance {variety(perfect, asked).mean():.2f}")
print(f"nearest training digit: median {np.median(gaps):.3f}, ", end="")
print(f"{100 * np.mean(gaps < 0.1 * np.median(near_real)):.0f} % are copies")
assert np.mean(gaps < 0.1 * np.median(near_real)) > 0.9
assert read > as_meant["network"]

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
eight = np.arange(3, 200, 26)
inspection.show_rows(
    {
        "perfect": to_images(perfect[eight]),
        "nearest": to_images(P[originals[eight]]),
    },
    "Eight digits drawn by the perfect velocity, and below each the training "
    "digit nearest to it, from 64 numbers. The pairs are the same.",
)

# %% [markdown]
# Most people guess better digits. Better they are, for they are training digits. Every
# single one is a copy. Follow (PERF) to the end and you see why. As $t$ comes near 1, the
# denominator $2 (1 - t)^2$ goes to 0 and the softmax hardens, until one point has all the
# weight; and then the velocity leads straight to it. The crowd that it moves out of noise
# is the crowd of the roads' ends, as was promised. Those ends _are_ the training digits,
# each as often as the others. Nobody asked for anything new. What is an answer worth that
# is perfect for these ends, when the ends are others? Ask on roads to the validation
# digits.

# %% tags=["nbval-rtol-5e-2"]
unseen = squares_off(to_points(validation.images), validation.labels)
for name in floor:
    print(f"{name:16} training digits {floor[name]:.2f}, ", end="")
    print(f"others {unseen[name]:.2f}")
assert unseen["perfect"] > 1.7 * unseen["easy part alone"]
assert unseen["network"] < 0.75 * unseen["easy part alone"]

# %% [markdown]
# On roads to digits that it does not know, perfection is off by about twice as much as the
# easy part alone. You know this from lesson 6: it is over-fitting, as perfect as it can be.
# The network is hardly worse there than on its own. So the cost on the training digits is
# not what you want. You want the cloud; that cost knows only its points.
#
# What your network draws that is new it owes to _not_ being perfect: with 355,648 numbers
# and twenty passes it has not fitted a velocity that turns sharply towards each of 50,000
# points. It fits a smoother one, and where that leads, between the points, there are
# digits, too. That they _are_ digits is no matter of course. Nor does the noise in its
# lessons bring it about: networks that are taught (PERF) itself in place of single roads
# draw just as well (Bertrand and others, 2025). What is known: networks that learn from two
# halves of a large set draw nearly the same from the same noise, though they have no image
# in common, while with few images they copy (Kadkhodaie and others, 2024); and copying sets
# in late in the training, the later, the more images there are (Bonnaire and others, 2025).
# And large models do copy what they have seen often, to the annoyance of those whose images
# they are (Carlini and others, 2023). Asking for the nearest training image is no
# formality.

# %% [markdown] tags=["slide"]
# ## How many steps?
#
# Each step asks the network once or, by (MID), twice. How many does a digit take? The roads
# of the travellers were straight; along such a road one step would do. But the paths that
# follow the mean are bent.

# %% tags=["nbval-rtol-3e-1"]
hundred_each = np.repeat(np.arange(10), 100)
noise = np.random.default_rng(5).normal(size=(len(hundred_each), count))
by_network = network_velocity(names[hundred_each], network)
quality = {"Euler": {}, "midpoint": {}}
for asked_times in (1, 2, 4, 8, 16, 32, 64):
    ends = {"Euler": euler(by_network, noise, asked_times)[-1]}
    if asked_times > 1:
        ends["midpoint"] = midpoint(by_network, noise, asked_times // 2)
    for name, points in ends.items():
        share = np.mean(reader.predict(to_images(points)) == hundred_each)
        vary_now = variety(points, hundred_each).mean()
        quality[name][asked_times] = share, vary_now
        print(f"{name:8} {asked_times:2}: {100 * share:5.1f} %, ", end="")
        print(f"variance {vary_now:.2f}", end="   ")
    print()
one_step = to_images(euler(by_network, noise, 1)[-1][::100])

# %% tags=["remove_input"]
in_one = euler(by_network, noise, 1)[-1]
from_mean, real_from_mean = (
    np.mean(np.sum((X - means[digits]) ** 2, axis=1))
    for X, digits in ((in_one, hundred_each), (P, labels))
)
assert quality["Euler"][1][1] < 0.15 and from_mean < 0.2 * real_from_mean
rising = [quality["Euler"][k][1] for k in (2, 8, 64)]
assert np.all(np.diff(rising) > 0)
settled = [quality["midpoint"][k][1] for k in (4, 8, 16, 32, 64)]
assert np.ptp(settled) < 0.06 or mnist.is_sample
assert min(settled) > quality["Euler"][16][1] or mnist.is_sample

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
inspection.show_rows(
    {
        "one step": one_step,
        "average": np.array(
            [training.images[labels == d].mean(axis=0) for d in range(10)]
        ),
    },
    "What one step of Euler's draws from noise for the ten digits, and below "
    "it the average of each digit from lesson 1. They are nearly the same.",
)

# %% [markdown]
# With one step the network draws the ten averages of lesson 1, nearly. There they are
# again, and for the reason that you have seen with the moons: at $t = 0$ the best answer
# leads to the mean of all ends, and every noise arrives there. They are read, and hardly
# vary. From two steps on, every doubling of Euler's brings more variety and more mistakes:
# few steps are a way to be read by saying less. The midpoint method settles from four
# questions on; with two it varies more than real digits do, which is no better. (There are
# ways to straighten the paths until one or two steps are enough: Liu and others draw noise,
# follow it to its end, and train a second network on these pairs, whose roads hardly cross:
# *rectified flow*.)

# %% [markdown] tags=["slide"]
# ## The road, to touch
#
# Here is your network. Choose a digit and some noise, and drag the time from 0 to 1: you
# see where the walker is, with it where the velocity would take him if it held from here to
# the end, and the end itself. Then mix two digits, 7 and 9 for instance: the network hears
# a bit of both names, which it never did while it learnt. For which noises is there
# something between the two, and for which does one leap into the other?

# %% tags=["nbval-ignore-output", "slide"]
from digitlib import flow
from digitlib.live.road import Road

drawer = flow.Drawer(components, unit, spread, network)
Road(drawer, first=7, second=9, seed=4)

# %% [markdown]
# Measure it, for a thousand walkers. How often is the place itself read as meant? And how
# often is what lies straight on nearest to the walker's own end, among the hundred ends of
# his digit?
#
# **Predict.** From which time on can most be read? And from which time on can one foretell
# which of a hundred sevens it is going to be?

# %% tags=["nbval-atol-8"]
# My guess: ...
paths = flow.follow(by_network, noise, 8)
ends = paths[-1]
legible, decided = {}, {}
for k in range(0, 8, 2):
    t = k / 8
    ahead = paths[k] + (1 - t) * by_network(paths[k], t)
    legible[t] = np.mean(reader.predict(to_images(paths[k])) == hundred_each)
    own = [
        squared_distances(guess, end).argmin(axis=1) == np.arange(100)
        for guess, end in zip(np.split(ahead, 10), np.split(ends, 10))
    ]
    decided[t] = np.mean(own)
    print(f"t = {t:.2f}: read as meant {100 * legible[t]:3.0f} %, ", end="")
    print(f"its own end ahead {100 * decided[t]:3.0f} %")
assert legible[0.25] < 0.35 and decided[0] < 0.05
assert decided[0.25] > (0.5 if mnist.is_sample else 0.85)

# %% [markdown]
# Most people guess that one can foretell it when it can be read. Half of them can be read
# half-way, nine in ten after three quarters of the time. But what it is going to be is
# decided long before. After a quarter of the time it looks like noise, and few are read;
# yet for most the end that lies straight on is their own. There is no chance on the way:
# the start has decided all, and the way only shows it.

# %% [markdown] tags=["slide"]
# ## What others call it
#
# You will meet this idea as *diffusion*. Ho, Jain and Abbeel (2020) put noise on images,
# more and more in a thousand small steps, and train a network to take it off. To put noise
# on is to walk the road backwards, to take it off, forwards. What their network answers is
# the noise, at best the mean of the starts $x_0$ of all who pass. Three means belong to a
# place and a time, those of the starts, of the ends and of the velocities: by (ROAD),
# whoever knows one of them knows the other two. (The idea is older: Sohl-Dickstein and
# others, 2015.)
#
# Others train a network to answer the *score of a density*, the gradient of its logarithm,
# $s(x, t) = \nabla_x \ln p_t(x)$: the direction in which the crowd gets denser fastest. Is
# that something else? If a traveller to $x_1$ is at $x$, the density of his place is that
# of $x_0 = (x - t x_1) / (1 - t)$, up to a factor that is the same everywhere, and its
# logarithm has the gradient $-x_0 / (1 - t)$. The density of the crowd is the sum over all
# ends, and the gradient of the logarithm of a sum is a mean of the gradients, weighted as
# in (PERF): with $q_i$ for what end $i$ adds to it,
#
# $$ \nabla \ln \sum_i q_i = \frac{\sum_i \nabla q_i}{\sum_j q_j}
#    = \sum_i \frac{q_i}{\sum_j q_j}\, \nabla \ln q_i. $$
#
# So the score is minus the mean of the starts of all who pass $x$, divided by $1 - t$. And
# by (ROAD) $x_1 - x_0 = (x - x_0) / t$. So
#
# $$ v(x, t) = \frac{x + (1 - t)\, s(x, t)}{t} \tag{SCORE} $$
#
# Whoever knows one of the two knows the other. Check it where both can be computed: on the
# moons, by central differences of $\ln p_t$.

# %%
def log_density(X, t):
    """ln p_t at X, up to a number that is the same everywhere."""
    squares = squared_distances(X, t * moon_points)
    exponents = -squares / (2 * (1 - t) ** 2)
    top = exponents.max(axis=1)
    return top + np.log(np.exp(exponents - top[:, np.newaxis]).sum(axis=1))


X, nudge = rng.normal(size=(50, 2)), 1e-5
for t in (0.2, 0.5, 0.8):
    score = np.empty_like(X)
    for k, along in enumerate(np.eye(2) * nudge):
        rise = log_density(X + along, t) - log_density(X - along, t)
        score[:, k] = rise / (2 * nudge)
    by_score = (X + (1 - t) * score) / t  # (SCORE)
    apart = np.abs(by_score - to_moons(X, t)).max()
    print(f"t = {t}: the same velocities to five places: {apart < 1e-5}")
    assert apart < 1e-5

# %% [markdown]
# So whoever knows the velocity knows the score, between the two ends: flow matching and
# diffusion learn the same. They differ in the roads (those of Ho and others are bent: their
# noise and their image shrink and grow at another pace), in the times that count most, and
# in whether new noise is added on the way. Ho and others add some after each of their
# thousand steps but the last. Song, Meng and Ermon (2021) leave it out, with the same
# network: then the start decides all, as here, and far fewer steps do.
#
# And at ten thousand times the size? The network has billions of weights in place of
# 355,648, in other kinds of layers; the space is not that of 64 components, but one that
# another network has learnt (Rombach and others, 2022); in place of a digit it is told a
# sentence; and straight roads and the bell of times serve there as well (Esser and others,
# 2024). Start, end, time, velocity, mean: that is the same. And it is fed so many images
# for the reason that you have seen: of few it would make copies.

# %% [markdown]
# ## Ours and the library's
#
# What you have built is in `digitlib.flow`, and the same to the last digits that matter:

# %%
from digitlib.layers import Layer

X, t = rng.normal(size=(5, count)), 0.3
told = names[[0, 3, 7, 7, ANY]]
ours = network_velocity(told, network)(X, t)
assert np.allclose(drawer.velocity(X, t, told), ours, atol=1e-5)
own = P[:200].astype(np.float64)
theirs = flow.perfect_velocity(X, t, own)
assert np.allclose(theirs, perfect_velocity(X, t, own))
theirs = flow.variety(drawn["network"], wanted, P, labels)
assert np.allclose(theirs, variety(drawn["network"], wanted))
theirs = flow.covered(others[:200], real[:300])
assert theirs == covered(others[:200], real[:300])
again = drawer.draw(wanted[:50], np.random.default_rng(3), 8)
first = draw(wanted[:50], np.random.default_rng(3), 8)
assert np.allclose(again, first, atol=1e-3)
Z, E = rng.normal(size=(2, 3, 4))
pairs = [(kind.forward(Z), kind.backward(E)) for kind in (SiLU(), flow.SiLU())]
assert np.allclose(*pairs)
worst = digitlib.check_layer_gradients(SiLU(), Z)
assert isinstance(flow.SiLU(), Layer) and worst < 1e-6
print("the same, all of it")

# %% [markdown]
# ## Notation
#
# What this lesson adds to the tables of the lessons before:
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $t$, $h$ | time, from noise at 0 to digits at 1; the length of a step | `t`, `h` |
# | $x_0$, $x_1$, $x_t$ | a traveller's start, his end, his place at time $t$ | `X0`, `X1`, `X` |
# | $v(x, t)$, $u_i$ | the velocity that is answered; that of traveller $i$ | `velocity` |
# | $p_i$, $w_i$, $m$ | an end; the share of those who go there; how many ends there are | `points`, `weights` |
# | $\lambda$, $a$ | mean square of a component; the best multiple of the place | `spread` |
# | $s(x, t)$, $p_t$ | the score; how dense the crowd is at time $t$ | `score` |
# | $q_i$ | what end $i$ adds to that density | |
# | $g$ | weight of guidance, in exercise 11.3 | `weight` |
#
# Some of these letters meant something else before: $x$ was an image, $t$ a step, a digit
# or columns of pixels, $h$ a nudge or a filter, $v$ a direction or a column of a window,
# $u$ a number in (CR), a moment or a row of a window, $p$ a probability, a place or a
# pixel, $w$ a weight, $m$ the size of a mini-batch, $n$ the number of all images, $\lambda$
# the strength of a penalty, $s$ a stride or a singular value, $q$ how likely a pair is on a
# map, $g$ a derivative or a filter, $C$ the cost of a whole network, and $a$ an activation,
# which it still is in (SILU).

# %% [markdown] tags=["slide"]
# ## What you learned
#
# * To draw is to take a new point from a cloud of which you know only points. Flow matching
#   moves noise there, along a velocity that is the mean of all straight roads through a
#   place; the quadratic cost finds that mean, and the crowd arrives as if everybody had
#   walked his own road.
# * The paths bend, so short steps are needed, or cleverer ones. One single step draws the
#   average.
# * No single number says how well somebody draws. Averages are read best of all, a normal
#   cloud varies as it should: ask what is read, how it varies, whether it copies, and
#   whether it can be told from the real.
# * The perfect velocity is known, and copies. It costs least on roads to the training
#   digits, and most on roads to others. What is new in what a network draws it owes to what
#   it has not learnt.
# * Whoever knows the velocity knows the score: flow matching and diffusion learn the same,
#   and differ in the roads.

# %% [markdown]
# ## Exercises

# %%
from digitlib.checks.lesson11 import (
    check_draw_digits,
    check_guided,
    check_heun,
    check_on_the_road,
)


# %% [markdown]
# **Exercise 11.1** (5 minutes). From what does a network learn a velocity? Write
# `on_the_road`, which takes starts `X0` and ends `X1`, both (n, d), and times `t` of shape
# (n,), from 0 to 1, a time for each traveller. It returns two arrays (n, d): where they
# are, by (ROAD), and the velocities that the network is to answer there.

# %% tags=["exercise"]
def on_the_road(X0, X1, t):
    """Two arrays (n, d): places and velocities, at times t (n,)."""
    raise NotImplementedError


# %% tags=["check"]
check_on_the_road(on_the_road)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `t[:, np.newaxis]` is a column: it goes with every number of its row. And how far does a
# traveller get in the whole unit of time? Does it matter where on the road he is?
#
# </details>

# %% tags=["solution"]
def on_the_road(X0, X1, t):
    """Two arrays (n, d): places and velocities, at times t (n,)."""
    t = t[:, np.newaxis]
    return (1 - t) * X0 + t * X1, X1 - X0


check_on_the_road(on_the_road)


# %% [markdown]
# **Exercise 11.2** (15 minutes). There are other steps of second order. Heun's: take the
# velocity where you are, and the velocity where Euler's step would bring you, at the time
# when you would be there. Then go the whole step, from where you are, by the mean of the
# two. Write `heun`; it asks `velocity(X, t)` twice a step. Then try it on `by_network` from
# `noise`, with eight steps, which are sixteen questions: is what it draws read as often as
# by the midpoint method, and does it vary as much? (`hundred_each` says which digits are
# wanted. The last question is asked at $t = 1$. The network has an answer there, (PERF) has
# none.)

# %% tags=["exercise"]
def heun(velocity, X, steps):
    """Where points X (n, d) end, after so many steps from t = 0 to t = 1."""
    raise NotImplementedError


# %% tags=["check"]
check_heun(heun)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Begin with the loop of `midpoint`, and keep the first velocity in a variable of its own.
# Two things change: where the second one is asked, and what you do with the two. Nothing
# has moved until both are known.
#
# </details>

# %% tags=["solution"]
def heun(velocity, X, steps):
    """Where points X (n, d) end, after so many steps from t = 0 to t = 1."""
    h = 1 / steps
    for k in range(steps):
        here = velocity(X, k * h)
        there = velocity(X + h * here, (k + 1) * h)
        X = X + h * (here + there) / 2
    return X


for step in (heun, midpoint):
    points = step(by_network, noise, 8)
    share = np.mean(reader.predict(to_images(points)) == hundred_each)
    print(f"{step.__name__:8} {100 * share:.1f} % read as meant, ", end="")
    print(f"variance {variety(points, hundred_each).mean():.2f}")
# At so many steps it hardly matters by which of the two they are taken.

check_heun(heun)


# %% [markdown]
# For the two exercises that are left, here is what measures three things at once, a picture
# of the answers, and what goes up and down through a list of layers.

# %%
def judged(points, digits):
    """What is read as meant, the variance, and the recall."""
    read = np.mean(reader.predict(to_images(points)) == digits)
    recall = covered(real[: len(points)], points)
    return read, variety(points, digits).mean(), recall


def show_curve(curve, alt):
    """Draw what `judged` has said, by the weights of guidance."""
    figure, axes = plots.subplots(size=(5, 2.6))
    lines = zip(("read as meant", "variance", "recall"), zip(*curve.values()))
    for (marker, colour), (name, line) in zip(plots.MARKERS, lines):
        style = {"marker": marker, "color": colour, "label": name}
        axes.plot(curve.keys(), line, **style)
    axes.set(xlabel="weight of guidance", ylim=(0, 1.3))
    axes.legend(ncols=3)
    plots.show(figure, alt)


# %%
def up(layers, *parts):
    """What comes out of layers that hear these parts side by side."""
    A = np.concatenate(parts, axis=1)
    for layer in layers:
        A = layer.forward(A)
    return A


def down(layers, error):
    """The errors of what went in; each layer keeps its gradients."""
    for layer in reversed(layers):
        error = layer.backward(error)
    return error


def arrays_of(layers, kind):
    """All "parameters" of layers that learn, or all "gradients"."""
    learners = [layer for layer in layers if layer.learns]
    return [array for layer in learners for array in getattr(layer, kind)]


# %% [markdown]
# **Exercise 11.3** (20 minutes). Your network has learnt two velocities: one when it is told
# the digit, and one when it is told "any". Their difference leads from just any digit to
# the one that is wanted. Go further that way than the network itself would: that is
# *guidance* (Ho and Salimans, 2022). With a weight $g$,
#
# $$ v = v_{\text{any}} + g\, (v_{\text{told}} - v_{\text{any}}) $$
#
# so that $g = 1$ changes nothing, and with $g = 0$ nobody is told anything. (Ho and
# Salimans count from $g = 1$: their weight is $g - 1$.) Write it for two functions
# `named(X, t)` and `free(X, t)`. Then measure: let the network draw with $g$ of 0, 1, 1.5,
# 2, 3 and 5. How much is read as meant, what becomes of variety and recall, and how much
# lies near real digits?

# %% tags=["exercise"]
def guided(named, free, X, t, weight):
    """The guided velocity (n, d) at places X (n, d), at time t."""
    raise NotImplementedError


# %% tags=["check"]
check_guided(guided)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Ask each of the two functions once, at the same places and the same time. The rest is the
# formula. To draw with it, `network_velocity(names[digits], network)` is told the digits;
# with `ANY` in the place of each it is free. Hand `midpoint` a function of `X` and `t` that
# calls `guided` with the other arguments filled in.
#
# </details>

# %% tags=["solution", "nbval-ignore-output"]
def guided(named, free, X, t, weight):
    """The guided velocity (n, d) at places X (n, d), at time t."""
    v_any = free(X, t)
    return v_any + weight * (named(X, t) - v_any)


some, start = wanted[::6], np.random.default_rng(6).normal(size=(500, count))
both = some, np.full(500, ANY)
pair = [network_velocity(names[digits], network) for digits in both]
curve = {}
for g in (0, 1, 1.5, 2, 3, 5):
    points = midpoint(lambda X, t, g=g: guided(*pair, X, t, g), start, 8)
    curve[g] = judged(points, some)
show_curve(
    curve,
    "Three curves over the weight of guidance, from 0 to 5. The share read as "
    "meant rises from a tenth to nearly all at 1 and to all at 1.5; recall "
    "falls slowly from 1 on; the variance is lowest between 1 and 2.",
)
precise = covered(points, real)
print(f"at {g}, only {100 * precise:.0f} % lie near real digits")
# All is read from 1.5 on; beyond it varies more, too, but off the cloud.
assert precise < 0.5

check_guided(guided)


# %% [markdown]
# **Exercise 11.4** (an evening). Build somebody who draws in another way, and judge him by
# the four questions beside your network. A *variational autoencoder*, for instance (Kingma
# and Welling, 2014): one network makes of a point and its digit a few hidden numbers, told
# as a mean and a spread; noise is put in, and a second network makes the point of them
# again. The cost has two parts: what is lost on the way, and how far the hidden numbers are
# from the noise of a normal distribution; to draw, begin with such noise. Or a *denoiser*,
# which answers the end $x_1$ and not the velocity: what has (PERF) to say about the two?
#
# (`judged` answers the first two of the questions, `nearest` and `told_apart` the others.)
#
# Write `draw_digits`, which takes digits (n,) and a random generator and returns images
# (n, 784). All chance has to come from the generator. The check wants digits that the
# nearest mean of lesson 1 reads as meant, six times in ten; from a fifth of the real
# variance in each to 1.6 times that variance; and no copies.

# %% tags=["exercise"]
def draw_digits(digits, rng):
    """New images (n, 784) of the digits (n,), with all chance from rng."""
    raise NotImplementedError


# %% tags=["check"]
check_draw_digits(draw_digits)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Begin with the simplest that passes, the normal cloud, and make sure that its numbers come
# from `rng`. For the autoencoder: with the hidden mean $m$, the logarithm $l$ of the spread
# and the noise $e$, the decoder hears $m + \exp(l)\, e$, and the digit. Its errors come
# back to $m$ as they are, and to $l$ times $\exp(l)\, e$. What makes them look like noise
# costs $(m^2 + \exp(2l) - 2 l) / 2$ for each hidden number, up to a number that is the same
# for all. (The one in the solution is read as often as your network, with two fifths of the
# variance and hardly any recall: can you do better?) And a denoiser's best answer is the
# sum of the $w_i p_i$ in (PERF), the mean of the ends of all who pass: whoever knows that
# knows the velocity, too.
#
# </details>

# %% tags=["solution", "nbval-ignore-output"]
def draw_digits(digits, rng):
    """New images (n, 784) of the digits (n,), with all chance from rng."""
    noise = rng.normal(size=(len(digits), 8))
    return to_images(up(decoder, noise, names[digits, :10]))


encoder = digitlib.dense_model((74, 256, 16), 0, SiLU).layers
decoder = digitlib.dense_model((18, 256, 64), 1, SiLU).layers
encoder[-1].weights *= 0.1  # at first the spread is 1
adam, rng = digitlib.Adam(), np.random.default_rng(7)
adam.start(arrays_of(encoder + decoder, "parameters"))
for moment in progress(np.linspace(0, 1, 2500), "step"):
    batch = rng.integers(len(P), size=128)
    X1, told = P[batch], names[labels[batch], :10]
    m, log = np.split(up(encoder, X1, told), 2, axis=1)
    e, s = rng.normal(size=m.shape).astype(np.float32), np.exp(log)
    error = 2 * (up(decoder, m + s * e, told) - X1)
    error = down(decoder, error / 128)[:, :8]
    to_log = error * s * e + (s**2 - 1) / 128
    down(encoder, np.concatenate([error + m / 128, to_log], axis=1))
    kinds = "parameters", "gradients"
    both = (arrays_of(encoder + decoder, kind) for kind in kinds)
    adam.step(*both, 2e-3 * (1 - moment))
print(*np.round(judged(to_points(draw_digits(wanted, rng)), wanted), 2))
check_draw_digits(draw_digits)

# %% [markdown]
# ## Further reading
#
# * Y. Lipman, R. Chen, H. Ben-Hamu, M. Nickel and M. Le, *Flow matching for generative
#   modeling*, ICLR (2023), arXiv:2210.02747. With the proof that the mean is enough.
# * X. Liu, C. Gong and Q. Liu, *Flow straight and fast*, ICLR (2023), arXiv:2209.03003.
#   Straight roads, and how to straighten the paths.
# * J. Ho, A. Jain and P. Abbeel, *Denoising diffusion probabilistic models*, NeurIPS
#   (2020), arXiv:2006.11239.
# * Y. Song and others, *Score-based generative modeling through stochastic differential
#   equations*, ICLR (2021), arXiv:2011.13456. The score, and how all of it is one.
# * T. Karras, M. Aittala, T. Aila and S. Laine, *Elucidating the design space of
#   diffusion-based generative models*, NeurIPS (2022), arXiv:2206.00364. What a network
#   need not learn, and Heun's steps.
# * J. Sohl-Dickstein, E. Weiss, N. Maheswaranathan and S. Ganguli, *Deep unsupervised
#   learning using nonequilibrium thermodynamics*, ICML (2015), arXiv:1503.03585.
# * J. Song, C. Meng and S. Ermon, *Denoising diffusion implicit models*, ICLR (2021),
#   arXiv:2010.02502. Without new noise on the way.
# * R. Rombach, A. Blattmann, D. Lorenz, P. Esser and B. Ommer, *High-resolution image
#   synthesis with latent diffusion models*, CVPR (2022), arXiv:2112.10752.
# * P. Esser and others, *Scaling rectified flow transformers for high-resolution image
#   synthesis*, ICML (2024), arXiv:2403.03206. Straight roads, with billions of weights.
# * I. Goodfellow and others, *Generative adversarial nets*, NeurIPS (2014),
#   arXiv:1406.2661.
# * M. Heusel, H. Ramsauer, T. Unterthiner, B. Nessler and S. Hochreiter, *GANs trained by a
#   two time-scale update rule converge to a local Nash equilibrium*, NeurIPS (2017),
#   arXiv:1706.08500. FID is in it.
# * J. Ho and T. Salimans, *Classifier-free diffusion guidance* (2022), arXiv:2207.12598.
# * T. Kynkäänniemi, T. Karras, S. Laine, J. Lehtinen and T. Aila, *Improved precision and
#   recall metric for assessing generative models*, NeurIPS (2019), arXiv:1904.06991.
# * Z. Kadkhodaie, F. Guth, E. Simoncelli and S. Mallat, *Generalization in diffusion models
#   arises from geometry-adaptive harmonic representations*, ICLR (2024), arXiv:2310.02557.
# * N. Carlini and others, *Extracting training data from diffusion models*, USENIX Security
#   (2023), arXiv:2301.13188.
# * Q. Bertrand, A. Gagneux, M. Massias and R. Emonet, *On the closed-form of flow matching:
#   generalization does not arise from target stochasticity*, NeurIPS (2025),
#   arXiv:2506.03719.
# * T. Bonnaire, R. Urfin, G. Biroli and M. Mézard, *Why diffusion models don't memorize: the
#   role of implicit dynamical regularization in training*, NeurIPS (2025), arXiv:2505.17638.
# * D. Kingma and M. Welling, *Auto-encoding variational Bayes*, ICLR (2014),
#   arXiv:1312.6114. For the evening.
# * S. Elfwing, E. Uchibe and K. Doya, *Sigmoid-weighted linear units for neural network
#   function approximation in reinforcement learning*, Neural Networks 107, 3-11 (2018).
