# ---
# jupyter:
#   description: look at MNIST, and see how far one gets without understanding
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: Meet the digits
# ---

# %% [markdown] tags=["slide"]
# # Meet the digits
#
# Somebody offers you a machine that reads handwritten digits. It gets eight out of ten
# right, you are told. Is that good? Would you buy it?
#
# You cannot tell, as long as you do not know what a machine gets right that understands
# nothing at all. One that always gives the same answer. One that only looks at how much
# ink there is on the paper. So before you build anything that learns, do two things.
# Look at the digits, very closely. And find out how far you get without understanding.

# %% [markdown]
# **What you'll do**
#
# * take an image apart into 784 numbers, and check what its makers say about it;
# * draw the average of each digit;
# * build three machines that understand nothing, and count what they get right.
#
# **What you'll learn**
#
# * how an image becomes a row of numbers, and a label a row of ten;
# * why the data comes in three parts, and what goes wrong with fewer;
# * which score a network has to beat before anyone should be impressed.
#
# **What you'll need**
#
# * means, sums and distances; enough Python to read a function and a loop;
# * a first acquaintance with NumPy arrays: shape, slice, axis. No neural networks.

# %% [markdown]
# ## Where the digits come from
#
# Around 1990 an American institute of standards, NIST, collected handwriting, to find
# out how well machines can read forms. One part was written by employees of the census
# bureau, another by school students. The employees wrote neatly. The students did not.
# Yet the first was meant to learn from, the second to be tested on: as if you practised
# on print and were examined on prescriptions.
#
# Yann LeCun, Corinna Cortes and Christopher Burges mended that. They mixed the two
# sources half and half, and saw to it that nobody who had written for the training set
# had also written for the test set. That was in 1994. The _modified_ NIST, *MNIST*, has
# been in use ever since to compare ways of reading. Here it is.

# %%
import numpy as np

from digitlib import load_mnist
from digitlib.pictures import plots

mnist = load_mnist()
for part in ("train", "validation", "test"):
    digits = getattr(mnist, part)
    shapes = digits.images.shape, digits.labels.shape
    print(f"{part:10}  images {shapes[0]}, labels {shapes[1]}")

# %% [markdown]
# `digitlib` is the course's own library. Each part of the data has `images`, one image a
# row, and `labels`: the *label* of an image is the digit that it shows. Why there are
# three parts is a question of its own, and you will come to it. (MNIST itself has two, of
# 60,000 and 10,000 images. Of the 60,000, `digitlib` sets the last 10,000 apart.) Until
# then look at the first part only, the training images. (If it says 4,000 where you expect
# 50,000, the digits could not be fetched, and a small sample stands in for them. The
# lesson works with it; your numbers will differ from those in the text.)

# %% [markdown] tags=["slide"]
# ## A picture is 784 numbers
#
# Take the first 5 among the training images. It has 28 rows of 28 *pixels*, and each
# pixel has a *grey value*. The files store it as a byte, a whole number from 0 to 255:
# 0 is paper and 255 is the blackest ink. Here they all are, each written into its pixel.

# %%
train = mnist.train
first_five = np.flatnonzero(train.labels == 5)[0]
image = train.images[first_five]

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(size=(6.6, 6.6))
plots.draw_digit(axes, image)
# You have byte / 256, as the text below says: so take it times 256.
for (r, c), grey in np.ndenumerate(256 * image.reshape(28, 28)):
    shade = "#A0A0A0" if grey == 0 else "white" if grey > 110 else "black"
    axes.text(
        c, r, f"{grey:.0f}", size=6.5, color=shade, ha="center", va="center"
    )
plots.show(
    figure,
    "A handwritten 5, drawn large, with a number in each of its 28 by 28 "
    "pixels: 0 on the paper, up to 255 in the stroke, and values between at "
    "its edges.",
)

# %% [markdown]
# Step back and you see a 5. Step close and you see numbers, and numbers are all that a
# computer has. Most pixels are paper. Along the edges of the stroke the ink is grey, and
# that is not the writer's doing: NIST's originals were black and white, and became grey
# when they were scaled to this size.
#
# Bytes are awkward to compute with. So each is divided by 256, and the quotient $x$ is
# the grey value from here on:
#
# $$ x = \frac{\text{byte}}{256} \tag{PX} $$

# %%
print(f"smallest {image.min()}, largest {image.max()}, type {image.dtype}")
print(f"blackest of all: {256 * train.images.max():.0f} / 256")
paper = np.mean(train.images == 0)
print(f"paper: {100 * paper:.0f} % of all pixels")
assert 0.77 < paper < 0.84 and np.mean(image == 0) > 0.5
assert 256 * train.images.max() == 255
assert np.array_equal(256 * train.images, np.round(256 * train.images))

every = np.arange(256)
alike = {by: np.float32(every / by) == every / by for by in (255, 256)}
assert alike[256].all() and list(every[alike[255]]) == [0, 255]

# %% [markdown]
# Grey values run from 0 to a little below 1, and four in five are paper. (Why not divide
# by 255, and reach 1? Many people do. But a computer divides by 256, a power of two,
# without rounding: single and double precision agree on all quotients. With 255 they
# agree on 0 and 1 only, as the last line asserts. Use either, but never both.)

# %% [markdown] tags=["slide"]
# ### Row after row
#
# There is no picture in `image`, only a row of 784 numbers. It was made by laying the
# 28 rows of pixels end to end. So the pixel in row $r$ and column $c$, both counted from
# 0, has become number
#
# $$ k = 28\,r + c \tag{K} $$

# %%
r, c = 14, 12
k = 28 * r + c  # (K)
print(f"row {r}, column {c} is number {k} of {image.size}")
assert image[k] == image.reshape(28, 28)[r, c]
assert (k // 28, k % 28) == (r, c)

# %% [markdown]
# With `reshape(28, 28)` you get the rows back, and with a division by 28 you find the
# way back by hand: the quotient is the row, the remainder the column.
#
# Does that row of numbers still hold all that you see? Try this. Shuffle the 784 places,
# in the same way for every image. Above, six digits; below, the same six, shuffled.

# %%
rng = np.random.default_rng(1)
shuffled = rng.permutation(784)
six = train.images[:6]
plots.show_images(
    np.concatenate([six, six[:, shuffled]]),
    2,
    6,
    "Above six handwritten digits, below the same six with all pixels "
    "rearranged in the same way: they look like noise.",
)


# %% [markdown]
# Every number is still there, and you cannot read one of them. You read by knowing which
# pixel lies next to which. The machines of this lesson do not know that, and neither
# does the network of [lesson 3](03_a_network_that_reads_digits.ipynb). To them, the upper
# row and the lower row are equally easy. You will measure it below, and for a network in
# lesson 8.

# %% [markdown]
# ## In a box of 20 by 20
#
# The makers of MNIST say two things about each image. The digit was scaled, keeping its
# proportions, until it just fitted into a box of 20 by 20 pixels. And the box was then
# placed so that the digit's *centre of mass* lies in the middle of the 28 by 28. Do not
# believe it, check it. First the box: how many rows is the ink high, how many columns
# wide? (Of a row of True and False, `argmax` gives the place of the first True. Read the
# row backwards, and it gives the distance of the last True from the end.)

# %%
def extent(inked):
    """Lines from the first with ink to the last; inked has shape (n, 28)."""
    before, after = inked.argmax(axis=1), inked[:, ::-1].argmax(axis=1)
    return 28 - before - after


pictures = train.images.reshape(-1, 28, 28)
height = extent((pictures > 0).any(axis=2))  # is there ink in the row?
width = extent((pictures > 0).any(axis=1))  # is there ink in the column?
longer = np.maximum(height, width)
print(f"longer side: {longer.min()} to {longer.max()} pixels")
print(f"just 20 of them: in {100 * np.mean(longer == 20):.2f} % of the images")
assert longer.max() == 20 and np.mean(longer != 20) < 0.0005

# %% [markdown]
# True, but for a handful of images. Now the centre of mass. Think of grey values as
# weights lying on a board: it is the point under which you would put your finger to
# balance the board. Its row is the mean of all rows, each counted by its ink, and its
# column likewise (the bars mean "on average", $r$ and $c$ are a pixel's row and column):
#
# $$ \bar r = \frac{\sum_{r,c} r\, x_{rc}}{\sum_{r,c} x_{rc}}, \qquad
#    \bar c = \frac{\sum_{r,c} c\, x_{rc}}{\sum_{r,c} x_{rc}} \tag{CM} $$
#
# In the sum on top, every pixel of row $r$ has the same factor $r$. So add up the ink of
# each row first (`sum(axis=2)`, 28 numbers an image), and then multiply these by 0, 1,
# ..., 27 and add: for all images at once that is a product of a matrix and a vector, `@`.

# %%
lines = np.arange(28)
ink = pictures.sum(axis=(1, 2))
mean_row = pictures.sum(axis=2) @ lines / ink  # (CM)
mean_column = pictures.sum(axis=1) @ lines / ink
print(f"mean row    {mean_row.min():.2f} to {mean_row.max():.2f}")
print(f"mean column {mean_column.min():.2f} to {mean_column.max():.2f}")
off = np.maximum(abs(mean_row - 14), abs(mean_column - 14))
far = np.sum(off > 0.501)
print(f"more than half a pixel off: {far} of {len(off)} images")
assert far == (0 if mnist.is_sample else 2)
assert off.max() < 0.52

# %% [markdown]
# But for two images, all lie within half a pixel of row 14 and column 14, which is as
# near as one gets by moving whole pixels, and these two miss it by a hair. (The middle
# between 0 and 27 is 13.5. There is no such pixel, and the makers took the next.) So
# nobody who reads MNIST has to find the digit first, or to ask how large it is. That is
# a great help, and it is easily forgotten. Lesson 9 draws digits small and in a corner,
# and a network that read MNIST well misreads most of them.

# %% [markdown] tags=["slide"]
# ## Look at many
#
# Before you trust a data set, look at it. Ten rows, one for each digit, fourteen images
# each:

# %% tags=["remove_input", "slide"]
first_of_each = [np.flatnonzero(train.labels == d)[:14] for d in range(10)]
some = np.concatenate(first_of_each)
plots.show_images(
    train.images[some],
    10,
    14,
    "Ten rows of fourteen handwritten digits, the first row all 0, the last "
    "all 9. In each row slant, width and thickness of the stroke vary.",
)

# %% [markdown]
# Run along a row: thick and thin, upright and slanted, and all of it one digit. Then run
# down a column, and look for pairs that could be mistaken for each other. A 4 whose top
# is nearly closed is close to a 9. What makes reading hard is in this picture: two hands
# can differ more than two digits do.
#
# Is that so? Measure it, by the distance of points, only that these points have 784
# coordinates. Take one of the 140 images, a second one of the same digit, and a third
# one of another digit. Which is nearer to the first, the second or the third? Count all
# ways of taking three. (`[:, None]` makes a column of the distances, and NumPy compares
# each of them with each of the others.)

# %%
looked, shown = train.images[some], train.labels[some]
nearer = []
for x, d in zip(looked, shown):
    distance = np.linalg.norm(looked - x, axis=1)
    own = distance[(shown == d) & (distance > 0)]  # not from itself
    nearer.append(np.mean(distance[shown != d] < own[:, None]))
print(f"the other digit is nearer: {100 * np.mean(nearer):.0f} times of 100")
assert 0.2 < np.mean(nearer) < 0.3

# %% [markdown]
# More than once in five. Were nearness worth nothing, it would be about once in two. To
# be near says something about the digit, but to show the same digit is another thing.
#
# ### How many of each?
#
# For each digit $d$, count its images and call the number $n_d$.

# %%
counts = np.bincount(train.labels, minlength=10)
print(counts)
assert counts.sum() == len(train)
assert abs(counts / len(train) - 0.1).max() < 0.02
if mnist.is_sample:
    assert counts.min() == counts.max()
else:
    assert (counts.argmax(), counts.argmin()) == (1, 5)

# %% tags=["remove_input"]
figure, axes = plots.subplots(size=(5, 2.2))
axes.bar(range(10), counts, color=plots.BLUE, width=0.7)
axes.axhline(len(train) / 10, color="black", lw=1, ls="--", label="a tenth")
axes.set(xticks=range(10), xlabel="digit", ylabel="training images")
axes.set_ylim(0, 1.35 * counts.max())
axes.legend(loc="upper right")
plots.show(
    figure,
    "Ten bars, one for each digit, of similar height: about a tenth of the "
    "training images each.",
)


# %% [markdown]
# Each digit has about a tenth, give or take a little: in the full data there are most of
# the 1 and fewest of the 5. (The small sample has equal numbers of all.) If one digit
# made up most of the images, to name it every time would look like skill. Here it does
# not.

# %% [markdown] tags=["slide"]
# ## A name, not a quantity
#
# A label is a number from 0 to 9, but do not compute with it. An 8 is not twice a 4. And
# a machine that wavers between a 3 and a 5 should not settle on a 4. The label is a name.
# So write it in a way that puts no digit nearer to any other: as ten numbers, a 1 at the
# place of the digit and 0 elsewhere. That is its *one-hot* vector $y$, for the digit $d$:
#
# $$ y_j = \begin{cases} 1 & \text{if } j = d \\ 0 & \text{otherwise} \end{cases}
#    \qquad j = 0, \dots, 9 \tag{OH} $$
#
# All labels at once take one line: `Y[[0, 1, 2], [5, 0, 4]] = 1` writes three ones, in
# row 0 at place 5, in row 1 at place 0 and in row 2 at place 4. Two lists in the brackets
# are taken in pairs.

# %%
def one_hot(labels):
    """(OH): a row of ten numbers for each label; shape (n, 10)."""
    Y = np.zeros((len(labels), 10), dtype=np.float32)
    Y[np.arange(len(labels)), labels] = 1
    return Y


Y = one_hot(train.labels)
for d, y in zip(train.labels[:3], Y[:3]):
    print(d, "is", y.astype(int))

# %% [markdown]
# One number has become ten, and the network of lesson 3 will have ten outputs to match.
# The way back is to ask where the largest number stands. And since there is a single 1
# in each row, the columns add up to what you have just counted. Is no digit nearer to any
# other? Take the differences of any two of the ten vectors, and measure their lengths.
# (`ten[:, None]` has shape (10, 1, 10). Subtract `ten`, and NumPy takes each row minus
# each row.)

# %%
assert np.array_equal(Y.argmax(axis=1), train.labels)
assert np.array_equal(Y.sum(axis=0), counts)

ten = one_hot(np.arange(10))
gaps = np.linalg.norm(ten[:, None] - ten, axis=2)  # shape (10, 10)
for d in (4, 5, 8):
    print(f"from 3 to {d}: {gaps[3, d]:.3f}")
assert np.allclose(gaps, np.sqrt(2) * (1 - np.eye(10)))


# %% [markdown]
# Any two are equally far apart, as names should be.

# %% [markdown] tags=["slide"]
# ## The average digit
#
# What does a 3 look like? Not this 3 or that one, but a 3 as such? Lay all of them on top
# of each other and take the mean of each pixel. The average of the images with label $d$
# is
#
# $$ m_d = \frac{1}{n_d} \sum_{i \text{ with label } d} x_i \tag{AV} $$
#
# where $x_i$ is image $i$, all of its 784 numbers at once. So $m_d$ has 784 numbers too,
# and can be looked at.

# %%
def average_digits(digits):
    """(AV): the average image of each digit; shape (10, 784)."""
    return np.array(
        [digits.images[digits.labels == d].mean(axis=0) for d in range(10)]
    )


means = average_digits(train)
print("shape:", means.shape)

# %% tags=["remove_input", "slide"]
plots.show_images(
    means,
    2,
    5,
    "Ten blurred but recognisable digits, from 0 to 9. The 0 is a clear ring, "
    "the 1 a soft bar that widens at both ends, the 4 and 9 look alike.",
)


# %% [markdown]
# You can read all ten. They are dark where most hands agree and pale where they go
# their own ways: the 1 spreads like a fan, because people slant it differently about the
# same centre. Which two are most alike? Measure all distances again, as for `ten`. (Each
# is nearest to itself, so that is put out of the way, by adding 99.)

# %%
apart = np.linalg.norm(means[:, None] - means, axis=2) + 99 * np.eye(10)
d, other = np.unravel_index(apart.argmin(), apart.shape)
print(f"most alike: the average {d} and the average {other}")
assert {d, other} == {4, 9}

# %% [markdown]
# If these two look alike even on average, somebody is going to take one for the other.

# %% [markdown] tags=["slide"]
# ## Three parts, and why
#
# To say how well a machine reads, count its right verdicts. The share of them is called
# its *accuracy*:
#
# $$ \text{accuracy} = \frac{\text{number of right verdicts}}{\text{number of images}}
#    \tag{ACC} $$

# %%
def accuracy(verdicts, labels):
    """(ACC): which share of the verdicts is right."""
    return np.mean(verdicts == labels)


# %% [markdown]
# That is short enough. The question is, on which images? Here is a machine that learns
# by heart. It keeps a list of a thousand training images with their labels (in Python a
# dictionary, from the bytes of an image to its label). Shown an image, it looks it up. If
# the image is not on its list, it says 1.

# %%
by_heart = {
    image.tobytes(): label
    for image, label in zip(train.images[:1000], train.labels)
}


def parrot(images):
    """What it was told for exactly this image; if nothing, 1."""
    return np.array([by_heart.get(image.tobytes(), 1) for image in images])


seen, unseen = train[:1000], mnist.validation
for name, some in (("seen", seen), ("unseen", unseen)):
    share = accuracy(parrot(some.images), some.labels)
    print(f"{name:6}  {100 * share:6.2f} %")

assert accuracy(parrot(seen.images), seen.labels) == 1
assert accuracy(parrot(unseen.images), unseen.labels) < 0.13

# %% [markdown]
# Perfect on what it has seen, and worthless on all else: there it is right when a 1 comes
# along. What a machine makes of the images that it learnt from tells you how good its
# memory is. To find out whether it can read, show it others. So the *training set* is
# what a machine learns from, and a second set is held back: the *validation set*.
#
# Then why a third? Because you will not build one machine, you will build many, and keep
# the one that does best. Watch what happens. A thousand readers throw dice: none of them
# even looks at the images. Each reads the same 250 images of the validation set, and the
# best is chosen.

# %%
rng = np.random.default_rng(2)
first, second = mnist.validation[:250], mnist.validation[250:500]
dice = rng.integers(10, size=(1000, 250))  # a row for each reader
scores = (dice == first.labels).mean(axis=1)
chosen = scores.max()

again = rng.integers(10, size=250)  # the chosen one reads on: more dice
fresh = accuracy(again, second.labels)
print(f"all readers:    {100 * scores.mean():4.1f} % on average")
print(f"the chosen one: {100 * chosen:4.1f} %")
print(f"on new images:  {100 * fresh:4.1f} %")
assert chosen > 1.5 * scores.mean() and chosen > 0.15 > fresh

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(size=(5.6, 2.4))
levels = 100 * (np.arange(0, 52, 2) - 0.5) / 250
axes.hist(100 * scores, levels, color="#B5B5B5", edgecolor="white")
axes.axvline(100 * chosen, color=plots.BLUE, label="the chosen one")
axes.axvline(
    100 * fresh, color=plots.ORANGE, ls="--", label="the same, on new images"
)
axes.set(xlabel="right, %", ylabel="readers")
axes.legend(loc="upper right")
axes.set_xlim(0, 30)
plots.show(
    figure,
    "A hill of the scores of a thousand readers around ten per cent. A line "
    "far out at its right foot marks the chosen one; a dashed line near the "
    "middle of the hill marks how the same reader did on new images.",
)


# %% [markdown]
# It looked far better than the average, and there was nothing in it but luck. Nobody
# cheated. To choose the best was enough. And who can read is not safe from it. Take a
# thousand readers of the same skill, each of them right on 98 of 100 images in the long
# run, and choose again. (`binomial` draws for each how many of 250 it gets right.)

# %%
able = rng.binomial(250, 0.98, size=1000) / 250
print(f"the best of a thousand at 98 %: {100 * able.max():.1f} %")
assert able.max() > 0.99

# %% [markdown]
# It looks better than any of them is. Hence the *test set*, which is opened once, at the
# very end, when nothing is left to be chosen.

# %% [markdown] tags=["slide"]
# ### What each part is for
#
# **A score that you have chosen by is no longer a score that you can trust.** So the habit
# of this course is:
#
# * learn from the training set;
# * try things out, compare and choose on the validation set;
# * open the test set once, and report what you find.

# %% [markdown] tags=["slide"]
# ## How far without understanding?
#
# Now three machines that understand nothing. What each of them gets right, any network
# has to beat. Such a score is called a *baseline*.
#
# ### Always the same answer
#
# If you have to guess and may not look, name the digit that occurs most often in the
# training set.

# %%
def guess(images):
    """The commonest digit, whatever the image."""
    return np.full(len(images), counts.argmax())


validation = mnist.validation
share = accuracy(guess(validation.images), validation.labels)
print(f"always {counts.argmax()}: {100 * share:.2f} % right")
assert abs(share - 0.1) < 0.02


# %% [markdown]
# About one in ten, and no surprise. From here on everything is a gain. (In the small
# sample no digit is the commonest. There `argmax` names the first, 0, and what is called
# "always a 1" further down is always a 0.)

# %% [markdown] tags=["slide"]
# ### Darkness alone
#
# Look at a single number: the mean grey value of the image, its *darkness*. (The idea,
# and the score that it gets on the test set, are in Michael Nielsen's book.)
#
# $$ \bar x = \frac{1}{784} \sum_{k} x_k \tag{D} $$
#
# A 0 takes more ink than a 1. Is that enough to tell them apart?

# %%
def darkness(images):
    """(D): the mean grey value of each image; shape (n,)."""
    return images.mean(axis=1)


columns = [darkness(train.images[train.labels == d]) for d in range(10)]
typical = np.array([column.mean() for column in columns])
print("mean darkness of each digit:", np.round(typical, 2))
assert list(typical.argsort()[[0, 1, -1]]) == [1, 7, 0]

# %% tags=["remove_input", "slide"]
figure, axes = plots.subplots(size=(6, 2.6))
axes.boxplot(
    columns,
    positions=range(10),
    whis=(5, 95),
    showfliers=False,
    medianprops={"color": plots.BLUE, "lw": 2},
)
axes.set(xlabel="digit", ylabel="darkness", ylim=(0, None))
plots.show(
    figure,
    "Ten boxes, one for each digit, show where the middle half of its images "
    "lie in darkness, whiskers where the middle nine tenths lie. The 0 is the "
    "darkest, the 1 the lightest; the boxes of all others overlap.",
)
low, high = np.transpose([np.quantile(c, (0.25, 0.75)) for c in columns])
assert low.argmax() == high.argmax() == 0  # the highest box
assert high[1] < np.delete(low, 1).min()  # the box of the 1 is by itself
assert low[2:].max() < high[2:].min()  # the others: one heap


# %% [markdown]
# Each box holds the middle half of a digit's images, the line in it is the median, and
# between the whiskers lie nine images in ten. The box of the 1 is by itself at the bottom,
# and that of the 0 is the highest. The rest is one heap: there is a darkness that lies in
# all eight boxes. The rule is now plain: say the digit whose mean darkness is nearest.
#
# **Predict.** Guessing gets about one digit in ten right. How many in a hundred does
# darkness alone get right?

# %%
# My guess: ...
def nearest_darkness(images):
    """The digit whose mean darkness is nearest to that of the image."""
    gaps = np.abs(darkness(images)[:, None] - typical)
    return gaps.argmin(axis=1)


verdicts = nearest_darkness(validation.images)
print(f"{100 * accuracy(verdicts, validation.labels):.2f} % right")
says = np.bincount(verdicts, minlength=10)
print("how often it says 0, 1, ...:", says)
assert accuracy(verdicts, validation.labels) > 1.8 * share
assert says[[0, 1, 7]].sum() > 0.5 * says.sum()
assert np.diff(np.sort(typical)).argmax() == 0  # the gap above the 1


# %% [markdown]
# About twice as good as guessing, with one number where there were 784. (Most people guess
# fewer than it gets: they look at the heap, and forget the 1.) It mostly says 0, 1 or 7.
# Those are the digits at the ends, or beside the gap between the 1 and the others. The
# other seven stand close together, and share what is left.

# %% [markdown] tags=["slide"]
# ### The nearest average
#
# Use all 784 numbers. You know what a 0, a 1, a 2 looks like on average. So hold the
# image against all ten averages, and say the digit of the one that it resembles most. To
# resemble is to have a small distance. As with points in space, square the differences
# and add them up, only that there are 784 of them:
#
# $$ \lVert x - m_d \rVert^2 = \sum_k (x_k - m_{dk})^2 \tag{NM} $$
#
# (No root is taken. What is nearest is nearest with or without it.)
#
# **Predict.** The averages are blurred, and no two hands write alike. How many digits in a
# hundred are nearest to the average of their own?

# %%
# My guess: ...
def nearest_average(images, means):
    """(NM): for each image the digit whose average is nearest."""
    distances = [((images - m) ** 2).sum(axis=1) for m in means]
    return np.argmin(distances, axis=0)


verdicts = nearest_average(validation.images, means)
print(f"{100 * accuracy(verdicts, validation.labels):.2f} % right")
assert accuracy(verdicts, validation.labels) > 0.78

# %% [markdown]
# Eight in ten, as the machine from the beginning of this lesson! Most people guess far
# fewer, for so blurred a picture looks like no digit that anybody has written. It is
# enough to compare with ten of them. Which digits does it misread?

# %%
misread = verdicts != validation.labels
own = ((validation.images - means[validation.labels]) ** 2).sum(axis=1)
farther = own[misread].mean() / own[~misread].mean()
print(f"to their own average: {farther:.2f} times the (NM) of the others")
ink = validation.images * (means[validation.labels] > 0.3)
usual = ink.sum(axis=1) / validation.images.sum(axis=1)
theirs, others = usual[misread].mean(), usual[~misread].mean()
print(f"ink where that is dark: {theirs:.2f}, of the others {others:.2f}")
assert farther > 1.2 and theirs < others - 0.1

wrong = np.flatnonzero(misread)[:8]
plots.show_images(
    validation.images[wrong],
    1,
    8,
    "Eight misread digits, each with its true digit and the verdict above it. "
    "Most of them a human reader would read with ease.",
    titles=[f"{validation.labels[i]}, not {verdicts[i]}" for i in wrong],
)

# %% [markdown]
# You read most of them at a glance. But on average misread digits are farther from the
# average of their own digit than the others are, and a smaller share of their ink lies
# where that one is dark. The average does not know what makes a digit that digit. It only
# knows where its ink is likely to be.
#
# And the shuffled images, which you could not read? Shuffle the averages in the same way,
# and see how the machine gets on.
#
# **Predict.** Does it read fewer of them than before, as many, or none?

# %%
# My guess: ...
verdicts_shuffled = nearest_average(
    validation.images[:, shuffled], means[:, shuffled]
)
same = np.mean(verdicts_shuffled == verdicts)
print(f"same verdict for {100 * same:.1f} % of the images")
assert same > 0.999

# %% [markdown]
# It notices nothing. (Most people guess that it reads fewer: they cannot read them either.)
# A sum has no order, and so the machine never knew which pixel is beside which. All that
# you see at once, the stroke, the loop, the crossing, is lost on it. How to make a machine
# that knows about neighbours is the subject of lesson 8.

# %% [markdown] tags=["slide"]
# ## The test
#
# The three machines are built, and nothing is left to choose. Open the test set, once: for
# the first time in this course.

# %% tags=["nbval-rtol-1e-3", "opens-test", "slide"]
test = mnist.test
baselines = {
    "always a 1": guess(test.images),
    "darkness": nearest_darkness(test.images),
    "nearest average": nearest_average(test.images, means),
}
test_accuracy = {
    name: accuracy(said, test.labels) for name, said in baselines.items()
}
for name, share in test_accuracy.items():
    print(f"{name:15} {100 * share:6.2f} %")

# The results are known: on the sample, and on the full data.
expected = (0.10, 0.208, 0.808) if mnist.is_sample else (0.1135, 0.2225, 0.82)
assert np.allclose(list(test_accuracy.values()), expected, atol=0.002)

# %% [markdown]
# Remember the last line. A machine that reads eight out of ten digits need have done no
# more than compare them with ten blurred pictures, so you need not buy it.
#
# These are the first rungs of a ladder. It will grow in this course: on each new rung
# stands a machine that reads more of the test set than those below. Here is how it is now.
# (The scale is stretched towards 100 %: from 98 to 99 % is a longer way than from 50 to
# 51, for half of all mistakes must go.)

# %% tags=["nbval-image-2", "slide"]
from digitlib.ladder import climb

climb(test_accuracy, mnist)

# %% [markdown]
# Nothing on it has learnt from a mistake: the averages are taken once, and stay. How far up
# does something get that finds out by itself what to look for?
# [Lesson 2](02_one_neuron.ipynb) begins with the least of all, one neuron.
#
# One thing is left to do. The later lessons import `one_hot` from `digitlib`. Is it the
# same?

# %%
import digitlib

same = np.array_equal(one_hot(train.labels), digitlib.one_hot(train.labels))
print("one_hot here and in digitlib agree:", same)
assert same

# %% [markdown]
# It is. So it goes from here on: what you have written in the open, a later lesson may
# import. (Now and then it writes it once more, so that you have it before your eyes.)

# %% [markdown]
# ## Notation
#
# How this lesson writes things (a later one that uses a letter otherwise says so):
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $n$, $i$ | number of images; one of them | `len(images)` |
# | $x$, $x_k$ | an image, a row of 784 grey values; pixel $k$ of it | `images[i]` |
# | $r$, $c$ | row and column of a pixel, from 0 | `r`, `c` |
# | $\bar r$, $\bar c$ | centre of mass: mean row and column, by ink | |
# | $\bar x$ | darkness: the mean grey value of an image | |
# | $d$ | a label: the digit that an image shows | `labels[i]` |
# | $y$, $y_j$ | a label as a one-hot row of ten numbers; the one at place $j$ | `Y[i]` |
# | $n_d$, $m_d$ | number of images with label $d$; their average, 784 grey values | `means[d]` |

# %% [markdown] tags=["slide"]
# ## What you learned
#
# * An image is a row of 784 grey values, byte / 256 each, row after row of pixels. Its
#   digit sits in a box of 20 by 20, with its centre of mass in the middle.
# * A label is a name. As a one-hot vector it has a 1 in one of ten places.
# * Learn from the training set, choose on the validation set, open the test set once.
#   Memory looks like skill on images already seen, and luck looks like skill once you
#   have chosen by it.
# * Always the same answer, darkness alone, the nearest average: a network is worth its
#   name only if it beats all three.

# %% [markdown]
# ## Exercises
#
# Each exercise has a cell to fill in and a cell that checks it. The check runs your
# function on random inputs and answers in a line: a word of praise, or what is wrong and
# where to look. It never shows the answer, and you may ask it as often as you like.

# %%
from digitlib.checks.lesson01 import (
    check_hit_rates,
    check_mirrored,
    check_nearest_mean,
    check_nearest_neighbour,
)


# %% [markdown]
# **Exercise 1.1** (5 minutes). Which digits still look right in a mirror? Write
# `mirrored`, which exchanges left and right in every image. It takes one image or many,
# one a row, and returns as many, one a row.

# %% tags=["exercise"]
def mirrored(images):
    """Return the images, shape (n, 784), with left and right exchanged."""
    raise NotImplementedError


# %% tags=["check"]
check_mirrored(mirrored)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# In a row of 784 numbers there is no left and right. Give each image its 28 rows and 28
# columns first. Which of the three axes has to run backwards? And what shape is asked
# for in the end?
#
# </details>

# %% tags=["solution"]
def mirrored(images):
    """Return the images, shape (n, 784), with left and right exchanged."""
    pictures = images.reshape(-1, 28, 28)
    return pictures[:, :, ::-1].reshape(-1, 784)


some = train.images[[np.flatnonzero(train.labels == d)[0] for d in range(10)]]
plots.show_images(
    np.concatenate([some, mirrored(some)]),
    2,
    10,
    "A 0 to a 9, handwritten, and below them the same ones in a mirror. "
    "Upright, a 0, a 1 and an 8 look right in it; slanted, they lean over.",
)
check_mirrored(mirrored)


# %% [markdown]
# **Exercise 1.2** (10 minutes). One accuracy for all digits hides which of them are
# hard. Write `hit_rates`, which returns ten numbers: of the images that show a 0, the
# share that was read as 0; and so on up to 9. A digit that no image shows gets 0.

# %% tags=["exercise"]
def hit_rates(verdicts, labels):
    """Return, in an array of shape (10,), the accuracy for each digit.

    verdicts and labels are integer arrays of shape (n,): what the
    machine said, and what was true.
    """
    raise NotImplementedError


# %% tags=["check"]
check_hit_rates(hit_rates)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Write a loop over the ten digits. With `labels == d` you pick the images of one digit.
# What do their verdicts have to be? For a digit without images, mind the mean of
# nothing.
#
# </details>

# %% tags=["solution"]
def hit_rates(verdicts, labels):
    """Return, in an array of shape (10,), the accuracy for each digit."""
    rates = np.zeros(10)
    for d in np.unique(labels):
        rates[d] = np.mean(verdicts[labels == d] == d)
    return rates


rates = hit_rates(verdicts, validation.labels)
print("nearest average:", np.round(100 * rates).astype(int), "%")
check_hit_rates(hit_rates)


# %% [markdown]
# **Exercise 1.3** (25 minutes). `nearest_average` walks over the data ten times. For a
# thousand averages it would be a thousand times. There is a way with a single product of
# matrices. Multiply the square out:
#
# $$ \lVert x - m_d \rVert^2 = \lVert x \rVert^2 - 2\, x \cdot m_d
#    + \lVert m_d \rVert^2 $$
#
# Write `nearest_mean`. No loop in Python, and no array that holds every difference of
# every pixel.

# %% tags=["exercise"]
def nearest_mean(images, means):
    """Return, in an integer array (n,), the number of the nearest mean.

    images has shape (n, pixels) and means has shape (classes, pixels).
    """
    raise NotImplementedError


# %% tags=["check"]
check_nearest_mean(nearest_mean)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# You want an array of shape (n, classes), one distance for each pair. All the dot
# products at once are one matrix product: write the two shapes side by side, and see
# which of the factors has to be transposed. The squared lengths of the means belong to
# the columns. And does the first term matter, when you only ask which is smallest?
#
# </details>

# %% tags=["solution"]
def nearest_mean(images, means):
    """Return, in an integer array (n,), the number of the nearest mean."""
    # The squared length of the image is the same for every mean: left out.
    products = images @ means.T
    lengths = (means**2).sum(axis=1)
    return (lengths - 2 * products).argmin(axis=1)


share = accuracy(nearest_mean(validation.images, means), validation.labels)
print(f"{100 * share:.1f} % right on validation")
check_nearest_mean(nearest_mean)


# %% [markdown]
# **Exercise 1.4** (an evening). Why compare with ten averages, when you have all the
# images? Write `nearest_neighbour`: find the known image that is nearest, and answer
# with its label.
#
# The distances of 10,000 images from 50,000 known ones fill two gigabytes even in single
# precision, and twice that in double. So work through the images in batches: beyond
# what it is given and what it returns, your function gets by with 20 megabytes for the
# check's data, where the whole table of distances would take a hundred. But do not go
# image by image either. That is slow.

# %% tags=["exercise"]
def nearest_neighbour(images, known_images, known_labels):
    """Return, in an integer array (n,), the label of the nearest known image.

    images has shape (n, pixels), known_images (known, pixels), and
    known_labels (known,).
    """
    raise NotImplementedError


# %% tags=["check"]
check_nearest_neighbour(nearest_neighbour)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# With the known images in place of the means, exercise 1.3 has done most of it. Let
# `range(0, len(images), batch)` say where each batch begins, and choose the batch so that
# batch times known, times 8 bytes, is a few megabytes. Slices may run over the end: the
# last batch is then smaller, and nothing needs to be done about it. What `argmin` gives
# you is the place of a known image, and not yet its label.
#
# </details>

# %% tags=["solution", "nbval-rtol-1e-2"]
def nearest_neighbour(images, known_images, known_labels, batch=100):
    """Return, in an integer array (n,), the label of the nearest image."""
    answers = np.empty(len(images), dtype=known_labels.dtype)
    for k in range(0, len(images), batch):
        nearest = nearest_mean(images[k : k + batch], known_images)
        answers[k : k + batch] = known_labels[nearest]
    return answers


some = validation[:500]
for known in (train[:1000], train[:4000]):
    found = nearest_neighbour(some.images, known.images, known.labels)
    print(f"{len(known)} known: {100 * accuracy(found, some.labels):.1f} %")
check_nearest_neighbour(nearest_neighbour)

# %% [markdown]
# ## Further reading
#
# * Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based learning applied to
#   document recognition*, Proceedings of the IEEE 86, 2278-2324 (1998),
#   doi:10.1109/5.726791. It describes how MNIST was made, and a figure in it compares many
#   machines, among them the nearest neighbour.
# * L. Bottou and others, *Comparison of classifier methods: a case study in handwritten
#   digit recognition*, Proceedings of the 12th International Conference on Pattern
#   Recognition, volume 2, 77-82 (1994). An early comparison on the mixed digits.
# * M. Nielsen, *Neural Networks and Deep Learning* (2015),
#   neuralnetworksanddeeplearning.com. Its first chapter measures what darkness alone can
#   do, 22.25 % of the test set.
# * P. J. Grother, *NIST special database 19: handprinted forms and characters database*
#   (1995), second edition doi:10.18434/T4H01C. The forms that it all came from, with more
#   than the digits.
# * C. Yadav and L. Bottou, *Cold case: the lost MNIST digits*, Advances in Neural
#   Information Processing Systems 32 (2019), arXiv:1905.10498. How MNIST was made, found
#   out like a detective story, and whether twenty-five years of testing have worn the test
#   set out.
# * T. Hastie, R. Tibshirani and J. Friedman, *The Elements of Statistical Learning*,
#   second edition (2009), doi:10.1007/978-0-387-84858-7. Its chapter 7 says why three
#   parts, with the mathematics.
