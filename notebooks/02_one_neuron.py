# ---
# jupyter:
#   description: 'let a single neuron learn, downhill on its cost: is it a 0?'
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: One neuron
# ---

# %% [markdown] tags=["slide"]
# # One neuron
#
# Ten blurred pictures read eight digits in ten, and [lesson 1](01_meet_the_digits.ipynb)
# ended with a question: how far does something get that finds out by itself what to look
# for? Not a brain, and not even a network. Take a single *neuron*: it adds up what it is
# shown, each number with a weight, and says yes or no or something in between. It can only
# draw a straight line.
#
# In this lesson you teach one to tell a 6 from a 9, and you watch it walk to the answer
# step by step, on a map. Then you give it all 784 pixels and ask: is this a 0? When you
# ask it what it has learnt, it answers with a picture. And in the end ten neurons, one for
# each digit, climb the ladder.

# %% [markdown]
# **What you'll do**
#
# * build a neuron, and let it learn by gradient descent;
# * watch its two weights walk downhill, too slowly, well, and too boldly;
# * teach it to recognise a 0 among all digits, and look at its 784 weights;
# * let ten of them read all the digits.
#
# **What you'll learn**
#
# * what a neuron computes, and why its slope is $S' = S\,(1 - S)$;
# * two ways of saying how wrong it is, and why with one of them a confident mistake is
#   unlearnt so much faster;
# * what the gradient of a cost is made of, and how far to step against it.
#
# **What you'll need**
#
# * [lesson 1](01_meet_the_digits.ipynb): images as rows of numbers, three parts of data,
#   accuracy;
# * dot products; derivatives, partial ones too, and the chain rule.

# %% [markdown] tags=["slide"]
# ## A 6 or a 9?
#
# Begin with two digits only. A 6 carries its loop below, a 9 above. So two numbers
# should do: how dark is the upper half of the image, and how dark is the lower? An image
# is a row of 784 numbers, row after row of pixels, so the first 392 are the upper half.

# %%
import numpy as np

from digitlib import load_mnist
from digitlib.pictures import plots
from digitlib.progress import progress

mnist = load_mnist()


def halves(images):
    """Mean grey value of the upper and of the lower half; shape (n, 2)."""
    return images.reshape(-1, 2, 392).mean(axis=2, dtype=np.float64)


train = mnist.train
pair = train[(train.labels == 6) | (train.labels == 9)]
y = (pair.labels == 9).astype(float)  # 1 for a 9, 0 for a 6
print(f"{len(pair)} images, {100 * y.mean():.0f} % of them a 9")
evenness = {}
for digit in (6, 9):
    upper, lower = halves(pair.images[pair.labels == digit]).mean(axis=0)
    print(f"a {digit} on average: upper half {upper:.3f}, lower {lower:.3f}")
    evenness[digit] = upper / lower
assert evenness[6] < 0.8 and 0.9 < evenness[9] < 1.1

# %% [markdown]
# As expected, in a 6 the lower half is the darker one. But in a 9, whose loop is above,
# the halves are nearly even. Remember from lesson 1 that the middle of an image is row
# 14. All of that row counts as the lower half. Leave it out:

# %%
nines = pair.images[y == 1]
above, below = nines[:, :392].sum(), nines[:, 420:].sum()
print(f"a 9 without row 14: {above / below:.2f} times as much ink above")
assert above > 1.1 * below

# %% [markdown]
# Now there is more ink above, as there should be. (Row 14 is the middle of a 6 as well:
# both are shifted alike, and can still be told apart.) The numbers are small, and it is
# not plain whether 0.12 is much or little. So measure each from its mean, in units of its
# standard deviation. Then 0 is ordinary, 1 is rather dark and $-1$ rather light.

# %%
measured = halves(pair.images)
centre, spread = measured.mean(axis=0), measured.std(axis=0)
X = (measured - centre) / spread  # row i: the two numbers of image i
print("shape:", X.shape)

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(size=(4.6, 3.8))
for digit, marker, colour in ((6, "o", plots.BLUE), (9, "^", plots.ORANGE)):
    some = X[pair.labels == digit][:200]
    axes.plot(*some.T, marker, color=colour, mfc="none", label=f"a {digit}")
axes.set(xlabel="$x_1$: upper half", ylabel="$x_2$: lower half")
axes.set(xlim=(-3, 4), ylim=(-3, 4), aspect="equal")
axes.legend(loc="upper left")
plots.show(
    figure,
    "Two elongated clouds of points, both rising to the right. The circles of "
    "the 6 lie above the triangles of the 9; along their border they mix.",
)


# %% [markdown]
# Both clouds are stretched along the diagonal: who writes in bold strokes has more ink in
# both halves. Does one number alone tell 6 from 9? Draw a border for it, a 9 on one side
# and a 6 on the other, and take the best of 241 borders. Then do the same for the
# difference of the two.

# %%
candidates = {
    "upper half": X[:, 0],
    "lower half": X[:, 1],
    "difference": X[:, 0] - X[:, 1],
}
best = {}
for name, number in candidates.items():
    borders = np.linspace(-3, 3, 241)
    shares = [np.mean((number > border) == (y == 1)) for border in borders]
    best[name] = max(max(shares), 1 - min(shares))  # the 9 above it, or below
    print(f"{name}: {100 * best[name]:.0f} % right at best")
assert max(best["upper half"], best["lower half"]) < 0.75
assert best["difference"] > 0.85
for cloud in (y == 0, y == 1):
    assert np.corrcoef(X[cloud].T)[0, 1] > 0.6  # along the diagonal

# %% [markdown]
# The difference is what tells them apart, for most images. Where the clouds mix, nobody
# can be sure who sees only these two numbers.

# %% [markdown] tags=["slide"]
# ## What a neuron computes
#
# A neuron takes in numbers $x_1, \dots, x_m$. It has a *weight* $w_k$ for each, which says
# how much that input counts and in which direction, and one *bias* $b$, which says how
# easily it is roused. It adds up:
#
# $$ z = w_1 x_1 + \dots + w_m x_m + b \tag{Z} $$
#
# A large $z$ is a yes, a very negative one a no. To have an answer between 0 and 1, and
# to be able to say _perhaps_, the neuron passes $z$ through the *sigmoid*:
#
# $$ S(z) = \frac{1}{1 + e^{-z}} \tag{S} $$
#
# Its answer $a = S(z)$ is called its *activation*. Here 1 stands for "a 9" and 0 for
# "a 6".

# %%
def sigmoid(z):
    """(S): from any number to one between 0 and 1; arrays too."""
    return 1 / (1 + np.exp(-z))


def neuron(X, w, b=0.0):
    """(Z), (S): the activation for each row of X; shape (n,)."""
    return sigmoid(X @ w + b)  # X @ w: a sum for each row, all at once


print(sigmoid(np.array([-5.0, -1.0, 0.0, 1.0, 5.0])))
assert sigmoid(0.0) == 0.5 and sigmoid(5.0) > 0.99


# %% [markdown]
# At 0 it is undecided, at 5 all but certain. Which weights should it have? With two of
# them you can guess. Ink above speaks for a 9, ink below against it. And no bias: both
# inputs are measured from their means, and half of the images are a 9, so do not lean to
# either side. Then count: which share of the activations is on the right side of one half?

# %%
def right(a, y):
    """The share of activations on the right side of one half."""
    return np.mean((a > 0.5) == (y == 1))


w = np.array([1.0, -1.0])
a = neuron(X, w)
print("activations of the first five:", a[:5].round(2))
print("what they should be:          ", y[:5])
print(f"right: {100 * right(a, y):.1f} %")
assert right(a, y) > 0.8


# %% [markdown]
# Not bad for a guess. But it is a guess, and there are only two weights. What if there
# were 784? And is 1 a good size, or would 3 be better? You need a way to _find_ weights.
# It takes three things: a number that says how wrong the neuron is, the slope of that
# number, and the patience to go downhill. One slope you need before all others: that of
# the sigmoid.

# %% [markdown] tags=["slide"]
# ## The slope of the sigmoid
#
# How much does the activation answer to a small push of $z$? That is the derivative of
# $S$. Write $u = 1 + e^{-z}$ for the denominator. Then $S = 1/u$, and $u' = -e^{-z}$:
#
# $$ S'(z) = -\frac{u'}{u^2} = \frac{e^{-z}}{u^2}
#          = \frac{1}{u} \cdot \frac{e^{-z}}{u} $$
#
# The first factor is $S(z)$. The second is what is missing to 1, since
# $1 - S = (u - 1)/u = e^{-z}/u$. So the slope can be had from the activation alone:
#
# $$ S'(z) = S(z)\,\bigl(1 - S(z)\bigr) \tag{S'} $$

# %%
def sigmoid_prime(z):
    """(S'): the derivative of the sigmoid."""
    return sigmoid(z) * (1 - sigmoid(z))


z, nudge = np.array([-5.0, -2.0, 0.0, 2.0, 5.0]), 1e-6
by_nudging = (sigmoid(z + nudge) - sigmoid(z - nudge)) / (2 * nudge)
print("by (S'):   ", sigmoid_prime(z).round(6))
print("by nudging:", by_nudging.round(6))
assert np.allclose(sigmoid_prime(z), by_nudging, atol=1e-9)
assert sigmoid_prime(0.0) == 0.25 and sigmoid_prime(5.0) < 0.01

# %% tags=["remove_input", "slide"]
line = np.linspace(-8, 8, 200)
figure, axes = plots.subplots(size=(5, 2.4))
axes.plot(line, sigmoid(line), color=plots.BLUE, label="$S(z)$")
axes.plot(
    line, sigmoid_prime(line), "--", color=plots.ORANGE, label="$S'(z)$"
)
axes.set_xlabel("$z$")
axes.legend()
plots.show(
    figure,
    "The sigmoid rises from 0 to 1, through one half at z = 0. Its derivative "
    "is a hill around 0, one quarter high, and almost nothing beyond 5.",
)


# %% [markdown]
# One quarter at 0, and hardly anything at 5. A neuron that is undecided can be moved. A
# neuron that is certain hardly answers to a push, whether it is right or wrong. That will
# cost you dearly in a minute.

# %% [markdown] tags=["slide"]
# ## How wrong is it?
#
# Image $i$ should have given $y_i$ and gave $a_i$. Say how wrong that is, for all $n$
# images, in one number: a *cost*. The first idea is to square the differences and take
# the mean (the 2 will cancel later):
#
# $$ C = \frac{1}{2n} \sum_{i=1}^{n} (a_i - y_i)^2 \tag{Q} $$
#
# This is the *quadratic cost*. The second idea takes the neuron at its word. Read $a_i$
# as the probability that image $i$ is a 9. Then $1 - a_i$ is the probability of a 6, and
# the probability $p_i$ that it gave to the truth is $a_i$ if $y_i = 1$, and $1 - a_i$ if
# $y_i = 0$. A good neuron finds it likely that _all_ labels are as they are. One image
# tells nothing about another, so the probability of that is the product of all $p_i$.

# %%
def probability_of_truth(a, y):
    """What each activation gives the true label, as a probability."""
    return np.where(y == 1, a, 1 - a)


p = probability_of_truth(a, y)
print(f"mean of -log(p): {-np.log(p).mean():.3f}")

lasted = {}
for kind in (np.float32, np.float64):  # single and double precision
    factors = np.tile(p, 3).astype(kind)  # all images, three times over
    lasted[kind] = np.argmax(np.cumprod(factors) == 0)
    print(f"{kind.__name__}: not 0 for {lasted[kind]} images, then 0")
assert 5 < lasted[np.float64] / lasted[np.float32] < 10

# %% [markdown]
# (`cumprod` multiplies one number after the other, and keeps each product on the way.) A
# product of so many numbers below 1 is nothing to work with: soon it is so small that the
# computer makes it 0. Double precision only takes some seven times as many images.

# %% [markdown] tags=["slide"]
# ### The log-loss
#
# The logarithm of that product can be worked with (`np.log` is $\ln$). It turns the
# product into a sum, and a minus sign turns "as likely as possible" into "as small as
# possible". The mean of it is the *log-loss*:
#
# $$ L = -\frac{1}{n} \sum_{i=1}^{n}
#    \bigl( y_i \ln a_i + (1 - y_i) \ln(1 - a_i) \bigr) \tag{L} $$
#
# It looks like two terms, but one of them is always 0: what is left is $-\ln p_i$.
# How do the two costs judge one and the same answer?

# %% tags=["remove_input", "slide"]
line = np.linspace(0.003, 1, 300)
figure, axes = plots.subplots(size=(5, 2.6))
axes.plot(line, -np.log(line), color=plots.BLUE, label="log-loss")
axes.plot(
    line, (line - 1) ** 2 / 2, "--", color=plots.ORANGE, label="quadratic cost"
)
axes.set(xlabel="activation $a$, when $y = 1$", ylabel="cost", ylim=(0, 5.5))
axes.legend()
plots.show(
    figure,
    "Cost of one answer against the activation, where 1 would be right. Both "
    "curves fall to 0 at 1. Towards 0 the log-loss rises without limit, while "
    "the quadratic cost ends at one half.",
)


# %% [markdown]
# Both are 0 for the right answer. But the nearer a neuron comes to calling the truth
# impossible, the more it pays with the log-loss, without limit; with the quadratic cost it
# is never more than one half. The log-loss is a harsh judge of certainty that is wrong.
#
# To compute it, do not take the logarithm of $a$. In a computer, a sigmoid that is certain
# gives exactly 0 or 1, and the logarithm of 0 is no number. Take it of $S$ on paper:
#
# $$ \begin{aligned}
#    -\ln\bigl(1 - S(z)\bigr) &= -\ln \frac{1}{1 + e^z} = \ln(1 + e^z) \\
#    -\ln S(z) &= -\ln \frac{e^z}{1 + e^z} = \ln(1 + e^z) - z
#    \end{aligned} $$
#
# (Multiply top and bottom of (S) by $e^z$, and you have the second fraction. The first is
# what is missing to 1.) The first line is for $y = 0$ and the second for $y = 1$, and they
# differ by $z$ only. So
#
# $$ L = \frac{1}{n} \sum_{i=1}^{n} \bigl( \ln(1 + e^{z_i}) - y_i z_i \bigr) \tag{Lz} $$

# %%
def quadratic_cost(z, y):
    """(Q): the quadratic cost, from the sums z."""
    return np.mean((sigmoid(z) - y) ** 2) / 2


def log_loss(z, y):
    """(Lz): the log-loss, from the sums z; logaddexp(0, z) = ln(1 + e^z)."""
    return np.mean(np.logaddexp(0, z) - y * z)


z = X @ w
print(f"quadratic cost {quadratic_cost(z, y):.3f}")
print(f"log-loss       {log_loss(z, y):.3f}")
assert np.isclose(log_loss(z, y), -np.log(p).mean())
assert log_loss(np.array([1000.0]), 0) == 1000


# %% [markdown]
# The same number as by (L), and a $z$ of 1000 does no harm.

# %% [markdown] tags=["slide"]
# ## Who is to blame?
#
# Now the derivative of the cost with respect to each weight. Follow the chain: a weight
# moves $z$, and $z$ moves $a$, and $a$ moves the cost. Take one image, and until the next
# section let $C$ and $L$ be the cost of this image alone. The derivative of it with
# respect to $z$ is called the *error* $\varepsilon$ of the neuron. For the quadratic cost
# $\frac{1}{2}(a - y)^2$ it is
#
# $$ \varepsilon = \frac{\partial C}{\partial a} \cdot \frac{\partial a}{\partial z}
#    = (a - y) \cdot S'(z) \tag{E} $$
#
# For the log-loss $-y \ln a - (1 - y) \ln(1 - a)$ the first factor is more of a mouthful.
# But its denominator is just the second factor, by (S'), and the two cancel:
#
# $$ \begin{aligned}
#    \frac{\partial L}{\partial a} &= -\frac{y}{a} + \frac{1 - y}{1 - a}
#      = \frac{a - y}{a\,(1 - a)} \\
#    \varepsilon &= \frac{a - y}{a\,(1 - a)} \cdot a\,(1 - a) = a - y
#    \end{aligned} \tag{EL} $$
#
# What is left is the plainest thing that an error could be: what it said minus what it
# should have said.

# %%
def quadratic_error(z, y):
    """(E): how the quadratic cost of each image answers to its z."""
    return (sigmoid(z) - y) * sigmoid_prime(z)


def log_error(z, y):
    """(EL): how the log-loss of each image answers to its z."""
    return sigmoid(z) - y


assert max(abs(quadratic_error(8.0, 1)), abs(log_error(8.0, 1))) < 0.001
assert abs(quadratic_error(-8.0, 1)) < 0.001  # certain, wrong, and deaf
assert abs(log_error(-8.0, 1)) > 0.999

# %% tags=["remove_input", "slide"]
line = np.linspace(-8, 8, 200)
figure, axes = plots.subplots(size=(5, 2.5))
axes.plot(line, -log_error(line, 1), color=plots.BLUE, label="log-loss")
axes.plot(
    line,
    -quadratic_error(line, 1),
    "--",
    color=plots.ORANGE,
    label="quadratic cost",
)
axes.set(xlabel="$z$, when $y = 1$", ylabel=r"size of the error $\varepsilon$")
axes.legend()
plots.show(
    figure,
    "Size of the error against z, where a large z would be right. With the "
    "log-loss it rises to 1 on the wrong side, on the left. With the "
    "quadratic cost it is a low hill in the middle, vanishing on both sides.",
)

# %% [markdown]
# On the right, where the neuron is right, both errors vanish: nothing to be learnt there.
# On the left it is certain and wrong. With the log-loss the error is largest there.
# With the quadratic cost it is next to nothing, because of the factor $S'$. The neuron
# is so sure of itself that it does not listen. Watch what that means: one neuron, one
# weight, no bias, an input of 1. It should say 0, and begins by saying nearly 1. The error
# says how the cost answers to $z$, which is here the weight itself. So take from the
# weight, in each step, the error times a small number `eta`: that leads downhill. (With
# many weights it is done the same way, and told at leisure, in a moment.)

# %%
rules = {"quadratic cost": quadratic_error, "log-loss": log_error}
steps, eta = 400, 0.5
said, turned = {}, {}
for name, error in rules.items():
    z, said[name] = 5.0, []  # with an input of 1, z is the weight itself
    for _ in range(steps):
        said[name].append(sigmoid(z))
        z = z - eta * error(z, 0)
    turned[name] = sum(activation > 0.5 for activation in said[name])
    print(f"{name:14}  begins at {said[name][0]:.3f}, ", end="")
    print(f"below one half after {turned[name]} steps")
assert turned["quadratic cost"] > 20 * turned["log-loss"]
assert steps > turned["quadratic cost"] > steps / 2

# %% tags=["remove_input"]
figure, axes = plots.subplots(size=(5.6, 2.5))
axes.plot(said["log-loss"], color=plots.BLUE, label="log-loss")
axes.plot(
    said["quadratic cost"], "--", color=plots.ORANGE, label="quadratic cost"
)
axes.set(xlabel="step", ylabel="activation (0 is right)", ylim=(0, 1.05))
axes.legend(loc="center")
plots.show(
    figure,
    "Activation against steps, from nearly 1 downwards. With the log-loss it "
    "falls at once, to nearly 0. With the quadratic cost it stays near 1 for "
    "a long time, then falls, and is not yet at 0 when the steps end.",
)


# %% [markdown]
# Both get there, but with the quadratic cost the neuron clings to its mistake and wastes
# most of its time. A larger `eta` would shorten the wait. But it has to be right for
# other images as well, those of which the neuron is still unsure. How much larger is the
# error there?

# %%
unsure = {name: error(0.0, 0) / error(5.0, 0) for name, error in rules.items()}
for name, ratio in unsure.items():
    print(f"{name:14}  undecided: {ratio:4.1f} times the error at the start")
assert unsure["quadratic cost"] > 15 > 1 > unsure["log-loss"]

# %% [markdown]
# A blunder should teach more than a slip. With the log-loss it does, and with the
# quadratic cost it is the other way about. (Why then does lesson 3 use the quadratic cost?
# Because it begins with neurons that are undecided, and then it works. Lesson 6 mends it.)

# %% [markdown] tags=["slide"]
# ### From the error to the gradient
#
# The last link of the chain: weight $w_k$ moves $z$ by as much as the input $x_k$ that it
# multiplies, and the bias moves $z$ by 1. So the derivatives for one image are
# $\varepsilon\,x_k$ and $\varepsilon$. And $L$, the mean over all images again, has their
# mean as its derivative:
#
# $$ \frac{\partial L}{\partial w_k} = \frac{1}{n} \sum_{i=1}^{n} \varepsilon_i\, x_{ik},
#    \qquad
#    \frac{\partial L}{\partial b} = \frac{1}{n} \sum_{i=1}^{n} \varepsilon_i \tag{G} $$
#
# The first sum runs down column $k$ of `X`. For all $k$ at once that is a product with
# the transposed matrix. Is it true? Nudge the first weight, and see what the cost does.

# %%
def gradients(X, errors):
    """(G): derivatives for the weights, shape (m,), and for the bias."""
    return X.T @ errors / len(errors), errors.mean()


for name, cost, error in (
    ("quadratic cost", quadratic_cost, quadratic_error),
    ("log-loss", log_loss, log_error),
):
    by_formula = gradients(X, error(X @ w, y))[0][0]
    nudge = np.array([1e-5, 0])
    above, below = cost(X @ (w + nudge), y), cost(X @ (w - nudge), y)
    by_nudging = (above - below) / 2e-5
    print(f"{name:14}  by (G): {by_formula:.8f}   nudged: {by_nudging:.8f}")
    assert abs(by_formula - by_nudging) < 1e-8


# %% [markdown]
# Eight decimal places agree, for either cost. You need not believe in the chain rule: you
# can measure it.

# %% [markdown] tags=["slide"]
# ## Downhill
#
# All these derivatives together are the *gradient* of the cost, $\nabla L$. It points to
# where the cost rises most steeply. So take a step the other way, and again from there.
# The step is the gradient times a number, the *learning rate* $\eta$: long where the
# ground is steep and short where it is nearly flat. This is *gradient descent*, with all
# weights in one vector $w$:
#
# $$ w \leftarrow w - \eta\, \frac{\partial L}{\partial w}, \qquad
#    b \leftarrow b - \eta\, \frac{\partial L}{\partial b} \tag{GD} $$
#
# Why does it descend? A small step changes the cost by nearly the product of gradient and
# step. With (GD) that is $-\eta\, \|\nabla L\|^2$: never above 0.
#
# With two weights and no bias you can see all of it. Begin on purpose at a bad place:
# with weights that take ink for a sign of a 9, wherever it is.

# %%
def descend(start, eta, steps):
    """(GD) on the log-loss: all weights on the way; shape (steps + 1, 2)."""
    path = [np.array(start)]
    for _ in range(steps):
        w = path[-1]
        path.append(w - eta * gradients(X, log_error(X @ w, y))[0])
    return np.array(path)


def costs(path):
    """The log-loss at each place of a path."""
    return np.array([log_loss(X @ w, y) for w in path])


path = descend((4.0, 3.0), eta=2.0, steps=100)
c = costs(path)
for step in (0, 1, 2, 5, 20, 100):
    w1, w2 = path[step]
    print(f"step {step:3}: w = ({w1:5.2f}, {w2:5.2f}), log-loss {c[step]:.3f}")

# %% [markdown]
# Downwards it went. But where is it? Compute the cost of every pair of weights, on a grid,
# and take it for the height of a landscape.

# %%
w1_axis, w2_axis = np.linspace(-8, 12, 81), np.linspace(-15, 5, 81)
height = [[log_loss(X @ (w1, w2), y) for w1 in w1_axis] for w2 in w2_axis]
w = path[-1]
assert w[0] > 1 > -1 > w[1]
assert c[5] < c[0] / 5  # down in the valley
assert (np.diff(np.linalg.norm(np.diff(path, axis=0), axis=1)) < 0).all()


# %% tags=["remove_input", "slide"]
def draw_map(axes, path, title=""):
    """Draw a path on the contour lines of the log-loss."""
    levels = [0.3, 0.4, 0.6, 1, 1.5, 2, 3, 4, 6, 8, 10]
    grey = {"colors": "#9A9A9A", "linewidths": 0.7}
    axes.contour(w1_axis, w2_axis, height, levels, **grey)
    axes.plot(*path.T, "o-", color=plots.BLUE, lw=1, ms=2.5)
    axes.plot(*path[0], "s", color=plots.ORANGE, ms=6)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", title=title, aspect="equal")
    axes.grid(visible=False)


figure, axes = plots.subplots(size=(4.6, 4.2))
draw_map(axes, path)
axes.set(xlim=(-6, 7), ylim=(-8, 5))
plots.show(
    figure,
    "Contour lines of the cost form a long valley that falls to the lower "
    "right. A path of dots starts from a square at the upper right, goes down "
    "into the valley in a few long steps, then along it in ever shorter ones.",
)

# %% [markdown]
# The lines join places of equal cost, as on a hiking map, and the dots are the places
# that the neuron went through. It sets out at right angles to the lines, because that is
# the steepest way. It is down in the valley after a few steps, and then walks along it,
# in ever shorter steps, for there the ground is nearly flat. It has found by itself what
# you had guessed: a positive weight above, a negative one below. But larger ones. Does
# it pay? Ask the validation set. Its images are measured with the same ruler, the means
# and deviations of the training images.

# %%
guess = np.array([1.0, -1.0])
unseen = mnist.validation
unseen = unseen[(unseen.labels == 6) | (unseen.labels == 9)]
y_unseen = (unseen.labels == 9).astype(float)
X_unseen = (halves(unseen.images) - centre) / spread
losses, shares = {}, {}
for name, weights in (("guessed", guess), ("learnt", w)):
    losses[name] = log_loss(X_unseen @ weights, y_unseen)
    shares[name] = right(neuron(X_unseen, weights), y_unseen)
    print(f"{name:8} log-loss {losses[name]:.3f}, ", end="")
    print(f"right {100 * shares[name]:.1f} % of {len(unseen)}")

assert losses["learnt"] < 0.8 * losses["guessed"]
assert 0 < shares["learnt"] - shares["guessed"] < 0.05

# %% [markdown]
# In right verdicts a little, in the cost a lot. To see why, go back to the two clouds and
# draw where the activation is 0.1, 0.5 and 0.9. Then count how many images lie between
# 0.1 and 0.9, and measure in which direction the weights point: across the line.

# %% tags=["remove_input"]
figure, panels = plots.subplots(1, 2, size=(6.8, 3.5))
u, v = np.meshgrid(np.linspace(-3, 4, 71), np.linspace(-3, 4, 71))
for axes, name, weights in zip(panels, ("guessed", "learnt"), (guess, w)):
    for digit, style in ((6, "o"), (9, "^")):
        colour = plots.BLUE if digit == 6 else plots.ORANGE
        some = X[pair.labels == digit][:150]
        axes.plot(*some.T, style, color=colour, mfc="none", ms=3)
    said = neuron(np.stack([u, v], axis=2), weights)
    styles = {"colors": "black", "linestyles": ["--", "-", "--"]}
    lines = axes.contour(u, v, said, [0.1, 0.5, 0.9], **styles)
    for label in axes.clabel(lines, fmt="%.1f", fontsize=8):
        label.set(zorder=5, backgroundcolor="white")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title=name, aspect="equal")
    axes.set(xlim=(-3, 4), ylim=(-3, 4))
plots.show(
    figure,
    "The two clouds, twice, with three parallel lines: activation one tenth, "
    "one half and nine tenths. The middle line parts the clouds. The outer "
    "lines are far apart for the guess and close together once learnt.",
)

# %% [markdown]
# The neuron draws straight lines, and along the solid one it is undecided.

# %%
unsure, turn = {}, {}
for name, weights in (("guessed", guess), ("learnt", w)):
    a = neuron(X, weights)
    unsure[name] = np.mean((a > 0.1) & (a < 0.9))
    turn[name] = np.degrees(np.arctan2(weights[1], weights[0]))
    print(f"{name:8} direction {turn[name]:.0f} degrees, ", end="")
    print(f"between 0.1 and 0.9: {100 * unsure[name]:.0f} %")
sizes = {size: log_loss(X @ (size * w), y) for size in (0.5, 1, 2)}
for size, loss in sizes.items():
    print(f"the learnt weights times {size}: log-loss {loss:.3f}")

assert unsure["guessed"] > 0.9 and unsure["learnt"] < 0.6
assert abs(turn["guessed"] - turn["learnt"]) < 10
assert sizes[1] < min(sizes[0.5], sizes[2])

# %% [markdown]
# The two solid lines differ by a few degrees: the guess had put its line in nearly the
# right place. But it was far too timid. Between "surely a 6" and "surely a 9" it left room
# for nearly all images. Larger weights make the passage narrower. Since the clouds mix, it
# does not pay to be certain everywhere, and so the cost has its lowest point at weights of
# a certain size: half as large or twice as large, they cost more.

# %% [markdown] tags=["slide"]
# ## How long a step?
#
# The gradient says in which direction. It does not say how far. Try three learning rates,
# from the same place and for the same number of steps.
#
# **Predict.** On the map you walked at a rate of 2. At 30, does the neuron settle in the
# valley sooner, later, or not at all?

# %% tags=["nbval-rtol-1e-2"]
# My guess: ...
rates = {"too small": 0.1, "good": 4.0, "too large": 30.0}
paths = {
    name: descend((4.0, 3.0), eta, steps=40) for name, eta in rates.items()
}
for name, eta in rates.items():
    c = costs(paths[name])
    print(f"{name:9} (eta {eta:4}): {c[0]:.2f}, {c[1]:.2f}, ", end="")
    print(f"{c[2]:.2f}, {c[3]:.2f}, ... {c[40]:.2f}; lowest {c.min():.3f}")

end = {name: costs(path)[-1] for name, path in paths.items()}
assert end["good"] < end["too large"] < end["too small"]
leaps = costs(paths["too large"])
assert leaps[1] > leaps[0] and np.diff(leaps)[-10:].max() > 0  # up; no rest
assert leaps[2] < costs(paths["good"])[2]  # in the valley, by luck,
assert leaps[3:].max() > 2 * leaps[2]  # and out of it again

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(1, 3, size=(7.4, 2.9))
for place, (name, eta) in zip(axes, rates.items()):
    draw_map(place, paths[name], rf"{name}, $\eta = {eta:g}$")
plots.show(
    figure,
    "Three maps of the same landscape with three paths from the same place. "
    "With the small rate the path stops half-way on the slope. With the good "
    "one it reaches the bottom of the valley. With the large one it leaps to "
    "and fro across the valley and does not settle.",
)

# %% [markdown]
# Too small, and it would arrive, but not in forty steps. Too large, and the first step
# goes across the valley and up the other side, to a place higher than where it began. The
# second happens to end in the valley, sooner than at the good rate. But the neuron cannot
# stay there: it leaps to and fro, and does not come to rest. (Most people guess sooner, for
# longer steps in the right direction seem to be a gain. But the direction is right only
# where you stand.) With more than two weights there is no map to look at. But there is
# always the cost, step by step:

# %% tags=["remove_input"]
figure, axes = plots.subplots(size=(5.6, 2.7))
styles = ("-", plots.GREEN), ("-", plots.BLUE), ("--", plots.ORANGE)
for (name, path), (style, colour), marker in zip(
    paths.items(), styles, ("^", "o", "s")
):
    axes.plot(costs(path), style, color=colour, label=name, marker=marker)
axes.set(xlabel="step", ylabel="log-loss", ylim=(0, 4))
axes.legend(loc="upper right", title="learning rate")
plots.show(
    figure,
    "Log-loss against steps. Too small a rate: a straight line that falls "
    "slowly. The good one: a steep fall within three steps, then flat. Too "
    "large: first up, then down, then jumping, and ending above the second.",
)

# %% [markdown]
# How far may one go? On this map there is an answer. A step leads downhill for certain if
# the ground does not bend too much under it. Differentiate (G) once more, with (EL): the
# cost bends, along any direction, by the mean of $S'(z_i)$ times the square of the input
# in that direction. $S'$ is never more than a quarter. What is left is a property of the
# inputs, and for these two it is at most $1 + \rho$, where $\rho$ is their correlation. If
# nowhere the bend is more than $\kappa$, every rate below $2 / \kappa$ leads downhill, at
# each step.

# %%
correlation = np.corrcoef(X.T)[0, 1]
bend = (1 + correlation) / 4
print(f"correlation {correlation:.3f}: safe below eta = {2 / bend:.2f}")
safe = costs(descend((4.0, 3.0), eta=0.99 * 2 / bend, steps=40))
assert (np.diff(safe) < 0).all()
assert np.isclose(4 * bend, np.linalg.eigvalsh(X.T @ X / len(X)).max())
assert rates["good"] < 2 / bend < rates["too large"]

beyond = costs(descend((4.0, 3.0), eta=9.0, steps=40))
print(f"eta = 9: {beyond[40]:.4f}, eta = 4: {end['good']:.4f} after 40 steps")
assert 2 / bend < 9 and (np.diff(beyond) < 0).all()
assert beyond[40] < end["good"]

# %% [markdown]
# The rate in the middle is below that bound, and the right-hand one far beyond it. Beyond
# the bound nothing is promised, and nothing is lost yet, either: from this place 9 leads
# downhill, too, and farther. From every other place as well? Look for one where the first
# step leads uphill: drag the square over the map, or move it with the arrow keys. (On
# paper it stands where it stood before.)

# %%
from digitlib.live.descent import Descent

Descent(X, y, height, (-8, 12, -15, 5), start=(4, 3), eta=9, steps=1)

# %%
for place in ((4.0, 3.0), (2.0, -1.0)):
    first, a = costs(descend(place, eta=9.0, steps=1)), neuron(X, place)
    slope = np.mean(a * (1 - a))  # (S')
    print(f"from {place}: {first[0]:.3f}, {first[1]:.3f}, ", end="")
    print(f"S' on average {slope:.3f}")
assert first[1] > first[0] and slope > 0.1

# %% [markdown]
# There are such places, close to the valley. There the weights are small, so $z$ is near
# 0 for many images, $S'$ is large, and the ground bends more than at the start. For a
# network with hidden neurons there is no such bound: the larger its weights are, the more
# its cost may bend. Then watch the cost: if it crawls, take more; if it rises, take less.

# %% [markdown] tags=["slide"]
# ## Is it a 0?
#
# Two weights you can guess. Now give the neuron all 784 pixels, each with a weight
# of its own, and ask it a single question about any digit: is this a 0? Statisticians
# call this *logistic regression*. Before you start, ask what there is to beat: most
# digits are not a 0, so whoever always says no is right quite often. (To be quick, the
# neuron learns from the first 10,000 images only.)

# %%
some = train[:10000]
images, is_zero = some.images, (some.labels == 0).astype(np.float32)
validation = mnist.validation
y_validation = validation.labels == 0
always_no = 1 - y_validation.mean()
print(f"always no: {100 * always_no:.2f} % right on validation")
assert abs(always_no - 0.9) < 0.02


# %% [markdown]
# Nine in ten, so that is the baseline. To learn means the same with a bias and with 784
# weights as it did with two: (Z), (EL), (G) and (GD). Begin with all weights 0. (For a
# single neuron with the log-loss that is fine: its cost never bends downwards, as you have
# just seen, so there is no second valley to get caught in. In a network zeros are no good,
# for quite another reason, which lesson 3 tells.) `progress` changes nothing about the
# loop; should it take long, you see how far it is.

# %% tags=["nbval-rtol-1e-2"]
def learn(X, y, eta, steps):
    """(GD) on the log-loss from 0: weights, bias, and the costs on the way."""
    w, b, course = np.zeros(X.shape[1], X.dtype), 0.0, []
    for _ in progress(range(steps), "step"):
        z = X @ w + b  # (Z)
        course.append(log_loss(z, y))
        weight_gradient, bias_gradient = gradients(X, log_error(z, y))
        w = w - eta * weight_gradient
        b = b - eta * bias_gradient
    return w, b, course


w, b, course = learn(images, is_zero, eta=0.3, steps=200)
for step in (0, 1, 10, 50, 199):
    print(f"step {step:3}: log-loss {course[step]:.3f}")
assert course[-1] < 0.1 * course[0]

# %% [markdown]
# The cost has fallen to less than a tenth of what it was. What is that in right
# verdicts, on images that it did not learn from? And since few of them are zeros, count
# both kinds of mistakes.
#
# **Predict.** Who always says no errs in ten of a hundred images. In how many does the
# neuron err?

# %% tags=["nbval-rtol-1e-3", "nbval-atol-3"]
# My guess: ...
a = neuron(validation.images, w, b)
missed = np.sum((a <= 0.5) & y_validation)
false_alarms = np.sum((a > 0.5) & ~y_validation)
promised = right(a, y_validation)
print(f"right: {100 * promised:.1f} %, always no: {100 * always_no:.1f} %")
print(f"of {y_validation.sum()} zeros {missed} missed; ", end="")
print(f"{false_alarms} of {len(a) - y_validation.sum()} others taken for one")
assert promised > 0.98 > always_no
assert missed > false_alarms

# %% [markdown]
# One neuron, a straight cut through a space of 784 dimensions, and it errs in one or two
# images of a hundred where the baseline errs in ten. (Most people guess about five: one cut
# seems too little for all the ways to write a digit.) Most of its mistakes are zeros that
# it missed, although zeros are few: it has seen nine others for each of them.

# %% [markdown] tags=["slide"]
# ### What has it learnt?
#
# It has a weight for each pixel, so its weights are a picture. On the left those that are
# positive: ink there speaks for a 0. On the right those that are negative: ink there
# speaks against it.

# %% tags=["remove_input", "slide"]
strongest = np.abs(w).max()
figure, (left, right_side) = plots.subplots(1, 2, size=(5.2, 2.8))
plots.draw_digit(left, np.maximum(w, 0) / strongest, "speaks for a 0")
plots.draw_digit(right_side, np.maximum(-w, 0) / strongest, "speaks against")
plots.show(
    figure,
    "Two pictures of the weights. On the left, weights for a 0: two grey "
    "arcs, one left below and one right above the middle. On the right, "
    "weights against it: a dark spot in the middle, and a thin grey ring far "
    "outside it, thickest left above and right below.",
)

# %%
row, column = divmod(int(w.argmin()), 28)
print(f"strongest of all: {w.min():.2f}, in row {row}, column {column}")
assert w.min() == -strongest
assert max(abs(row - 14), abs(column - 14)) < 5
assert np.all(w[[0, 27, 756, 783]] == 0)  # the corners
assert np.all(w[images.max(axis=0) == 0] == 0)

# %% [markdown]
# Does ink speak for a 0 wherever a 0 has more of it than the others? Take five places,
# and hold the mean weight of each against its mean grey value, in a 0 and in the others.

# %%
rows, columns = np.divmod(np.arange(784), 28)
radius = np.hypot(rows - 14, columns - 14)  # of each pixel, from the middle
around = (radius >= 5) & (radius < 9)
side = (rows - 14) * (columns - 14)  # below 0: right above, and left below
places = {
    "middle": radius < 4,
    "left below, right above": around & (side < 0),
    "left above, right below": around & (side > 0),
    "10 pixels out": (radius >= 10) & (radius < 11),
    "11 or more": radius >= 11,
}
zero, others = (images[is_zero == k].mean(axis=0) for k in (1, 0))
signs = {}
for name, here in places.items():
    mean, own, other = (v[here].mean() for v in (w, zero, others))
    print(f"{name:23}  weight {mean:6.3f}, ", end="")
    print(f"grey {own:.3f} in a 0, {other:.3f} in others")
    signs[name] = np.sign(mean), np.sign(own - other)
assert list(signs.values()) == [(-1, -1), (1, 1), (-1, 1), (-1, 1), (-1, -1)]
slanted, across = list(places.values())[1:3]
assert zero[slanted].mean() > zero[across].mean()

# %% [markdown]
# Nobody told it that a 0 has a hole. The strongest weight of all is near the middle of
# the image, and it is negative: ink there speaks against a 0 as nowhere else. Around it
# lie two arcs of positive weights, left below and right above, where a slanted 0 is
# blackest. And at the rim, where other digits reach more often than a 0, ink speaks
# against it again. But the weights are no comparison of averages. Left above and right
# below, and ten pixels out, a 0 has more ink than the others, and still the weights
# there are negative on average: all weights learn together, from one error, and what a
# pixel is worth depends on what the others have said. In the corners the weights are
# still exactly 0, as was asserted above. Where there never was ink, the factor $x_{ik}$
# in (G) is 0, and a silent input teaches its weight nothing.
#
# Now look at the mistakes of which it was most certain: first some zeros that it missed,
# then what it took for one.

# %% tags=["nbval-image-3", "nbval-rtol-1e-2"]
p = probability_of_truth(a, y_validation)
order = np.argsort(p)[: np.sum(p < 0.5)]  # wrong ones only, the worst first
zeros = y_validation[order]
worst = np.concatenate([order[zeros][:4], order[~zeros][:4]])
plots.show_images(
    validation.images[worst],
    1,
    len(worst),
    "Misjudged digits with the label and the activation above each: first "
    "some 0 that are blotted, narrow or slanted, then others that leave the "
    "middle nearly free.",
    titles=[f"{validation.labels[i]}: {a[i]:.2f}" for i in worst],
)

# %% [markdown]
# Above each image stand its label and the activation. Is it the ink in the middle that
# has misled it? Split $z$ into what the middle adds to it and what all other pixels
# add. Then compare the means: the zeros that it missed with those that it found, and
# the others that it took for a 0 with those that it did not.

# %% tags=["nbval-rtol-1e-1"]
middle, yes = radius < 4, a > 0.5
z_middle = validation.images[:, middle] @ w[middle]
z_rest = validation.images[:, ~middle] @ w[~middle]
print(f"the middle has {middle.sum()} of {len(w)} pixels")
for name, wrong, well in (
    ("missed zeros", y_validation & ~yes, y_validation & yes),
    ("taken for a 0", ~y_validation & yes, ~y_validation & ~yes),
):
    shift = [z[wrong].mean() - z[well].mean() for z in (z_middle, z_rest)]
    print(f"{name:13}  z differs by {shift[0]:.1f} from the middle, ", end="")
    print(f"by {shift[1]:.1f} from the rest")
    assert shift[0] / sum(shift) > 0.5 and shift[0] * shift[1] > 0

# %% [markdown]
# More than the rest, but not alone: for either kind of mistake, these few pixels make
# more than half of the difference. A 0 that is narrow or blotted has ink in the
# forbidden middle. Others happen to leave the middle free. You see a closed loop, or
# none. The neuron does not know what a loop is, it adds up ink. For more, it would need
# colleagues who look at other things: a *layer*. That is lesson 3.

# %% [markdown]
# ## Held against the library
#
# Most of this is in `digitlib`, too. Its network with 784 inputs and one output is nothing
# but a neuron, with the quadratic cost. Does it agree with what you have written? Compare
# sigmoid, slope, cost and gradients, at random weights.

# %%
import digitlib

line = np.linspace(-20, 20, 401)
assert np.allclose(sigmoid(line), digitlib.sigmoid(line), rtol=1e-12)
assert np.allclose(sigmoid_prime(line), digitlib.sigmoid_prime(line))

network = digitlib.Network((784, 1), rng=0, dtype=np.float64)
network.biases[0][:] = 0.3
batch, target = images[:50].astype(float), is_zero[:50].astype(float)
z = batch @ network.weights[0][0] + 0.3
ours = gradients(batch, quadratic_error(z, target))
theirs = network.gradients(batch, target[:, None])
difference = max(np.abs(ours[k] - theirs[k][0]).max() for k in (0, 1))
print("the same to twelve decimal places:", difference < 1e-12)
assert difference < 1e-12
cost = network.cost(batch, target[:, None])
assert np.isclose(quadratic_cost(z, target), cost)

# %% [markdown]
# It agrees.

# %% [markdown] tags=["slide"]
# ## Ten neurons
#
# One neuron knows a 0. Take ten, ask neuron $j$ "is it a $j$?", and let the one with the
# largest activation have the verdict. The library's network with ten outputs, and nothing
# between them and the pixels, is just that. Let it learn with `sgd`, which takes a step
# after every ten images. (It has the quadratic cost. Exercise 2.4 asks you for ten neurons
# with the log-loss.)

# %%
ten = digitlib.Network((784, 10), rng=0)
ten.sgd(train, epochs=30, batch_size=10, eta=0.1, report=None)
print(f"{ten.parameter_count} weights and biases")

# %% [markdown] tags=["slide"]
# ## The test
#
# Everything has been trained. Open the test set, once: for the second time in this course.
#
# **Predict.** The nearest average reads 82 test digits in a hundred. How many do ten neurons
# read?

# %% tags=["nbval-rtol-1e-3", "opens-test", "slide"]
# My guess: ...
y_test = mnist.test.labels == 0
a = neuron(mnist.test.images, w, b)
print(f"is it a 0? right:     {100 * right(a, y_test):.2f} %")
print(f"is it a 0? always no: {100 * (1 - y_test.mean()):.2f} %")
assert abs(right(a, y_test) - promised) < 0.01

ten_read = ten.accuracy(mnist.test)
print(f"which digit? ten neurons: {100 * ten_read:.2f} %")
assert ten_read > (0.88 if mnist.is_sample else 0.915)

# %% [markdown]
# The one neuron reads about what validation had promised, since nothing was chosen by it.
# And ten? Most people guess hardly more than 82, and with reason: multiply out (NM) of
# lesson 1, and the nearest average, too, is a verdict by ten weighted sums of the pixels,
# each with a bias. But averages stay as they are, however many digits they misread. The
# weights have moved with each mistake. That makes a new rung:

# %% tags=["nbval-image-2", "slide"]
from digitlib.ladder import climb

climb({"ten neurons": ten_read}, mnist)

# %% [markdown]
# Ninety-two in a hundred. Each of the ten looks at the pixels, and none hears of another.
# What could neurons add that stand between the pixels and the verdict? On to
# [lesson 3](03_a_network_that_reads_digits.ipynb).

# %% [markdown]
# ## Notation
#
# How this lesson writes things:
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $n$, $i$ | number of images; one of them | `len(X)` |
# | $x_k$, $m$ | one of the numbers that a neuron takes in; how many these are | `X`, shape (n, m) |
# | $w_k$, $b$ | the weight for input $k$; the bias | `w`, shape (m,); `b` |
# | $z$, $a$ | what the neuron adds up to; its activation | `z`, `a` |
# | $y$ | what it should have said, 1 or 0 | `y` |
# | $S$, $S'$ | the sigmoid and its derivative | `sigmoid`, `sigmoid_prime` |
# | $e$ | the base of natural logarithms, 2.718 ... | `np.exp(1)` |
# | $u$ | short for $1 + e^{-z}$ | |
# | $C$, $L$ | quadratic cost, log-loss | `quadratic_cost`, `log_loss` |
# | $p_i$ | the probability that the neuron gave to the true label of image $i$ | |
# | $\varepsilon$ | error: how the cost of an image answers to $z$ | |
# | $\eta$ | learning rate | `eta` |
# | $\rho$, $\kappa$ | correlation of two inputs; the most that the cost bends | |
# | $v$, $\mu$ | velocity; what is left of it after a step | `v`, `mu` |
#
# Some of these letters meant something else before: in lesson 1, $x$ was a whole
# image, $y$ its one-hot label, and $m_d$ the average of a digit.

# %% [markdown] tags=["slide"]
# ## What you learned
#
# * A neuron adds up its inputs, each with a weight, and passes the sum through the
#   sigmoid. The sigmoid's slope is $S' = S\,(1 - S)$.
# * The error says how the cost answers to $z$: $(a - y)\,S'(z)$ for the quadratic cost,
#   $a - y$ for the log-loss. The factor $S'$ makes a confident mistake hard to unlearn.
# * The gradient is the mean of error times input. Gradient descent steps against it; too
#   small a learning rate crawls, too large a one leaps about.
# * One neuron tells a 0 from the other digits in about 99 of 100 images, and its weights,
#   seen as a picture, tell how. Ten of them, one for each digit, read 92 in 100.

# %% [markdown]
# ## Exercises
#
# Each exercise has a cell to fill in and a cell that checks it. The check runs your
# function on random inputs and answers in a line: a word of praise, or what is wrong and
# where to look. It never shows the answer, and you may ask it as often as you like.

# %%
from digitlib.checks.lesson02 import (
    check_boundary,
    check_descend_with_momentum,
    check_stable_sigmoid,
    check_ten_neurons,
)


# %% [markdown]
# **Exercise 2.1** (5 minutes). A neuron with two inputs is undecided, $a = \frac{1}{2}$,
# along a straight line in the plane of $x_1$ and $x_2$. Write `boundary`: given the two
# weights, the bias and some values of $x_1$, it returns the $x_2$ that belong to them on
# that line. The second weight is not 0.

# %% tags=["exercise"]
def boundary(w, b, x1):
    """Return x2, shape (n,), where the neuron is undecided.

    w has shape (2,), b is a number, and x1 has shape (n,).
    """
    raise NotImplementedError


# %% tags=["check"]
check_boundary(boundary)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# For which $z$ is $S(z)$ one half? Write (Z) for two inputs, put that $z$ in, and solve
# for $x_2$.
#
# </details>

# %% tags=["solution"]
def boundary(w, b, x1):
    """Return x2, shape (n,), where the neuron is undecided."""
    # S(z) is one half at z = 0: there w[0] x1 + w[1] x2 + b = 0.
    return -(w[0] * x1 + b) / w[1]


check_boundary(boundary)


# %% [markdown]
# **Exercise 2.2** (15 minutes). Call the lesson's sigmoid with $z = -1000$ and NumPy warns
# of an overflow: $e^{1000}$ is too large for a float. Write `stable_sigmoid`, for
# arrays of any shape, without a warning and without a loss: $S(-100)$ is about
# $e^{-100}$, which is tiny, and not 0.

# %% tags=["exercise"]
def stable_sigmoid(z):
    """Return S(z) for an array of floats, each from -1000 to 1000."""
    raise NotImplementedError


# %% tags=["check"]
check_stable_sigmoid(stable_sigmoid)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The power $e^{-|z|}$ is never above 1, whatever $z$ is. For $z \ge 0$ it is the one in
# (S). For $z < 0$, multiply numerator and denominator of (S) by $e^z$. `np.where`
# chooses between two arrays, but both are computed in full before it does.
#
# </details>

# %% tags=["solution"]
def stable_sigmoid(z):
    """Return S(z) for an array of floats, each from -1000 to 1000."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


check_stable_sigmoid(stable_sigmoid)


# %% [markdown]
# **Exercise 2.3** (25 minutes). In a long valley, gradient descent wastes its time: the
# slope along the valley is small. A ball would roll. Give the weights a *velocity* $v$,
# which remembers a part $\mu$ of itself from step to step. It begins at 0, and in each
# step
#
# $$ v \leftarrow \mu\, v - \eta\, \frac{\partial L}{\partial w}, \qquad
#    w \leftarrow w + v $$
#
# Write `descend_with_momentum` for any gradient, given as a function of the weights. It
# returns all places on the way, the start first.

# %% tags=["exercise"]
def descend_with_momentum(gradient, start, eta, mu, steps):
    """Return the path of the weights; shape (steps + 1, m).

    gradient(w) returns an array of shape (m,), as start has.
    """
    raise NotImplementedError


# %% tags=["check"]
check_descend_with_momentum(descend_with_momentum)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The velocity has to live from one step to the next, so it is made before the loop. Where
# is the gradient to be taken: before the step, or after it? And if all rows of your path
# are equal in the end, you have stored the same array many times: `w += v` changes it in
# place, `w = w + v` makes a new one.
#
# </details>

# %% tags=["solution"]
def descend_with_momentum(gradient, start, eta, mu, steps):
    """Return the path of the weights; shape (steps + 1, m)."""
    velocity = np.zeros(len(start))
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        velocity = mu * velocity - eta * gradient(path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


steepness = np.array([1.0, 30.0])  # a valley: flat one way, steep the other
root, away = np.sqrt(30), []
for eta, mu in (  # the best in the long run, without momentum and with it
    (2 / (1 + 30), 0.0),
    (4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2),
):
    end = descend_with_momentum(
        lambda w: steepness * w, np.array([3.0, 1.0]), eta, mu, 60
    )[-1]
    away.append(np.linalg.norm(end))
    print(f"mu = {mu:.2f}: {away[-1]:.1e} away from the lowest point")
assert away[1] < away[0] / 1000
check_descend_with_momentum(descend_with_momentum)


# %% [markdown]
# **Exercise 2.4** (an evening). Write the ten neurons yourself, with the log-loss and by
# (GD), as the lesson's one neuron learns: neuron $j$ is asked "is it a $j$?". All weights
# and biases begin at 0, and each step uses all images.
#
# Write `ten_neurons`, which returns the weights, a row for each neuron, and the biases.
# A loop over ten neurons would do, but there is a neater way: with the labels as one-hot
# rows, all ten learn in the same matrix products. Then ask the ten for their verdict,
# and let the largest activation win. Does it beat the nearest average of lesson 1?

# %% tags=["exercise"]
def ten_neurons(images, labels, eta, steps):
    """Return weights, shape (10, pixels), and biases, shape (10,).

    images has shape (n, pixels), labels are integers of shape (n,).
    """
    raise NotImplementedError


# %% tags=["check"]
check_ten_neurons(ten_neurons)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Write the shapes beside everything: images (n, pixels), weights (10, pixels), sums
# (n, 10), errors (n, 10), targets (n, 10). Which factor has to be transposed in the sums,
# and which in the gradient, so that the weights get something of their own shape? The
# mean runs over the images, for the biases too.
#
# </details>

# %% tags=["solution", "nbval-rtol-1e-2"]
def ten_neurons(images, labels, eta, steps):
    """Return weights, shape (10, pixels), and biases, shape (10,)."""
    Y = digitlib.one_hot(labels)
    W, b = np.zeros((10, images.shape[1])), np.zeros(10)
    for _ in progress(range(steps), "step"):
        errors = digitlib.sigmoid(images @ W.T + b) - Y
        W -= eta * errors.T @ images / len(images)
        b -= eta * errors.mean(axis=0)
    return W, b


few, x = train[:4000], validation.images
W, b = ten_neurons(few.images, few.labels, 0.3, 100)
means = [few.images[few.labels == d].mean(axis=0) for d in range(10)]
distances = [((x - mean) ** 2).sum(axis=1) for mean in means]
for name, verdicts in (
    ("ten neurons", (x @ W.T + b).argmax(axis=1)),
    ("nearest average", np.argmin(distances, axis=0)),
):
    shares[name] = np.mean(verdicts == validation.labels)
    print(f"{name}, from 4,000 images: {100 * shares[name]:.1f} % right")
assert shares["ten neurons"] > shares["nearest average"] + 0.03
check_ten_neurons(ten_neurons)

# %% [markdown]
# ## Further reading
#
# * W. S. McCulloch and W. Pitts, *A logical calculus of the ideas immanent in nervous
#   activity*, Bulletin of Mathematical Biophysics 5 (1943), doi:10.1007/BF02478259. A
#   neuron as a formula.
# * F. Rosenblatt, *The perceptron: a probabilistic model for information storage and
#   organization in the brain*, Psychological Review 65 (1958), doi:10.1037/h0042519. A
#   neuron that learnt.
# * D. R. Cox, *The regression analysis of binary sequences*, Journal of the Royal
#   Statistical Society B 20 (1958), doi:10.1111/j.2517-6161.1958.tb00292.x. Logistic
#   regression, in the same year, by a statistician.
# * G. Goh, *Why momentum really works*, Distill (2017), doi:10.23915/distill.00006.
#   Valleys, learning rates and momentum, with pictures to play with.
# * M. A. Nielsen, *Neural Networks and Deep Learning* (2015),
#   neuralnetworksanddeeplearning.com. Its third chapter tells of neurons that are certain
#   and wrong.
