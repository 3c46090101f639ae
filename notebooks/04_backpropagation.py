# ---
# jupyter:
#   description: prove the four equations, and catch wrong gradients in the act
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: Backpropagation
# ---

# %% [markdown] tags=["slide"]
# # Backpropagation
#
# A network has just taken a 4 for a 9. Thousands of weights had a hand in it. Some
# pushed towards the 9, some against it, most made hardly any difference. Which ones
# should change, in which direction, and by how much?
#
# In [lesson 3](03_a_network_that_reads_digits.ipynb) four short equations answered that
# question, and the network learnt to read. You were asked to believe them. Today you
# prove them, one at a time. The tools are the chain rule and patience. You work every
# number out on a network so small that a pencil will do, and then you build a judge
# that trusts nobody and catches any gradient that is wrong.

# %% [markdown]
# **What you'll do**
#
# * follow one sample forwards and backwards through a network of five neurons;
# * prove the equations (BP1) to (BP4) and turn each into a line of Python;
# * check gradients by nudging, and catch wrong ones that nobody would have noticed.
#
# **What you'll learn**
#
# * what the error of a hidden neuron is, and how to measure it;
# * why the gradient for all parameters costs no more than a few runs of the network;
# * how far a computed derivative can be trusted, and why learning is no proof of it.
#
# **What you'll need**
#
# * [lesson 3](03_a_network_that_reads_digits.ipynb): layers, cost and gradient descent;
# * the derivative of a function of one variable, and partial derivatives;
# * pencil, paper and a pocket calculator, if you want to check the machine.

# %% [markdown]
# ## A network for pencil and paper
#
# Two inputs, three hidden neurons, two outputs, and whole numbers for weights. The
# weights of a layer are a matrix with one row for each of its neurons. The biases are
# columns, and so are the input $x$ and the *target* $y$, what the network ought to
# answer. All as in lesson 3.

# %%
import time
from functools import partial
from itertools import pairwise

import numpy as np

from digitlib import load_mnist, sigmoid, sigmoid_prime
from digitlib.pictures import plots

np.set_printoptions(precision=4, suppress=True)

weights = [
    np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]),  # layer 2
    np.array([[2.0, -1.0, 1.0], [1.0, 1.0, -2.0]]),  # layer 3
]
biases = [np.array([[-0.5], [-0.5], [-0.5]]), np.array([[-1.0], [0.5]])]
x = np.array([[1.0], [0.5]])
y = np.array([[1.0], [0.0]])

parameters = sum(array.size for array in weights + biases)
print(f"{parameters} weights and biases")


# %% [markdown]
# Seventeen dials are few enough to keep an eye on each. For this input the first output
# ought to be 1 and the second 0. What are they? A layer $l$ adds up what it hears and
# passes the sum through the sigmoid. You know both equations already, (FF1) and (FF2) of
# [lesson 3](03_a_network_that_reads_digits.ipynb#Three-layers):
#
# $$ z_j^{(l)} = \sum_k w_{jk}^{(l)}\, a_k^{(l-1)} + b_j^{(l)} $$
#
# $$ a_j^{(l)} = S\bigl(z_j^{(l)}\bigr) $$
#
# The `feedforward` of lesson 3 forgot the sum $z$ as soon as it had the activation.
# Today the sum plays the lead, so `forward` keeps it. It works for any number of
# layers. (Mind the counting: the inputs have no weights, so layer 2 finds its weights
# in `weights[0]` and its sums in `zs[0]`. But `activations[0]` is $x$ itself.)

# %%
def forward(weights, biases, x):
    """(FF1), (FF2): the sums z of layers 2, 3, ..., all activations."""
    zs, activations = [], [x]
    for w, b in zip(weights, biases):
        zs.append(w @ activations[-1] + b)  # (FF1)
        activations.append(sigmoid(zs[-1]))  # (FF2)
    return zs, activations


(z2, z3), (_, a2, a3) = forward(weights, biases, x)
print("z2 =", z2.ravel(), "   a2 =", a2.ravel())
print("z3 =", z3.ravel(), "  a3 =", a3.ravel())

# %% [markdown]
# Check the first hidden neuron: $1 \cdot 1 - 1 \cdot 0.5 - 0.5 = 0$, and $S(0)$ is one
# half. The outputs are far from what they should be, the second even more than the
# first. Here is the whole computation as a graph. A node holds what a neuron computes,
# and an arrow carries its activation onwards, times the weight that is written on it.
# Biases are not drawn.

# %% tags=["remove_input", "slide"]
inside2 = [
    f"z = {z:.4f}\na = {a:.4f}" for z, a in zip(z2.ravel(), a2.ravel())
]
inside3 = [
    f"z = {z:.4f}\na = {a:.4f}\ny = {t:.0f}"
    for z, a, t in zip(z3.ravel(), a3.ravel(), y.ravel())
]
plots.show_graph(
    [[f"x = {v:.1f}" for v in x.ravel()], inside2, inside3],
    weights,
    "The network with two inputs, three hidden neurons and two outputs. Every "
    "neuron shows its sum z and its activation a, every arrow points forwards "
    "and shows its weight. The outputs also show what they ought to be.",
)


# %% [markdown]
# Follow the arrows into the first output, and add its bias, $-1$:
# $2 \cdot 0.5 - 1 \cdot 0.7311 + 1 \cdot 0.2689 - 1 = -0.4622$. (The last digit is off
# by one, since the graph is rounded. That will happen again.)

# %% [markdown] tags=["slide"]
# ## How wrong is it?
#
# One number says it. The cost (C) of
# [lesson 3](03_a_network_that_reads_digits.ipynb#What-does-it-mean-to-learn?) was an
# average over $n$ images:
#
# $$ C = \frac{1}{2n} \sum_{i=1}^{n} \lVert a_i - y_i \rVert^2 $$
#
# The derivative of a sum is the sum of the derivatives. So find the gradient for one
# sample, and the gradient for all of them is the mean of such gradients. From here on
# $C$ is the cost of a single sample. Let $L$ be the last layer; then
#
# $$ C = \frac{1}{2} \sum_j \bigl(a_j^{(L)} - y_j\bigr)^2 \tag{C1} $$

# %%
def cost(a, y):
    """(C1): how wrong the outputs a are, when they should have been y."""
    return 0.5 * np.sum((a - y) ** 2)


print(f"C = {cost(a3, y):.4f}")

# %% [markdown]
# Learning means to know, for every weight and every bias, how this number answers to a
# small change: the derivatives
#
# $$ \frac{\partial C}{\partial w_{jk}^{(l)}} \qquad \text{and} \qquad
#    \frac{\partial C}{\partial b_j^{(l)}} $$
#
# Look at the graph and follow a weight of the first layer of arrows. It changes one
# sum, that changes an activation, and this one is heard by _every_ output. The change
# reaches the cost on more than one path.

# %% [markdown] tags=["slide"]
# ## The one rule that you need
#
# Suppose $C$ depends on some numbers $u_1, \dots, u_m$, and each of these depends on a
# number $v$. Raise $v$ by a tiny $\delta$. Then $u_k$ rises by
# $\frac{\partial u_k}{\partial v}\,\delta$, and that alone would raise $C$ by
# $\frac{\partial C}{\partial u_k} \frac{\partial u_k}{\partial v}\,\delta$. What this
# leaves out is of the size of $\delta^2$: divided by $\delta$, it still goes to 0 with
# $\delta$. And may the rises be added, though all $u_k$ change at once? Let them change
# one after the other: $u_1$, then $u_2$, and so on. When it is the turn of $u_k$, those
# before it have moved by something of the size of $\delta$, and so has the derivative
# by $u_k$, if it is continuous; times the rise of $u_k$, that is again of the size of
# $\delta^2$. So add up the paths on which the change arrives, and divide:
#
# $$ \frac{\partial C}{\partial v} = \sum_{k=1}^{m}
#    \frac{\partial C}{\partial u_k} \cdot \frac{\partial u_k}{\partial v} \tag{CR} $$
#
# This is the *chain rule*: multiply along a path, add over the paths. One condition
# goes with it. The $u_k$ must catch everything: $v$ may not reach $C$ past them. In a
# network the layers see to that, for no arrow skips a layer.

# %% [markdown]
# ### What to differentiate by
#
# You could now write down the derivative with respect to each weight (in short: _by_
# each weight), path by path. There are many paths, and they share most of their length.
# So look for a place where they meet. Whatever a weight or a bias of neuron $j$ does,
# it does through the sum $z_j^{(l)}$: the rest of the network hears of nothing else.
# Ask at that place. The number
#
# $$ \varepsilon_j^{(l)} := \frac{\partial C}{\partial z_j^{(l)}} $$
#
# is called the *error* of neuron $j$ in layer $l$. It is positive if the cost would
# rise, were the sum a touch larger, and negative if it would fall. There is one for
# each neuron, and that is not many. (`pairwise` runs through neighbours: 784 and 40,
# then 40 and 10.)

# %%
sizes = (784, 40, 10)
lecture_parameters = sum((k + 1) * j for k, j in pairwise(sizes))
print(f"lesson 3: {sum(sizes[1:])} errors, {lecture_parameters:,} parameters")


# %% [markdown]
# So here is the plan. Find the errors of the last layer, which sees the target. From
# them find the errors of the layer before, and so on to the front. Then turn errors
# into derivatives by weights and biases. Four equations, and each is (CR) once.

# %% [markdown] tags=["slide"]
# ## (BP1): the error of an output
#
# An output's sum moves its activation, and the activation moves the cost. In (CR), put
# the activations of the last layer in the place of the $u_k$ and the sum $z_j^{(L)}$ in
# the place of $v$:
#
# $$ \varepsilon_j^{(L)} = \frac{\partial C}{\partial z_j^{(L)}}
#    = \sum_k \frac{\partial C}{\partial a_k^{(L)}} \cdot
#      \frac{\partial a_k^{(L)}}{\partial z_j^{(L)}} $$
#
# By (FF2), $a_k^{(L)} = S(z_k^{(L)})$ contains $z_j^{(L)}$ only if $k = j$. So all
# terms but one are 0, and in that one the second factor is $S'(z_j^{(L)})$. For the
# first factor, differentiate (C1). Only the term with $a_j^{(L)}$ in it counts:
#
# $$ \frac{\partial C}{\partial a_j^{(L)}}
#    = \frac{1}{2} \cdot 2\,\bigl(a_j^{(L)} - y_j\bigr) = a_j^{(L)} - y_j $$
#
# Multiply the two factors:
#
# $$ \varepsilon_j^{(L)} = \bigl(a_j^{(L)} - y_j\bigr) \cdot S'\bigl(z_j^{(L)}\bigr)
#    \tag{BP1} $$

# %% [markdown]
# In words: how far it is off, times how far it can still be persuaded. (And now you see
# what the $\frac{1}{2}$ in the cost is good for.) Nothing in it mixes one output with
# another, so for the whole column the products are taken element by element, which is
# written $\odot$. That is (BP1v) of
# [lesson 3](03_a_network_that_reads_digits.ipynb#Errors), for any number of layers:
#
# $$ \varepsilon^{(L)} = \bigl(a^{(L)} - y\bigr) \odot S'\bigl(z^{(L)}\bigr) $$
#
# Take your pencil. With $S'(z) = S(z)\,(1 - S(z)) = a\,(1 - a)$ you need nothing but
# the activations from the graph:
#
# $$ \begin{aligned}
#    \varepsilon_1^{(3)} &= (0.3865 - 1) \cdot 0.3865 \cdot (1 - 0.3865) = -0.1455 \\
#    \varepsilon_2^{(3)} &= (0.7673 - 0) \cdot 0.7673 \cdot (1 - 0.7673) = 0.1370
#    \end{aligned} $$

# %%
def output_error(a, y, z):
    """(BP1v): the error of the output layer."""
    return (a - y) * sigmoid_prime(z)


error3 = output_error(a3, y, z3)
print("error3 =", error3.ravel())


# %% [markdown]
# The first output should say more, so its error is negative: more would cost less. The
# second should say less. You and the machine agree, but you have both used the same
# equation. Is it true?

# %% [markdown]
# ### Nudge it and look
#
# A derivative can be measured. Raise one number $p$ by a small step $h$ and look at the
# cost, lower it by $h$ and look again:
#
# $$ \frac{\partial C}{\partial p} \approx \frac{C(p + h) - C(p - h)}{2h} \tag{CD} $$
#
# This is a *central difference*. It knows nothing of equations, and it will be our
# judge. `differences` does it for every number in an array, one after the other
# (`np.ndindex` runs through the places). Its `f` is any computation that looks at that
# array. (`lambda:` makes a function of what follows, without giving it a name.)

# %%
def differences(f, p, h=1e-5):
    """(CD): the derivative of f() by each number in the array p."""
    slopes = np.zeros(p.shape)
    for place in np.ndindex(p.shape):
        before = p[place]
        p[place] = before + h
        above = f()
        p[place] = before - h
        below = f()
        p[place] = before  # leave no trace
        slopes[place] = (above - below) / (2 * h)
    return slopes


by_nudging = differences(lambda: cost(sigmoid(z3), y), z3)
print("by nudging:", by_nudging.ravel())
print("by (BP1v): ", error3.ravel())
assert np.abs(by_nudging - error3).max() < 1e-9


# %% [markdown]
# The same four decimals, and the assertion demands nine. So much for the outputs, which
# were told by the target what to say. Now for those that were not.

# %% [markdown] tags=["slide"]
# ## (BP2): who is to blame in the hidden layer?
#
# A hidden neuron has no target. All it has is influence: whatever it says is heard,
# through the weights, by every neuron of the next layer. So do not ask what it _should_
# have said. Ask how much the cost would have changed, had its sum been a touch larger.
#
# Raise $z_j^{(l)}$ by a tiny $\delta$ and follow what happens. The neuron's activation
# rises by $S'(z_j^{(l)})\,\delta$. Neuron $k$ of the next layer hears this through its
# weight, so $z_k^{(l+1)}$ rises by $w_{kj}^{(l+1)}\, S'(z_j^{(l)})\,\delta$. And you
# already know what a rise of $z_k^{(l+1)}$ costs: that is $\varepsilon_k^{(l+1)}$. Add
# up over all listeners $k$, divide by $\delta$, and the second equation stands:
#
# $$ \varepsilon_j^{(l)} = \Bigl(\sum_k w_{kj}^{(l+1)}\,
#    \varepsilon_k^{(l+1)}\Bigr) \cdot S'\bigl(z_j^{(l)}\bigr) \tag{BP2} $$

# %% [markdown]
# The same once more, as a proof. In (CR), put the sums of the layer above in the place
# of the $u_k$. They catch everything, since whatever layer $l$ does to the cost, it
# does through them:
#
# $$ \varepsilon_j^{(l)} = \frac{\partial C}{\partial z_j^{(l)}}
#    = \sum_k \frac{\partial C}{\partial z_k^{(l+1)}} \cdot
#      \frac{\partial z_k^{(l+1)}}{\partial z_j^{(l)}} $$
#
# The first factor is $\varepsilon_k^{(l+1)}$, by definition. For the second, write out
# how listener $k$ hears layer $l$, by (FF1) and (FF2):
#
# $$ z_k^{(l+1)} = \sum_{j'} w_{kj'}^{(l+1)}\, S\bigl(z_{j'}^{(l)}\bigr) + b_k^{(l+1)} $$
#
# Of all the terms, only the one with $j' = j$ contains $z_j^{(l)}$, and its derivative
# is
#
# $$ \frac{\partial z_k^{(l+1)}}{\partial z_j^{(l)}}
#    = w_{kj}^{(l+1)}\, S'\bigl(z_j^{(l)}\bigr) $$
#
# Put both factors in. $S'(z_j^{(l)})$ is the same for every $k$ and comes out of the
# sum: that is (BP2), and the proof is complete.

# %% [markdown]
# Mind the indices: in $w_{kj}$ the listener $k$ comes first, and the sum is over $k$.
# So it runs _down column_ $j$ of the matrix, where (FF1) ran along a row. Running down
# the columns of $W$ is running along the rows of the transposed matrix $W^T$, and the
# whole layer's errors take one line, (BP2v):
#
# $$ \varepsilon^{(l)} = \Bigl(\bigl(W^{(l+1)}\bigr)^{T} \varepsilon^{(l+1)}\Bigr)
#    \odot S'\bigl(z^{(l)}\bigr) $$
#
# By pencil, for the first hidden neuron: its column of weights is $(2, 1)$, and its
# activation is one half, so that
#
# $$ \varepsilon_1^{(2)} = \bigl(2 \cdot (-0.1455) + 1 \cdot 0.1370\bigr)
#    \cdot 0.5 \cdot (1 - 0.5) = -0.0385 $$

# %%
def hidden_error(weights_next, error_next, z):
    """(BP2v): a hidden layer's error, from the error of the layer above."""
    return (weights_next.T @ error_next) * sigmoid_prime(z)


error2 = hidden_error(weights[1], error3, z2)
print("error2 =", error2.ravel())


# %% [markdown]
# Both outputs hear the first hidden neuron with a plus. But one of them should say more
# and the other less, so their wishes partly cancel: the error nearest to 0. The third
# neuron is heard with a plus by the output that should say more, and with a minus by
# the one that should say less. To raise it helps both, so its error is negative, and
# the farthest from 0. With the second neuron it is the other way round: to lower it
# helps both. Now ask the judge:

# %%
def cost_from_hidden_sums():
    """The cost, beginning with the sums z2 of the hidden layer."""
    return cost(sigmoid(weights[1] @ sigmoid(z2) + biases[1]), y)


by_nudging = differences(cost_from_hidden_sums, z2)
print("by nudging:", by_nudging.ravel())
print("by (BP2v): ", error2.ravel())
assert np.abs(by_nudging - error2).max() < 1e-9


# %% [markdown]
# The error of a hidden neuron is not a figure of speech. It is a number that you can
# measure.

# %% [markdown] tags=["slide"]
# ## (BP3): the gradient for a bias
#
# You have the errors, and the rest is short. A bias $b_j^{(l)}$ is in one sum only, its
# own neuron's, so (CR) has a single term:
#
# $$ \frac{\partial C}{\partial b_j^{(l)}}
#    = \frac{\partial C}{\partial z_j^{(l)}} \cdot
#      \frac{\partial z_j^{(l)}}{\partial b_j^{(l)}} $$
#
# The first factor is the error. In (FF1) the bias is added and nothing else, so the
# second factor is 1:
#
# $$ \frac{\partial C}{\partial b_j^{(l)}} = \varepsilon_j^{(l)} \tag{BP3} $$

# %% [markdown] tags=["slide"]
# ## (BP4): the gradient for a weight
#
# A weight $w_{jk}^{(l)}$, too, is in the sum of neuron $j$ and in no other. There it
# stands in the one term $w_{jk}^{(l)}\, a_k^{(l-1)}$, so the second factor is now
# $a_k^{(l-1)}$:
#
# $$ \frac{\partial C}{\partial w_{jk}^{(l)}}
#    = \frac{\partial C}{\partial z_j^{(l)}} \cdot
#      \frac{\partial z_j^{(l)}}{\partial w_{jk}^{(l)}}
#    = \varepsilon_j^{(l)}\, a_k^{(l-1)} \tag{BP4} $$

# %% [markdown]
# A weight is blamed for as much as was sent through it: the error of the one who
# listened, times the activation of the one who spoke. In vector form, (BP3) needs no
# change; it is (BP3v) of
# [lesson 3](03_a_network_that_reads_digits.ipynb#Gradients):
#
# $$ \frac{\partial C}{\partial b^{(l)}} = \varepsilon^{(l)} $$
#
# For (BP4), collect the derivatives in a matrix of the shape of $W^{(l)}$: row $j$,
# column $k$. Its entry is a product of one number that depends on $j$ and one that
# depends on $k$. That is a column times a row, (BP4v):
#
# $$ \frac{\partial C}{\partial W^{(l)}} =
#    \varepsilon^{(l)} \bigl(a^{(l-1)}\bigr)^{T} $$
#
# By pencil, for the weight from the first hidden neuron to the second output:
#
# $$ \frac{\partial C}{\partial w_{21}^{(3)}} = \varepsilon_2^{(3)}\, a_1^{(2)}
#    = 0.1370 \cdot 0.5 = 0.0685 $$

# %%
def bias_gradient(error):
    """(BP3v): the gradient for the biases of a layer."""
    return error


def weight_gradient(error, a_before):
    """(BP4v): the gradient for a layer's weights, one row for each neuron."""
    return error @ a_before.T


print("layer 3:\n", weight_gradient(error3, a2))
print("layer 2:\n", weight_gradient(error2, x))


# %% [markdown]
# There it is, in row 2, column 1. (A function that returns its argument is a strange
# thing to write. It stands here so that each equation has one.) In layer 2 the second
# column is half the first, because the second input is half the first. Had an input
# been 0, its weights would have learnt nothing from this sample.

# %% [markdown] tags=["slide"]
# ## The way back, as a graph
#
# Now the four equations in their order, for any number of layers. The errors are found
# from the back to the front, and so each new one is put at the head of the list. Then
# `zip` pairs them with `activations`, which begins a layer earlier: $\varepsilon^{(l)}$
# meets $a^{(l-1)}$, as (BP4v) wants it. (The last activation is left over: `zip` stops
# where the shorter list ends.) Three of the equations come in as parameters, so that
# they can be exchanged. You will see soon what for.

# %%
def backprop(
    weights, biases, x, y,
    bp1=output_error, bp2=hidden_error, bp4=weight_gradient,
):
    """The gradients for one sample: for all weights, then for all biases."""
    zs, activations = forward(weights, biases, x)
    errors = [bp1(activations[-1], y, zs[-1])]  # (BP1v)
    for k in range(len(weights) - 1, 0, -1):
        errors.insert(0, bp2(weights[k], errors[0], zs[k - 1]))  # (BP2v)
    for_weights = [bp4(e, a) for e, a in zip(errors, activations)]  # (BP4v)
    for_biases = [bias_gradient(e) for e in errors]  # (BP3v)
    return for_weights, for_biases


for_weights, for_biases = backprop(weights, biases, x, y)
for layer, (w, b) in enumerate(zip(for_weights, for_biases), start=2):
    print(f"layer {layer}: weights {w.shape}, biases {b.shape}")

# %% [markdown]
# Every gradient has the shape of what it is the gradient for. Here is the graph again.
# The nodes hold errors now, the arrows point backwards, and on each arrow stands the
# derivative of the cost by its weight.

# %% tags=["remove_input", "slide"]
plots.show_graph(
    [
        [f"a = {v:.1f}" for v in x.ravel()],
        [f"error\n{e:.4f}" for e in error2.ravel()],
        [f"error\n{e:.4f}" for e in error3.ravel()],
    ],
    for_weights,
    "The same network with dashed arrows that point from the outputs back to "
    "the inputs. Every neuron shows its error, every arrow the derivative of "
    "the cost by its weight: the error at its right end, times the activation "
    "at its left end.",
    backwards=True,
)

# %% [markdown]
# Choose an arrow and check it: the error at its right end, times the activation at its
# left end, which you find in the first graph. Forwards, the layers were computed from
# left to right, and backwards from right to left. That is the whole of
# backpropagation: one pass forwards that remembers, and one pass backwards.

# %% [markdown]
# ### Does it help?
#
# A gradient is a forecast. Let every parameter $p$ take a step of $-\eta$ times its
# derivative. Each step changes the cost by about the derivative times the step, and
# together
#
# $$ C_{\text{after}} - C_{\text{before}} \approx
#    \sum_p \frac{\partial C}{\partial p} \cdot
#    \Bigl(-\eta\, \frac{\partial C}{\partial p}\Bigr)
#    = -\eta \sum_p \Bigl(\frac{\partial C}{\partial p}\Bigr)^{2} $$
#
# Squares are never negative. So the cost must fall, if the step is small enough and not
# every derivative is 0. Take one and see whether the forecast comes true.

# %%
eta = 0.1
moved_weights = [w - eta * g for w, g in zip(weights, for_weights)]
moved_biases = [b - eta * g for b, g in zip(biases, for_biases)]
_, activations = forward(moved_weights, moved_biases, x)

forecast = -eta * sum((g**2).sum() for g in for_weights + for_biases)
change = cost(activations[-1], y) - cost(a3, y)
print(f"forecast: {forecast:.5f}   change: {change:.5f}")
assert abs(forecast - change) < 0.01 * abs(change)


# %% [markdown]
# The cost falls, and by what was forecast, to within a hundredth. This is gradient
# descent, seen from close by.

# %% [markdown] tags=["slide"]
# ## The judge
#
# A proof can hold a slip, and so can a program. So hold all gradients against (CD), on
# networks of one to four layers of weights. Three things make this *gradient check* a
# strict one:
#
# * **Random biases.** Those of lesson 3 begin at 0, and where something is 0, mistakes
#   hide. You will see one.
# * **A relative error.** A difference of one millionth is nothing beside 1 and
#   everything beside a millionth. So divide it by the largest derivative in its array.
# * **An assertion.** A number that is printed gets overlooked. An assertion does not.
#
# First the two tools that it takes: the relative error, and a network at random.

# %%
def worst_error(claimed, measured):
    """The largest relative error: each array beside its largest number."""
    return np.max(  # unlike max, it lets no NaN slip through
        [
            np.abs(c - m).max() / max(np.abs(c).max(), np.abs(m).max())
            for c, m in zip(claimed, measured, strict=True)
        ]
    )


def random_network(sizes, rng, bias_size=1.0):
    """Weights of variance 1 / inputs, and random biases too."""
    weights = [
        rng.standard_normal((neurons, heard)) / np.sqrt(heard)
        for heard, neurons in pairwise(sizes)
    ]
    biases = [bias_size * rng.standard_normal((n, 1)) for n in sizes[1:]]
    return weights, biases


# %% [markdown]
# The check itself takes any function that claims to be `backprop`, and lets the judge
# measure what it ought to have returned.

# %%
def gradient_check(backprop, sizes, bias_size=1.0):
    """How far the gradients of `backprop` are from the measured ones."""
    rng = np.random.default_rng(0)
    weights, biases = random_network(sizes, rng, bias_size)
    x, y = rng.random((sizes[0], 1)), rng.random((sizes[-1], 1))

    def f():
        return cost(forward(weights, biases, x)[1][-1], y)

    measured = [differences(f, p) for p in weights + biases]
    for_weights, for_biases = backprop(weights, biases, x, y)
    return worst_error(for_weights + for_biases, measured)


# %% [markdown]
# Let it judge ours, with one to four layers of weights:

# %% tags=["nbval-ignore-output"]
for sizes in ((5, 3), (5, 4, 3), (5, 6, 4, 3), (5, 7, 6, 4, 3)):
    error = gradient_check(backprop, sizes)
    print(f"{sizes!s:16} worst relative error {error:.0e}")
    assert error < 1e-6

# %% [markdown]
# Far below one millionth, at any depth. What is left is not our doing, as you will see:
# the judge cannot see any sharper.

# %% [markdown] tags=["slide"]
# ## Would a mistake be caught?
#
# A judge that acquits everybody is worth nothing. So make mistakes, one in each run:
# this is what the parameters of `backprop` are for. (`partial` makes a function out of
# another one, with some of its parameters settled. The two stars in `**swapped` hand
# over a dictionary as named arguments, as if you had written `bp1=...`.) They are the
# mistakes that people make. A factor goes missing, or a derivative. A matrix is not
# transposed, which Python does not notice when the matrix happens to be square; so the
# layers here are all of one size.

# %%
mistakes = {
    "none": {},
    "BP1: half a square gives 2(a - y)": {
        "bp1": lambda a, y, z: 2 * (a - y) * sigmoid_prime(z)
    },
    "BP1: S' forgotten": {"bp1": lambda a, y, z: a - y},
    "BP1: S'(a) in place of S'(z)": {
        "bp1": lambda a, y, z: (a - y) * sigmoid_prime(a)
    },
    "BP2: S' forgotten": {"bp2": lambda w, error, z: w.T @ error},
    "BP2: matrix not transposed": {
        "bp2": lambda w, error, z: (w @ error) * sigmoid_prime(z)
    },
}
errors = {}
for name, swapped in mistakes.items():
    error = gradient_check(partial(backprop, **swapped), (4, 4, 4, 4))
    verdict = "correct" if error < 1e-6 else f"{error:.2f}, caught"
    errors[name] = error
    print(f"{name:34} {verdict}")

# %% [markdown]
# Five mistakes, and all five are caught. Was it a near thing? Hold the correct gradient
# against the best of the wrong ones.

# %%
wrong = [error for name, error in errors.items() if name != "none"]
print(f"smallest error of a wrong gradient: {min(wrong):.2f}")
assert errors["none"] < 1e-6
assert min(wrong) > 0.1
assert min(wrong) / errors["none"] > 1e6


# %% [markdown]
# The correct one has an error more than a million times smaller: that is the last
# assertion. Nothing lies in between, so there is no need to haggle about where to draw
# the line.
#
# ### The mistake that hides
#
# And the biases? Let somebody forget them on the way forward, so that `backprop`
# computes with $z = W a$. The gradient is wrong then, unless the biases are 0. Those of
# lesson 3 are, at the beginning. Check a network when it is new, and you check nothing:

# %%
def without_biases(weights, biases, x, y):
    """A wrong `backprop`: it takes all biases for zero."""
    return backprop(weights, [0 * b for b in biases], x, y)


hidden = gradient_check(without_biases, (4, 4, 4), bias_size=0.0)
seen = gradient_check(without_biases, (4, 4, 4))
for kind, error in (("zero", hidden), ("random", seen)):
    verdict = "seems correct" if error < 1e-6 else f"{error:.2f}, caught"
    print(f"biases {kind:6}  {verdict}")
assert hidden < 1e-6 < 0.1 < seen

# %% [markdown]
# With biases of 0 the judge is deceived. That is why it insists on random ones.

# %% [markdown] tags=["slide"]
# ## But it learns!
#
# Is all this care needed? If a gradient were wrong, surely the network would not learn?
# Try it. Six networks, all alike, look once at the same three thousand digits. One of
# them has the correct gradient, each of the others makes one of the mistakes. How many
# of 500 other digits does each read afterwards? (Row $d$ of the unit matrix,
# `np.eye(10)`, is the one-hot answer for the digit $d$. And `forward` takes all 500
# images at once, as the columns of a matrix.)

# %%
mnist = load_mnist()
train, others = mnist.train[:3000], mnist.validation[:500]
pairs = list(zip(train.images, np.eye(10)[train.labels]))


def digits_read(backprop, eta=0.1):
    """Learn from each pair once; how many of the others are then read?"""
    rng = np.random.default_rng(0)
    weights, biases = random_network((784, 10, 10), rng, bias_size=0.0)
    for x, y in pairs:
        steps = backprop(weights, biases, x.reshape(784, 1), y.reshape(10, 1))
        weights = [w - eta * g for w, g in zip(weights, steps[0])]
        biases = [b - eta * g for b, g in zip(biases, steps[1])]
    _, activations = forward(weights, biases, others.images.T)
    verdicts = activations[-1].argmax(axis=0)
    return int(np.sum(verdicts == others.labels))


# %% [markdown]
# Now let each of the six learn.

# %% tags=["nbval-atol-3", "slide"]
read = {}
for name, swapped in mistakes.items():
    read[name] = digits_read(partial(backprop, **swapped))
    print(f"{name:34} {read[name]:3} of {len(others)}")

by_chance = len(others) / 10
assert min(read.values()) > 2 * by_chance
assert max(read.values()) > read["none"]

# %% [markdown]
# All of them learn, every one far better than by chance, and some read more digits than
# the correct one! That is no reason to keep a mistake. Those that do better make the
# errors larger than they are. So they take longer steps, and after so short a training
# longer steps are ahead. You can have them honestly, by a larger $\eta$:

# %% tags=["nbval-atol-3"]
patient = digits_read(backprop, eta=0.1)
bold = digits_read(backprop, eta=0.5)
print(f"correct gradient: eta 0.1 reads {patient}, eta 0.5 reads {bold}")
assert bold > patient

# %% [markdown]
# (Two of the mistakes happen to be the correct gradients of other costs: the factor 2
# belongs to the sum of squares without its half, and the error without a slope to a cost
# that you will meet in lesson 6.) So a network that learns proves nothing. Somebody who
# only watches the accuracy can live with a wrong gradient for years. It takes the judge
# to tell.

# %% [markdown] tags=["slide"]
# ## How small a step?
#
# The judge takes steps of $h = 10^{-5}$. Why not smaller ones, if a derivative is a
# limit? Take $C$ as a function of one parameter $p$ and expand it to both sides of
# where you stand:
#
# $$ C(p \pm h) = C(p) \pm h\, C'(p) + \frac{h^2}{2} C''(p)
#    \pm \frac{h^3}{6} C'''(p) + \dots $$
#
# Subtract one from the other. $C$ and $C''$ cancel, and after dividing by $2h$ there is
# left
#
# $$ \frac{C(p + h) - C(p - h)}{2h} = C'(p) + \frac{h^2}{6} C'''(p) + \dots $$
#
# What comes after $C'(p)$ is the *truncation error*, and it shrinks with $h^2$. Had you
# gone to one side only, with $\bigl(C(p + h) - C(p)\bigr) / h$, then
# $\frac{h}{2} C''(p)$ would have been left, which shrinks no faster than $h$.

# %% [markdown]
# But the computer does not compute $C$ exactly. How finely does it see? Look at the
# next number after 1, in double precision and in single precision, in which networks
# usually compute.

# %%
for dtype in (np.float64, np.float32):
    gap = np.finfo(dtype).eps
    print(f"{dtype.__name__}: the next number after 1 is 1 + {gap:.0e}")


# %% [markdown]
# Whatever lies between is rounded. So in double precision (`float64`) $C$ is off by
# some $\rho = 10^{-16}$ times its size. In the quotient that becomes a *rounding error*
# of about $\rho / h$, and it _grows_ when $h$ shrinks: you divide a difference of
# nearly equal numbers by next to nothing. Somewhere between too large and too small
# lies the best step. Measure it, for a range of steps $h$: from two sides, from one,
# and from two in single precision.

# %%
def one_sided(f, p, h):
    """The derivative of f() by each number in p, from one side."""
    slopes, here = np.zeros(p.shape), f()
    for place in np.ndindex(p.shape):
        before = p[place]
        p[place] = before + h
        slopes[place] = (f() - here) / h
        p[place] = before
    return slopes


# %% [markdown]
# The truth comes from `backprop`, in double precision. (It has just been acquitted.)

# %%
def errors_for(method, dtype, steps):
    """The worst relative error of a way to measure, for each step h."""
    rng = np.random.default_rng(1)
    weights, biases = random_network((5, 4, 3), rng)
    x, y = rng.random((5, 1)), rng.random((3, 1))
    for_weights, for_biases = backprop(weights, biases, x, y)
    w = [p.astype(dtype) for p in weights]
    b = [p.astype(dtype) for p in biases]
    x, y = x.astype(dtype), y.astype(dtype)

    def f():
        return cost(forward(w, b, x)[1][-1], y)

    truth = for_weights + for_biases
    return [
        worst_error(truth, [method(f, p, h) for p in w + b]) for h in steps
    ]


# %% [markdown]
# Draw the three errors against the step, both on logarithmic scales.

# %% tags=["nbval-image-8"]
steps = np.logspace(-1, -13, 25)
central = errors_for(differences, np.float64, steps)
sided = errors_for(one_sided, np.float64, steps)
single = errors_for(differences, np.float32, steps)

figure, axes = plots.subplots(size=(6, 3.4))
for label, error, (marker, colour) in zip(
    ("both sides", "one side", "both sides, single precision"),
    (central, sided, single),
    plots.MARKERS,
):
    axes.loglog(steps, error, marker=marker, color=colour, label=label)
axes.axhline(1e-6, color="black", lw=0.8, ls=":")
axes.set(xlabel="step $h$", ylabel="worst relative error", ylim=(1e-11, 50))
axes.legend(loc="upper center", ncols=3, fontsize=8, columnspacing=1)
plots.show(
    figure,
    "Three curves of the error against the step h on logarithmic scales, each "
    "shaped like a V. From both sides the lowest error is near h = 1e-5, far "
    "below a dotted line at 1e-6. From one side the V is less deep, with its "
    "tip at a smaller h. In single precision it never comes near the line.",
)

# %% [markdown]
# Three times the letter V. Right of its tip truncation reigns: make the step ten times
# smaller, and the central difference gains two digits, the one-sided one gains one.
# Left of it rounding reigns, and a step ten times smaller costs a digit, until none is
# left. The two are about equal where $h^2 = \rho / h$, that is, where $h$ is the cube
# root of $\rho$. Hence $h = 10^{-5}$. And hence double precision: in single precision
# no step at all brings you below the dotted line, at one millionth, and a correct
# gradient looks no better than one that is slightly wrong. Let the numbers say so.

# %% tags=["nbval-rtol-1e-2"]
# at[3.0] is the place of the step 10**-3 in the list, and so on.
at = {round(-np.log10(h), 1): k for k, h in enumerate(steps)}
for name, error in (("both sides", central), ("one side", sided)):
    gain = error[at[2.0]] / error[at[3.0]]
    print(f"{name:10}: h from 0.01 to 0.001 divides the error by {gain:.1f}")
print(f"cube root of the precision: {np.cbrt(1e-16):.1e}")

assert central[at[5.0]] < 1e-8
assert central[at[12.0]] > 1e4 * central[at[5.0]]
assert 1e-7 < steps[np.argmin(central)] < 1e-3
assert min(sided) > min(central)
assert min(single) > 1e-5


# %% [markdown]
# A hundredfold and tenfold, as the expansion said, and the tip of the V is not far from
# where the cube root has it.

# %% [markdown] tags=["slide"]
# ## What does it cost?
#
# The judge is thorough, and that takes time: two runs of the network for each
# parameter. How long would it take for the 31,810 parameters of lesson 3? Count the
# multiplications, without the few that come once for a neuron:
#
# * a run forwards multiplies once for every weight, by (FF1);
# * on the way back so does (BP2), except for the weights that listen to the pixels,
#   since nobody asks for the error of a pixel;
# * and so does (BP4), for all.

# %%
def multiplications(sizes):
    """For one sample: forwards, by backpropagation, by differences."""
    in_layers = [heard * neurons for heard, neurons in pairwise(sizes)]
    forwards = sum(in_layers)
    backwards = sum(in_layers[1:]) + sum(in_layers)  # (BP2) and (BP4)
    runs = 2 * (sum(in_layers) + sum(sizes[1:]))  # two for each parameter
    return forwards, forwards + backwards, runs * forwards


forwards, both_ways, by_differences = multiplications((784, 40, 10))
print(f"one run forwards:  {forwards:13,}")
print(f"backpropagation:   {both_ways:13,}")
print(f"differences:       {by_differences:13,}")
print(f"backpropagation costs {both_ways / forwards:.2f} runs forwards,")
print(f"differences cost {by_differences / both_ways:,.0f} times as much")


# %% [markdown]
# All 31,810 derivatives for the price of about two runs through the network. And it
# does not matter how many parameters there are: the way back multiplies at most twice
# for each weight, so it never costs more than two runs forwards. Do not trust the count
# alone. Take a clock, a real digit and a network of the size of lesson 3's, and work
# out from the time of one run how long the differences would take. (`*lecture` hands
# over its weights and its biases, as two arguments.)

# %% tags=["nbval-ignore-output"]
def seconds_for(task, repeats):
    """The shortest time of several calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


rng = np.random.default_rng(0)
lecture = random_network((784, 40, 10), rng)
image = mnist.train.images[0].astype(np.float64).reshape(784, 1)
target = np.eye(10)[mnist.train.labels[0]].reshape(10, 1)

run = seconds_for(lambda: forward(*lecture, image), 200)
both = seconds_for(lambda: backprop(*lecture, image, target), 200)
print(f"one run: {1e6 * run:.0f} microseconds")
print(f"backpropagation: {1e6 * both:.0f} microseconds")
print(f"differences: {2 * lecture_parameters * run:.1f} s for this one digit")
print(f"that is {2 * lecture_parameters * run / both:,.0f} times as long")


# %% [markdown]
# The clock does not quite repeat the count, since Python needs time for other things
# than multiplying. Its verdict is the same. And that was one digit, once, where an
# epoch has thousands. Without backpropagation nobody would train networks of this kind.

# %% [markdown]
# ### Where does the saving come from?
#
# From sharing. The chain rule adds over all paths from a weight to the cost, and their
# number grows like a product: a path may choose any neuron in every layer that it
# passes.

# %%
def paths(sizes):
    """How many paths lead from a weight at the inputs to the cost."""
    return int(np.prod(sizes[2:]))


for sizes in ((784, 40, 10), (784, 40, 40, 40, 10)):
    print(f"{sizes}: {paths(sizes):,} paths, {sum(sizes[1:])} errors")

# %% [markdown]
# Backpropagation walks none of these paths. An error $\varepsilon_k$ holds the sum over
# all paths from neuron $k$ to the cost, worked out once, and every neuron before it
# uses the same number again. This has little to do with neurons. Any computation is a
# graph of small steps whose derivatives are known, and walking it backwards gives the
# derivatives of one result by _everything_ that went in, for a small multiple of the
# price of the computation. In general it is called *reverse-mode automatic
# differentiation*, and you will write a small one in the last exercise.

# %% [markdown]
# ### What the equations foretell
#
# They say more than they were asked. (BP2) multiplies by $S'$ in each layer on the way
# back, and $S'$ is never larger than a quarter. Weights of variance 1 / inputs do not
# make up for that: on average $W^T$ leaves a column of errors as long as it was. What
# becomes of the errors in a deep network? Send them back through eight layers of
# weights, with seven hidden layers of 40 neurons between. (By (BP3), they are what
# `backprop` returns for the biases.)

# %% tags=["nbval-rtol-1e-2"]
rng = np.random.default_rng(0)
deep = random_network((784, *[40] * 7, 10), rng)
_, errors = backprop(*deep, image, target)
for layer in (9, 7, 5, 3, 2):
    size = np.abs(errors[layer - 2]).mean()
    print(f"layer {layer}: mean size of the errors {size:.1e}")
assert np.abs(errors[0]).mean() < 1e-3 * np.abs(errors[-1]).mean()

# %% [markdown]
# By the time they arrive at the front, the errors have all but vanished, and with them,
# by (BP4), the gradient of the first weights. This is the *vanishing gradient*. It kept
# networks shallow for a long time, and lesson 6 shows some of the cures.

# %% [markdown]
# ## Ours and the library's
#
# From now on you import what you have built. `digitlib` has it all: `Network.gradients`
# is backpropagation, and `check_gradients` is the judge. The library takes many samples
# at once, as rows of a matrix, and returns their mean gradient.
# [Lesson 5](05_thinking_in_matrices.ipynb) derives that form. Whether it is the same,
# you can tell already: take ten digits and a network of three layers of weights.

# %%
from digitlib import Network, check_gradients, one_hot

network = Network((784, 30, 20, 10), rng=0, dtype=np.float64)
w = network.weights
b = [biases.reshape(-1, 1) for biases in network.biases]  # as columns
X = mnist.train.images[:10].astype(np.float64)
Y = one_hot(mnist.train.labels[:10]).astype(np.float64)

theirs = network.gradients(X, Y)
ours = [
    backprop(w, b, x.reshape(-1, 1), y.reshape(-1, 1)) for x, y in zip(X, Y)
]

difference = 0
for kind in (0, 1):  # weights, then biases
    for k, their in enumerate(theirs[kind]):
        our = np.mean([sample[kind][k] for sample in ours], axis=0)
        our = our.reshape(their.shape)
        difference = max(difference, np.abs(our - their).max())
print("the same gradients to twelve decimal places:", difference < 1e-12)
assert difference < 1e-12

# %% [markdown]
# Image by image or ten at once: the same gradients. And the judges? Theirs looks at a
# random choice of parameters where there are too many to try them all; ask it for 50 of
# each array.

# %%
error = check_gradients(network, X, Y, samples=50)
print("theirs, on ten real digits: below one millionth:", error < 1e-6)
assert error < 1e-6

small = Network((5, 4, 3), rng=0)
rng = np.random.default_rng(0)
their_verdict = check_gradients(small, rng.random((1, 5)), rng.random((1, 3)))
our_verdict = gradient_check(backprop, (5, 4, 3))
print("both, on a small network:", max(their_verdict, our_verdict) < 1e-6)
assert max(their_verdict, our_verdict) < 1e-6

# %% [markdown]
# Two programs and two judges, and they agree. Nothing in the machine of lesson 3 is
# left to be believed.

# %% [markdown]
# ## Notation
#
# What this lesson adds to the table of [lesson 3](03_a_network_that_reads_digits.ipynb):
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $C$ | from (C1) on, the cost of one image | `cost` |
# | $L$ | the last layer, and its number | |
# | $u_1, \dots, u_m$; $v$ | in (CR), numbers on which the cost depends; a number that moves them | |
# | $\delta$ | a tiny change | |
# | $p$ | a parameter: any weight or bias | |
# | $h$ | how far a parameter is nudged | `h` |
# | $d$ | in exercise 4.3, the direction in which all parameters are nudged | |
# | $\rho$ | by how much, relatively, a computer rounds | `np.finfo(...).eps` |
#
# Some of these letters meant something else before: $C$ was the mean cost of many images,
# $L$ the log-loss, $d$ a label, and $p$, $u$, $v$, $m$ and $\rho$ had other meanings in
# lesson 2.

# %% [markdown]
# ## What you learned
#
# * The error of a neuron is $\varepsilon_j = \partial C / \partial z_j$, a number that
#   can be measured, also for a neuron that nobody ever told what to say.
# * (BP1) and (BP2) give all errors, from the back to the front; (BP3) and (BP4) turn
#   them into gradients. Each of the four is the chain rule, once.
# * Two passes give the derivative by every parameter, for the price of a few runs of
#   the network, because every error is worked out once and shared.
# * A network with a wrong gradient may learn all the same. A gradient check with
#   central differences, double precision, random biases and an assertion finds out.
# * The step $h$ must be neither too large nor too small: near the cube root of the
#   precision, truncation and rounding balance.
#
# The notation is that of [lesson 3](03_a_network_that_reads_digits.ipynb). New are $L$
# for the last layer, $p$ for any one parameter, $h$ for the step of a difference and
# $\rho$ for the precision of the computer's numbers.

# %% [markdown]
# ## Exercises
#
# Each exercise has a cell to fill in and a cell that checks it. The checks hold your
# functions against differences or against a reference, and answer in a line.

# %%
from digitlib.checks.lesson04 import (
    check_hidden_errors,
    check_slope_along,
    check_tanh_output_error,
    check_value,
)


# %% [markdown]
# **Exercise 4.1** (5 minutes). Many networks have neurons that answer
# $a = \tanh(z)$, between $-1$ and 1, in place of $a = S(z)$. The derivative of $\tanh$
# is $1 - \tanh^2$. Go through the proof of (BP1) again and write the error of an output
# layer of such neurons. The cost is still (C1).

# %% tags=["exercise"]
def tanh_output_error(a, y, z):
    """The error of an output layer of tanh neurons; all are columns."""
    raise NotImplementedError


# %% tags=["check"]
check_tanh_output_error(tanh_output_error)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Where does the proof use that the neuron is a sigmoid? In one place only. And of the
# three arguments you need just two: which of them already holds $\tanh(z)$?
#
# </details>

# %% tags=["solution"]
def tanh_output_error(a, y, z):
    """The error of an output layer of tanh neurons; all are columns."""
    return (a - y) * (1 - a**2)


check_tanh_output_error(tanh_output_error)


# %% [markdown]
# **Exercise 4.2** (10 minutes). `hidden_error` takes one sample. Write
# `hidden_errors`, which takes a batch. Samples are rows now: row $i$ of `Z` and of
# `errors_next` belongs to sample $i$, and so does row $i$ of what you return.

# %% tags=["exercise"]
def hidden_errors(weights_next, errors_next, Z):
    """The errors (n, hidden) of a hidden layer for n samples, one in a row.

    weights_next is (outputs, hidden), errors_next (n, outputs), Z (n, hidden).
    """
    raise NotImplementedError


# %% tags=["check"]
check_hidden_errors(hidden_errors)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Write the shapes under (BP2v), transpose both sides, and see which factor loses its
# transpose. Remember that $(AB)^T = B^T A^T$.
#
# </details>

# %% tags=["solution"]
def hidden_errors(weights_next, errors_next, Z):
    """The errors (n, hidden) of a hidden layer for n samples, one in a row."""
    return (errors_next @ weights_next) * sigmoid_prime(Z)


check_hidden_errors(hidden_errors)


# %% [markdown]
# **Exercise 4.3** (20 minutes). Nudging the parameters one by one takes two runs of the
# network for each. There is a cheaper test. Choose a random direction $d$, an array of
# the shape of the parameters $p$, and nudge _all of them at once_, each by its share:
#
# $$ \frac{C(p + h\,d) - C(p - h\,d)}{2h} \approx
#    \sum_k \frac{\partial C}{\partial p_k}\, d_k $$
#
# The right side comes from (CR), and from backpropagation. The left side takes two
# runs, however many parameters there are. If both agree for a random direction, then a
# mistake would have to be very lucky. Write `slope_along`, which computes the left
# side. Leave $p$ as you found it.

# %% tags=["exercise"]
def slope_along(f, p, direction, h):
    """The central difference of f at p in a direction, as one number.

    f takes an array of the shape of p and returns a number. The direction
    has the shape of p, and any length.
    """
    raise NotImplementedError


# %% tags=["check"]
check_slope_along(slope_along)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# You need no loop. What does `h * direction` do to an array? And how far apart, in
# units of `direction`, are the two places at which you call `f`?
#
# </details>

# %% tags=["solution"]
def slope_along(f, p, direction, h):
    """The central difference of f at p in a direction, as one number."""
    above = f(p + h * direction)
    below = f(p - h * direction)
    return (above - below) / (2 * h)


check_slope_along(slope_along)


# %% [markdown]
# The last exercise builds a machine that differentiates formulas made of sums, products
# and sigmoids, however they hang together. Here is its first part: a number that
# remembers what it was made of. Beside each of its parents it keeps the derivative by that
# parent. For a sum, both are 1.

# %%
class Number:
    """A number that remembers what it was made of."""

    def __init__(self, data, parents=()):
        self.data = data  # the number itself
        self.parents = parents  # pairs: a parent, the derivative by it
        self.grad = 0.0  # the derivative of the result by this number

    def __add__(self, other):
        pairs = [(self, 1.0), (other, 1.0)]
        return type(self)(self.data + other.data, pairs)


total = Number(2.0) + Number(3.0)
print(total.data, [(parent.data, slope) for parent, slope in total.parents])


# %% [markdown]
# The sum is 5, and it knows both its parents. (Python calls `__add__` when it meets
# `+`, and `__mul__` when it meets `*`. And `type(self)` makes the sum of two Values a
# Value again, once there is a class of that name.)

# %% [markdown]
# **Exercise 4.4** (an evening). Write `Value`, a `Number` that can also be multiplied,
# passed through a sigmoid, and differentiated. After
#
# ```python
# result = (u * v + b).sigmoid()
# result.backward()
# ```
#
# `u.grad` shall be the derivative of the result by `u`, and likewise for `v`, `b` and
# every number on the way. `result.grad` is 1. A number that is used several times gets
# the sum over all its uses, by (CR), and still every number is to be dealt with only
# once. All operands are Values.
#
# (A `grad` begins at 0 and is added to. So call `backward` once: a second call, or that of
# another result that shares numbers with this one, would add to what is there. Frameworks
# do the same, and have you set it back to 0. And a sum of a thousand numbers in a row
# nests deeper than Python lets a function call itself.)
#
# When the check has praised you, build the pencil network out of Values, and find the
# numbers of the second graph again. (A minus you do not have, but you can add the Value
# of $-y$, and multiply by a Value of $-1$ or $\frac{1}{2}$.)

# %% tags=["exercise"]
class Value(Number):
    """A number that can be differentiated by all that it was made of."""

    def __mul__(self, other):
        raise NotImplementedError

    def sigmoid(self):
        raise NotImplementedError

    def backward(self):
        """Set grad in this number and in all that it was made of."""
        raise NotImplementedError


# %% tags=["check"]
check_value(Value)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First `__mul__` and `sigmoid`: like `__add__`, with other derivatives. Then
# `backward`. When a number hands its blame on to a parent, its own `grad` must be
# complete: all who used it must have had their turn. So make a list in which every
# number comes after its parents, and walk it from the end. To make the list, write a
# function that visits a number: unless it is in the list, visit its parents, and then
# append it.
#
# </details>

# %% tags=["solution"]
class Value(Number):
    def __mul__(self, other):
        pairs = [(self, other.data), (other, self.data)]
        return Value(self.data * other.data, pairs)

    def sigmoid(self):
        pairs = [(self, sigmoid_prime(self.data))]
        return Value(sigmoid(self.data), pairs)

    def append_to(self, order):
        if self not in order:
            for parent, _ in self.parents:
                parent.append_to(order)
            order.append(self)
        return order

    def backward(self):
        self.grad = 1.0
        for number in reversed(self.append_to([])):
            for parent, slope in number.parents:
                parent.grad += slope * number.grad


check_value(Value)

# %% [markdown]
# ## Further reading
#
# * D. E. Rumelhart, G. E. Hinton and R. J. Williams, *Learning representations by
#   back-propagating errors*, Nature 323 (1986), doi:10.1038/323533a0. Four pages that
#   made backpropagation known.
# * S. Linnainmaa, *Taylor expansion of the accumulated rounding error*, BIT 16 (1976),
#   doi:10.1007/BF01931367, after his thesis of 1970. The same walk backwards, years
#   earlier, to find out where a computation loses its digits.
# * A. Griewank and A. Walther, *Evaluating Derivatives*, second edition (2008),
#   doi:10.1137/1.9780898717761. All that can be differentiated, and at what price.
# * A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind, *Automatic
#   differentiation in machine learning: a survey*, Journal of Machine Learning Research
#   18 (2018), arXiv:1502.05767. How frameworks do it, and what it is not.
# * M. A. Nielsen, *Neural Networks and Deep Learning* (2015),
#   neuralnetworksanddeeplearning.com, chapter 2. The same four equations, told
#   differently.
