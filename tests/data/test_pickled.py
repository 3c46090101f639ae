"""`mnist.pkl.gz`: genuine ones of every age, and ones that mean harm."""

import gzip
import hashlib
import os
import pickle
import struct
import time

import numpy as np
import pytest
import small_mnist
from hypothesis import given
from hypothesis import strategies as st
from small_mnist import HASHES, check_message, idx

from digitlib import DataError, load_mnist
from digitlib.data import verify
from digitlib.data.pickled import MAX_PROGRAM, parse_pickle
from helpers import PRINT_PEAK, python

SIZES = (4, 3, 2)  # unequal, so that swapped parts are seen


def parts(sizes=SIZES):
    """((X, y), (X, y), (X, y)) with bytes above 127 in X and every kind of y."""
    rng = np.random.default_rng(0)
    pixels = [rng.integers(0, 256, (n, 784)).astype(np.float32) / 256 for n in sizes]
    return tuple((X, rng.integers(0, 10, len(X))) for X in pixels)


def write(path, value, protocol=2):
    data = value if isinstance(value, bytes) else pickle.dumps(value, protocol)
    path.write_bytes(gzip.compress(data, 1))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mnist.pkl.gz"


def assert_holds(mnist, expected):
    found = mnist.train, mnist.validation, mnist.test
    for digits, (images, labels) in zip(found, expected, strict=True):
        assert digits.images.dtype == np.float32
        assert np.array_equal(digits.images, images)
        assert np.array_equal(digits.labels, labels)


def assert_refused(path, *words):
    error = small_mnist.assert_refused(path, str(path), *words, verify=False)
    assert str(error).count(str(path)) == 1


# genuine ones


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["<i8", "<i4", "u1"])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray])
def test_python_3_pickles(path, protocol, dtype, layout):
    expected = tuple((layout(x), y.astype(dtype)) for x, y in parts())
    mnist = load_mnist(write(path, expected, protocol), verify=False)
    assert_holds(mnist, expected)
    assert mnist.source == str(path)
    assert not mnist.is_sample


def test_a_pickle_that_is_not_gzipped(path):
    path.write_bytes(pickle.dumps(parts()))
    assert_holds(load_mnist(path, verify=False), parts())


def test_a_python_2_pickle(path):
    """Written out by hand, as Python 2 and NumPy 1 wrote the original."""

    def string(data):
        return b"T" + struct.pack("<I", len(data)) + data

    def number(value):
        return b"J" + struct.pack("<i", value)

    def array(a, code):
        shape = b"(" + b"".join(map(number, a.shape)) + b"t"
        new = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"
        new += b"K\0\x85U\x01b\x87R"
        dtype = b"cnumpy\ndtype\nU\x02" + code + b"K\0K\x01\x87R"
        dtype += b"(K\x03U\x01<NNN" + number(-1) + number(-1) + b"K\0tb"
        return new + b"(K\x01" + shape + dtype + b"\x89" + string(a.tobytes()) + b"tb"

    expected = parts()
    program = b"\x80\x02"
    for images, labels in expected:
        program += array(images, b"f4") + array(labels, b"i8") + b"\x86"
    program += b"\x87."
    theirs = pickle.loads(program, encoding="latin1")
    assert np.array_equal(theirs[1][0], expected[1][0])
    assert_holds(load_mnist(write(path, program), verify=False), expected)


@pytest.mark.full_mnist
def test_the_full_pickle_holds_what_the_idx_files_hold(full_mnist):
    files = load_mnist(full_mnist)
    parts = [(d.images, d.labels) for d in (files.train, files.validation, files.test)]
    assert_holds(load_mnist(full_mnist / "mnist.pkl.gz"), parts)


def test_a_pickle_is_verified_by_the_hashes_of_the_idx_files(path, monkeypatch):
    (x1, y1), (x2, y2), (x3, y3) = parts()
    write(path, parts())
    with pytest.raises(DataError) as caught:
        load_mnist(path)
    check_message(caught.value, str(path), "not MNIST", "verify=False")
    arrays = (np.concatenate([x1, x2]), np.concatenate([y1, y2]), x3, y3)
    for name, array in zip(HASHES, arrays, strict=True):
        pixels = (array * 256).reshape(-1, 28, 28) if array.ndim == 2 else array
        sha256 = hashlib.sha256(idx(pixels.astype(np.uint8))).hexdigest()
        monkeypatch.setitem(verify.SHA256, name, sha256)
    assert_holds(load_mnist(path), parts())
    brighter = x1.copy()
    brighter[0, 0] = (brighter[0, 0] + 1 / 256) % 1
    write(path, ((brighter, y1), (x2, y2), (x3, y3)))
    with pytest.raises(DataError, match="not MNIST"):
        load_mnist(path)


# ones that mean harm


class Harm:
    def __init__(self, function, *arguments, state=None):
        self.how = (function, arguments, state)

    def __reduce__(self):
        return self.how


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("where", ["whole", "pixels", "part"])
def test_no_code_is_run(tmp_path, path, protocol, where):
    mark = tmp_path / "was here"
    harm = Harm(os.mkdir, str(mark))
    train, validation, test = parts()
    value = {
        "whole": harm,
        "pixels": ((harm, train[1]), validation, test),
        "part": (train, validation, harm),
    }[where]
    write(path, value, protocol)
    assert_refused(path, f"{os.mkdir.__module__}.mkdir", "harm")
    assert not mark.exists()
    pickle.loads(gzip.decompress(path.read_bytes()))
    assert mark.exists()  # so it would have


# ones that are wrong, in small files


def changed(part=0, images=None, labels=None):
    value = [list(pair) for pair in parts()]
    if images is not None:
        value[part][0] = images
    if labels is not None:
        value[part][1] = labels
    return tuple(map(tuple, value))


def with_pixel(pixel):
    images = parts()[1][0].copy()
    images[1, 300] = pixel
    return changed(1, images=images)


X, Y = parts()[0]
reconstruct = X.__reduce__()[0]
GOOD = pickle.dumps(parts(), 2)
SHAPE = b"K\4M\x10\3\x86"  # (4, 784)
assert SHAPE in GOOD

SHARED = None  # of 2**60 leaves: to hash it, or to look at all of it, has no end
for _ in range(60):
    SHARED = (SHARED, SHARED)


def with_array(code="f4", order="<", shape=(4, 784), data=bytes(4 * 784 * 4)):
    """As NumPy pickles its arrays, with something wrong in it."""
    dtype = Harm(np.dtype, code, False, True, state=(3, order, *[None] * 3, -1, -1, 0))
    state = (1, shape, dtype, False, data)
    return changed(images=Harm(reconstruct, np.ndarray, (0,), b"b", state=state))


def test_such_an_array_is_good_unless_something_is_wrong(path):
    mnist = load_mnist(write(path, with_array()), verify=False)
    assert_holds(mnist, changed(images=0 * X))


MAKE_SHARED = b"\x80\x04Nq\x000" + 60 * b"h\0h\0\x86q\x000"
PROGRAMS = {  # that run for ever, or crash, if what they say is done
    "shared tuples as a key": MAKE_SHARED + b"}h\0Ns.",
    "shared tuples in a set": MAKE_SHARED + b"(h\0\x91.",
    "shared tuples as a name": MAKE_SHARED[:-1] + b"h\0\x93.",
    "a tuple in itself": b"\x80\x02cnumpy\ndtype\n)Rq\1h\1\x85b.",
    "deep": b"\x80\x02N" + 900 * b"\x85" + b".",
    "a persistent number": b"Pnumber\n.",
    "an extension": b"\x80\x02\x82\1.",
    "an object": b"\x80\x02cnumpy\ndtype\n)\x81.",
    "an instance": b"(icollections\nOrderedDict\n.",
    "a state of what has none": b"\x80\x02N)b.",
    "a state of the class": b"\x80\x02cnumpy\ndtype\n)b.",
    "nothing on the stack": b"\x80\x02\x87.",
    "a call of nothing": b"\x80\x02N)R.",
    "nothing remembered": b"\x80\x02h\x07.",
    "nothing again and again": b"\x80\x02" + 2_000_000 * b"N",
    "marks again and again": b"\x80\x02" + 2_000_000 * b"(",
    "a protocol of the future": b"\x80\xffN.",
    "an end and no more": b"\x80\x02.",
    "a text where a number should be": b"\x80\x02NpX\n.",
}

ELSEWHERE = (X, Y[:3]), (parts()[1][0], Y), parts()[2]
FAULTS = {
    "a pixel that is nan": (with_pixel(np.nan), "not bytes / 256"),
    "a pixel that is inf": (with_pixel(np.inf), "not bytes / 256"),
    "a pixel that is huge": (with_pixel(3e38), "not bytes / 256"),
    "a pixel that is 1": (with_pixel(1), "not bytes / 256"),
    "a pixel that is negative": (with_pixel(-1 / 256), "not bytes / 256"),
    "a pixel between two": (with_pixel(0.3), "not bytes / 256"),
    "bytes": (changed(images=(X * 256).astype(np.uint8)), "dtype other than <f4"),
    "doubles": (changed(images=X.astype(float)), "dtype other than <f4"),
    "big-endian": (changed(images=X.astype(">f4")), "dtype other than <f4"),
    "float labels": (changed(labels=Y.astype(float)), "dtype other than"),
    "objects": (changed(labels=Y.astype(object)), "no pickle of MNIST"),
    "records": (changed(labels=np.zeros(4, "i4,i4")), "no pickle of MNIST"),
    "images of 28 x 28": (changed(images=X.reshape(4, 28, 28)), "another shape"),
    "columns": (changed(images=X.T), "another shape"),
    "one-hot labels": (changed(labels=np.eye(10)[Y].astype("i8")), "another shape"),
    "no images": (changed(images=X[:0], labels=Y[:0]), "'__builtin__.bytes'"),
    "label 10": (changed(2, labels=np.array([0, 10])), "test label 1 is 10"),
    "label -1": (changed(2, labels=np.array([-1, 0])), "not bytes / 1"),
    "label 256": (changed(2, labels=np.array([3, 256])), "not bytes / 1"),
    "fewer labels": (changed(1, labels=np.array([1, 2])), "3 images but 2 labels"),
    "one label elsewhere": (ELSEWHERE, "4 images but 3 labels"),
    "two parts": (parts()[:2], "not three parts"),
    "four parts": ((*parts(), parts()[0]), "not three parts"),
    "one part 500 times": ((parts()[0],) * 500, "not three parts"),
    "images without labels": (tuple(x for x, _ in parts()), "no pickle of MNIST"),
    "an array": (X, "no pickle of MNIST"),
    "a list": (list(parts()), "no pickle of MNIST"),
    "a dictionary": ({"train": parts()[0]}, "no pickle of MNIST"),
    "a text": ("train", "no pickle of MNIST"),
    "nothing": (None, "no pickle of MNIST"),
    "no opcode": (b"", "truncated"),
    "trailing bytes": (GOOD + b"\n", "trailing bytes"),
    "fewer bytes than images": (GOOD.replace(SHAPE, b"K\5" + SHAPE[2:]), "too few or"),
    "truncated program": (GOOD[:-1], "truncated"),
    "cut in a text": (GOOD[:5_000], "truncated"),
    "IDX": (b"\0\0\x08\x01\0\0\0\x01\x05", "no array needs"),
    **{
        f"a call of {function.__name__}": (Harm(function, "1"), f"{function.__name__}'")
        for function in (eval, exec, getattr, __import__, np.load, np.empty)
    },
    "shared tuples": (SHARED, "not three parts"),
    "shared tuples as an array": (changed(images=SHARED), "where an array should be"),
    "shared tuples as a dtype": (with_array(code=SHARED), "dtype other than <f4"),
    "shared tuples as an order": (with_array(order=SHARED), "dtype other than <f4"),
    "shared tuples as a shape": (with_array(shape=SHARED), "no pickle of MNIST"),
    "shared tuples as a size": (with_array(shape=(4, SHARED)), "another shape"),
    "shared tuples as a count": (with_array(shape=(SHARED, 784)), "no pickle of MNIST"),
    "shared tuples as bytes": (with_array(data=SHARED), "too few or too many bytes"),
    "a size of 2**2000": (with_array(shape=(2**2000, 784)), "another shape"),
    "a code of objects": (with_array(code="O8"), "dtype other than <f4"),
    **{name: (program, "no pickle of MNIST") for name, program in PROGRAMS.items()},
}


@pytest.mark.parametrize(("value", "words"), FAULTS.values(), ids=FAULTS)
def test_fault(path, value, words):
    write(path, value)
    start = time.process_time()
    assert_refused(path, words)
    assert time.process_time() - start < 0.5


WRAPPERS = {
    "nothing": (b"", "truncated"),
    "an image": (b"\x89PNG\r\n\x1a\n", "no pickle of MNIST"),
    "a web page": (b"<html>404 Not Found</html>", "web page"),
    "one byte missing": (gzip.compress(GOOD)[:-1], "truncated"),
    "its beginning": (gzip.compress(GOOD)[:3_000], "truncated"),
    "junk behind": (gzip.compress(GOOD) + b"junk", "truncated or damaged"),
    "wrong checksum": (gzip.compress(GOOD)[:-8] + bytes(8), "truncated or damaged"),
    "a head only": (b"\x1f\x8b\x08" + bytes(100), "truncated or damaged"),
}


@pytest.mark.parametrize(("data", "words"), WRAPPERS.values(), ids=WRAPPERS)
def test_wrong_wrapper(path, data, words):
    path.write_bytes(data)
    assert_refused(path, words)


def test_gzip_files_one_behind_another_are_one(path):
    half = len(GOOD) // 2
    padding = bytes(100_000)
    path.write_bytes(gzip.compress(GOOD[:half]) + gzip.compress(GOOD[half:]) + padding)
    assert_holds(load_mnist(path, verify=False), parts())


# ones that claim or unpack to too much


def size(number, width="<I"):
    return struct.pack(width, number)


DTYPE, ENCODE = b"\x80\x02cnumpy\ndtype\n", b"\x80\x02c_codecs\nencode\nq\1X"
RECONSTRUCT = b"q\0cnumpy.core.multiarray\n_reconstruct\n)R(K\1h\0cnumpy\ndtype\n"
TEXT, TEN = b"\x80\x04X" + size(10_000_000), (10, b"a")
# What stands before so many million times the same bytes, these, what stands behind.
BOMBS = {
    "an array of 2**60": (GOOD.replace(SHAPE, b"\x8a\x08" + b"\x10" * 8 + SHAPE[2:]),),
    "a memo of 10**8": (b"\x80\x02Nr" + size(10**8) + b".",),
    "a memo of 10**8, in words": (b"Np100000000\n.",),
    "bytes of 2**62": (b"\x80\x04\x8e" + size(2**62, "<Q"),),
    "bytes of 290 MB": (b"\x80\x04\x8e" + size(290_000_000, "<Q"),),
    "a bytearray of 2**62": (b"\x80\x05\x96" + size(2**62, "<Q"),),
    "a text of 2**32": (b"\x80\x02X" + size(2**32 - 1),),
    "a number of 2**31": (b"\x80\x02\x8b" + size(2**31 - 1),),
    "a frame of 2**63": (b"\x80\x04\x95" + b"\xff" * 8,),
    "a frame of 250 MB": (b"\x80\x04\x95" + size(250_000_000, "<Q"), 250, b"N", b"."),
    "a name without end": (b"\x80\x02c", 20, b"a"),
    "a name in wide characters": (b"\x80\x02c", 150, b"a", "😀\na\n.".encode()),
    "a number without end": (b"L", 20, b"1", b"L\n."),
    "lists without end": (b"\x80\x02", 20, b"]"),
    "a byte string": (b"\x80\x02T" + size(180_000_000), 180, b"\xff", b"."),
    "a text of 290 MB": (b"\x80\x02X" + size(290_000_002), 290, b"a", "é.".encode()),
    "a narrow text": (b"\x80\x02X" + size(180_000_002), 180, b"a", "é.".encode()),
    "a wide character": (b"\x80\x02X" + size(180_000_004), 180, b"a", "😀.".encode()),
    "a wide character, escaped": (b"V", 180, b"a", b"\\U0001f600\n."),
    "a wider one, escaped": (b"V", 180, b"a", b"\\u1234\n."),
    "arguments": (DTYPE + b"X" + size(10_000_000), *TEN, b"R."),
    "a state": (DTYPE + b"(U\2f4\x88\x89tRX" + size(10_000_000), *TEN, b"b."),
    "the same bytes again and again": (
        *(ENCODE + size(10_000_000), *TEN),
        b"q\2U\6latin1\x86q\3" + 200 * b"h\1h\3R" + b".",
    ),
    "a module": (TEXT, *TEN, b"\x8c\x01a\x93."),
    "a shape": (
        *(TEXT, *TEN),
        RECONSTRUCT + b"U\2i8\x85R(K\3U\1<tb\x89Ntbq\1h\1\x86q\2h\2h\2\x87.",
    ),
    "three parts": (TEXT, *TEN, b"q\0h\0h\0\x87."),
    "one long text": (TEXT, *TEN, b"."),
    "more than 300 MB": (b"\x80\x04", 1_000, b"N", b"."),
}


def bomb(before, millions=0, filling=b"", behind=b""):
    """Pack a bomb; gzip files may stand one behind another."""
    million = gzip.compress(filling * 1_000_000)
    return gzip.compress(before) + million * millions + gzip.compress(behind)


READ_ALL = """
import pathlib, sys
from digitlib.data.errors import DataError
from digitlib.data.read import read
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.pkl.gz")):
    try:
        read((path,))
    except DataError as error:
        print(f"refused {error}")
"""


def test_no_bomb_takes_a_gigabyte(tmp_path):
    for number, parts_of_it in enumerate(BOMBS.values()):
        packed = bomb(*parts_of_it)
        assert len(packed) < 2_000_000
        (tmp_path / f"{number:02}.pkl.gz").write_bytes(packed)
    (tmp_path / "99.pkl.gz").write_bytes(10**5 * gzip.compress(b""))
    done = python("-W", "error", "-c", READ_ALL + PRINT_PEAK, str(tmp_path), check=True)
    *lines, peak = done.stdout.splitlines()
    assert len(lines) == len(BOMBS) + 1
    assert "more than one file" in lines[-1]
    assert all(line.startswith("refused") and len(line) < 400 for line in lines)
    assert int(peak) < 1_000_000
    assert MAX_PROGRAM > 222_134_543  # what MNIST itself needs


# anything at all


PIECES = [
    *(b"N", b"\x88", b"\x89", b"(", b"t", b")", b"\x85", b"\x86", b"\x87", b"K\x01"),
    *(b"q\0", b"h\0", b"\x94", b"R", b"b", b"\x93", b".", b"]", b"a", b"2", b"0"),
    *(b"U\x02f4", b"X\x01\0\0\0<", b"C\x04abcd", b"\x8c\x05numpy", b"\x8c\x05dtype"),
    *(b"cnumpy\ndtype\n", b"cnumpy\nndarray\n", b"c_codecs\nencode\n"),
    *(b"cnumpy.core.multiarray\n_reconstruct\n", b"cos\nsystem\n"),
    *(b"cnumpy._core.numeric\n_frombuffer\n", b"I01\n", b"Va\n", b"p1\n", b"g1\n"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_opcodes(pieces):
    with pytest.raises(DataError) as caught:
        parse_pickle(b"\x80\x02" + b"".join(pieces), "file")
    check_message(caught.value, "file")
