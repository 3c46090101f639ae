"""
Feed every reader of files with a great many damaged ones, guided by coverage.

    pip install atheris
    python tests/fuzz/fuzz.py                       a good million in all
    python tests/fuzz/fuzz.py pickle --inputs 10000

Each reader runs in a process of its own, which may use a gigabyte and no more. The
first input that a reader does not bear is kept, as libFuzzer names it, in the working
folder: give it to `feed` in readers.py, and make a test of it.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
from pathlib import Path

GIGABYTE = 2**30
INPUTS = {  # more of what is fast and of what is most dangerous
    **{"IDX": 250_000, "gzip": 150_000, "pickle": 250_000, "Network": 150_000},
    **{"Model": 150_000, "images": 150_000, "zip": 100_000},
}
# The modules that do the reading; to trace NumPy's as well would only take time.
DATA = [f"digitlib.data.{name}" for name in ("idx", "pickled", "unpack")]
TRACED = [*DATA, "digitlib.npz", "zipfile", "gzip"]


def fuzz(name: str, inputs: int) -> None:
    """Fuzz one reader in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=TRACED):
        from readers import READERS, WORDS, Watch, feed
    reader, watch = READERS[name], Watch()
    for seed in reader.seeds:  # imports what is imported only when it is needed
        assert feed(reader, seed, watch), "a good file is refused"
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))
    with tempfile.TemporaryDirectory() as folder:
        corpus, words = Path(folder) / "corpus", Path(folder) / "words"
        corpus.mkdir()
        for number, seed in enumerate(reader.seeds):
            (corpus / str(number)).write_bytes(seed)
        escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS)
        words.write_text("".join(f'"{word}"\n' for word in escaped))
        options = [f"-atheris_runs={inputs}", "-max_len=20000", "-timeout=20"]
        options += [f"-rss_limit_mb={GIGABYTE >> 20}", "-verbosity=0", "-seed=1"]
        options += [f"-dict={words}", str(corpus)]
        atheris.Setup([name, *options], lambda data: feed(reader, data, watch))
        atheris.Fuzz()


def main() -> bool:
    """Run the command line; return whether a reader failed."""
    parser = argparse.ArgumentParser(description="Feed readers with damaged files.")
    parser.add_argument("readers", nargs="*", help=f"some of {', '.join(INPUTS)}")
    parser.add_argument("--inputs", type=int, help="for each reader")
    options = parser.parse_args()
    if unknown := set(options.readers) - INPUTS.keys():
        parser.error(f"there is no reader {', '.join(unknown)}")
    failed = []
    for name in options.readers or INPUTS:
        inputs = options.inputs or INPUTS[name]
        print(f"{name}: {inputs:,} inputs", flush=True)
        spawn = multiprocessing.get_context("spawn")
        process = spawn.Process(target=fuzz, args=(name, inputs))
        process.start()
        process.join()
        failed += [name] * (process.exitcode != 0)
    print("failed:", ", ".join(failed) or "none")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
