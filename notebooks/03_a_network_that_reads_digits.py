# ---
# jupyter:
#   description: build the network, derive how it learns, read 95.8 % of the test digits
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: A network that reads digits
# ---

# %% [markdown] tags=["slide"]
# # A network that reads digits
#
# Here is an envelope, and on it a postcode in somebody's handwriting. You read it
# without thinking. How would you tell a computer to do the same? Try to write the
# rule for a 4: two strokes and a bar, unless the writer closes the top, or curves
# the stem, or leans to the left. Every rule has its exceptions, and the exceptions
# have exceptions.
#
# So you will not write the rule. You will write a machine with 31,810 dials, show it
# fifty thousand digits, and let it turn its dials until it reads them. The machine is
# short: by the end of this lesson you have seen every line of it at work.

# %% [markdown]
# **What you'll do**
#
# * look at handwritten digits as a computer has them: as 784 numbers each;
# * build a network of 784 inputs, 40 hidden neurons and 10 outputs;
# * let it learn by gradient descent, and see how many digits it then reads.
#
# **What you'll learn**
#
# * what a layer of neurons computes, as an equation and as a line of code;
# * what it means to learn: a cost that falls, a small step at a time;
# * how backpropagation tells every weight its share of the blame.
#
# **What you'll need**
#
# * vectors, matrices and their product; derivatives and the chain rule;
# * enough Python to read a function and a loop. Nothing about neural networks.

# %% [markdown]
# ## The digits
#
# The images are those of MNIST: grey pictures of 28 by 28 pixels, taken from forms
# that were filled in by employees of the American census and by school students.
# Each comes with its *label*, the digit that it shows. `digitlib`, the small package
# that belongs to this course, finds them or fetches them once, checks that not a byte
# is wrong, and returns three parts: a *training set* to learn from, a *validation set*
# to watch your progress on, and a *test set* that you keep shut until the very end.

# %%
import time

import numpy as np

from digitlib import load_mnist
from digitlib.pictures import plots
from digitlib.progress import progress

mnist = load_mnist()
for part in ("train", "validation", "test"):
    digits = getattr(mnist, part)
    n, pixels = digits.images.shape
    print(f"{part:10}  {n:6} images, {pixels} pixels each")


# %% [markdown]
# (If it says 4,000 where you expect 50,000, the digits could not be fetched, and a small
# sample stands in for them. The lesson works with it; your numbers will differ from
# those in the text.)
#
# An image has become a row of 784 grey values, line after line, from 0 for paper to
# nearly 1 for ink. Before you trust a data set, look at it. The function below draws
# as many images as you like, from any place on.

# %% tags=["slide"]
def show_digits(rows, columns, offset=0):
    """Draw rows * columns training images, from index offset on."""
    figure, axes = plots.subplots(rows, columns, (0.7 * columns, 0.7 * rows))
    for k, place in enumerate(np.ravel(axes)):
        plots.draw_digit(place, mnist.train.images[offset + k])
    labels = mnist.train.labels[offset : offset + rows * columns]
    plots.show(figure, f"Handwritten digits: {' '.join(map(str, labels))}.")


show_digits(3, 10)


# %% [markdown]
# No two hands write alike. Change the numbers in the call and go through some
# hundred more: you will find digits that you cannot read yourself. A machine that
# reads every one of them would be suspect.
#
# ### What the network sees, and what it should say
#
# Think of one image as a column $x$ of 784 numbers. The network answers with a column
# of ten numbers, one for each digit: the larger the number, the surer it is. So the
# right answer for a 5 is a column with a 1 in place 5, counting from 0, and 0
# elsewhere. Such a column is called *one-hot*.

# %%
def vectorized_result(d):
    """The digit d as a one-hot column of shape (10, 1)."""
    column = np.zeros((10, 1), dtype=np.float32)
    column[d] = 1
    return column


print(vectorized_result(5).T)


# %% [markdown]
# (Printed lying down, to save paper.) Now the training data is a list of pairs: an
# image as a column, and the column that the network ought to answer. For testing we
# only want to know whether the digit is right, so there the second half of each pair
# is the digit itself. (`zip` walks through two lists at once: the first with the first,
# the second with the second, and so on.) `load_data` makes both lists; but to make pairs
# of the test digits is to open the test set, so it has to wait for the end. Until then
# the pairs of the other two parts will do.

# %%
def training_pairs(digits):
    """Digits as a list of (x, one-hot column) pairs."""
    print("shape of the training data:", digits.images.shape)
    pairs = zip(digits.images, digits.labels)
    return [(x.reshape(784, 1), vectorized_result(d)) for x, d in pairs]


def test_pairs(digits):
    """Digits as a list of (x, digit) pairs."""
    pairs = zip(digits.images, digits.labels)
    return [(x.reshape(784, 1), d) for x, d in pairs]


def load_data():
    """Training pairs (x, one-hot column) and test pairs (x, digit)."""
    return training_pairs(mnist.train), test_pairs(mnist.test)


training_data = training_pairs(mnist.train)
validation_data = test_pairs(mnist.validation)
x, y = training_data[0]
print("one pair:", x.shape, y.shape)


# %% [markdown]
# A column of 784 and a column of 10, as planned.

# %% [markdown] tags=["slide"]
# ## A neuron
#
# A *neuron* takes in numbers $a_1, a_2, \dots$ and gives out one. It has a *weight*
# $w_k$ for each input, which says how much that input counts and in which direction,
# and one *bias* $b$, which says how easily it is roused. It adds up:
#
# $$ z = w_1 a_1 + w_2 a_2 + \dots + b $$
#
# A large $z$ is a yes, a very negative one a no. To have an answer between 0 and 1,
# and to be able to say _perhaps_, the neuron passes $z$ through the *sigmoid*, (S) of
# [lesson 2](02_one_neuron.ipynb#What-a-neuron-computes):
#
# $$ S(z) = \frac{1}{1 + e^{-z}} $$

# %%
def sigmoid(x):
    """(S): from any number to one between 0 and 1, element by element."""
    return 1 / (1 + np.exp(-x))


print(sigmoid(np.array([-1.0, 0.0, 1.0])))


# %% [markdown]
# One half at 0; and the answers to -1 and 1 add up to 1, since $1 - S(z) = S(-z)$.
#
# Learning is a matter of small changes, so you also need to know how much $S$ answers
# to a small change of its argument. That is the derivative, (S') of
# [lesson 2](02_one_neuron.ipynb#The-slope-of-the-sigmoid). It can be had from $S$
# itself, because $\frac{e^{-z}}{1 + e^{-z}} = 1 - \frac{1}{1 + e^{-z}}$:
#
# $$ S'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}
#          = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}}
#          = S(z)\,\bigl(1 - S(z)\bigr) $$

# %%
def sigmoid_prime(x):
    """(S'): the derivative of the sigmoid."""
    return sigmoid(x) * (1 - sigmoid(x))


print(sigmoid_prime(np.array([-5.0, 0.0, 5.0])))

# %% [markdown]
# One quarter in the middle, and next to nothing on either side. Both functions in one
# picture:

# %% tags=["remove_input", "slide"]
z = np.linspace(-8, 8, 200)
figure, axes = plots.subplots(size=(5, 2.4))
axes.plot(z, sigmoid(z), color=plots.BLUE, label="$S(z)$")
axes.plot(z, sigmoid_prime(z), "--", color=plots.ORANGE, label="$S'(z)$")
axes.set_xlabel("$z$")
axes.legend()
plots.show(
    figure,
    "The sigmoid rises from 0 to 1, through one half at z = 0. Its derivative "
    "is a hill around 0, one quarter high, and almost nothing beyond 5 on "
    "either side.",
)

# %% [markdown]
# Around 0 the neuron can be persuaded: a small push changes its answer. Far out, where
# $S'$ is almost nothing, its mind is made up and hardly any push gets through. You will
# meet this again when a network refuses to learn.

# %% [markdown] tags=["slide"]
# ## Three layers
#
# One neuron can tell apart only what a plane can part: where $z$ is 0 lies a plane in
# the space of its inputs, with yes on one side and no on the other. Ten of them, one for
# each digit, read many digits all the same. To read more, put neurons between, so that
# there are *layers*: the 784 pixels are the first, 40 *hidden* neurons look at all
# pixels, and 10 output neurons look at the 40 hidden ones.

# %% tags=["remove_input", "slide"]
plots.show_layers(
    (784, 40, 10),
    "Three columns of circles: 784 inputs, 40 hidden neurons, 10 outputs. "
    "Every circle is joined to every circle of the next column.",
    most=10,
)

# %% [markdown] tags=["slide"]
# Number the layers $l = 1, 2, 3$. Neuron $j$ of layer $l$ holds a weight
# $w_{jk}^{(l)}$ for every neuron $k$ of the layer before, and a bias $b_j^{(l)}$. Its
# answer is called its *activation* $a_j^{(l)}$. The activations of the first layer are
# the pixels, $a^{(1)} = x$, and every other layer does what one neuron did:
#
# $$ z_j^{(l)} = \sum_k w_{jk}^{(l)}\, a_k^{(l-1)} + b_j^{(l)} \tag{FF1} $$
#
# $$ a_j^{(l)} = S\bigl(z_j^{(l)}\bigr) \tag{FF2} $$
#
# The sum in (FF1) runs along row $j$ of a matrix. Collect the weights of a layer in
# a matrix $W^{(l)}$, with one row for each neuron, and the layer takes one line:
#
# $$ a^{(l)} = S\bigl(W^{(l)} a^{(l-1)} + b^{(l)}\bigr), \qquad l = 2, 3
#    \tag{FFv} $$
#
# The v in the tag is for *vector*, and $S$ of a column means $S$ of each entry.
#
# ### How many dials?
#
# The dials are the weights and biases, together called *parameters*. Each hidden neuron
# has 784 weights and a bias, each output neuron 40 weights and a bias.

# %%
parameters = 40 * (1 + 784) + 10 * (1 + 40)
conditions = 10 * len(mnist.train)
print(f"{parameters} parameters, {conditions} conditions: ", end="")
print(f"{conditions / parameters:.1f} conditions for each parameter")


# %% [markdown]
# Every training image asks for ten outputs to be right: more wishes than there are dials
# to grant them with. So the network cannot learn the images by heart, one is tempted to
# say, and will do as well on images that it has never seen. Is that a proof? No. You
# will measure it at the end.

# %% [markdown]
# ### Where do the weights begin?
#
# If all weights began equal, all hidden neurons would compute the same and would be
# changed in the same way, for ever. So they begin at random. But how large? The weights
# are independent, so the variances of the terms of a sum add up: if each weight has the
# variance $\sigma^2$, then $w_1 a_1 + w_2 a_2 + \dots$ has the variance
# $\sigma^2\,(a_1^2 + a_2^2 + \dots)$. Let $\sigma^2$ be one over the number of inputs.
# Then the variance of the sum is the mean of the $a_k^2$, and no longer grows with the
# number of inputs.

# %%
def rnd_matrix(rows, cols, rng):
    """Gaussian numbers with mean 0 and variance 1/cols, drawn from rng."""
    return rng.standard_normal((rows, cols)) / np.sqrt(cols)


rng = np.random.default_rng(0)
a = rng.standard_normal((784, 1))
for n in (49, 196, 784):
    z = rnd_matrix(2000, n, rng) @ a[:n]
    print(f"{n:3} inputs: the sums have a standard deviation of {z.std():.2f}")

x = training_data[0][0]
z = rnd_matrix(2000, 784, rng) @ x
print(f"the first image: a standard deviation of {z.std():.2f}")


# %% [markdown]
# Around 1 for inputs of size 1, however many there are. An image is mostly paper, so its
# sums are smaller. Either way the sigmoid can still be persuaded. Mind by what you
# divide, rows or columns: the _columns_ count the inputs. (The edition of the lecture that
# this lesson grew from wrote rows in its text, and columns in its code; its author's
# newest edition says columns in both.) And mind the
# generator. It begins from a *seed*, a number that you choose, so whoever runs this
# notebook meets the same random numbers and can check every result in it.
#
# ### The network
#
# Now put the pieces together: random weights, biases of 0, and (FFv) for each layer.

# %%
class Network:
    """784 inputs, a layer of hidden neurons, 10 outputs."""

    def __init__(self, hidden_size, rng):
        self.biases = [np.zeros((hidden_size, 1)), np.zeros((10, 1))]
        self.weights = [
            rnd_matrix(hidden_size, 784, rng),
            rnd_matrix(10, hidden_size, rng),
        ]

    def feedforward(self, x):
        """(FFv): the activations of the output layer for one column x."""
        a = x
        for w, b in zip(self.weights, self.biases):
            a = sigmoid(w @ a + b)
        return a


network = Network(40, np.random.default_rng(0))
np.set_printoptions(precision=2, suppress=True)
print(network.feedforward(x).T)


# %% [markdown]
# Ten numbers around one half for the first training image: it has no opinion yet. Its
# *verdict* is the digit with the largest activation. How many verdicts are right?

# %%
def evaluate(self, test_data):
    """How many of the (x, digit) pairs are classified correctly."""
    return sum(int(self.feedforward(x).argmax() == d) for x, d in test_data)


Network.evaluate = evaluate

correct = network.evaluate(validation_data)
print(f"{correct} of {len(validation_data)} right before any learning")


# %% [markdown]
# About one in ten, as ten digits and no idea would have it. (A function whose first
# parameter is `self` becomes a method when you store it in the class. So the class
# can grow cell by cell, as you come to understand its parts.)

# %% [markdown] tags=["slide"]
# ## What does it mean to learn?
#
# Say how wrong the network is, in one number. Take all $n$ training images, let $y_i$
# be the column that image $i$ should have given and $a_i$ the one that it gave, and
# take half the average of their squared distance:
#
# $$ C = \frac{1}{2n} \sum_{i=1}^{n} \lVert a_i - y_i \rVert^2 \tag{C} $$
#
# This is the *quadratic cost*. It depends on all 31,810 weights and biases, and it
# is 0 if and only if every answer is perfect. (The half changes nothing about where it
# is small. It will cancel the 2 that the square leaves when you differentiate.) To
# learn is to make the cost smaller.
#
# From where you stand, which way is down? The *gradient* of $C$ collects its
# derivatives with respect to every single weight and bias, and it points uphill. So
# take a small step the other way, with a *learning rate* $\eta$. This is (GD) of
# [lesson 2](02_one_neuron.ipynb#Downhill) again, with the quadratic cost:
#
# $$ w \leftarrow w - \eta\, \frac{\partial C}{\partial w}, \qquad
#    b \leftarrow b - \eta\, \frac{\partial C}{\partial b} $$
#
# The same holds for a whole matrix at once: $\partial C / \partial W$ has the shape of
# $W$, with the derivative for each weight in that weight's place.

# %% [markdown]
# One such step would have to look at all the training images. That is a long look for
# a small step. *Stochastic gradient descent* looks at ten images, a *mini-batch*, and
# takes the average of their gradients for the gradient of the whole. Each step is a
# little off, but there are hundreds or thousands of them where there was one. When all
# images have been used once, an *epoch* is over. (*Stochastic* means by chance: as a rule
# it is chance that decides which images make a mini-batch.)
#
# Suppose somebody hands you `backprop`, a method that returns the gradients for a single
# image. Then the step for a mini-batch is short:

# %%
def update_mini_batch(self, mini_batch, eta):
    """(GD): one step against the mean gradient of a list of (x, y) pairs."""
    weight_sums = [np.zeros(w.shape) for w in self.weights]
    bias_sums = [np.zeros(b.shape) for b in self.biases]
    for x, y in mini_batch:
        weight_gradients, bias_gradients = self.backprop(x, y)
        weight_sums = [s + g for s, g in zip(weight_sums, weight_gradients)]
        bias_sums = [s + g for s, g in zip(bias_sums, bias_gradients)]
    step = eta / len(mini_batch)
    self.weights = [w - step * s for w, s in zip(self.weights, weight_sums)]
    self.biases = [b - step * s for b, s in zip(self.biases, bias_sums)]


Network.update_mini_batch = update_mini_batch


# %% [markdown]
# The sum times $\eta$ over the number of images: that is $\eta$ times the mean.
#
# And learning is that step, over and over. After every epoch you want to know how far
# you are, so `sgd` counts right verdicts on data that it does not learn from. And for as
# long as you wait, `progress` shows a bar that fills up, in JupyterLab at least. To the
# loop it makes no difference.

# %%
def sgd(self, training_data, epochs, mbs, eta, test_data):
    """Learn in mini-batches of size mbs, in order; report after each epoch."""
    for j in range(1, epochs + 1):
        for k in progress(range(0, len(training_data), mbs), "mini-batch"):
            self.update_mini_batch(training_data[k : k + mbs], eta)
        print(f"Epoch {j:2}: {self.evaluate(test_data)} / {len(test_data)}")


Network.sgd = sgd


# %% [markdown]
# Two remarks. The mini-batches come in the order of the file, the same in every epoch, so
# here nothing is left to chance. A pack of cards is better shuffled; lesson 6 does it and
# measures what it gains. And the parameter is called `test_data`, as in the lecture; what
# you will hand to it is the validation data. Why, you will see in a moment.

# %% [markdown] tags=["slide"]
# ## Backpropagation
#
# One thing is missing, and it is the heart of the matter: the derivative of the cost
# with respect to each of 31,810 parameters. You could nudge every dial in turn and see
# what the cost does, but that takes 31,810 runs through the network for a single image.
# *Backpropagation* needs two: one forwards, one backwards.
#
# Take one image, so $C = \frac{1}{2} \lVert a^{(3)} - y \rVert^2$. Call
#
# $$ \varepsilon_j^{(l)} := \frac{\partial C}{\partial z_j^{(l)}} $$
#
# the *error* of neuron $j$ in layer $l$: how the cost answers when the neuron's sum is
# a touch larger. If you know the errors, you know everything. Four equations give
# them, here for whole columns ($\odot$ multiplies element by element).

# %% [markdown] tags=["slide"]
# ### Errors
#
# **The error of the output layer.** An output's sum moves its activation by $S'$, and
# the activation moves the cost by how far it is off:
#
# $$ \varepsilon^{(3)} = \bigl(a^{(3)} - y\bigr) \odot S'\bigl(z^{(3)}\bigr)
#    \tag{BP1v} $$
#
# **The error of a hidden layer.** A hidden neuron has no label to be compared with. It
# is to blame for the errors of all who listen to it, each in proportion to the weight
# with which they listen. The same weights that carried activations forwards carry
# errors backwards, through the transposed matrix. Its own $S'$ then decides how much of
# that gets through:
#
# $$ \varepsilon^{(l)} = \Bigl(\bigl(W^{(l+1)}\bigr)^{T} \varepsilon^{(l+1)}\Bigr)
#    \odot S'\bigl(z^{(l)}\bigr) \tag{BP2v} $$

# %% [markdown] tags=["slide"]
# ### Gradients
#
# **The gradient for the biases.** A bias is added to the sum, so it moves the cost as
# the sum does:
#
# $$ \frac{\partial C}{\partial b^{(l)}} = \varepsilon^{(l)} \tag{BP3v} $$
#
# **The gradient for the weights.** A weight moves the sum by as much as the activation
# that it multiplies. A silent input teaches its weight nothing. A column times a row is
# a matrix, with one entry for every pair of a listener and a speaker:
#
# $$ \frac{\partial C}{\partial W^{(l)}} =
#    \varepsilon^{(l)} \bigl(a^{(l-1)}\bigr)^{T} \tag{BP4v} $$

# %% [markdown] tags=["slide"]
# ### In Python
#
# These sentences make the equations plausible, and no more. The
# [next lesson](04_backpropagation.ipynb) proves them. Here they are in Python, line by
# line:

# %% tags=["slide"]
def backprop(self, x, y):
    """The gradients for one pair (x, y): weights first, then biases."""
    # Forwards, (FF1) and (FF2), remembering what passes by.
    z2 = self.weights[0] @ x + self.biases[0]
    a2 = sigmoid(z2)
    z3 = self.weights[1] @ a2 + self.biases[1]
    a3 = sigmoid(z3)
    # Backwards.
    error3 = (a3 - y) * sigmoid_prime(z3)  # (BP1v)
    error2 = (self.weights[1].T @ error3) * sigmoid_prime(z2)  # (BP2v)
    bias_gradients = [error2, error3]  # (BP3v)
    weight_gradients = [error2 @ x.T, error3 @ a2.T]  # (BP4v)
    return weight_gradients, bias_gradients


Network.backprop = backprop


# %% [markdown]
# Do you believe it? Nudge one weight and look: the cost should answer as the gradient
# says.

# %%
def cost_of_one(network, x, y):
    """(C) for a single image."""
    return 0.5 * np.sum((network.feedforward(x) - y) ** 2)


x, y = training_data[0]
weight_gradients, _ = network.backprop(x, y)
nudge = 1e-5
network.weights[1][3, 7] += nudge
above = cost_of_one(network, x, y)
network.weights[1][3, 7] -= 2 * nudge
below = cost_of_one(network, x, y)
network.weights[1][3, 7] += nudge

by_nudging = (above - below) / (2 * nudge)
by_backprop = weight_gradients[1][3, 7]
print(f"by nudging: {by_nudging:.8f}   by backpropagation: {by_backprop:.8f}")
assert abs(by_nudging - by_backprop) < 1e-8

# %% [markdown]
# They agree to eight decimal places. One weight is no proof, but it is a good sign.

# %% [markdown] tags=["slide"]
# ## It learns
#
# Everything is there. One epoch: all training images once, ten at a time, and then the
# digits of the validation set, none of which it has learnt from. The edition of the
# lecture that this lesson grew from threw the validation set away and watched its
# progress on the _test_ set. That is a habit to avoid: whoever looks at the test while
# still trying things out will, little by little, choose what suits the test. (The newest
# edition of the lecture has dropped it: it shuffles its images, and tests once.)

# %% tags=["nbval-atol-3"]
weights_at_start = [w.copy() for w in network.weights]
start = time.perf_counter()
network.sgd(training_data, 1, 10, 0.1, validation_data)
loop_seconds = time.perf_counter() - start

correct = network.evaluate(validation_data)
assert correct > 0.3 * len(validation_data)  # guessing would give a tenth

# %% [markdown]
# From one in ten to nearly nine in ten (to four in ten, if you work with the small
# sample), after having seen every image once. Nobody has said a word about strokes,
# loops or bars. How long did it take?

# %% tags=["nbval-ignore-output"]
lecture_seconds = 6 * 60 + 52
print(f"One epoch took {loop_seconds:.1f} seconds here.")
print(f"In the lecture, 30 of them took {lecture_seconds} seconds.")

# %% [markdown]
# ### The same thing, faster
#
# Nobody should have to wait for minutes in a lecture hall. `digitlib` has the same
# network; it stacks the ten images of a mini-batch into one matrix and treats them in one
# go. [Lesson 5](05_thinking_in_matrices.ipynb) shows how. It does the same arithmetic, and
# that is easily checked: give it the weights
# from which your own network started, let it learn for one epoch, and compare. (Its
# samples are rows, as in `mnist.train.images`, where yours are columns.)

# %%
from digitlib import Network as FastNetwork

fast = FastNetwork((784, 40, 10), dtype=np.float64)
fast.weights = [w.copy() for w in weights_at_start]
fast.sgd(mnist.train, epochs=1, batch_size=10, eta=0.1, report=None)

difference = max(
    np.abs(ours - theirs).max()
    for ours, theirs in zip(network.weights, fast.weights)
)
print("the same weights to ten decimal places:", difference < 1e-10)
assert difference < 1e-10

# %% [markdown]
# So nothing is lost by being fast. Now the whole run: 30 epochs, mini-batches of 10, a
# learning rate of 0.1. It computes with numbers of single precision, which are enough
# for a network, and faster.

# %% tags=["nbval-atol-5"]
network = FastNetwork((784, 40, 10), rng=0)
history = network.sgd(
    mnist.train, epochs=30, batch_size=10, eta=0.1, test=mnist.validation
)

# %% [markdown]
# The count grows nearly every time. And the waiting?

# %% tags=["nbval-ignore-output"]
rises = np.sum(np.diff(history.test_correct) > 0)
assert mnist.is_sample or rises >= 25

seconds = sum(history.seconds)
factor = 30 * loop_seconds / seconds
print(f"{seconds:.1f} seconds for 30 epochs: ", end="")
print(f"{factor:.0f} times as fast as the loop over samples")

# %% [markdown]
# A lecture can wait for that. Now you can afford to ask questions. Does it need forty
# hidden neurons? Give it ten, and everything else the same:

# %% tags=["slide"]
hidden = 10
narrow = FastNetwork((784, hidden, 10), rng=0)
narrow_history = narrow.sgd(
    mnist.train, 30, 10, 0.1, test=mnist.validation, report=None
)
plots.show_histories(
    {"40 hidden neurons": history, f"{hidden} hidden neurons": narrow_history},
    "Two curves of accuracy on the validation set over 30 epochs. Both rise "
    "steeply at first and then flatten; the network with 40 hidden neurons "
    "stays above the one with 10.",
)

# %% [markdown]
# The *accuracy* is the share of images read correctly. Most of it is learnt in the first
# few epochs, and then every further digit is hard won. Ten hidden neurons do
# surprisingly well; forty do better. How far would a hundred get? Change `hidden` and
# run the cell.
#
# Learning was to make the cost smaller. Did it?

# %% tags=["nbval-rtol-1e-2"]
from digitlib import one_hot

untaught = FastNetwork((784, 40, 10), rng=0)
for part in ("train", "validation"):
    digits = getattr(mnist, part)
    Y = one_hot(digits.labels)
    before = untaught.cost(digits.images, Y)
    after = network.cost(digits.images, Y)
    print(f"{part:10}  cost before: {before:.3f}   after: {after:.3f}")

# %% [markdown]
# It fell to a small part of what it was, and not only on the images that it was made to
# fall on.

# %% [markdown] tags=["slide"]
# ## The test
#
# The network is chosen, and nothing about it will be changed any more. So the test set
# may be opened. Once, and for the third time in this course: lessons 1 and 2 have opened
# it, too, for other readers.

# %% tags=["nbval-atol-5", "opens-test", "slide"]
training_data, test_data = load_data()
correct = network.evaluate(mnist.test)
print(f"{correct} of {len(test_data)} digits read correctly")
print(f"that is {100 * network.accuracy(mnist.test):.1f} %")
assert network.accuracy(mnist.test) > (0.85 if mnist.is_sample else 0.954)

# %% [markdown]
# After 30 epochs the lecture counted 9,569 of 10,000, on the set that it had watched. On
# the full data you get about as many; another seed gives a few more or a few less.
# Which digits does the network read, and which not? To study that, take validation
# images: whoever studies the test will tune to it. Under each image are the ten
# activations: blue for the true digit, orange and hatched for a wrong verdict.

# %% tags=["nbval-image-2", "slide"]
activations = network.feedforward(mnist.validation.images)
verdicts = activations.argmax(axis=1)
right = np.flatnonzero(verdicts == mnist.validation.labels)[:3]
wrong = np.flatnonzero(verdicts != mnist.validation.labels)[:4]
some = np.concatenate([right, wrong])
plots.show_verdicts(
    mnist.validation.images[some],
    mnist.validation.labels[some],
    activations[some],
    "Seven validation digits with the network's ten activations as bars. For "
    "three digits read correctly the bar of the true digit is near 1. For "
    "four that are misread, another bar is higher.",
)


# %% [markdown]
# The mistakes are telling. Some of these digits you might have misread as well, and
# often no activation comes near 1: the network is not sure. That is worth more than a
# verdict alone.

# %% [markdown]
# ### Did it learn by heart?
#
# Back to the question about parameters and conditions. A network that has only found
# what the images of a digit have in common does as well on new images as on those it
# learnt from. A network that has learnt its images by heart does better on those.
# Compare:

# %% tags=["nbval-rtol-1e-2"]
def compare(network, known, unknown):
    """Print the accuracy on images learnt from, and on others."""
    for name, digits in (("known", known), ("unknown", unknown)):
        print(f"{name:8} images: {100 * network.accuracy(digits):.1f} %")


compare(network, mnist.train, mnist.validation)

# %% [markdown]
# There is next to no difference. Is it because there are more conditions than
# parameters? Let two fresh networks learn from a thousand images only: one of the same
# size, which has more parameters than conditions now, and one with ten hidden neurons,
# which has fewer. The images are soon seen, so give them more epochs.

# %% tags=["nbval-rtol-1e-2", "slide"]
few = mnist.train[:1000]
for hidden in (40, 10):
    hasty = FastNetwork((784, hidden, 10), rng=0)
    print(f"{10 * len(few)} conditions, {hasty.parameter_count} parameters")
    hasty.sgd(few, epochs=300, report=None)
    compare(hasty, few, mnist.validation)
    assert hasty.accuracy(few) > hasty.accuracy(mnist.validation) + 0.05

# %% [markdown]
# Nearly perfect on what they know, and no more than fair on what they do not. That is
# *over-fitting*. And a count of parameters does not save you from it: the network that has
# fewer of them than there are conditions does no better. What makes the gap is that there
# are few images, and that they are looked at for so long. The only way to know is the one
# you just took: hold images back and measure.

# %% [markdown]
# ## Notation
#
# The whole course writes things this way:
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $x$ | an image, a column of 784 grey values | `x`, shape (784, 1) |
# | $y$ | the right answer, a one-hot column of 10 | `y`, shape (10, 1) |
# | $n$, $i$ | number of images; one of them | `len(training_data)` |
# | $a_i$, $y_i$ in (C) | the network's answer to image $i$, and the right one | |
# | $l$ | a layer: 1 is the input, 3 the output | |
# | $j$, $k$ | a neuron of layer $l$; one of the layer below | |
# | $w_{jk}^{(l)}$, $W^{(l)}$ | weight from neuron $k$ of layer $l-1$ to neuron $j$ of layer $l$; all of them, a row for each neuron | `weights[l - 2]`, shape (neurons, inputs) |
# | $b^{(l)}$ | biases of layer $l$, a column | `biases[l - 2]`, shape (neurons, 1) |
# | $z^{(l)}$, $a^{(l)}$ | weighted sums and activations of layer $l$, columns | `z2`, `a2` |
# | $S$, $S'$ | the sigmoid and its derivative | `sigmoid`, `sigmoid_prime` |
# | $C$ | the cost of all images | `cost_of_one` |
# | $\sigma^2$ | the variance of the weights at the start | |
# | $\varepsilon^{(l)}$ | errors of layer $l$: derivatives of $C$ with respect to $z^{(l)}$ | `error2` |
# | $\eta$ | learning rate | `eta` |
# | $\odot$ | product element by element | `*` |
# | $A^T$ | a matrix $A$, transposed; $(A B)^T = B^T A^T$ | `A.T` |
#
# Some of these letters meant something else before: $x$ and $y$ were rows in lesson 1,
# and $x_k$ was a pixel, which is now $a_k^{(1)}$. In lesson 2, $w$, $b$, $z$, $a$, $y$
# and $\varepsilon$ belonged to one neuron, and $C$ was its cost, (Q).

# %% [markdown] tags=["slide"]
# ## What you learned
#
# * An image is a column of 784 numbers, and a layer of neurons is a matrix product, an
#   addition and a sigmoid: $a^{(l)} = S(W^{(l)} a^{(l-1)} + b^{(l)})$.
# * To learn is to walk downhill on the cost, one mini-batch at a time.
# * Backpropagation finds the gradient for all parameters in two passes: errors
#   travel backwards through the same weights that carried the activations forwards.
# * Random beginnings need a seed, progress is watched on the validation set, and the
#   test set is opened once.

# %% [markdown]
# ## Exercises
#
# Each exercise has a cell to fill in and a cell that checks it. The check runs your
# function on random inputs and answers in a line: a word of praise, or what is wrong
# and where to look. It never shows the answer, and you may ask it as often as you
# like.

# %%
from digitlib.checks.lesson03 import (
    check_backprop_deep,
    check_confusion_matrix,
    check_count_parameters,
    check_quadratic_cost,
)


# %% [markdown]
# **Exercise 3.1** (5 minutes). How many weights and biases does a network have?
# Write `count_parameters`, which takes the sizes of the layers from input to output,
# as in `(784, 40, 10)`. There may be two of them or twenty.

# %% tags=["exercise"]
def count_parameters(sizes):
    """Return the number of weights and biases, for a tuple of layer sizes."""
    raise NotImplementedError


# %% tags=["check"]
check_count_parameters(count_parameters)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Take one neuron of the hidden layer. How many numbers does it hear, how many weights
# does that make, and what else does it own? Then how many such neurons are there, and
# which pairs of layers are connected?
#
# </details>

# %% tags=["solution"]
from itertools import pairwise


def count_parameters(sizes):
    """Return the number of weights and biases, for a tuple of layer sizes."""
    # A neuron owns a weight for each number that it hears, and one bias.
    return sum((heard + 1) * neurons for heard, neurons in pairwise(sizes))


check_count_parameters(count_parameters)


# %% [markdown]
# **Exercise 3.2** (10 minutes). `cost_of_one` knows one image, and `digitlib` computed
# the cost of all of them for you. Write `quadratic_cost`, (C) for $n$ samples at once. Samples
# are rows now: row $i$ of `outputs` is the network's answer $a_i$, and row $i$ of
# `targets` is what it should have been, $y_i$.
#
# $$ C = \frac{1}{2n} \sum_{i=1}^{n} \lVert a_i - y_i \rVert^2 $$
#
# The targets may be integers.

# %% tags=["exercise"]
def quadratic_cost(outputs, targets):
    """Return the quadratic cost of a batch; both arrays have shape (n, 10)."""
    raise NotImplementedError


# %% tags=["check"]
check_quadratic_cost(quadratic_cost)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# A squared distance is a sum of ten squares, one for each output. You need no root.
# Ask what is left over once these ten are added up, and how many there are of it.
#
# </details>

# %% tags=["solution"]
def quadratic_cost(outputs, targets):
    """Return the quadratic cost of a batch; both arrays have shape (n, 10)."""
    squared_distances = ((outputs - targets) ** 2).sum(axis=1)
    return squared_distances.mean() / 2


check_quadratic_cost(quadratic_cost)


# %% [markdown]
# **Exercise 3.3** (20 minutes). "So many correct" does not say what the network gets
# wrong. A *confusion matrix* does. Its entry in row $i$ and column $j$ is the number
# of images that show the digit $i$ and that the network took for a $j$. Write
# `confusion_matrix`. Some digits may be missing from the labels; the matrix has ten
# rows and ten columns all the same. Then ask it about your network, with `verdicts` and
# `mnist.validation.labels`: which digit is mistaken for which most often?

# %% tags=["exercise"]
def confusion_matrix(predictions, labels):
    """Count, in a (10, 10) integer array, which digit is taken for which.

    predictions and labels are integer arrays of shape (n,): what the
    network said, and what was true.
    """
    raise NotImplementedError


# %% tags=["check"]
check_confusion_matrix(confusion_matrix)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Begin with a matrix of zeros and walk through the pairs in a loop. If you would
# rather do without the loop, beware: `m[labels, predictions] += 1` adds 1 to each
# entry it meets, once, however often it meets it. Look up `np.add.at`.
#
# </details>

# %% tags=["solution", "nbval-ignore-output"]
def confusion_matrix(predictions, labels):
    """Count, in a (10, 10) integer array, which digit is taken for which."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


mistaken = confusion_matrix(verdicts, mnist.validation.labels)
np.fill_diagonal(mistaken, 0)
i, j = np.unravel_index(mistaken.argmax(), mistaken.shape)
print(f"most often a {i} is taken for a {j}: {mistaken[i, j]} times")
check_confusion_matrix(confusion_matrix)


# %% [markdown]
# **Exercise 3.4** (an evening). The lesson's `backprop` knows one hidden layer. The
# four equations know no such limit: (BP2v) carries the error from any layer to the one
# before it, as often as there are layers. Write `backprop_deep` for any number of
# them. The cost of the one sample is $C = \frac{1}{2} \lVert a - y \rVert^2$, and
# every neuron has the sigmoid.
#
# The verdict of the check does not rest on the equations. It nudges every weight and
# every bias by a hair and watches the cost. So if it praises you, your gradients are
# right, whatever way you found them.

# %% tags=["exercise"]
def backprop_deep(weights, biases, x, y):
    """Return two lists: gradients for the weights and for the biases.

    weights[0] and biases[0] belong to layer 2, the first with weights. Weights
    are (outputs, inputs); biases, x and y are columns, one number a row.
    Each gradient has the shape of what it is the gradient for.
    """
    raise NotImplementedError


# %% tags=["check"]
check_backprop_deep(backprop_deep)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# On the way forward, keep two lists: every $z$ and every activation, $x$ among them.
# On the way back, keep one: the errors. (BP1v) gives its last entry, and (BP2v) each
# entry from the one behind it. Then the gradients are one line each. Write the shapes
# beside the lists: with layers of different sizes, they leave little choice.
#
# </details>

# %% tags=["solution"]
def backprop_deep(weights, biases, x, y):
    """Return two lists: gradients for the weights and for the biases."""
    zs, activations = [], [x]
    for w, b in zip(weights, biases, strict=True):
        zs.append(w @ activations[-1] + b)
        activations.append(sigmoid(zs[-1]))

    errors = [(activations[-1] - y) * sigmoid_prime(zs[-1])]  # (BP1v)
    for w, z in zip(weights[:0:-1], zs[-2::-1], strict=True):
        errors.insert(0, (w.T @ errors[0]) * sigmoid_prime(z))  # (BP2v)

    # The errors are the gradients for the biases already: (BP3v).
    pairs = zip(errors, activations[:-1], strict=True)
    return [error @ a.T for error, a in pairs], errors  # (BP4v)


check_backprop_deep(backprop_deep)

# %% [markdown]
# ## Further reading
#
# * Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based learning applied to
#   document recognition*, Proceedings of the IEEE 86 (1998), doi:10.1109/5.726791. Where
#   MNIST comes from.
# * D. E. Rumelhart, G. E. Hinton and R. J. Williams, *Learning representations by
#   back-propagating errors*, Nature 323 (1986), doi:10.1038/323533a0. Four pages that
#   made backpropagation known.
# * M. A. Nielsen, *Neural Networks and Deep Learning* (2015),
#   neuralnetworksanddeeplearning.com. A free book that explains the same network at
#   leisure.
# * L. Bottou, F. E. Curtis and J. Nocedal, *Optimization methods for large-scale machine
#   learning*, SIAM Review 60 (2018), doi:10.1137/16M1080173. Why small, noisy steps win.
