# ---
# jupyter:
#   description: 'better costs, steps and habits: 98 % and more'
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: Learning better
# ---

# %% [markdown] tags=["slide"]
# # Learning better
#
# The network of [lesson 3](03_a_network_that_reads_digits.ipynb) goes through the
# training images thirty times, and still misreads hundreds of the others. Does
# it need more neurons? In the end they will help, but first it has to be taught better. It
# is a poor pupil: it listens least where it is most wrong, it begins with weights that
# somebody had to guess, it forgets after each step which way it was going, and nobody
# tells it when to stop.
#
# This lesson cures one bad habit after the other. What a network _is_ hardly changes; how
# it _learns_ does. In the end it reads more than 98 digits of a hundred after a few seconds
# of learning, and until then the test set stays shut.

# %% [markdown]
# **What you'll do**
#
# * choose a cost and an output layer that are made for each other;
# * build a network from layers that fit together like bricks;
# * try each cure with and without, and measure what it is worth;
# * search for good settings on the validation set, then open the test set once.
#
# **What you'll learn**
#
# * what softmax and cross-entropy are, and why the slope $S'$ cancels;
# * how large the first weights should be, and why;
# * what momentum and Adam remember of the steps behind them;
# * how over-fitting looks, and what helps: L2, dropout, early stopping, more data.
#
# **What you'll need**
#
# * the log-loss of [lesson 2](02_one_neuron.ipynb), the four equations of
#   [lesson 4](04_backpropagation.ipynb), and their form for a mini-batch from
#   [lesson 5](05_thinking_in_matrices.ipynb).

# %% [markdown] tags=["slide"]
# ## Sure and wrong
#
# In lesson 2 you met a neuron that was certain of the wrong answer and took hundreds of
# steps to change its mind. Is that rare? Not in a network. Take ten output neurons that
# look at the pixels, and let every one of them begin with a large bias. To each image
# they say: it is a 0, and a 1, and a 2, and so on, quite certainly. Nine of these ten
# answers are wrong, and you would think that there is a lot to learn from.

# %%
from itertools import pairwise, product

import numpy as np

from digitlib import Network, load_mnist, one_hot, sigmoid
from digitlib.pictures import plots
from digitlib.progress import progress
from digitlib.runtime import one_blas_thread

mnist = load_mnist()
training, validation = mnist.train, mnist.validation
print(f"{len(training)} images to learn from, {len(validation)} to choose by")


# %% [markdown]
# (If it says 4,000, you work with the small sample. Then your networks read less well
# than the text says, and where a difference is small it may come out the other way
# round.)
#
# The ten learn by gradient descent with the quadratic cost, from the same five hundred
# images at every step. `error_of` gives the errors of the outputs, here by (BP1m).

# %%
def outputs_over_time(error_of, steps=200, eta=0.05):
    """Mean activation of the outputs that should say 0, before each step."""
    X, Y = training.images[:500], one_hot(training.labels[:500])
    W = np.zeros((10, 784), np.float32)
    b = np.full(10, 5.0, np.float32)
    said = []
    for _ in range(steps):
        A = sigmoid(X @ W.T + b)  # (FF1m), (FF2m)
        said.append(A[Y == 0].mean())
        E = error_of(A, Y) / len(X)
        W, b = W - eta * E.T @ X, b - eta * E.sum(axis=0)  # (BP3m), (BP4m)
    return said


quadratic = outputs_over_time(lambda A, Y: (A - Y) * A * (1 - A))  # (BP1m)
for step in (0, 20, 50, 100, 199):
    print(f"after {step:3} steps the wrong outputs say {quadratic[step]:.3f}")

# %% [markdown]
# For dozens of steps next to nothing happens. The error of an output, (BP1m), is
# $(a - y) \cdot S'(z)$. The first factor is as large as it can be, but the second is next
# to 0, for the sigmoid is flat out there. Such a neuron is called *saturated*. The surer
# it is, the less it learns, even when it is wrong.
#
# ## A cost that listens
#
# Turn the question round. In lesson 2 somebody gave you the log-loss, and its error
# happened to be $a - y$. Suppose that nobody had. You _want_ the error to be $a - y$:
# the more wrong, the more to learn. Which cost has it? By the chain rule the error is
# $\frac{\partial C}{\partial a} \cdot S'(z)$, and by (S') the slope is $a\,(1 - a)$. So
# the cost has to satisfy
#
# $$ \frac{\partial C}{\partial a} = \frac{a - y}{a\,(1 - a)}
#    = -\frac{y}{a} + \frac{1 - y}{1 - a} \tag{CE1} $$
#
# and that you can integrate: the first term comes from $-y \ln a$, the second from
# $-(1 - y) \ln (1 - a)$. Their sum is the log-loss. There is no other cost, but for a
# constant. In the code, only the error changes.

# %% tags=["slide"]
log_loss_run = outputs_over_time(lambda A, Y: A - Y)

figure, axes = plots.subplots(size=(5.6, 2.6))
axes.plot(log_loss_run, color=plots.BLUE, label="log-loss: error $a - y$")
axes.plot(
    quadratic,
    "--",
    color=plots.ORANGE,
    label=r"quadratic: error $(a - y) \cdot S'$",
)
axes.set(xlabel="step", ylabel="what wrong outputs say", ylim=(0, 1.05))
axes.legend()
plots.show(
    figure,
    "Mean activation of the wrong outputs against steps. With the log-loss it "
    "falls from 1 to about 0.2 within some ten steps. With the quadratic cost "
    "it stays near 1 for dozens of steps before it falls.",
)
assert log_loss_run[20] < 0.3 < 0.9 < quadratic[20]


# %% [markdown]
# The same neurons, the same images, the same step size. Where they were sure and wrong,
# they now learn fastest.

# %% [markdown] tags=["slide"]
# ## Ten answers that know of each other
#
# One thing is still odd. The ten outputs do not know of each other: they may all say yes.
# But an image shows _one_ digit, and what you want is ten probabilities that add up to 1.
# So let the outputs compete. Call the ten sums $z_0, \dots, z_9$ *scores*, make them
# positive by the exponential function, and divide by their total:
#
# $$ a_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \tag{SM} $$
#
# This is the *softmax*. It has one trap: $e^{1000}$ is more than a computer can hold. But
# adding the same number to all scores multiplies above and below by the same factor, so
# nothing changes. Subtract the largest score, and no exponent is above 0.

# %%
def softmax(Z):
    """(SM) for each row of Z."""
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


scores = np.array([[2.0, 1.0, 0.0, -1.0], [1002.0, 1001.0, 1000.0, 999.0]])
for row in softmax(scores):
    print(" ".join(f"{a:.3f}" for a in row), f"  sum {row.sum():.3f}")


# %% [markdown]
# Only differences count: both rows give the same. And what does it cost? As in lesson 2,
# ask how likely the network thought the truth was, and take minus the logarithm. If
# $y_k$ is 1 for the true digit and 0 for the others, that is the *cross-entropy*
#
# $$ C = -\sum_k y_k \ln a_k \tag{CE} $$
#
# ### The slope cancels again
#
# What is the error of an output now? Put (SM) into (CE). The logarithm takes the
# exponential function away, and the $y_k$ add up to 1:
#
# $$ C = -\sum_k y_k \Bigl( z_k - \ln \sum_j e^{z_j} \Bigr)
#      = -\sum_k y_k z_k + \ln \sum_j e^{z_j} $$
#
# Now move one score, $z_k$. The first term answers with $-y_k$. In the second, only one
# of the powers moves, and what comes out is a softmax:
#
# $$ \varepsilon_k = \frac{\partial C}{\partial z_k}
#    = -y_k + \frac{e^{z_k}}{\sum_j e^{z_j}} = a_k - y_k \tag{CE'} $$
#
# No slope is left in it, though every score moves all ten outputs. Nudge and see:

# %%
def cross_entropy(A, labels):
    """(CE): the mean of minus the logarithm of what the truth was given."""
    return -np.log(A[np.arange(len(A)), labels]).mean()


rng = np.random.default_rng(0)
Z, label = rng.normal(size=(1, 10)), np.array([3])
by_hand = np.empty(10)
for k in range(10):
    nudge = np.zeros((1, 10))
    nudge[0, k] = 1e-5
    above, below = softmax(Z + nudge), softmax(Z - nudge)
    rise = cross_entropy(above, label) - cross_entropy(below, label)
    by_hand[k] = rise / 2e-5
by_proof = softmax(Z)[0] - one_hot(label)[0]
for k in (2, 3, 4):
    print(f"score {k}: nudged {by_hand[k]:.7f}, by proof {by_proof[k]:.7f}")
assert np.abs(by_hand - by_proof).max() < 1e-9


# %% [markdown]
# Seven decimal places agree. Remember (CE') as the reason why everybody uses this pair:
# an output layer whose error is what it said minus what it should have said.

# %% [markdown] tags=["slide"]
# ## Layers as bricks
#
# You will change this network many times, so build it from parts that can be exchanged.
# Look at (BP2m) of [lesson 5](05_thinking_in_matrices.ipynb) again:
#
# $$ E^{(l)} = E^{(l+1)}\, W^{(l+1)} \odot S'\bigl(Z^{(l)}\bigr) $$
#
# There each row of $E$ was about the cost of one image, and the $1/m$ of the mean came in
# with the gradients. From here on it is in $E$ itself: the error at the top is divided by
# $m$ once, and (BP3m) and (BP4m) have no $1/m$ any more.
#
# It does two things that have nothing to do with each other. The product carries the
# errors back through the weights; the factor $S'$ takes them back through the sigmoid.
# So make two kinds of layers. Each has a way `forward`, and a way `backward` that
# turns the errors of what it gave into the errors of what it was given. (So far only a
# sum $z$ had an error. From here on the errors of any numbers are the derivatives of the
# cost by them.) A layer that has parameters also keeps their gradients.

# %%
class Dense:
    """Weights and biases, and nothing else."""

    def __init__(self, weights):
        biases = np.zeros(len(weights), weights.dtype)
        self.parameters = [weights, biases]

    def forward(self, X, rng=None):
        """(FF1m)."""
        self.X = X
        weights, biases = self.parameters
        return X @ weights.T + biases

    def backward(self, E):
        """Gradients by (BP4m) and (BP3m); back through the weights, (BP2m)."""
        self.gradients = [E.T @ self.X, E.sum(axis=0)]
        return E @ self.parameters[0]


# %% [markdown]
# For the other brick you could take the sigmoid. But you know from
# [lesson 4](04_backpropagation.ipynb) what it does to a deep network: its slope is at most
# a quarter, so each layer makes the errors smaller, until none are left. The *rectified
# linear unit*, ReLU for short, is even simpler and has not this fault:
#
# $$ a = \max(z, 0), \qquad
#    \frac{\partial a}{\partial z} = \begin{cases} 1 & \text{if } z > 0 \\
#    0 & \text{otherwise} \end{cases} \tag{RELU} $$
#
# It can say as loudly as it likes that it has seen something, and its slope is still 1.
# (It has a fault of its own. A neuron whose sum is negative for every image has the slope 0
# for every image, so it learns no more: such a neuron is called *dead*.)

# %%
class ReLU:
    """(RELU); the slope at 0 itself is taken as 0."""

    parameters, gradients = (), ()

    def forward(self, X, rng=None):
        self.A = np.maximum(X, 0)
        return self.A

    def backward(self, E):
        return E * (self.A > 0)


# %% [markdown]
# A network is a list of layers. The scores go up through the list; the errors begin with
# (CE') and come down.

# %%
def forward(layers, X, rng=None):
    """The scores Z of a batch; rng is for layers that play with chance."""
    for layer in layers:
        X = layer.forward(X, rng)
    return X


def gradients(layers, X, Y, rng=None):
    """Gradients of a batch's mean cost, in the order of the parameters."""
    E = (softmax(forward(layers, X, rng)) - Y) / len(X)  # (CE') for each row
    for layer in reversed(layers):
        E = layer.backward(E)
    return [g for layer in layers for g in layer.gradients]


def parameters(layers):
    """All arrays that learn."""
    return [p for layer in layers for p in layer.parameters]


# %% [markdown]
# Do not believe it before the judge of lesson 4 has seen it: every parameter of a small
# network, by central differences, in double precision. (`central_differences` of the
# library nudges those numbers of `p` that you name, here all of them. A nudge could push
# a sum across the kink of a ReLU, where there is no derivative; with numbers at random
# and a nudge as tiny as this one, that is rare.)

# %%
from digitlib.gradient_check import central_differences, relative_error

rng = np.random.default_rng(1)
first, second = rng.normal(size=(4, 6)), rng.normal(size=(3, 4))
small = [Dense(first), ReLU(), Dense(second)]
X, labels = rng.normal(size=(5, 6)), rng.integers(0, 3, 5)
for p in parameters(small):
    p += rng.normal(size=p.shape)  # biases that are not 0, too


def cost():
    return cross_entropy(softmax(forward(small, X)), labels)


worst = 0.0
claimed = gradients(small, X, one_hot(labels, 3))
for p, gradient in zip(parameters(small), claimed):
    measured = central_differences(cost, p, range(p.size))
    worst = max(worst, relative_error(gradient.ravel(), measured))
print("worst relative error below one in a million:", worst < 1e-6)
assert worst < 1e-6


# %% [markdown] tags=["slide"]
# ## The step and the loop
#
# The judge has no objections. A step, too, becomes a part that can be exchanged. Here
# is the one that you know:

# %%
class Descent:
    """(GD): a step against the gradient."""

    def start(self, parameters):
        """Called before the first step. There is nothing to remember."""

    def step(self, parameters, gradients, eta):
        for p, g in zip(parameters, gradients):
            p -= eta * g


# %% [markdown]
# And the loop over mini-batches, with three doors left open for later. The learning rate
# is a function of the *moment*, which runs from 0 at the beginning of the training to 1
# at its end. The order may be shuffled. And after each epoch somebody may `look`, and say
# that it is enough. (The matrix products run on one thread, for the reason that lesson 5
# gives. `progress` is the bar that you know from lesson 3.)

# %%
def learn(layers, data, epochs, eta, optimizer, rng, shuffle=True, look=None):
    """Learn in mini-batches of 64, at the rate eta(moment)."""
    X, Y = data.images, one_hot(data.labels)
    optimizer.start(parameters(layers))
    cuts = range(0, len(X), 64)
    for epoch in progress(range(epochs), "epoch"):
        order = rng.permutation(len(X)) if shuffle else np.arange(len(X))
        with one_blas_thread():
            for k, cut in enumerate(progress(cuts, "mini-batch")):
                batch = order[cut : cut + 64]
                moment = (epoch + (k + 0.5) / len(cuts)) / epochs
                g = gradients(layers, X[batch], Y[batch], rng)
                optimizer.step(parameters(layers), g, eta(moment))
        if look and look(layers):
            break


# %% [markdown]
# For now the rate stays as it is, and what counts is what has always counted.

# %%
def steady(eta):
    """A learning rate that stays as it is."""
    return lambda moment: eta


def accuracy(layers, digits):
    """The share of digits whose highest score is the right one."""
    verdicts = forward(layers, digits.images).argmax(axis=1)
    return np.mean(verdicts == digits.labels)


# %% [markdown]
# Ready. One epoch, with weights of variance 1 / inputs as in lesson 3. Beside it runs the
# network of lesson 3, with as many neurons and batches of the same size.

# %% tags=["nbval-rtol-1e-2"]
def rnd_matrix(rows, cols, rng):
    """Gaussian numbers with mean 0 and variance 1/cols."""
    return rng.standard_normal((rows, cols)) / np.sqrt(cols)


rng = np.random.default_rng(0)
first = rnd_matrix(128, 784, rng).astype(np.float32)
second = rnd_matrix(10, 128, rng).astype(np.float32)
layers = [Dense(first), ReLU(), Dense(second)]
learn(layers, training, 1, steady(0.1), Descent(), rng)

old = Network((784, 128, 10))
old.sgd(training, epochs=1, batch_size=64, eta=0.1, report=None)

new_accuracy = accuracy(layers, validation)
old_accuracy = old.accuracy(validation)
print(f"sigmoid and quadratic cost:  {100 * old_accuracy:.1f} %")
print(f"ReLU and cross-entropy:      {100 * new_accuracy:.1f} %")
assert new_accuracy > old_accuracy + 0.05

# %% [markdown]
# Same size, same number of steps, same learning rate. Some of the gain comes from larger
# gradients, and a larger $\eta$ would help the old network as well. But you need not go
# looking for it: an error that is not stifled is large where it should be.

# %% [markdown] tags=["slide"]
# ## Shuffle the cards
#
# A mini-batch stands for the whole training set. Does it? MNIST's file is well mixed, so
# lesson 3 got away with taking the images as they come. Now suppose that somebody has
# tidied the file: first all the zeros, then all the ones, up to the nines. (From here on a
# helper stacks the layers, and ten thousand images are enough to see a difference.)

# %% tags=["nbval-rtol-5e-2"]
some = training[:10_000]
tidy = some[np.argsort(some.labels, kind="stable")]


def dense_layers(sizes, rng, matrix=rnd_matrix):
    """Dense layers of the given sizes, with ReLU between them."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        weights = matrix(outputs, inputs, rng).astype(np.float32)
        layers += [Dense(weights), ReLU()]
    return layers[:-1]


for shuffle in (False, True):
    rng = np.random.default_rng(0)
    layers = dense_layers((784, 128, 10), rng)
    learn(layers, tidy, 2, steady(0.1), Descent(), rng, shuffle)
    percent = 100 * accuracy(layers, validation)
    print(f"shuffled: {shuffle!s:5}  {percent:.1f} %")
    assert percent > 80 if shuffle else percent < 50


# %% [markdown]
# In order, the network learns to say 0, then unlearns it and learns to say 1, and what
# remains in the end is the last digit that it saw. A new random order for each epoch
# costs nothing and cures it. (It is the _indices_ that are shuffled. Nobody's data is
# moved.)

# %% [markdown] tags=["slide"]
# ## Where should the weights begin?
#
# Lesson 3 gave a row of $n$ weights the variance $1/n$, so that sums keep their size.
# Was that right for a ReLU? Follow the size of the numbers through a layer. The weights
# are independent of each other and of what comes in, with mean 0 and variance
# $\sigma^2$. So the product $w_k a_k$ has the mean 0, too, and its variance is the mean of
# $w_k^2 a_k^2$, which is $\sigma^2$ times the mean of $a_k^2$:
#
# $$ \text{Var}(z) = \sum_{k=1}^{n} \text{Var}(w_k a_k)
#    = n\,\sigma^2 \cdot \text{mean of } a^2 $$
#
# And how large is the mean of $a^2$ behind a ReLU? The sums below are as often negative
# as positive. The negative ones become 0, the others stay as they are: half of the mean
# square survives. So $\text{Var}(z)$ above is $\frac{1}{2} n\,\sigma^2$ times
# $\text{Var}(z)$ below, and it keeps its size from layer to layer if
#
# $$ \sigma^2 = \frac{2}{n} \tag{HE} $$
#
# This is the initialisation of He and others, from 2015. (The errors on their way back are
# sums too, over the neurons of the layer above, and half of them are silenced too. So where
# layers are about equally wide, the same rule keeps them from vanishing.) Compare it with
# three others.

# %%
def zeros_matrix(rows, cols, rng):
    return np.zeros((rows, cols))


def normal_matrix(rows, cols, rng):
    """Variance 1."""
    return rng.standard_normal((rows, cols))


def he_matrix(rows, cols, rng):
    """(HE): variance 2/cols."""
    return rng.standard_normal((rows, cols)) * np.sqrt(2 / cols)


STARTS = {
    "zeros": zeros_matrix,
    "N(0, 1)": normal_matrix,
    "1/sqrt(n)": rnd_matrix,
    "He": he_matrix,
}


# %% [markdown]
# First the sizes alone, without any learning: ten layers of 200 neurons, and after each
# one the standard deviation of its sums.

# %%
def sizes_through(matrix, depth=10, width=200):
    """Standard deviation of the sums in each layer of a deep network."""
    rng = np.random.default_rng(0)
    A = rng.normal(size=(300, width))
    sizes = []
    for _ in range(depth):
        Z = A @ matrix(width, width, rng).T
        sizes.append(Z.std())
        A = np.maximum(Z, 0)
    return sizes


print(f"zeros: {max(sizes_through(zeros_matrix)):.0f} in every layer")

# %% tags=["slide"]
figure, axes = plots.subplots(size=(5.8, 2.8))
for (name, matrix), (marker, colour) in zip(
    list(STARTS.items())[1:], plots.MARKERS
):
    sizes = sizes_through(matrix)
    axes.semilogy(range(1, 11), sizes, marker=marker, color=colour, label=name)
    print(f"{name:9}  first layer {sizes[0]:.2f}, tenth {sizes[-1]:.2g}")
axes.set(xlabel="layer", ylabel="size of the sums")
axes.legend()
plots.show(
    figure,
    "Standard deviation of the sums in ten layers, on a logarithmic scale. "
    "From N(0, 1) it rises by a factor of ten each layer, from 1/sqrt(n) it "
    "falls slowly, and from He's start it stays level.",
)

# %% [markdown]
# With variance 1 the sums explode; with $1/n$ they fade, and half of their mean square
# is lost each time; with $2/n$ they stay. (Zeros are not in the picture: a logarithmic
# scale has no place for them.) What does that mean for learning? Two hidden layers are
# enough to tell.

# %% tags=["nbval-rtol-2e-1"]
first_epoch = {}
for name, matrix in STARTS.items():
    rng = np.random.default_rng(0)
    layers = dense_layers((784, 128, 128, 10), rng, matrix)
    learn(layers, some, 1, steady(0.1), Descent(), rng)
    first_epoch[name] = accuracy(layers, validation)
    print(f"{name:9}  {100 * first_epoch[name]:.1f} % after one epoch")
assert first_epoch["zeros"] < 0.2
assert first_epoch["He"] > first_epoch["N(0, 1)"]


# %% [markdown]
# From zeros nothing can be learnt: every hidden neuron says 0, so every gradient above it
# is 0, and through weights of 0 no error gets down to them either. (Only the biases
# of the outputs learn: to name the commonest digit, whatever they see.) From N(0, 1) the
# scores are so large that the network is sure and wrong from the beginning, and each
# step is a leap. With so few layers the other two differ by little; with ten of them, the
# sizes in the picture part them.
#
# ### The inputs have a mean, too
#
# The derivation never asked that numbers come in around 0, only that weights do. Learning
# is easier all the same if they do. Pixels do not: paper is 0, ink is positive. Subtract
# their mean grey. That is a layer as well, and it learns nothing.

# %% tags=["nbval-rtol-1e-2"]
class Centre:
    """Subtracts one number from all inputs."""

    parameters, gradients = (), ()

    def __init__(self, mean):
        self.mean = mean

    def forward(self, X, rng=None):
        return X - self.mean

    def backward(self, E):
        return E


grey = training.images.mean()
print(f"mean grey {grey:.2f}")
for name, below in (("as they are", []), ("centred", [Centre(0.13)])):
    rng = np.random.default_rng(0)
    layers = below + dense_layers((784, 128, 10), rng, he_matrix)
    learn(layers, training, 1, steady(0.1), Descent(), rng)
    print(f"{name:11}  {100 * accuracy(layers, validation):.1f} %")


# %% [markdown]
# (The mean is rounded, so that it is the same number wherever you meet it.) Why should
# one number matter? If no input is negative, an image gives all weights of a neuron
# gradients of the same sign, that of its error: they can only rise together or fall
# together. Around 0 they are free. It costs a subtraction. (What a ReLU puts out is never
# negative either, so the layer above it bears the same. Networks learn in spite of it;
# exercise 6.4 is about a cure.)
#
# From now on every network has it. Here is one of 784-128-10, the same each time.

# %%
def fresh_layers():
    """784-128-10, centred, from He's start."""
    rng = np.random.default_rng(0)
    return [Centre(0.13), *dense_layers((784, 128, 10), rng, he_matrix)]


print(f"{sum(p.size for p in parameters(fresh_layers())):,} parameters")


# %% [markdown] tags=["slide"]
# ## A step that remembers
#
# Plain descent has no memory. In a long, narrow valley that is a misery: the gradient
# points at the steep wall opposite, hardly ever along the floor. Each step throws you to
# the other side, and a learning rate that is small enough not to be thrown out is far too
# small for the way ahead. Take such a valley with two weights only:

# %%
def valley(p):
    """A cost that is 25 times as steep in one direction as in the other."""
    return 0.5 * (p[0] ** 2 + 25 * p[1] ** 2)


def valley_path(optimizer, eta, steps=60):
    """The places that an optimizer visits in the valley; (steps + 1, 2)."""
    p = np.array([-4.0, 1.2])
    optimizer.start([p])
    path = [p.copy()]
    for _ in range(steps):
        optimizer.step([p], [p * np.array([1, 25])], eta)
        path.append(p.copy())
    return np.array(path)


path = valley_path(Descent(), 0.07)
for step in (0, 1, 2, 3, 20, 60):
    print(f"step {step:2}: at ({path[step][0]:5.2f}, {path[step][1]:5.2f})")


# %% [markdown]
# The second number jumps from side to side, while the first creeps to 0. What would a
# heavy ball do? It does not turn at every step. It has a velocity $v$, the gradient
# changes the velocity, and the velocity changes the place:
#
# $$ v \leftarrow \mu v - \eta\, g, \qquad p \leftarrow p + v \tag{MOM} $$
#
# Here $p$ is a parameter, $g$ the derivative of the cost by it, and $\mu$, slightly
# below 1, is what friction leaves of the velocity. This is called *momentum*. What does
# it gain? Suppose first that the gradient stays the same for a while, and then that it
# changes its sign at every step. After many steps, the last with the gradient $g$:
#
# $$ \begin{aligned}
#    v &= -\eta g\,(1 + \mu + \mu^2 + \dots) = -\frac{\eta g}{1 - \mu} \\
#    v &= -\eta g\,(1 - \mu + \mu^2 - \dots) = -\frac{\eta g}{1 + \mu}
#    \end{aligned} $$
#
# With $\mu = 0.9$ the first is ten times the step of plain descent, the second about half of
# it. Forwards ten times as fast, and across half as far.

# %%
class Momentum:
    """(MOM)."""

    def __init__(self, mu=0.9):
        self.mu = mu

    def start(self, parameters):
        self.velocities = [np.zeros_like(p) for p in parameters]

    def step(self, parameters, gradients, eta):
        for p, g, v in zip(parameters, gradients, self.velocities):
            v *= self.mu
            v -= eta * g
            p += v


# %% [markdown] tags=["slide"]
# ### A step size for every weight
#
# Momentum smooths the direction. The other half of the misery is the _size_: the steep
# direction wants a small step, the flat one a large step. What if each parameter measured
# how large its gradients usually are, and divided by that? Keep two running means, one of
# the gradients and one of their squares; the root of the second is the usual size:
#
# $$ m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
#    s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2 $$
#
# Both begin at 0, and so they are too small at first. By how much? After $t$ steps
#
# $$ m = (1 - \beta_1)\,\bigl(g_t + \beta_1 g_{t-1} + \beta_1^2 g_{t-2} + \dots
#    + \beta_1^{t-1} g_1\bigr) $$
#
# The factors of a mean should add up to 1. These add up to
# $(1 - \beta_1)(1 + \beta_1 + \dots + \beta_1^{t-1}) = 1 - \beta_1^t$. So divide by
# that, and in the same way for $s$:
#
# $$ p \leftarrow p - \eta\, \frac{m / (1 - \beta_1^t)}
#    {\sqrt{s / (1 - \beta_2^t)} + \epsilon} \tag{ADAM} $$
#
# This is *Adam*, for adaptive moments, by Kingma and Ba (2015). (In statistics $m$ and
# $s$ are called moments; the moment of a training is another matter.) Its $\epsilon$ is
# tiny and keeps you from dividing by 0; it is no error $\varepsilon$. Multiply all
# gradients by a thousand, and nothing changes: above and below are a thousand times as
# large. So $\eta$ is now about how far each parameter goes in a step, whatever the cost.

# %%
class Adam:
    """(ADAM), with the constants of the paper."""

    def __init__(self, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def start(self, parameters):
        self.t = 0
        self.means = [np.zeros_like(p) for p in parameters]
        self.squares = [np.zeros_like(p) for p in parameters]

    def step(self, parameters, gradients, eta):
        self.t += 1
        share_m = 1 - self.beta1**self.t
        share_s = 1 - self.beta2**self.t
        for p, g, m, s in zip(
            parameters, gradients, self.means, self.squares
        ):
            m += (1 - self.beta1) * (g - m)
            s += (1 - self.beta2) * (g * g - s)
            p -= eta * (m / share_m) / (np.sqrt(s / share_s) + self.epsilon)


# %% [markdown]
# ($m + (1 - \beta)(g - m)$ is $\beta m + (1 - \beta) g$, written so that it can be added
# in place.) Three ways through the same valley, each with constants that suit it:

# %% tags=["remove_input", "slide"]
paths = {
    "descent": valley_path(Descent(), 0.07),
    "momentum": valley_path(Momentum(0.8), 0.03),
    "Adam": valley_path(Adam(0.8, 0.95), 0.3),
}
x, y = np.meshgrid(np.linspace(-4.5, 1.5, 120), np.linspace(-1.6, 1.6, 80))
figure, axes = plots.subplots(3, 1, size=(5.8, 5.2))
for place, (name, path), (marker, colour) in zip(
    axes, paths.items(), plots.MARKERS
):
    place.contour(x, y, valley([x, y]), 12, colors="#BBBBBB", linewidths=0.7)
    place.plot(*path.T, marker=marker, color=colour, lw=0.8)
    place.plot(0, 0, "k*", markersize=9)
    close = int(np.argmax([valley(p) < 0.01 for p in path]))
    reached = f"after {close} steps" if close else "not in 60 steps"
    print(f"{name:9} cost below 0.01 {reached}")
    place.set(title=name, xlim=(-4.5, 1.5), ylim=(-1.6, 1.6))
plots.show(
    figure,
    "Three paths across the contour lines of a narrow valley to its lowest "
    "point. Plain descent zigzags between the walls and creeps along. "
    "Momentum swings a few times and then runs along the floor. Adam walks "
    "almost straight and circles in.",
)

# %% [markdown]
# Descent is thrown about, momentum swings and rolls on, Adam takes steps of the same
# length in both directions, as if the valley were round. Now the real landscape. It has
# as many dimensions as the network has parameters, and there is no map. Two epochs for
# each, at a rate that suits it: plain descent bears a higher one than momentum, whose
# steps add up.

# %% tags=["nbval-rtol-2e-2"]
rules = {
    "descent": (Descent(), 0.5),
    "momentum": (Momentum(), 0.1),
    "Adam": (Adam(), 0.002),
}
read = {}
for name, (optimizer, eta) in rules.items():
    layers = fresh_layers()
    learn(layers, some, 2, steady(eta), optimizer, np.random.default_rng(1))
    read[name] = accuracy(layers, validation)
    print(f"{name:9} eta {eta:5}: {100 * read[name]:.1f} %")
others = min(read["momentum"], read["Adam"])
assert mnist.is_sample or others > read["descent"]


# %% [markdown]
# Both get further than plain descent. (On the small sample the steps are too few to tell.)
# Which of the two is better depends on the task and on how well $\eta$ was chosen. For
# these digits momentum does no worse, and it is the simpler one, so stay with it.

# %% [markdown] tags=["slide"]
# ## Fast, then careful
#
# How large should the learning rate be? Large, at first, for there is a long way to go.
# But a mini-batch knows the gradient only roughly, and near the goal large steps in
# slightly wrong directions make the weights tremble around it. So let the rate fall to
# 0. And the very first steps are taken with weights that mean nothing yet, so begin
# carefully, too. With a peak of $\eta_0$, reached after a fifth of the training, at the
# moment $u$:
#
# $$ \eta(u) = \eta_0 \cdot \min\Bigl( \frac{u}{0.2},\; \frac{1 - u}{0.8} \Bigr) \tag{WARM} $$
#
# A rule of this kind is called a *schedule*, and its rising part a *warm-up*.

# %% tags=["nbval-rtol-2e-2"]
def warm_up(peak, rise=0.2):
    """(WARM): the rate as a function of the moment."""
    return lambda u: peak * min(u / rise, (1 - u) / (1 - rise))


def accuracies(eta, epochs=4):
    """Accuracy after each epoch of a training at the rate eta."""
    layers, each = fresh_layers(), []

    def look(layers):
        each.append(accuracy(layers, validation))

    rng = np.random.default_rng(1)
    learn(layers, training[:20_000], epochs, eta, Momentum(), rng, look=look)
    return each


final = {}
for name, eta in (("steady 0.1", steady(0.1)), ("warm-up", warm_up(0.2))):
    each = accuracies(eta)
    print(f"{name:10}", "  ".join(f"{100 * a:.1f} %" for a in each))
    final[name] = each[-1]
assert final["warm-up"] > final["steady 0.1"]

# %% [markdown]
# The rates of both have the same mean. While its own is high, the schedule is behind: its
# steps are up to twice as long, and the weights tremble more. Then the rate falls, the
# trembling dies down, and it overtakes.

# %% [markdown] tags=["slide"]
# ## When it learns by heart
#
# So far you were in a hurry. What happens if the network has much time and few images?
# Take a thousand of them, and watch two costs: that of the images it learns from, and
# that of images which it has never seen.

# %%
few, unseen = training[:1000], validation[:2000]


def cost_of(layers, digits):
    """(CE) on some digits; no answer counts as less likely than 1e-12."""
    A = softmax(forward(layers, digits.images))
    return cross_entropy(np.maximum(A, 1e-12), digits.labels)


def learn_from_few(layers, optimizer, epochs=40, look=None):
    """A training on a thousand images; the costs of known and unseen ones."""
    costs = []

    def watch(layers):
        costs.append([cost_of(layers, few), cost_of(layers, unseen)])
        return look and look(layers)

    rng = np.random.default_rng(1)
    learn(layers, few, epochs, steady(0.05), optimizer, rng, look=watch)
    return np.array(costs)


plain = fresh_layers()
plain_costs = learn_from_few(plain, Momentum())

# %% tags=["remove_input", "nbval-image-2", "slide"]
figure, axes = plots.subplots(size=(5.8, 2.7))
epochs = np.arange(1, 41)
axes.plot(epochs, plain_costs[:, 0], color=plots.BLUE, label="images it knows")
axes.plot(
    epochs, plain_costs[:, 1], "--", color=plots.ORANGE, label="unseen images"
)
axes.set(xlabel="epoch", ylabel="cost", ylim=(0, 0.8))
axes.legend()
plots.show(
    figure,
    "Cost against epochs. On the thousand images that the network learns "
    "from it falls to 0. On unseen images it falls at first and then rises.",
)

# %% tags=["nbval-rtol-5e-2"]
best = int(plain_costs[:, 1].argmin())
print(f"unseen images: lowest cost {plain_costs[best, 1]:.2f}, ", end="")
print(f"at the end {plain_costs[-1, 1]:.2f}")
print(f"known images read:  {100 * accuracy(plain, few):.1f} %")
print(f"unseen images read: {100 * accuracy(plain, unseen):.1f} %")
assert plain_costs[-1, 0] < 0.05
assert plain_costs[-1, 1] > 1.05 * plain_costs[best, 1]


# %% [markdown]
# For a few epochs both costs fall: the network learns what digits look like. Then they
# part. It goes on getting better on images that it knows, all the way to perfection,
# and the cost of all others grows: it learns _these thousand images_. That is
# *over-fitting*, and only the dashed curve shows it. Four things help.

# %% [markdown] tags=["slide"]
# ### Large weights are suspect
#
# To tell one training image from all others, a network has to answer violently to small
# differences, and that takes large weights. So make them cost something:
#
# $$ C_{\text{total}} = C + \frac{\lambda}{2} \sum w^2, \qquad
#    \frac{\partial C_{\text{total}}}{\partial w} = \frac{\partial C}{\partial w} + \lambda w
#    \tag{L2} $$
#
# Each step now also takes a small share from every weight, unless the data insist on it;
# hence the name *weight decay*. The sum runs over weights only. A bias makes nothing
# violent. In code it is a coat of paint over any optimizer: weights are the arrays with
# two dimensions.

# %%
class Decay:
    """(L2): another optimizer's steps, with lambda * w in the gradients."""

    def __init__(self, optimizer, l2):
        self.optimizer, self.l2 = optimizer, l2

    def start(self, parameters):
        self.optimizer.start(parameters)

    def step(self, parameters, gradients, eta):
        penalised = [
            g + self.l2 * p if p.ndim == 2 else g
            for p, g in zip(parameters, gradients)
        ]
        self.optimizer.step(parameters, penalised, eta)


# %% [markdown] tags=["slide"]
# ### Nobody is indispensable
#
# A neuron that learns by heart relies on certain others to do their part. So let them
# fail. For each mini-batch, keep every hidden neuron with the probability $q$ and
# silence it otherwise. What is left of $a$ is smaller on average, by the factor $q$;
# divide by $q$, and the mean is what it was:
#
# $$ \tilde{a} = \frac{r}{q}\, a, \qquad r = 1 \text{ with probability } q,
#    \text{ otherwise } 0 \tag{DO} $$
#
# This is *dropout*. Errors go back through the same neurons, so (DO) is its own way back.
# When the network is asked in earnest, all neurons answer. In the code, a generator is
# handed over while the network learns, and none when it answers.

# %%
class Dropout:
    """(DO): chance while learning, nothing otherwise."""

    parameters, gradients = (), ()

    def __init__(self, keep):
        self.keep = keep

    def forward(self, X, rng=None):
        if rng is None:
            self.mask = np.float32(1)
        else:
            kept = rng.random(X.shape, X.dtype) < self.keep
            self.mask = kept * X.dtype.type(1 / self.keep)
        return X * self.mask

    def backward(self, E):
        return E * self.mask


# %% [markdown] tags=["slide"]
# ### Stop in time
#
# The dashed curve had a lowest point. *Early stopping* looks for it on the validation
# set: after each epoch, keep a copy of the parameters if they are the best so far, and
# when nothing has improved for some epochs, stop and go back to the copy. What is best?
# That is for you to say. The curve shows the cost; here it is the accuracy that counts.

# %%
class EarlyStopping:
    """Looks after each epoch; says that it is enough when patience ends."""

    def __init__(self, patience, digits):
        self.patience, self.digits = patience, digits
        self.epoch, self.best = 0, -1.0

    def __call__(self, layers):
        self.epoch += 1
        now = accuracy(layers, self.digits)
        if now > self.best:
            self.best, self.best_epoch = now, self.epoch
            self.copies = [p.copy() for p in parameters(layers)]
        return self.epoch - self.best_epoch >= self.patience

    def restore(self, layers):
        for p, copy in zip(parameters(layers), self.copies):
            p[...] = copy


# %% [markdown] tags=["slide"]
# ### More images, out of nothing
#
# The best cure is more data. You have no more; but a 7 that is moved by a pixel is still
# a 7, and to a network of weights and pixels it is quite another image. So each time an
# image comes up, move it at random by up to one pixel. Nothing is stored: a batch is
# moved when its turn has come. Put it on a sheet with a margin, and cut it out again from
# another place.

# %% tags=["slide"]
def shift(images, rng, most=1):
    """Each image moved at random by up to `most` pixels; paper comes in."""
    n, side = len(images), 28 + 2 * most
    sheets = np.zeros((n, side, side), images.dtype)
    sheets[:, most:-most, most:-most] = images.reshape(n, 28, 28)
    down, right = rng.integers(0, 2 * most + 1, (2, n))
    rows = down[:, None, None] + np.arange(28)[:, None]
    columns = right[:, None, None] + np.arange(28)
    cut = sheets[np.arange(n)[:, None, None], rows, columns]
    return cut.reshape(n, 784)


rng = np.random.default_rng(4)
sevens = training.images[training.labels == 7][:1].repeat(10, axis=0)
plots.show_images(
    shift(sevens, rng, most=3),
    1,
    10,
    "The same 7 ten times, each moved by up to three pixels.",
)


# %% [markdown]
# (By three, so that you can see it.) Now all of them on the same thousand images.

# %% tags=["nbval-rtol-1e-1"]
class Shift:
    """A first layer that moves images while the network learns."""

    parameters, gradients = (), ()

    def forward(self, X, rng=None):
        return X if rng is None else shift(X, rng)

    def backward(self, E):
        return E


stopping = EarlyStopping(5, validation)
centre, first, relu, second = fresh_layers()
remedies = {
    "nothing": (fresh_layers(), Momentum(), None),
    "L2": (fresh_layers(), Decay(Momentum(), 0.005), None),
    "dropout": ([centre, first, relu, Dropout(0.5), second], Momentum(), None),
    "early stopping": (fresh_layers(), Momentum(), stopping),
    "shifts": ([Shift(), *fresh_layers()], Momentum(), None),
}

# %% tags=["nbval-rtol-1e-1", "nbval-atol-8"]
results = {}
for name, (layers, optimizer, look) in remedies.items():
    costs = learn_from_few(layers, optimizer, look=look)
    if look:
        look.restore(layers)
    results[name] = cost_of(layers, unseen)
    print(f"{name:15} {len(costs):2} epochs  ", end="")
    print(f"known {cost_of(layers, few):.2f}  ", end="")
    print(f"unseen {results[name]:.2f}  ", end="")
    print(f"read {100 * accuracy(layers, unseen):.1f} %")
assert results["L2"] < results["nothing"]
assert results["dropout"] < results["nothing"]
assert results["shifts"] < 0.9 * results["nothing"]

# %% [markdown]
# Read each row against the first. L2 keeps the network from being quite so sure of what
# it knows, and the cost of unseen images comes down. With dropout it comes down as well,
# though the network is as sure as before. Early stopping spares you the last epochs. (It
# chose by images that it is
# measured on here, so its row is a little flattered.) But nothing beats more images,
# even images that are made up. Against over-fitting, ask for data first.

# %% [markdown] tags=["slide"]
# ## Ours and the library's
#
# You have written nearly everything that `digitlib` has for learning: `layers.py`,
# `costs.py`, `optimizers.py` and `training.py` are these cells with their arguments
# checked and a few more of each kind, `Model` is the list of layers, and `train` is
# `learn`. Does it do the same? Start both with the same weights, leave nothing out, and
# compare what they have learnt.

# %%
import digitlib
from digitlib import augment, dense_model

rules = {
    "descent": (Descent(), digitlib.SGD()),
    "momentum": (Momentum(), digitlib.Momentum()),
    "Adam": (Adam(), digitlib.Adam()),
}
for name, (ours, theirs) in rules.items():
    dense = dense_layers((784, 30, 10), np.random.default_rng(0), he_matrix)
    hidden, relu, output = dense
    layers = [Shift(), Centre(0.13), hidden, relu, Dropout(0.8), output]
    model = dense_model((784, 30, 10), rng=0, keep=0.8, l2=0.001, mean=0.13)

    optimizer, rng = Decay(ours, 0.001), np.random.default_rng(1)
    learn(layers, few, 2, warm_up(0.01), optimizer, rng)
    settings = {"eta": digitlib.warm_up(0.01), "augment": augment.shift}
    settings |= {"optimizer": theirs, "rng": 1, "report": None}
    digitlib.train(model, few, 2, **settings)

    learnt = hidden.parameters[0], output.parameters[0]
    apart = [np.abs(w - v).max() for w, v in zip(learnt, model.weights)]
    print(f"{name:9} the same to four decimal places:", max(apart) < 1e-4)
    assert max(apart) < 1e-4


# %% [markdown]
# It does the same. What the library adds is comfort: Ctrl-C stops a training after a
# whole step, each epoch is reported in a line, and the first layer is spared the errors
# of the pixels, for which nobody asks (`to_inputs` in `layers.py`).

# %% [markdown] tags=["slide"]
# ## Choose
#
# How many neurons? How large a peak? With shifts or without? Nobody can tell you; try.
# But mind what you are doing. Whoever tries a dozen settings and keeps the best has
# _learnt from_ the digits that decided, if only a little. So the validation set
# decides, and the test set stays shut.
#
# A search is a list of settings and a score for each. The trials have nothing to do
# with each other, so they may run at the same time: `search` hands them to two
# processes.

# %% tags=["nbval-ignore-output"]
def score(known, unseen, hidden, peak, moved):
    """Validation accuracy after a short training with these settings."""
    model = dense_model((784, hidden, 10), rng=0, mean=0.13)
    digitlib.train(
        model,
        known,
        epochs=6,
        eta=digitlib.warm_up(peak),
        optimizer=digitlib.Momentum(),
        augment=augment.shift if moved else None,
        report=None,
    )
    return model.accuracy(unseen)


grid = product((32, 256), (0.02, 0.1, 0.4), (False, True))
candidates = [
    {"hidden": hidden, "peak": peak, "moved": moved}
    for hidden, peak, moved in grid
]
trials = digitlib.search(score, candidates, data=(some, validation), jobs=2)
for trial in trials:
    print(f"{100 * trial.score:.2f} %  {trial.settings}")
best = trials[0].settings
assert best["hidden"] == 256


# %% [markdown]
# Some are so close to each other that with another seed they may change places. What
# matters stands out all the same: more neurons help, moved images help, and a rate that
# is too small or too large hurts. (More neurons than 256 were not tried. Where the best
# value lies at the edge of the grid, a better one may lie beyond.) (The processes are
# [joblib](https://joblib.readthedocs.io)'s. On a cluster of machines the same line runs
# unchanged inside `with joblib.parallel_config(backend="dask"):`, once a
# `distributed.Client` is connected.)
#
# Now all the training images, with the neurons and the peak that came out best. First
# without shifts:

# %% tags=["nbval-rtol-1e-2"]
def final_model():
    return dense_model((784, best["hidden"], 10), rng=0, mean=0.13)


recipe = {
    "eta": digitlib.warm_up(best["peak"]),
    "optimizer": digitlib.Momentum(),
    "validation": validation,
}
unmoved = final_model()
history = digitlib.train(unmoved, training, 10, report=None, **recipe)
print(f"validation {100 * unmoved.accuracy(validation):.1f} %")

# %% [markdown]
# And with them, for as many epochs. If you run this in JupyterLab, a picture grows while
# it learns.

# %% tags=["nbval-rtol-3e-1"]
moved = final_model()
moved_history = digitlib.train(
    moved,
    training,
    epochs=10,
    augment=augment.shift,
    watch=plots.live_history(),
    **recipe,
)

# %% tags=["nbval-ignore-output"]
print(f"{sum(history.seconds):.1f} seconds without shifts, ", end="")
print(f"{sum(moved_history.seconds):.1f} seconds with them")

# %% tags=["nbval-ignore-output", "remove_input", "slide"]
plots.show_histories(
    {"as they are": history, "moved by a pixel": moved_history},
    "Accuracy on the validation set against epochs, for the network that "
    "learns from images as they are and for the one that learns from moved "
    "images. Both rise; the second ends higher.",
)

# %% [markdown]
# The network with moved images may meet an image in any of nine places, where the other
# meets it in one. It begins no better and ends higher, so on the validation set it is
# the one to choose.

# %% [markdown] tags=["slide"]
# ## The test
#
# Everything has been chosen. Open the test set, once in this lesson: for the two, and for
# the network of lesson 3 after its thirty epochs, to compare. It is opened for the fourth
# time in this course; nothing here was chosen by what came out before.

# %% tags=["nbval-rtol-1e-2", "opens-test", "slide"]
lesson_3 = Network((784, 40, 10))
lesson_3.sgd(training, epochs=30, batch_size=10, eta=0.1, report=None)

lowest = (0.85, 0.90, 0.92) if mnist.is_sample else (0.954, 0.980, 0.985)
networks = {"lesson 3": lesson_3, "as they are": unmoved, "moved": moved}
on_test = {}
for (name, network), least in zip(networks.items(), lowest):
    on_test[name] = network.accuracy(mnist.test)
    print(f"{name:12} {100 * on_test[name]:.1f} % of the test digits")
    assert on_test[name] >= least
assert 1 - on_test["as they are"] < 0.7 * (1 - on_test["lesson 3"])

# %% [markdown]
# Most of the mistakes are gone, and it took fewer epochs. A layer still takes a
# weighted sum and bends it. What you changed is where it begins, what it is blamed for,
# how it walks, and in the end how many neurons there are. Which digits are still
# misread? Look at validation images, for the test set is not for studying:

# %% tags=["nbval-ignore-output", "slide"]
images, labels = validation.images, validation.labels
activations = moved.feedforward(images)
misread = np.flatnonzero(activations.argmax(axis=1) != labels)[:6]
plots.show_verdicts(
    images[misread],
    labels[misread],
    activations[misread],
    "Six validation digits that the network misreads, each with its ten "
    "activations as bars. Most are badly written; often the bar of the true "
    "digit is the second highest.",
)

# %% [markdown]
# Would you have read them all? Often the true digit has the second highest bar. Lesson 7
# asks what such a network looks at, and how sure it may be.

# %% [markdown]
# ## Notation
#
# What this lesson adds to the tables of lessons
# [3](03_a_network_that_reads_digits.ipynb) and [5](05_thinking_in_matrices.ipynb):
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $E$ | errors of a batch, a row for each image; divided by $m$ at the top | `E` |
# | $n$, $\sigma^2$ | in (HE), the number of a neuron's weights; their variance | `cols` |
# | $p$ | a parameter: any weight or bias | `p` |
# | $g$ | the derivative of the cost by a parameter | `g` |
# | $v$, $\mu$ | velocity; what is left of it after a step | `v`, `mu` |
# | $m$, $s$ | in Adam, running means of $g$ and of $g^2$; else $m$ is the size of a batch | `m`, `s` |
# | $\beta_1$, $\beta_2$ | what is left of these means after a step | `beta1`, `beta2` |
# | $t$, $\epsilon$ | in Adam, the number of the step, from 1; a tiny number | `t`, `epsilon` |
# | $u$, $\eta(u)$ | a moment of the training, from 0 to 1; the rate then | `moment`, `eta` |
# | $\lambda$ | strength of the penalty for large weights | `l2` |
# | $q$, $r$, $\tilde{a}$ | probability that dropout keeps a neuron; 1 if it does; its activation then | `keep`, `kept` |
# | $\hat{Z}$, $\gamma$ | in exercise 6.4, the columns of $Z$ with mean 0 and spread 1; a factor for each | `gamma` |
# | $\hat{z}$, $\hat{\varepsilon}$ | there, a number of a column of $\hat{Z}$; its error | |
#
# Some of these letters meant something else before: $E$ was without $1/m$ in lesson 5,
# $n$ counts images elsewhere, $m$ is else the size of a mini-batch, $v$ was a number in
# (CR), $u$ another there, $\beta$ a factor in (gemm), $\eta$ the same at all times, and
# $r$ a row of pixels. In exercise 6.4 $\mu$ and $\sigma^2$ are the mean and the variance
# of a column.

# %% [markdown] tags=["slide"]
# ## What you learned
#
# * Softmax and cross-entropy belong together: the slope cancels, the error is $a - y$,
#   and who is sure and wrong learns fastest.
# * Behind a ReLU, weights of variance $2/n$ keep the size of the numbers through any
#   number of layers, and inputs are best centred around 0.
# * Momentum remembers the direction, Adam also the size. The learning rate begins
#   small, grows, and falls to 0.
# * Over-fitting shows on unseen images only. L2, dropout and early stopping help; more
#   data help more. The validation set chooses, and the test set is opened once.

# %% [markdown]
# ## Exercises

# %%
from digitlib.checks.lesson06 import (
    check_adamw_step,
    check_batch_norm_backward,
    check_cosine_rate,
    check_stable_cross_entropy,
)


# %% [markdown]
# **Exercise 6.1** (5 minutes). Another popular schedule lets the rate fall along half a
# wave of the cosine: from $\eta_0$ at the moment 0, through $\eta_0 / 2$ in the middle,
# to 0 at the moment 1. Write it.

# %% tags=["exercise"]
def cosine_rate(peak, moment):
    """The learning rate at a moment from 0 to 1."""
    raise NotImplementedError


# %% tags=["check"]
check_cosine_rate(cosine_rate)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Half a wave of the cosine runs over angles from 0 to $\pi$, and its values from 1 to
# $-1$. What must you add, and by what divide, for values from 1 to 0?
#
# </details>

# %% tags=["solution"]
def cosine_rate(peak, moment):
    """The learning rate at a moment from 0 to 1."""
    return peak * (1 + np.cos(np.pi * moment)) / 2


check_cosine_rate(cosine_rate)


# %% [markdown]
# **Exercise 6.2** (15 minutes). The lesson's `cross_entropy` takes activations, and an
# activation that has been rounded to 0 has no logarithm. Write a version that takes the
# scores `Z` instead and works for scores of $\pm 1000$, too. The last form of $C$
# before (CE'), a logarithm minus a score, is the one to use; the text below (SM) has told
# you how to make its sum harmless.

# %% tags=["exercise"]
def stable_cross_entropy(Z, labels):
    """The mean of (CE) for scores Z (n, 10) and labels (n,), as a number."""
    raise NotImplementedError


# %% tags=["check"]
check_stable_cross_entropy(stable_cross_entropy)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Subtract its largest score from each row, at once and for good: (CE) does not change.
# Then no power is above 1, one of them is exactly 1, and so the sum under the logarithm
# is at least 1.
#
# </details>

# %% tags=["solution"]
def stable_cross_entropy(Z, labels):
    """The mean of (CE) for scores Z (n, 10) and labels (n,), as a number."""
    lowered = Z - Z.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(lowered).sum(axis=1))
    return np.mean(log_total - lowered[np.arange(len(Z)), labels])


check_stable_cross_entropy(stable_cross_entropy)


# %% [markdown]
# **Exercise 6.3** (20 minutes). With Adam, (L2) does not do what it says: $\lambda w$
# goes into the means, and is then divided by the usual size of the gradients, so that
# weights with large gradients hardly decay. *AdamW* (Loshchilov and Hutter, 2019) keeps
# the two apart: $m$ and $s$ are those of (ADAM), from the gradient alone, and the step
# is
#
# $$ p \leftarrow p - \eta\, \Bigl( \frac{m / (1 - \beta_1^t)}
#    {\sqrt{s / (1 - \beta_2^t)} + \epsilon} + \lambda p \Bigr) $$
#
# with the old $p$ on the right-hand side. Write one step, the $t$-th, counted from 1;
# $\lambda$ is `decay`, and `m` and `s` come in as the step before has left them.
# The constants are those of the paper: 0.9, 0.999 and $10^{-8}$.

# %% tags=["exercise"]
def adamw_step(p, g, m, s, t, eta, decay):
    """Return new arrays p, m and s, all of the shape of p."""
    raise NotImplementedError


# %% tags=["check"]
check_adamw_step(adamw_step)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Three lines for three new arrays, and none of them changes the old ones. The new means
# come first, for the step uses them. Which of the four arrays may meet the number
# `decay`?
#
# </details>

# %% tags=["solution"]
def adamw_step(p, g, m, s, t, eta, decay):
    """Return new arrays p, m and s, all of the shape of p."""
    new_m = 0.9 * m + 0.1 * g
    new_s = 0.999 * s + 0.001 * g**2
    corrected = new_m / (1 - 0.9**t)
    size = np.sqrt(new_s / (1 - 0.999**t)) + 1e-8
    return p - eta * (corrected / size + decay * p), new_m, new_s


check_adamw_step(adamw_step)


# %% [markdown]
# **Exercise 6.4** (an evening). *Batch normalisation* (Ioffe and Szegedy, 2015) centres
# the numbers of every layer, as `Centre` does with the pixels, but each column by its own
# mean, and divides them by their spread. For each column of a batch $Z$ it takes the mean
# $\mu$ (here no friction) and the variance $\sigma^2$ over the $n$ rows, and returns
#
# $$ A = \gamma \odot \hat{Z}, \qquad
#    \hat{Z} = \frac{Z - \mu}{\sqrt{\sigma^2 + 10^{-5}}} $$
#
# with a factor $\gamma$ for each column, which is learnt. (The paper also adds a $\beta$ to
# each column, which is learnt like any bias; it is left out here.) Write its way back:
# from the errors $E$ of $A$ to the errors of $Z$ and the gradient of $\gamma$. Beware: each
# number of a column also moves the mean and the variance of that column. The check
# nudges every number, as the judge of lesson 4 does.

# %% tags=["exercise"]
def batch_norm_backward(E, Z, gamma):
    """Return the errors of Z (n, k) and the gradient of gamma (k,)."""
    raise NotImplementedError


# %% tags=["check"]
check_batch_norm_backward(batch_norm_backward)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Take one column, and call $\hat{\varepsilon}_i = \gamma E_i$ the error of $\hat{z}_i$.
# By (CR) of lesson 4, $z_i$ reaches the cost in three ways: through its own
# $\hat{z}_i$, through $\mu$, and through $\sigma^2$. Each of the last two touches all
# $\hat{z}$ of the column, so it needs a sum over them. Write the three parts one below
# the other before you write a line of code; then much can be put together.
#
# </details>

# %% tags=["solution"]
def batch_norm_backward(E, Z, gamma):
    """Return the errors of Z (n, k) and the gradient of gamma (k,)."""
    spread = np.sqrt(Z.var(axis=0) + 1e-5)
    normal = (Z - Z.mean(axis=0)) / spread
    hat = E * gamma  # the errors of the normalised numbers
    through_mean = hat.mean(axis=0)
    through_variance = normal * (hat * normal).mean(axis=0)
    errors = (hat - through_mean - through_variance) / spread
    return errors, (E * normal).sum(axis=0)


check_batch_norm_backward(batch_norm_backward)

# %% [markdown]
# ## Further reading
#
# * X. Glorot and Y. Bengio, *Understanding the difficulty of training deep feedforward
#   neural networks*, AISTATS (2010), Proceedings of Machine Learning Research 9, 249-256.
#   Saturated neurons, watched layer by layer.
# * K. He, X. Zhang, S. Ren and J. Sun, *Delving deep into rectifiers*, ICCV (2015),
#   arXiv:1502.01852. The variance $2/n$, derived.
# * B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR
#   Computational Mathematics and Mathematical Physics 4 (1964),
#   doi:10.1016/0041-5553(64)90137-5. The heavy ball.
# * D. P. Kingma and J. Ba, *Adam: a method for stochastic optimization*, ICLR (2015),
#   arXiv:1412.6980.
# * N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, *Dropout:
#   a simple way to prevent neural networks from overfitting*, Journal of Machine Learning
#   Research 15, 1929-1958 (2014).
# * L. Prechelt, *Early stopping, but when?*, in *Neural Networks: Tricks of the Trade*,
#   Springer (1998), doi:10.1007/3-540-49430-8_3.
# * P. Y. Simard, D. Steinkraus and J. C. Platt, *Best practices for convolutional neural
#   networks applied to visual document analysis*, ICDAR (2003),
#   doi:10.1109/ICDAR.2003.1227801. MNIST, and what moving the images gains.
# * I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press (2016),
#   deeplearningbook.org. Chapters 7 and 8 are about this lesson.
