"""Checks for lesson 1, "Meet the digits"."""

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, exercise
from courseware.checking.student import NotYetError, Student, read_array
from courseware.checking.watch import Watch


@exercise("mirrored(images)")
def check_mirrored(student: Student) -> None:
    """Check exercise 1.1: images (n, 784) in a mirror."""
    rng = np.random.default_rng(11)
    for n in (5, 1, 8):
        images = rng.random((n, 784))
        answer = student(images, given=f"for {n} image(s)")
        yours = read_array(answer, (n, 784), "one image of 784 numbers per row")
        pictures, yours = (some.reshape(n, 28, 28) for some in (images, yours))
        if not agrees(yours, pictures[:, :, ::-1]):
            hint = "that is no mirror image: draw one of them and look"
            blame(yours, _mirror_suspects(pictures), hint)


def _mirror_suspects(pictures: np.ndarray) -> Suspects:
    yield pictures, "the images come back as they were"
    hint = "all 784 numbers run backwards: that turns top and bottom round as well"
    yield pictures[:, ::-1, ::-1], hint
    hint = "top and bottom are exchanged, not left and right: try the other axis"
    yield pictures[:, ::-1], hint
    yield pictures[::-1], "the images have changed places, and each is as it was"
    hint = "each image is mirrored, but their order has been turned round, too"
    yield pictures[::-1, :, ::-1], hint
    hint = "rows and columns are exchanged: a mirror keeps the rows"
    yield pictures.transpose(0, 2, 1), hint
    for turns in (1, -1):
        hint = "the images are turned by a quarter: a mirror does not turn"
        yield np.rot90(pictures, turns, axes=(1, 2)), hint
    hint = "one column off: the last one is number 27, so that 0 becomes 27"
    yield np.roll(pictures[:, :, ::-1], 1, axis=2), hint


@exercise("hit_rates(verdicts, labels)")
def check_hit_rates(student: Student) -> None:
    """Check exercise 1.2: which share of each digit's images is read right, (10,)."""
    rng = np.random.default_rng(12)
    for n, digits, given in ((600, 10, ""), (300, 8, "when no image shows 8 or 9")):
        labels = rng.integers(digits, size=n)
        verdicts = np.where(rng.random(n) < 0.6, labels, rng.integers(10, size=n))
        answer = student(verdicts, labels, given=given)
        yours = read_array(answer, (10,), "one share per digit, seen or not,")
        if not agrees(yours, _rates(verdicts, labels)):
            where = f"the shares are wrong {given}".rstrip()
            hint = f"{where}: take five images and count by hand"
            blame(yours, _rates_suspects(verdicts, labels), hint)


def _rates(verdicts: np.ndarray, labels: np.ndarray) -> np.ndarray:
    shown = np.bincount(labels, minlength=10)
    right = np.bincount(labels[verdicts == labels], minlength=10)
    return right / np.maximum(shown, 1)


def _rates_suspects(verdicts: np.ndarray, labels: np.ndarray) -> Suspects:
    truth = _rates(verdicts, labels)
    right = np.bincount(labels[verdicts == labels], minlength=10)
    hint = "that is the share right of the verdicts d: begin with the images of d"
    yield _rates(labels, verdicts), hint
    yield 100 * truth, "these are per cent: shares run from 0 to 1"
    yield right, "these are counts: by how many images of that digit are they to go?"
    hint = "divide by the number of images of that digit, not of all images"
    yield right / len(labels), hint
    missed = np.bincount(labels[verdicts != labels], minlength=10)
    yield missed / np.maximum(missed + right, 1), "it counts the misses, not the hits"
    yield 1 - truth, "it counts the misses, not the hits"
    shown, named = (np.bincount(some, minlength=10) for some in (labels, verdicts))
    if not shown.all():
        unseen = "a digit that no image shows gets 0: the others are right"
        for other in (1, np.mean(verdicts == labels)):
            yield np.where(shown > 0, truth, other), unseen
    hint = "that is how often it says each digit: how often is it right?"
    yield named / np.maximum(shown, 1), hint
    hint = "all images count for each digit: pick those that show it"
    yield 1 - (shown + named - 2 * right) / len(labels), hint
    hint = "all fractions are cut off: is the array that you fill one of integers?"
    yield np.floor(truth), hint
    hint = "all ten are the accuracy on all images: pick those of one digit"
    yield np.full(10, np.mean(verdicts == labels)), hint
    for some, whose in ((labels, "the images show"), (verdicts, "the machine says")):
        share = np.bincount(some, minlength=10) / len(some)
        yield share, f"that is how often {whose} each digit: how often is it right?"


@exercise("nearest_mean(images, means)")
def check_nearest_mean(student: Student) -> None:
    """Check exercise 1.3: the number of each image's nearest mean, (n,)."""
    rng = np.random.default_rng(13)
    # The last three are for loops over images, loops over means, and memory.
    sizes = (40, 7, 6), (30, 10, 784), (600, 5, 8), (5, 600, 8), (1000, 60, 50)
    for n, classes, pixels in sizes:
        images, means = _points(rng, n, pixels), _points(rng, classes, pixels)
        with Watch() as watch:
            answer = student(images, means, given=f"for {n} images, {classes} means")
        yours = read_array(answer, (n,), "one number per image")
        if not agrees(yours, _distances(images, means).argmin(axis=1)):
            hint = "the nearest mean is another one: try points in the plane"
            blame(yours, _nearest_suspects(images, means), hint)
        _read_integers(answer, "the number of a mean")
        if watch.calls >= n == 600:
            raise NotYetError(
                "right, but it takes the images one by one: slow. One product does all"
            )
        if watch.calls >= classes == 600:
            raise NotYetError(
                "right, but it takes the means one by one: one product does them all"
            )
        if watch.megabytes > 10:
            raise NotYetError(
                "right, but it holds every difference of every pixel: expand the square"
            )


def _points(rng: np.random.Generator, n: int, pixels: int) -> np.ndarray:
    """Return random points, some near the origin and some far from it."""
    return rng.normal(size=(n, pixels)) * rng.uniform(0.3, 2, size=(n, 1)) + 0.2


def _distances(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    products, lengths = images @ others.T, (others**2).sum(axis=1)
    return (images**2).sum(axis=1)[:, None] - 2 * products + lengths


def _nearest_suspects(images: np.ndarray, means: np.ndarray) -> Suspects:
    distances = _distances(images, means)
    products, lengths = images @ means.T, (means**2).sum(axis=1)
    yield distances.argmax(axis=1), "it finds the mean that is farthest away"
    for smallest in (distances.min(axis=1), np.sqrt(distances.min(axis=1))):
        yield smallest, "these are the distances: which mean do they belong to?"
    hint = "the lengths of the means are left out, and a long one wins too often"
    yield products.argmax(axis=1), hint
    yield products.argmin(axis=1), "a large dot product is near, not far: mind the sign"
    hint = "the sign of the dot products is wrong: multiply the square out again"
    yield (lengths + 2 * products).argmin(axis=1), hint
    hint = "the dot products count twice: (a - b)(a - b) has two mixed terms"
    yield (lengths - products).argmin(axis=1), hint
    hint = "the lengths of the means are to be squared: no root there"
    yield (np.sqrt(lengths) - 2 * products).argmin(axis=1), hint
    hint = "every image gets the same answer: where do the images come in?"
    yield lengths.argmin() + np.zeros(len(images)), hint
    if images.size * len(means) < 10**6:
        city = np.abs(images[:, None] - means).sum(axis=2)
        yield city.argmin(axis=1), "it adds up absolute differences, not squares"


def _read_integers(answer: np.ndarray, meaning: str) -> None:
    if answer.dtype.kind not in "iu":
        raise NotYetError(
            f"your result is of type {answer.dtype}: {meaning} is an integer"
        )


@exercise("nearest_neighbour(images, known_images, known_labels)", seconds=15)
def check_nearest_neighbour(student: Student) -> None:
    """Check exercise 1.4: the label of each image's nearest known one, (n,)."""
    rng = np.random.default_rng(14)
    # A small one for mistakes, then one for loops, then one for memory: what fails
    # at a small size is not tried at a large one.
    sizes = (67, 90, 5, 20), (307, 401, 16, 10), (2503, 5003, 16, 20)
    for n, known, pixels, megabytes in sizes:
        images, known_images = _points(rng, n, pixels), _points(rng, known, pixels)
        task = images, known_images, rng.integers(10, size=known)
        with Watch() as watch:
            answer = student(*task, given=f"for {n} images, {known} known")
        yours = read_array(answer, (n,), "one label per image")
        wrong = yours != _neighbour_labels(*task)
        if wrong.mean() > 0.002:  # single precision may get one or two wrong
            start = int(wrong.argmax())
            if start >= 5 and wrong[start:].mean() > 0.5:
                raise NotYetError(
                    f"right for {start} images of {n}, then wrong: what becomes of the "
                    "last batch?"
                )
            hint = f"for {n} images and {known} known ones some labels are wrong"
            blame(yours, _neighbour_suspects(*task), hint)
        _read_integers(answer, "a label")
        if watch.calls >= n == 307:
            raise NotYetError(
                "right, but (nearly) one by one, and slow: take more at a time"
            )
        if watch.megabytes > megabytes:
            raise NotYetError(_memory_hint(watch.megabytes, n))


def _memory_hint(megabytes: float, n: int) -> str:
    if n < 1000:
        return "right, but it holds every difference of every pixel: see exercise 1.3"
    return (
        f"right, but it takes {megabytes:.0f} megabytes, not 20: work in (smaller) "
        "batches"
    )


def _neighbour_labels(
    images: np.ndarray, known_images: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    parts = np.array_split(images, 1 + len(images) // 200)
    places = [_distances(part, known_images).argmin(axis=1) for part in parts]
    return labels[np.concatenate(places)]


def _neighbour_suspects(
    images: np.ndarray, known_images: np.ndarray, labels: np.ndarray
) -> Suspects:
    if len(images) > 1000:  # right for the smaller ones, so none of these
        return
    distances, products = _distances(images, known_images), images @ known_images.T
    lengths = (known_images**2).sum(axis=1)
    hint = "these are the places of the nearest images: what are their labels?"
    yield distances.argmin(axis=1), hint
    yield labels[distances.argmax(axis=1)], "it finds the image that is farthest away"
    hint = "the lengths of the known images are left out: a long one wins too often"
    yield labels[products.argmax(axis=1)], hint
    hint = "the dot products count twice: (a - b)(a - b) has two mixed terms"
    yield labels[(lengths - products).argmin(axis=1)], hint
    means = np.array([known_images[labels == d].mean(axis=0) for d in range(10)])
    hint = "that is the nearest average: here each known image stands for itself"
    yield _distances(images, means).argmin(axis=1), hint
    second = np.argsort(distances, axis=1)[:, 1]
    yield labels[second], "that is the second nearest: the nearest comes first"
