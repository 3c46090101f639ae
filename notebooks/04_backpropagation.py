# ---
# jupyter:
#   description: prove the four equations, catch wrong gradients in the act, and build numbers
#     that differentiate themselves
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
# prove them, on a network so small that a pencil will do. Then you build a judge of
# gradients that is hard to cheat, and in the end numbers that find their derivatives by
# themselves, and learn to read.

# %% [markdown]
# **What you'll do**
#
# * write out one derivative of a network of five neurons by pencil;
# * prove the equations (BP1) to (BP4) and turn each into a line of Python;
# * build a judge of gradients, try to cheat it, and close every gap that you find;
# * write numbers that differentiate whatever is computed with them, and train a network
#   of them on real digits.
#
# **What you'll learn**
#
# * what the error of a hidden neuron is, and how to measure it;
# * why a network that learns proves nothing about its gradient;
# * how far a measured derivative can be trusted;
# * why all derivatives together cost no more than a few runs of the network.
#
# **What you'll need**
#
# * [lesson 3](03_a_network_that_reads_digits.ipynb): layers, cost and gradient descent;
# * the derivative of a function of one variable, and partial derivatives;
# * pencil, paper and a pocket calculator.

# %% [markdown]
# ## A network for pencil and paper
#
# Two inputs, three hidden neurons, two outputs, and whole numbers for weights. The
# weights of a layer are a matrix with one row for each of its neurons. The biases are
# columns, and so are the input $x$ and the *target* $y$, what the network ought to
# answer. All as in lesson 3.

# %%
import math
import time
from functools import partial
from itertools import combinations, count, pairwise

import numpy as np

from digitlib import load_mnist, sigmoid, sigmoid_prime
from digitlib.live.blame import Blame
from digitlib.pictures import plots
from digitlib.pictures.value_graph import show_value
from digitlib.progress import progress

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
# For this input the first output ought to be 1 and the second 0. What are they? A layer
# $l$ adds up what it hears and passes the sum through the sigmoid, by (FF1) and (FF2) of
# [lesson 3](03_a_network_that_reads_digits.ipynb#Three-layers):
#
# $$ z_j^{(l)} = \sum_k w_{jk}^{(l)}\, a_k^{(l-1)} + b_j^{(l)} $$
#
# $$ a_j^{(l)} = S\bigl(z_j^{(l)}\bigr) $$
#
# Today the sum $z$ plays the lead, so `forward` keeps it, for any number of layers. (Mind
# the counting: the inputs have no weights, so layer 2 finds its weights in `weights[0]`
# and its sums in `zs[0]`. But `activations[0]` is $x$ itself.)

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
# first. Here is the whole computation as a graph. An arrow carries a neuron's activation
# onwards, times the weight that is written on it. Biases are not drawn.

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
    "and shows its weight, dashed if that is negative. The outputs also show "
    "what they ought to be.",
)

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
# Follow a weight of the first layer of arrows in the graph. It changes one sum, that
# changes an activation, and this one is heard by _every_ output: the change reaches the
# cost on more than one path.

# %% [markdown] tags=["slide"]
# ## The one rule that you need
#
# Suppose $C$ depends on some numbers $u_1, \dots, u_m$, and each of these on a number
# $v$. Raise $v$ by a tiny $\delta$. Then every $u_k$ changes, by some $h_k$, and all at
# once. What does $C$ do?
#
# Make the changes one after the other: first only $u_1$ moves, then $u_2$, and so on.
# Let $C_k$ be the cost when $u_1, \dots, u_k$ have moved. The whole change is the sum of
# these steps, since all between the ends cancels:
#
# $$ C_m - C_0 = (C_1 - C_0) + (C_2 - C_1) + \dots + (C_m - C_{m-1}) $$
#
# In step $k$ only $u_k$ moves, so $C$ is a function of one variable there. By the mean
# value theorem, the step changes it by $h_k$ times the derivative
# $\frac{\partial C}{\partial u_k}$, taken at some place between its ends. Divide by
# $\delta$ and let it go to 0. Then $h_k / \delta$ becomes
# $\frac{\partial u_k}{\partial v}$. And every step shrinks to the point where you stand,
# so that the derivative becomes the one _there_, if it is continuous. What remains is
#
# $$ \frac{\partial C}{\partial v} = \sum_{k=1}^{m}
#    \frac{\partial C}{\partial u_k} \cdot \frac{\partial u_k}{\partial v} \tag{CR} $$
#
# This is the *chain rule*: multiply along a path, add over the paths. One condition
# goes with it. The $u_k$ must catch everything: $v$ may not reach $C$ past them. In a
# network the layers see to that, for no arrow skips a layer.

# %% [markdown]
# So changes that happen at once simply add up, if they are tiny. Watch it: raise the
# three hidden activations by $\delta$, at once and each alone.

# %%
def rise(delta, which):
    """How much C rises if the hidden activations `which` rise by delta."""
    a = a2.copy()
    a[which] += delta
    return cost(sigmoid(weights[1] @ a + biases[1]), y) - cost(a3, y)


apart = []
for delta in (0.1, 0.01, 0.001):
    at_once = rise(delta, [0, 1, 2])
    each_alone = sum(rise(delta, [k]) for k in range(3))
    apart.append(abs(at_once - each_alone))
    print(f"delta {delta:5}: at once {at_once:9.6f}, ", end="")
    print(f"sum of each alone {each_alone:9.6f}, apart {apart[-1]:.1e}")
assert 50 < apart[0] / apart[1] < 200 and 50 < apart[1] / apart[2] < 200

# %% [markdown]
# A tenth of the $\delta$ leaves a hundredth of the gap, and that is why derivatives add.

# %% [markdown] tags=["slide"]
# ### One derivative, written out
#
# Take the weight $w_{11}^{(2)}$, from the first input to the first hidden neuron, and
# the derivative of $C$ with respect to it (in short: _by_ it). Two paths lead from it to
# the cost, one through each output. By (CR) every step is a factor, and the paths add:
#
# $$ \begin{aligned} \frac{\partial C}{\partial w_{11}^{(2)}} = {}
#    & \Bigl( \frac{\partial C}{\partial a_1^{(3)}} \cdot
#      \frac{\partial a_1^{(3)}}{\partial z_1^{(3)}} \cdot
#      \frac{\partial z_1^{(3)}}{\partial a_1^{(2)}}
#    + \frac{\partial C}{\partial a_2^{(3)}} \cdot
#      \frac{\partial a_2^{(3)}}{\partial z_2^{(3)}} \cdot
#      \frac{\partial z_2^{(3)}}{\partial a_1^{(2)}} \Bigr) \\
#    & \cdot \frac{\partial a_1^{(2)}}{\partial z_1^{(2)}} \cdot
#      \frac{\partial z_1^{(2)}}{\partial w_{11}^{(2)}} \end{aligned} $$
#
# Each factor you can take at sight, and with
# $S'(z) = S(z)\,(1 - S(z)) = a\,(1 - a)$ the graph has all the numbers:
#
# | factor | what it is | by output 1 | by output 2 |
# |---|---|---|---|
# | $\partial C / \partial a_k^{(3)}$ | $a_k^{(3)} - y_k$, how far off | $-0.6135$ | 0.7673 |
# | $\partial a_k^{(3)} / \partial z_k^{(3)}$ | $S'(z_k^{(3)})$, the output's slope | 0.2371 | 0.1785 |
# | $\partial z_k^{(3)} / \partial a_1^{(2)}$ | $w_{k1}^{(3)}$, the arrow | 2 | 1 |
# | the three multiplied | | $-0.2909$ | 0.1370 |
# | $\partial a_1^{(2)} / \partial z_1^{(2)}$ | $S'(z_1^{(2)})$, the hidden slope | 0.25 | the same |
# | $\partial z_1^{(2)} / \partial w_{11}^{(2)}$ | $x_1$, what was sent | 1 | the same |
#
# Multiply along, add over: $(-0.2909 + 0.1370) \cdot 0.25 \cdot 1 = -0.0385$. Now let
# the machine do it, nudge that weight, and look.

# %%
off, slope3, arrow = a3 - y, sigmoid_prime(z3), weights[1][:, :1]
by_output = off * slope3 * arrow
print("by output:", off.ravel(), slope3.ravel(), arrow.ravel())
print("  multiplied:", by_output.ravel())
slope2, sent = sigmoid_prime(z2)[0, 0], x[0, 0]
written_out = by_output.sum() * slope2 * sent

h = 1e-6
nudged = [w.copy() for w in weights]
nudged[0][0, 0] += h
_, (*_, a_nudged) = forward(nudged, biases, x)
measured = (cost(a_nudged, y) - cost(a3, y)) / h
print(f"written out: {written_out:.6f}   nudged: {measured:.6f}")
assert abs(written_out - measured) < 1e-7
assert np.allclose(by_output.ravel(), [-0.2909, 0.1370], atol=5e-5)

# %% [markdown]
# Six decimals agree. One output wants more of this weight and the other less, so that
# little is left.

# %% [markdown]
# ### What to differentiate by
#
# One down, sixteen to go? All factors but the last come again in the derivatives by
# $w_{12}^{(2)}$ and by the bias. So look for the place where paths meet. Whatever a weight
# or a bias of neuron $j$ does, it does through the sum $z_j^{(l)}$: the rest of the network
# hears of nothing else. Ask at that place. The number
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
# So here is the plan. Find the errors of the last layer, which sees the target; from
# them those of the layer before, and so on to the front. Then turn errors into
# derivatives by weights and biases. Four equations, and each is (CR) once.

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
# In words: how far it is off, times how far it can still be persuaded. (So that is what
# the $\frac{1}{2}$ in the cost is good for.) Nothing in it mixes one output with another:
# for the whole column the products are taken element by element, written $\odot$. That
# is (BP1v) of
# [lesson 3](03_a_network_that_reads_digits.ipynb#Errors), for any number of layers:
#
# $$ \varepsilon^{(L)} = \bigl(a^{(L)} - y\bigr) \odot S'\bigl(z^{(L)}\bigr) $$
#
# Guess the two signs, then take your pencil:
#
# $$ \begin{aligned}
#    \varepsilon_1^{(3)} &= -0.6135 \cdot 0.2371 = -0.1455 \\
#    \varepsilon_2^{(3)} &= 0.7673 \cdot 0.1785 = 0.1370
#    \end{aligned} $$

# %%
def output_error(a, y, z):
    """(BP1v): the error of the output layer."""
    return (a - y) * sigmoid_prime(z)


error3 = output_error(a3, y, z3)
print("error3 =", error3.ravel())

# %% [markdown]
# The first output should say more, so its error is negative: more would cost less. The
# second should say less. But you and the machine have used the same equation.

# %% [markdown]
# ### Nudge it and look
#
# A derivative can be measured more exactly than above. Raise one number $p$ by a small
# step $h$ and look at the cost, lower it by $h$ and look again:
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
# have a target.

# %% [markdown] tags=["slide"]
# ## (BP2): who is to blame in the hidden layer?
#
# A hidden neuron has no target. All it has is influence: whatever it says is heard,
# through the weights, by every neuron of the next layer. So do not ask what it _should_
# have said. Ask how much the cost would have changed, had its sum been a touch larger.
#
# In (CR), put the sums of the layer above in the place of the $u_k$. They catch
# everything, since whatever layer $l$ does to the cost, it does through them:
#
# $$ \varepsilon_j^{(l)} = \frac{\partial C}{\partial z_j^{(l)}}
#    = \sum_k \frac{\partial C}{\partial z_k^{(l+1)}} \cdot
#      \frac{\partial z_k^{(l+1)}}{\partial z_j^{(l)}} $$
#
# The first factor is what a rise of listener $k$'s sum costs, and that you know already:
# $\varepsilon_k^{(l+1)}$. For the second, write out how the listener hears layer $l$, by
# (FF1) and (FF2):
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
# sum:
#
# $$ \varepsilon_j^{(l)} = \Bigl(\sum_k w_{kj}^{(l+1)}\,
#    \varepsilon_k^{(l+1)}\Bigr) \cdot S'\bigl(z_j^{(l)}\bigr) \tag{BP2} $$

# %% [markdown]
# In $w_{kj}$ the listener $k$ comes first, and the sum is over $k$. So it runs _down
# column_ $j$ of the matrix, where (FF1) ran along a row. Column $j$ of $W$ is row $j$ of
# the transposed matrix $W^T$, and the whole layer's errors take one line, (BP2v):
#
# $$ \varepsilon^{(l)} = \Bigl(\bigl(W^{(l+1)}\bigr)^{T} \varepsilon^{(l+1)}\Bigr)
#    \odot S'\bigl(z^{(l)}\bigr) $$
#
# For the first hidden neuron you have done it by pencil: $-0.0385$, since the weight
# that you wrote out hears an input of 1.

# %%
def hidden_error(weights_next, error_next, z):
    """(BP2v): a hidden layer's error, from the error of the layer above."""
    return (weights_next.T @ error_next) * sigmoid_prime(z)


error2 = hidden_error(weights[1], error3, z2)
print("error2 =", error2.ravel())

# %% [markdown]
# Both outputs hear the first hidden neuron with a plus, and their wishes partly cancel:
# the error nearest to 0. The third is heard with a plus by the output that should say
# more, and with a minus by the one that should say less. To raise it helps both, so its
# error is negative, and the farthest from 0. With the second it is the other way round.
# Now ask the judge:

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
# own neuron's, so (CR) has a single term. And since (FF1) adds the bias and does nothing
# else to it, the second factor is 1:
#
# $$ \frac{\partial C}{\partial b_j^{(l)}}
#    = \frac{\partial C}{\partial z_j^{(l)}} \cdot
#      \frac{\partial z_j^{(l)}}{\partial b_j^{(l)}}
#    = \varepsilon_j^{(l)} \tag{BP3} $$

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
# From the first hidden neuron to the second output: $0.1370 \cdot 0.5 = 0.0685$.

# %%
def bias_gradient(error):
    """(BP3v): the gradient for the biases of a layer."""
    return error


def weight_gradient(error, a_before):
    """(BP4v): the gradient for a layer's weights, one row for each neuron."""
    return error @ a_before.T


gradient = weight_gradient(error3, a2)
print(f"for W of shape {weights[1].shape}, a gradient {gradient.shape}")
print(f"in row 2, column 1: {gradient[1, 0]:.4f}")

# %% [markdown]
# (`bias_gradient` returns what it gets, so that each equation has a function.) Had the
# hidden neuron been silent, the weights that listen to it would have learnt nothing from
# this sample.

# %% [markdown] tags=["slide"]
# ## The way back, as a graph
#
# Now the four equations in their order, for any number of layers. The errors are found
# from the back to the front, and so each new one is put at the head of the list. Then
# `zip` pairs them with `activations`, which begins a layer earlier: $\varepsilon^{(l)}$
# meets $a^{(l-1)}$, as (BP4v) wants it. (The last activation is left over: `zip` stops
# where the shorter list ends. And `zs[k - 1]` are the sums of the layer from which
# `weights[k]` lead on.) Three of the equations come in as parameters, so that they can be
# exchanged.

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
# Shapes tell you where a $T$ belongs, unless all layers are of one size.
#
# ### Who is to blame?
#
# Twelve weights have made this answer what it is: 0.39 in place of 1, and 0.77 in place
# of 0. Go back to the first graph, and commit yourself.
#
# **Predict.** Which of the twelve arrows is to blame most: on which does the cost
# depend most strongly, for a tiny nudge?

# %% tags=["slide"]
# My guess: ...
def cost_now():
    """The cost with the weights as they are."""
    return cost(forward(weights, biases, x)[1][-1], y)


for layer, (w, by_bp4) in enumerate(zip(weights, for_weights), start=2):
    nudged = differences(cost_now, w)
    assert np.abs(nudged - by_bp4).max() < 1e-9
    for (j, k), slope in np.ndenumerate(by_bp4):
        print(f"to layer {layer}: {k + 1} -> {j + 1}: {w[j, k]:2.0f}", end="")
        print(f"   (BP4) {slope:7.4f}   nudged {nudged[j, k]:7.4f}")

most = max(np.abs(g).max() for g in for_weights)
assert most == -for_weights[1][0, 1]

# %% [markdown]
# It is the arrow from the second hidden neuron to the first output, with $-0.1063$. Most
# people guess an arrow with a 2 on it, or one into the second output, which is farther
# off. But the weight itself does not stand in (BP4). What counts is how loudly the
# speaker spoke (the second hidden neuron is the loudest) and how large the listener's
# error is: the second output is farther off, but harder to persuade.
#
# Play it, and turn the nudge of this arrow to 1. Still $-0.1063$?

# %% tags=["slide"]
Blame(weights, biases, x, y)

# %% [markdown]
# No, $-0.1003$: a gradient touches the curve of the cost, a large nudge cuts it. On each
# arrow, below its weight: the error at its right end, times the activation at its left.
# One pass forwards that remembers, one pass backwards: that is backpropagation.

# %% [markdown] tags=["slide"]
# ## The judge
#
# A proof can hold a slip, and so can a program. So hold all gradients against (CD), on
# networks made at random. Two things make such a *gradient check* strict:
#
# * **Random biases.** Where something is 0, mistakes hide. You will see one.
# * **A relative error.** A difference of one millionth is nothing beside 1 and
#   everything beside a millionth. So divide it by the largest derivative in its array.
#
# Here is a first attempt. It nudges a copy of the network, in double precision, with
# sixteen digits. (A star hands over the parts of a list one by one, or collects arguments
# in one.)

# %%
def random_network(sizes, rng, bias_size=1.0):
    """Weights of variance 1 / inputs, and random biases too."""
    weights = [
        rng.standard_normal((neurons, heard)) / np.sqrt(heard)
        for heard, neurons in pairwise(sizes)
    ]
    biases = [bias_size * rng.standard_normal((n, 1)) for n in sizes[1:]]
    return weights, biases


def claims(backprop, weights, biases):
    """What `backprop` claims for a copy of the network, and what is true."""
    rng = np.random.default_rng(0)
    weights = [w.astype(np.float64) for w in weights]
    biases = [b.astype(np.float64) for b in biases]
    x, y = rng.random((weights[0].shape[1], 1)), rng.random(biases[-1].shape)

    def f():
        return cost(forward(weights, biases, x)[1][-1], y)

    measured = [differences(f, p) for p in weights + biases]
    for_weights, for_biases = backprop(weights, biases, x, y)
    return [*for_weights, *for_biases], measured


# %% [markdown]
# The verdict is the largest error of all arrays:

# %%
def careless_check(backprop, weights, biases):
    """The largest relative error, at first sight."""
    worst = 0.0
    for c, m in zip(*claims(backprop, weights, biases)):
        largest = max(np.abs(c).max(), np.abs(m).max())
        worst = max(worst, np.abs(c - m).max() / largest)
    return worst


# %% [markdown]
# Looks reasonable? Then cheat it. Three cheats hand in something that is no gradient. In
# the fourth case two layers share _one_ matrix. `backprop` returns a gradient for each;
# but to move that matrix is to move both layers, and the true derivative by it is the sum
# of the two.

# %%
def nothing_but_nan(*task):
    """Gradients for the weights that are not even numbers."""
    for_weights, for_biases = backprop(*task)
    return [g * np.nan for g in for_weights], for_biases


def most_missing(*task):
    """One gradient, and no others."""
    return backprop(*task)[0][:1], []


def misshapen(*task):
    """Each gradient for the weights twice, in one array."""
    for_weights, for_biases = backprop(*task)
    return [np.stack([g, g]) for g in for_weights], for_biases


usual = random_network((4, 4, 4), np.random.default_rng(0))
shared = [usual[0][0], usual[0][0]], usual[1]
cheats = {
    "NaN": (nothing_but_nan, usual),
    "missing": (most_missing, usual),
    "misshapen": (misshapen, usual),
    "shared": (backprop, shared),
}

# %% [markdown]
# **Predict.** How many of the four does the careless judge acquit?

# %%
# My guess: ...
for name, (cheat, network) in cheats.items():
    error = careless_check(cheat, *network)
    print(f"{name:9}", "acquitted" if error < 1e-6 else "caught")
    assert error < 1e-6

# %% [markdown]
# All four. Most people guess that the NaN is caught. But every comparison with NaN is
# false, so for `max` a NaN is never larger than 0. What is missing has no partner, and
# `zip` stops where the shorter list ends. NumPy repeats the smaller of two arrays until
# it fits the larger. And the copy took the sharing away before anybody looked. Four gaps,
# four refusals. (`or 1.0`: nothing shall be divided by 0.)

# %%
def refuse_shared(arrays):
    """Stop if two of the arrays are the same numbers in memory."""
    if any(np.shares_memory(p, q) for p, q in combinations(arrays, 2)):
        raise ValueError("two arrays share their memory")


def refuse_unfit(claimed, measured):
    """Stop unless there is one finite number for each that was measured."""
    if len(claimed) != len(measured):
        raise ValueError(f"{len(claimed)} gradients, {len(measured)} arrays")
    for c, m in zip(claimed, measured):
        if np.shape(c) != m.shape:
            raise ValueError(f"shape {np.shape(c)} in place of {m.shape}")
        if not np.isfinite(c).all() or not np.isfinite(m).all():
            raise ValueError("a gradient is not finite everywhere")


def worst_error(claimed, measured):
    """The largest relative error: each array beside its largest number."""
    refuse_unfit(claimed, measured)
    return max(
        np.abs(c - m).max() / (np.abs([c, m]).max() or 1.0)
        for c, m in zip(claimed, measured)
    )


# %% [markdown]
# The judge looks at the network before it copies it, and at the claims before it
# compares them. (`raise` stops a program, as a failed assertion does; `try` and
# `except` let it go on, and show what stopped it.)

# %%
def gradient_check(backprop, weights, biases):
    """How far the gradients of `backprop` are from the measured ones."""
    refuse_shared([*weights, *biases])
    return worst_error(*claims(backprop, weights, biases))


for name, (cheat, network) in cheats.items():
    try:
        gradient_check(cheat, *network)
    except ValueError as reason:
        print(f"{name:9} refused: {reason}")
    else:
        raise AssertionError(f"{name} got past")

# %% [markdown]
# Now let it judge ours, with one to four layers of weights:

# %% tags=["nbval-ignore-output"]
for sizes in ((5, 3), (5, 4, 3), (5, 6, 4, 3), (5, 7, 6, 4, 3)):
    rng = np.random.default_rng(0)
    error = gradient_check(backprop, *random_network(sizes, rng))
    print(f"{sizes!s:16} worst relative error {error:.0e}")
    assert error < 1e-6

# %% [markdown]
# Far below one millionth, at any depth. What is left is the judge's own blur, some
# $10^{-12}$ everywhere. It looks worse from row to row because the derivatives at the
# front shrink.

# %% [markdown] tags=["slide"]
# ## Would a mistake be caught?
#
# A judge that acquits everybody is worth nothing. So make the mistakes that people make:
# this is what the parameters of `backprop` are for. (`partial` makes a function out of
# another one, with some of its parameters settled. The two stars in `**swapped` hand
# over a dictionary as named arguments, as if you had written `bp1=...`.) A matrix that is
# not transposed goes unnoticed where it is square; so the layers here are all of one
# size.

# %%
mistakes = {
    "none": {},
    "BP1: 2(a - y) in place of a - y": {
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
rng = np.random.default_rng(0)
square = random_network((4, 4, 4, 4), rng)
errors = {}
for name, swapped in mistakes.items():
    error = gradient_check(partial(backprop, **swapped), *square)
    verdict = "correct" if error < 1e-6 else f"{error:.2f}, caught"
    errors[name] = error
    print(f"{name:34} {verdict}")

# %% [markdown]
# All five are caught. Was it a near thing?

# %%
wrong = [error for name, error in errors.items() if name != "none"]
print(f"smallest error of a wrong gradient: {min(wrong):.2f}")
assert min(wrong) > 0.01
assert min(wrong) / errors["none"] > 1e6

# %% [markdown]
# The error of the correct one is a million times smaller: no haggling about the line.
#
# ### Mistakes that hide
#
# Somebody forgets the biases on the way forward. That is wrong, unless they are 0, as
# those of lesson 3 are at the beginning. Somebody else clips the sums in $S'$ to lie
# between $-4$ and 4, lest a large one overflow. That is wrong, unless all sums are small,
# as they are in a new network. So hold both against a network with biases of 0, one with
# random biases, and the same one when it has learnt for a while, by the gradient under
# suspicion. (`learn` takes a step for each pair of an input and its target.)

# %%
def learn(backprop, weights, biases, pairs, eta):
    """The network after a step of gradient descent for each pair."""
    for x, y in pairs:
        x, y = x.reshape(-1, 1), y.reshape(-1, 1)
        for_weights, for_biases = backprop(weights, biases, x, y)
        weights = [w - eta * g for w, g in zip(weights, for_weights)]
        biases = [b - eta * g for b, g in zip(biases, for_biases)]
    return weights, biases


# %%
def without_biases(weights, biases, x, y):
    """A wrong `backprop`: it takes all biases for zero."""
    return backprop(weights, [0 * b for b in biases], x, y)


clipped = partial(
    backprop,
    bp1=lambda a, y, z: output_error(a, y, np.clip(z, -4, 4)),
    bp2=lambda w, error, z: hidden_error(w, error, np.clip(z, -4, 4)),
)

# %%
rng = np.random.default_rng(1)
made_up = [(rng.random(4), np.eye(4)[0]) for _ in range(1000)]
caught = {}
heads = ("", "biases 0", "random biases", "after learning")
print("".join(f"{head:>16}" for head in heads))
for name, wrong in (
    ("none", backprop),
    ("biases forgotten", without_biases),
    ("sums clipped", clipped),
):
    new, usual = (
        random_network((4, 4, 4), np.random.default_rng(0), size)
        for size in (0.0, 1.0)
    )
    networks = new, usual, learn(wrong, *usual, made_up, 3.0)
    caught[name] = [gradient_check(wrong, *n) > 1e-6 for n in networks]
    verdicts = ("caught" if c else "passes" for c in caught[name])
    print(f"{name:16}" + "".join(f"{verdict:>16}" for verdict in verdicts))
assert caught["none"] == [False, False, False]
assert caught["biases forgotten"] == [False, True, True]
assert caught["sums clipped"] == [False, False, True]

# %% [markdown]
# That is why the judge wants random biases, and why you call it again after some steps
# (a *burn-in*), when the network has left where it began. (A corner, as $|z|$ has at 0, would
# mislead it anywhere: a nudge may step across. The sigmoid has none.)
#
# A mistake can also be drowned. In
# [lesson 6](06_learning_better.ipynb#Large-weights-are-suspect) the cost gets one more
# term, half the sum of the squares of all weights, times a _strength_. Its gradient, the
# strength times the weights, is easy to get right. Let (BP4) forget the activation, and
# make the term stronger and stronger.

# %%
rng = np.random.default_rng(0)
w, b = random_network((4, 4, 4), rng)
column, goal = rng.random((4, 1)), rng.random((4, 1))


def penalty():
    """The term that keeps the weights small."""
    return strength / 2 * sum((p**2).sum() for p in w)


def cost_and_penalty():
    return cost(forward(w, b, column)[1][-1], goal) + penalty()


def forgetful(error, a_before):
    """A wrong (BP4v): as if every activation were 1."""
    return error @ np.ones_like(a_before).T


# %% tags=["nbval-rtol-1e-2"]
wrong, _ = backprop(w, b, column, goal, bp4=forgetful)
drowned = []
for strength in (0, 1, 1_000, 1_000_000):
    together = [g + strength * p for g, p in zip(wrong, w)]
    measured = [differences(cost_and_penalty, p) for p in w]
    drowned.append(worst_error(together, measured))
    verdict = "caught" if drowned[-1] > 1e-6 else "passes"
    print(f"strength {strength:9,}: error {drowned[-1]:.0e}, {verdict}")
assert drowned == sorted(drowned, reverse=True)
assert drowned[0] > 0.1 and drowned[-1] < 1e-6

# %% [markdown]
# The mistake is as large as ever; what has grown is the number beside which it is seen. A
# milder judge would have acquitted sooner. So switch the term off when you check the
# gradient of the data, and check the term by itself:

# %%
term = worst_error(
    [strength * p for p in w], [differences(penalty, p) for p in w]
)
print("the term alone: below one millionth:", term < 1e-6)
assert term < 1e-6

# %% [markdown] tags=["slide"]
# ## But it learns!
#
# If a gradient were wrong, surely the network would not learn? Six networks, all alike,
# look once at the same three thousand digits. One has the correct gradient, each of the
# others makes one of the five mistakes. How many of 500 other digits does each read
# afterwards? (Row $d$ of the unit matrix, `np.eye(10)`, is the one-hot answer for the
# digit $d$. And `forward` takes all 500 images at once, as the columns of a matrix.)

# %%
mnist = load_mnist()
train, others = mnist.train[:3000], mnist.validation[:500]
pairs = list(zip(train.images, np.eye(10)[train.labels]))


def digits_read(weights, biases, images):
    """How many of the others the network reads, given their images."""
    _, activations = forward(weights, biases, images.T)
    return int(np.sum(activations[-1].argmax(axis=0) == others.labels))


# %% [markdown]
# **Predict.** How many of the five with a wrong gradient will read more digits than the
# one with the correct gradient?

# %% tags=["nbval-atol-3", "slide"]
# My guess: ...
def trained(backprop, eta=0.1):
    """How many of the others are read after learning with this gradient."""
    rng = np.random.default_rng(0)
    start = random_network((784, 10, 10), rng, bias_size=0.0)
    return digits_read(*learn(backprop, *start, pairs, eta), others.images)


read = {}
for name, swapped in mistakes.items():
    read[name] = trained(partial(backprop, **swapped))
    print(f"{name:34} {read[name]:3} of {len(others)}")

by_chance = len(others) / 10
assert min(read.values()) > 2 * by_chance
assert sum(r > read["none"] for r in read.values()) >= 2

# %% [markdown]
# All of them learn, far better than by chance, and several read more digits than the
# correct one! Most people guess none, since a wrong direction should lead astray. But a
# step need not be the steepest to lead down. Those that do better make the errors of all
# layers larger than they are. So they take longer steps, and after so short a training
# longer steps are ahead. You can have them honestly, by a larger $\eta$:

# %% tags=["nbval-atol-3"]
patient, bold = read["none"], trained(backprop, eta=0.5)
print(f"correct gradient: eta 0.1 reads {patient}, eta 0.5 reads {bold}")
assert bold > patient

# %% [markdown]
# (Two of the mistakes are the correct gradients of other costs: the factor 2 belongs to
# the sum of squares without its half, the error without a slope to a cost of lesson 6.) So
# a network that learns proves nothing. Who only watches the accuracy can live with a
# wrong gradient for years.

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
# Subtract one from the other, and divide by $2h$. $C$ and $C''$ cancel:
#
# $$ \frac{C(p + h) - C(p - h)}{2h} = C'(p) + \frac{h^2}{6} C'''(p) + \dots $$
#
# What comes after $C'(p)$ is the *truncation error*, and it shrinks with $h^2$. Had you
# gone to one side only, with $\bigl(C(p + h) - C(p)\bigr) / h$, then
# $\frac{h}{2} C''(p)$ would have been left, which shrinks no faster than $h$.

# %% [markdown]
# But the computer does not compute $C$ exactly. Look at the next number after 1, in
# double precision and in single precision, in which networks usually compute.

# %%
for dtype in (np.float64, np.float32):
    gap = np.finfo(dtype).eps
    print(f"{dtype.__name__}: the next number after 1 is 1 + {gap:.0e}")

# %% [markdown]
# Whatever lies between is rounded. So in double precision (`float64`) $C$ is off by
# some $\rho = 10^{-16}$ times its size. In the quotient that becomes a *rounding error*
# of about $\rho / h$, and it _grows_ when $h$ shrinks. Somewhere between too large and
# too small lies the best step. Measure it: from two sides, from one, and from two in
# single precision.

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
# The truth comes from `backprop`, in double precision.

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
# **Predict.** A number in single precision holds seven digits. With the best step, how
# many digits of the derivative does the judge get right: seven, six, or fewer than five?

# %% tags=["nbval-image-8"]
# My guess: ...
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
# Fewer than five: in single precision the error stays above $10^{-5}$. Most people guess
# seven. But three times you see the letter V. Right of its tip truncation reigns: make
# the step ten times smaller, and the central difference gains two digits, the one-sided
# one gains one. Left of it rounding reigns, and a step ten times smaller costs a digit,
# until none is left. From both sides, they are equal where $h^2 = \rho / h$, that is,
# where $h$ is the cube root of $\rho$. Hence $h = 10^{-5}$. The error is
# $h^2 = \rho^{2/3}$ there: a third of the digits is lost. Hence double precision: in
# single precision no step brings you below the dotted line.

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
# The expansion was right.

# %% [markdown] tags=["slide"]
# ## The derivative that computes itself
#
# Four proofs, and they hold for one kind of network. Exchange its sigmoid, or its cost,
# and you prove again. Must you? See what the proofs have in common. Each takes a
# computation apart into steps so small that everybody knows their derivatives. The rest
# is (CR), and that is work for a machine.
#
# So let every number remember what it was made of. Beside each of its *parents* it keeps
# the derivative by that parent: for a sum, 1 and 1; for a product, the other factor.
# (Python calls `__add__` where it meets `+`, and `__mul__` where it meets `*`. A plain
# number among the operands is taken for a constant: `watch` sees to that. And
# `type(self)` is this class, or what has grown out of it.)

# %%
births = count()


class Number:
    """A number that remembers what it was made of."""

    def __init__(self, data, parents=(), name=""):
        self.data = float(data)  # the number itself
        self.parents = parents  # pairs: a parent, the derivative by it
        self.name = name  # what a picture calls it
        self.grad = 0.0  # the derivative of a result by this number
        self.born = next(births)  # 0, 1, 2, ...: parents are older

    def watch(self, number):
        return number if isinstance(number, Number) else type(self)(number)

    def __add__(self, other):
        other = self.watch(other)
        pairs = [(self, 1.0), (other, 1.0)]
        return type(self)(self.data + other.data, pairs, "+")

    def __mul__(self, other):
        other = self.watch(other)
        pairs = [(self, other.data), (other, self.data)]
        return type(self)(self.data * other.data, pairs, "*")


# %%
u, v = Number(2, name="u"), Number(3, name="v")
t = u * v
print(f"{t.data}, made of", [(p.name, slope) for p, slope in t.parents])

# %% [markdown]
# The product is 6, and it knows: raise `u` a little, and it rises three times as much.
# Of what else a network needs, powers, `exp` and the sigmoid have one parent each. The
# others are made of what is there: a minus is a plus of $-1$ times the other, a division
# a power of $-1$. (In `2 - u` the 2 knows nothing of our numbers. So Python asks the one
# on the right, by a name that begins with an r.)

# %%
class Arithmetic(Number):
    """A Number that also knows powers, minus and division."""

    __radd__ = Number.__add__  # 2 + u is u + 2
    __rmul__ = Number.__mul__

    def __pow__(self, power):
        slope = power * self.data ** (power - 1) if power else 0.0
        return type(self)(self.data**power, [(self, slope)], f"**{power}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * self.watch(other) ** -1

    def __rtruediv__(self, other):
        return self**-1 * other


# %% [markdown]
# And the two that bend:

# %%
class Bends(Arithmetic):
    """Numbers that also know exp and the sigmoid."""

    def exp(self):
        result = math.exp(self.data)
        return type(self)(result, [(self, result)], "exp")

    def sigmoid(self):
        a = float(sigmoid(self.data))
        return type(self)(a, [(self, a * (1 - a))], "sigmoid")


# %% [markdown]
# Now the way back. The result's own `grad` is 1. Then every number hands its `grad` on
# to its parents, times the derivative that it kept, and a parent adds up what it gets:
# (CR). One thing matters. Before a number hands on, its `grad` must be complete: all who
# used it must have had their turn. They are younger than it is! So begin with the
# youngest and go by age.
#
# No function calls itself here, so a formula may be as long as it likes. And first
# everything is set back to 0, lest something be left from an earlier walk.

# %%
class Value(Bends):
    """A number that finds the derivatives by all that it was made of."""

    def history(self):
        """This number and all that it was made of, the oldest first."""
        found, to_visit = {self}, [self]
        while to_visit:
            for parent, _ in to_visit.pop().parents:
                if parent not in found:
                    found.add(parent)
                    to_visit.append(parent)
        return sorted(found, key=lambda number: number.born)

    def backward(self):
        """Set grad in this number and in all that it was made of."""
        history = self.history()
        for number in history:
            number.grad = 0.0
        self.grad = 1.0
        for number in reversed(history):
            for parent, slope in number.parents:
                parent.grad += slope * number.grad  # (CR)


# %% [markdown]
# Try it where a number is used twice, which is where derivatives are forgotten. By hand:
# `t`, which is $-1$, reaches the result through the sigmoid and through the product with
# 3, so its derivative is $S'(-1) + 3$, that is, 0.1966 + 3.

# %% tags=["slide"]
u, v = Value(2, name="u"), Value(-0.5, name="v")
t = u * v
result = t.sigmoid() + 3 * t
result.backward()
assert math.isclose(t.grad, sigmoid_prime(-1.0) + 3)
show_value(
    result,
    "The formula as a graph, from u and v through their product, which is "
    "used twice, to the result. Every box shows a number and its grad, every "
    "arrow the derivative by which grads are multiplied on the way back.",
)

# %% [markdown]
# Read it from right to left: a box's `grad` times the number on an arrow is what arrives
# at the arrow's tail, and a box adds up what arrives. A plus hands its `grad` on to both
# unchanged, a product multiplies it by the other factor. Now the judge: every operation,
# plain numbers on both sides, ten thousand numbers in a row, and two walks.

# %%
def formula(u, v):
    """A formula with something of everything."""
    bent = (u * v - 1).sigmoid() / v + (2 - u).exp()
    return 2 * bent**3 - bent * u + 1 / (v + 3) - u


at = np.array([0.7, -1.3])
u, v = Value(at[0]), Value(at[1])
result = formula(u, v)
measured = differences(lambda: formula(*map(Value, at)).data, at)
for walk in ("first", "second"):
    result.backward()
    error = worst_error([np.array([u.grad, v.grad])], [measured])
    print(f"{walk} walk: below one millionth: {error < 1e-6}")
    assert error < 1e-6

total = sum(u for _ in range(10_000))
total.backward()
print(f"a sum of 10,000 times u: the derivative is {u.grad:.0f}")
assert u.grad == 10_000

# %% [markdown]
# (`sum` begins with a plain 0, and the 10,000 replaces what `u` had from the formula.)
#
# ### The pencil network, without the four equations
#
# Write the network down number by number, and only its way forward. What comes back?

# %%
def watched(weights, biases):
    """The same network, in lists, and each of its numbers a Value."""
    return (
        [[[Value(v) for v in row] for row in w] for w in weights],
        [[Value(v) for v in b.ravel()] for b in biases],
    )


def forward_by_number(weights, biases, x):
    """(FF1), (FF2): the sums z of layers 2, 3, ..., all activations."""
    zs, activations = [], [[Value(v) for v in x.ravel()]]
    for w, b in zip(weights, biases):
        heard = activations[-1]
        zs.append([
            sum((p * a for p, a in zip(row, heard)), bias)
            for row, bias in zip(w, b)
        ])
        activations.append([z.sigmoid() for z in zs[-1]])
    return zs, activations


def cost_by_number(a, y):
    """(C1), number by number."""
    return 0.5 * sum((p - t) ** 2 for p, t in zip(a, y.ravel()))


# %% [markdown]
# (A `sum` can begin with something: here with the bias.) Now hold its grads against the
# four equations:

# %%
def grads(lists):
    """The grads of Values in lists, as an array."""
    return np.vectorize(lambda number: number.grad)(np.array(lists))


our_w, our_b = watched(weights, biases)
zs, activations = forward_by_number(our_w, our_b, x)
C = cost_by_number(activations[-1], y)
C.backward()
print(f"C = {C.data:.4f}, made of {len(C.history())} numbers")

for name, ours, by_proof in (
    ("(BP1)", zs[1], error3.ravel()),
    ("(BP2)", zs[0], error2.ravel()),
    ("(BP3)", our_b[0] + our_b[1], np.vstack(for_biases).ravel()),
    ("(BP4), layer 2", our_w[0], for_weights[0]),
    ("(BP4), layer 3", our_w[1], for_weights[1]),
):
    apart = np.abs(grads(ours) - by_proof).max()
    print(f"{name:14} the same to twelve decimal places: {apart < 1e-12}")
    assert apart < 1e-12

# %% [markdown]
# Number for number what you have proved, and nobody told the machine what a layer is.
# Backpropagation is what is left of (CR) when you walk through _this_ graph.

# %% [markdown] tags=["slide"]
# ### Numbers that learn to read
#
# Can it train a network on real digits? It handles every number by itself, so make the
# task smaller: average each image to 7 by 7 pixels.

# %%
few = mnist.train[:2000]


def averaged(images):
    """Images of 49 pixels: each the mean of a square of 4 by 4."""
    squares = images.astype(float).reshape(-1, 7, 4, 7, 4)
    return squares.mean(axis=(2, 4)).reshape(-1, 49)


small = averaged(few.images)
plots.show_images(
    np.kron(small[:10].reshape(-1, 7, 7), np.ones((4, 4))),  # enlarged
    1,
    10,
    "The first ten training images, averaged to 7 by 7 squares of grey.",
    titles=[str(label) for label in few.labels[:10]],
)

# %% [markdown]
# You can still read most of them. Ten hidden neurons and ten outputs make 610 parameters.
# Two thousand digits pass by, once, each with a step against the `grad`. With so few and
# pale pixels a step moves the sums less, so it is a long one, $\eta = 2$.
#
# **Predict.** Of the 500 other digits, averaged in the same way, by chance 50 would be
# read. How many will it be?

# %% tags=["nbval-atol-3", "slide"]
# My guess: ...
eta = 2.0
start = random_network((49, 10, 10), np.random.default_rng(0), bias_size=0)
small_pairs = list(zip(small, np.eye(10)[few.labels]))
our_w, our_b = watched(*start)
all_parameters = [
    p for layer in (*our_w, our_b) for row in layer for p in row
]

began = time.process_time()
for x, y in progress(small_pairs, "digit"):
    _, activations = forward_by_number(our_w, our_b, x)
    cost_by_number(activations[-1], y).backward()
    for p in all_parameters:
        p.data -= eta * p.grad
by_number = time.process_time() - began

learnt_w = [np.array([[p.data for p in row] for row in w]) for w in our_w]
learnt_b = [np.array([[p.data] for p in b]) for b in our_b]
read_small = digits_read(learnt_w, learnt_b, averaged(others.images))
print(f"{read_small} of {len(others)}")
assert read_small > 6.5 * by_chance

# %% [markdown]
# About seven in ten, after one look at 2,000 coarse digits. Most people guess fewer, with
# derivatives that nobody has worked out. But a derivative is right or wrong, whoever
# finds it. The matrices of `backprop`, from the same weights and with the same digits,
# must come to the same end. Do they, and when?

# %% tags=["nbval-ignore-output"]
began = time.process_time()
by_matrix = learn(backprop, *start, small_pairs, eta)
with_matrices = time.process_time() - began

ends = zip(learnt_w + learnt_b, by_matrix[0] + by_matrix[1])
apart = max(np.abs(ours - theirs).max() for ours, theirs in ends)
print(f"after {len(few):,} steps all weights agree to {apart:.0e}")
print(f"number by number {by_number:.1f} s, matrices {with_matrices:.2f} s: ")
print(f"{by_number / with_matrices:.0f} times as long")
assert apart < 1e-6

first = watched(*start)
_, activations = forward_by_number(*first, small[0])
cost_by_number(activations[-1], small_pairs[0][1]).backward()
truths = backprop(*start, *(part.reshape(-1, 1) for part in small_pairs[0]))
for lists, truth in zip(first[0] + first[1], truths[0] + truths[1]):
    ours = grads(lists).reshape(truth.shape)
    assert np.abs(ours - truth).max() < 1e-12

# %% [markdown]
# The same gradient for the first digit, to twelve decimal places, and the same weights
# in the end. Only the time differs, here by a factor near a hundred. Frameworks do the
# same with whole arrays for numbers, as you will see in
# [lesson 10](10_the_same_in_a_framework.ipynb). And it leaves a question for the
# [next lesson](05_thinking_in_matrices.ipynb): what makes matrices so much faster, and
# are yours as fast as the machine allows?

# %% [markdown] tags=["slide"]
# ## What does it cost?
#
# There are three ways to the derivatives of one result by all parameters:
#
# * Differences, as the judge has it: two runs for each parameter.
# * *Forward mode*, which you build in exercise 4.5: every number carries along its
#   derivative by _one_ parameter, which it gets from its parents by (CR). That is a run
#   for each parameter, along all arrows of the graph.
# * *Reverse mode*, which is what `backward` does and, layer by layer, `backprop`: one
#   run, and one walk back along all arrows.
#
# A `Value` has the graph, so you need no clock. Count the operations that each way
# carries out, and the arrows that it walks along.

# %%
def steps_needed(sizes):
    """What it takes to find all derivatives for one sample, three ways."""
    rng = np.random.default_rng(0)
    network = watched(*random_network(sizes, rng))
    _, activations = forward_by_number(*network, np.ones(sizes[0]))
    C = cost_by_number(activations[-1], np.zeros(sizes[-1]))
    made = [number for number in C.history() if number.parents]
    run, arrows = len(made), sum(len(number.parents) for number in made)
    parameters = sum((k + 1) * j for k, j in pairwise(sizes))
    return {
        "parameters": parameters,
        "one run": run,
        "reverse mode": run + arrows,
        "forward mode": parameters * (run + arrows),
        "differences": parameters * 2 * run,
    }


# %% [markdown]
# Four networks for 49 pixels, each twice as wide as the one before, and lesson 3's:

# %%
counted = [steps_needed((49, hidden, 10)) for hidden in (10, 20, 40, 80)]
counted.append(steps_needed((784, 40, 10)))
print("".join(f"{way:>14}" for way in counted[0]))
for row in counted:
    print("".join(f"{number:14,}" for number in row.values()))
for row in counted:
    assert row["reverse mode"] <= 3 * row["one run"]
dearer = {way: n / counted[0][way] for way, n in counted[3].items()}
assert 7 < dearer["reverse mode"] < 9 and 55 < dearer["differences"] < 65
assert counted[4]["differences"] > 20_000 * counted[4]["reverse mode"]

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(size=(6, 3.2))
across = [row["parameters"] for row in counted]
for way, (marker, colour) in zip(
    ("differences", "forward mode", "reverse mode", "one run"), plots.MARKERS
):
    numbers = [row[way] for row in counted]
    axes.loglog(across, numbers, marker=marker, color=colour, label=way)
axes.set(xlabel="parameters", ylabel="operations and arrows")
axes.legend(fontsize=8)
plots.show(
    figure,
    "Steps against parameters, on logarithmic scales. One run and reverse "
    "mode are parallel lines close together. Forward mode and differences, "
    "close to each other, lie far above and rise twice as steeply.",
)

# %% [markdown]
# Eight times as many parameters, in the fourth row, make reverse mode eight times as
# dear, and the other two sixty times. It never takes more than three runs: an operation
# has at most two parents, and so the walk back has at most two arrows for each. For
# lesson 3's network, differences are more than twenty thousand times as dear. Without
# reverse mode nobody would train it.
#
# It has two prices. A walk back serves one result, where a run of forward mode serves one
# input. And it needs memory, since all that was computed must be kept until the walk back.

# %% [markdown]
# ### Where does the saving come from?
#
# From sharing. (CR) adds over all paths from a weight to the cost, and their number grows
# like a product: a path may choose any neuron in every layer that it passes.

# %%
def paths(sizes):
    """How many paths lead from a weight at the inputs to the cost."""
    return int(np.prod(sizes[2:]))


for sizes in ((784, 40, 10), (784, 40, 40, 40, 10)):
    print(f"{sizes}: {paths(sizes):,} paths, {sum(sizes[1:])} errors")

# %% [markdown]
# The way back walks none of them. An error $\varepsilon_k$ holds the sum over all paths
# from neuron $k$ to the cost, worked out once, and every neuron before it uses it again.

# %% [markdown]
# ### What the equations foretell
#
# (BP2) multiplies by $S'$ in each layer on the way back, and $S'$ is never larger than a
# quarter. Weights of variance 1 / inputs do not make up for that: on average $W^T$ leaves
# a column of errors as long as it was. Send errors back through seven hidden layers of 40
# neurons, from layer 9 to layer 2. How much will be left? (By (BP3), they are what
# `backprop` returns for the biases.)

# %% tags=["nbval-rtol-1e-2"]
rng = np.random.default_rng(0)
deep = random_network((784, *[40] * 7, 10), rng)
image = mnist.train.images[0].astype(np.float64).reshape(784, 1)
target = np.eye(10)[mnist.train.labels[0]].reshape(10, 1)
_, errors = backprop(*deep, image, target)
for layer in (9, 7, 5, 3, 2):
    size = np.abs(errors[layer - 2]).mean()
    print(f"layer {layer}: mean size of the errors {size:.1e}")
assert np.abs(errors[0]).mean() < 1e-3 * np.abs(errors[-1]).mean()

# %% [markdown]
# Seven times a quarter would leave one part in 16,000. Most $S'$ are smaller still, and
# less arrives. With the errors, by (BP4), the gradient of the first weights has all but
# vanished. This *vanishing gradient* kept networks shallow for a long time. Exercise 4.6
# builds one cure, and lesson 6 shows others.

# %% [markdown]
# ## Ours and the library's
#
# From now on you import what you have built. In `digitlib`, `Network.gradients` is
# backpropagation, `check_gradients` the judge, and `digitlib.value` has `Value`. The
# library takes many samples at once, as rows of a matrix, and returns their mean gradient;
# [lesson 5](05_thinking_in_matrices.ipynb) derives that form. Is it the same? Take ten
# digits and a network of three layers of weights.

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
# And the judges? Theirs looks at a random choice of parameters where there are too many
# to try them all; ask it for 50 of each array. It refuses what ours refuses.

# %%
error = check_gradients(network, X, Y, samples=50)
print("theirs, on ten real digits: below one millionth:", error < 1e-6)
assert error < 1e-6

rng = np.random.default_rng(0)
small_network = Network((5, 4, 3), rng=0)
theirs = check_gradients(small_network, rng.random((1, 5)), rng.random((1, 3)))
ours = gradient_check(backprop, *random_network((5, 4, 3), rng))
print("both, on a small network:", max(theirs, ours) < 1e-6)
assert max(theirs, ours) < 1e-6

network.weights[1] = network.weights[0]
try:
    check_gradients(network, X, Y)
except ValueError as reason:
    print("refused:", reason)
else:
    raise AssertionError("a shared matrix got past")

# %% [markdown]
# And the two kinds of numbers, in the formula that has something of everything?

# %%
from digitlib import value

pair = []
for kind in (Value, value.Value):
    u, v = kind(0.7), kind(-1.3)
    result = formula(u, v)
    result.backward()
    pair.append((result.data, u.grad, v.grad))
print("the same number and the same derivatives:", pair[0] == pair[1])
assert pair[0] == pair[1]

# %% [markdown]
# Two programs, two judges, two kinds of numbers, and they agree. Nothing in the machine
# of lesson 3 is left to be believed. What is left is its speed.

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
# | $h$, $h_k$ | how far a parameter is nudged; in the proof of (CR), how far $u_k$ moves | `h` |
# | $C_k$ | in the proof of (CR), the cost when $u_1, \dots, u_k$ have moved | |
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
# * Small changes that happen at once add up. That is (CR), and each of (BP1) to (BP4) is
#   (CR) once.
# * A network with a wrong gradient may learn all the same. A gradient check finds out:
#   central differences, double precision, random biases, once more after some steps,
#   every added term by itself, and no mercy for what is missing, misshapen, shared or not
#   a number.
# * The step $h$ must be neither too large nor too small: near the cube root of the
#   precision, truncation and rounding balance.
# * Numbers that remember what they were made of find all derivatives by themselves, in
#   any computation, for at most three times its steps. Differences and forward mode pay
#   for every parameter anew.

# %% [markdown]
# ## Exercises
#
# Each has a cell to fill in and a cell that checks it, and answers in a line.

# %%
from digitlib.checks.lesson04 import (
    check_backward,
    check_dual,
    check_extended,
    check_hidden_errors,
    check_slope_along,
    check_tanh_output_error,
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
# **Exercise 4.4** (30 minutes). Teach `Value` two operations more: the tanh of exercise
# 4.1, as `u.tanh()`, and the larger of two numbers, as `u.maximum(v)`. Here `v` may be a
# plain number: many networks have `u.maximum(0)` in place of the sigmoid. Where both are
# equal there is a corner, and any derivatives between 0 and 1 will do that make 1
# together.
#
# `Extended` has everything from `Value`; what it computes shall be an `Extended` again.
# `backward` needs no change.

# %% tags=["exercise"]
class Extended(Value):
    """A Value that also knows tanh and the larger of two numbers."""

    def tanh(self):
        raise NotImplementedError

    def maximum(self, other):
        raise NotImplementedError


# %% tags=["check"]
check_extended(Extended)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Look at `sigmoid` for the one and at `__mul__` for the other: `watch` the other number,
# make the list of pairs, return `type(self)(...)`. From which of the two does a nudge
# reach the result? And `math.tanh` knows the tanh.
#
# </details>

# %% tags=["solution"]
class Extended(Value):
    """A Value that also knows tanh and the larger of two numbers."""

    def tanh(self):
        a = math.tanh(self.data)
        return type(self)(a, [(self, 1 - a**2)], "tanh")

    def maximum(self, other):
        other = self.watch(other)
        first = float(self.data >= other.data)
        pairs = [(self, first), (other, 1 - first)]
        return type(self)(max(self.data, other.data), pairs, "maximum")


check_extended(Extended)

# %% [markdown]
# **Exercise 4.5** (30 minutes). Build forward mode. A `Dual` is a number and its
# derivative by _one_ of the inputs, its `slope`. That input begins with a slope of 1,
# all the others with 0, and every operation works out both parts of its result. After
#
# ```python
# u, v = Dual(2.0, 1.0), Dual(3.0, 0.0)
# result = (u * v + u).sigmoid()
# ```
#
# `result.slope` is the derivative by `u`; there is no `backward` and nothing to
# remember. Write `+`, `*` and `sigmoid`. All operands are Duals.
#
# When the check has praised you: how many runs do you need for the seventeen derivatives
# of the pencil network?

# %% tags=["exercise"]
class Dual:
    """A number, and its derivative by one of the inputs."""

    def __init__(self, data, slope):
        self.data = data
        self.slope = slope

    def __add__(self, other):
        raise NotImplementedError

    def __mul__(self, other):
        raise NotImplementedError

    def sigmoid(self):
        raise NotImplementedError


# %% tags=["check"]
check_dual(Dual)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The derivative of a sum, of a product, of a sigmoid of something: by (CR), each is a
# sum over what went in, of the derivative by it times its own slope.
#
# </details>

# %% tags=["solution"]
class Dual:
    """A number, and its derivative by one of the inputs."""

    def __init__(self, data, slope):
        self.data = data
        self.slope = slope

    def __add__(self, other):
        return Dual(self.data + other.data, self.slope + other.slope)

    def __mul__(self, other):
        slope = self.slope * other.data + self.data * other.slope
        return Dual(self.data * other.data, slope)

    def sigmoid(self):
        slope = sigmoid_prime(self.data) * self.slope
        return Dual(sigmoid(self.data), slope)


check_dual(Dual)

# %% [markdown]
# **Exercise 4.6** (an evening). In exercise 3.4 you wrote the way back for any number of
# layers. Now let arrows skip one: in a *residual network* every hidden layer but the
# first adds what it hears to what it says,
#
# $$ a^{(l)} = a^{(l-1)} + S\bigl(z^{(l)}\bigr) \qquad (2 < l < L) $$
#
# Layer 2 and the outputs are as before, and all hidden layers have one size. Now
# $a^{(l-1)}$ also reaches the cost past the sums $z^{(l)}$, and (BP2) is no longer true.
# What does (CR) put in its place? Which of the others still stand? Write `backward` for
# any number of layers, with one loop forwards and one backwards: no nudging, no `Value`.
#
# When the check has praised you, send through it the digit whose errors vanished above.

# %% tags=["exercise"]
def backward(weights, biases, x, y):
    """Return two lists: gradients for the weights and for the biases.

    As in `backprop`, but every hidden layer except the first has a
    shortcut: what it hears is added to its sigmoids.
    """
    raise NotImplementedError


# %% tags=["check"]
check_backward(backward)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Walk back with a column of the derivatives by the _activations_ of a layer. At the
# outputs it is $a - y$. Times $S'$ it is the layer's error, and with the error you have
# (BP3) and (BP4). To get the column of the layer before, ask by how many ways its
# activations reach the cost, and add over them.
#
# </details>

# %% tags=["solution"]
def backward(weights, biases, x, y):
    """Return two lists: gradients for the weights and for the biases."""
    zs, activations, last = [], [x], len(weights) - 1
    for k, (w, b) in enumerate(zip(weights, biases)):
        zs.append(w @ activations[-1] + b)
        shortcut = activations[-1] if 0 < k < last else 0
        activations.append(sigmoid(zs[-1]) + shortcut)

    by_a = activations[-1] - y  # the derivatives of C by the activations
    for_weights, for_biases = [], []
    for k in range(last, -1, -1):
        error = by_a * sigmoid_prime(zs[k])
        for_weights.insert(0, error @ activations[k].T)  # (BP4v)
        for_biases.insert(0, error)  # (BP3v)
        by_a = weights[k].T @ error + (by_a if 0 < k < last else 0)  # (CR)
    return for_weights, for_biases


_, kept = backward(*deep, image, target)
size = np.abs(kept[0]).mean()
print(f"layer 2: mean size of the errors {size:.1e}")
assert size > 1000 * np.abs(errors[0]).mean()
check_backward(backward)

# %% [markdown]
# ## Further reading
#
# * D. E. Rumelhart, G. E. Hinton and R. J. Williams, *Learning representations by
#   back-propagating errors*, Nature 323 (1986), doi:10.1038/323533a0. Four pages that
#   made it known.
# * S. Linnainmaa, *Taylor expansion of the accumulated rounding error*, BIT 16 (1976),
#   doi:10.1007/BF01931367, after his thesis of 1970. The same walk backwards, to find out
#   where a computation loses its digits.
# * A. Griewank and A. Walther, *Evaluating Derivatives*, second edition (2008),
#   doi:10.1137/1.9780898717761. All that can be differentiated, and at what price.
# * A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind, *Automatic
#   differentiation in machine learning: a survey*, Journal of Machine Learning Research
#   18 (2018), arXiv:1502.05767. How frameworks do it, and what it is not.
# * M. A. Nielsen, *Neural Networks and Deep Learning* (2015),
#   neuralnetworksanddeeplearning.com, chapter 2. The same four equations, told
#   differently.
