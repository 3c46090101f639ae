# The verbs of the course. Each sets up .venv by itself; `make` alone lists them.
# On Windows, README.md gives the same commands for pip.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

COMMA := ,

# A module is compiled when it is first imported, and kept: most of the packages' never are.
unexport PYTHONDONTWRITEBYTECODE

# Kernels run in the folder of their notebook: a relative path would miss its target.
ifdef DIGITLIB_DATA_DIR
override DIGITLIB_DATA_DIR := $(shell $(PYTHON) -c 'import os, sys; print(os.path.abspath(sys.argv[1]))' "$(DIGITLIB_DATA_DIR)")
export DIGITLIB_DATA_DIR
endif

# Title pages and book. Yours may name author, institution, term, date, release, logo.
BOOK ?= --course "How a neural network reads handwritten digits" \
  --author "the digitlib authors" --chapter Lesson --terms '*'

# For instance --edition instructor, or --repository owner/name for Colab and Binder.
SITE ?=

.DEFAULT_GOAL := help
.PHONY: help lab edit student mark notebooks pdf site test bench clean

help:  ## List what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

# What is out of step is neither printed nor handed out, but for STALE=1. (Before it hands
# out lessons, `courseware student` looks at those by itself.)
IN_STEP = @$(BIN)/courseware check ||
ifdef STALE
IN_STEP += echo "STALE=1: going on all the same."
else
IN_STEP += { echo "(STALE=1 goes on all the same.)"; exit 1; }
endif

# With settings by which it neither looks for news and updates nor asks whether to.
LAB := $(BIN)/jupyter lab --LabApp.app_settings_dir=tools/jupyterlab
STUDENT := $(BIN)/courseware student

# Opens what is there even if it could not be brought up to date, and for you alone: also
# what is out of step.
lab: .venv/.lab  ## Open the course in JupyterLab: your own copy of it, in student/
	-@$(STUDENT) --stale-ok
	$(LAB) --ServerApp.root_dir=student

edit: .venv/.lab  ## Open the lessons themselves, with their solutions
	$(LAB) --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks

# WEEK="--lessons 01 02 --solutions 01 --zip week2.zip" hands out some of them.
student: .venv/.test  ## Make the notebooks without solutions, in student/ and a zip
	$(STUDENT) --zip student.zip $(if $(STALE),--stale-ok) $(WEEK)

# HANDED_IN=hand_ins.zip, and for instance CLASS="--class class.csv --points points.toml".
mark: .venv/.test  ## Mark what a class has handed in: a folder or a zip, HANDED_IN=...
	$(BIN)/courseware mark $(HANDED_IN) $(CLASS)

# FRESH=1 runs all of them and measures every time anew.
notebooks: .venv/.test  ## Renew the notebooks from their .py sources, running what changed
	$(BIN)/courseware run $(if $(FRESH),--fresh)
	$(BIN)/python tools/ladder.py

pdf: .venv/.test  ## Make lectures, hand-outs, slides and the book, in lectures/
	$(IN_STEP)
	$(BIN)/python -m lecturepdf --output lectures $(BOOK) notebooks/*.ipynb

site: .venv/.site .venv/.test  ## Make the course as a web site, in site/_build
	$(IN_STEP)
	$(BIN)/python site/build_site.py $(SITE)

test: .venv/.test  ## Check everything: library, notebooks, pairs, PDFs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/lines.py
	$(BIN)/python -m pytest -n 2

bench: .venv/.test  ## Measure training and loading beside other libraries
	$(BIN)/python benchmarks/run.py

# Not student/: what has been written there cannot be made again.
clean:  ## Remove everything that can be made again
	rm -rf .venv .ruff_cache .hypothesis .import_linter_cache build dist lectures site/_build student.zip
	find . '(' -name __pycache__ -o -name .pytest_cache ')' -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or newer; name it: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv

# What even an editable installation copies into .venv: what Jupyter is to find there.
COPIED := $(wildcard courseware/*.json courseware/labextension/* courseware/labextension/static/*)

# One stamp for each extra of pyproject.toml, renewed when the requirements change. Several
# at once, as in .venv/.site,test, are set up faster than one after the other.
.venv/.%: pyproject.toml courseware/pyproject.toml lecturepdf/pyproject.toml constraints.txt $(COPIED) | $(BIN)/python
	$(PIP) install --no-compile --constraint constraints.txt \
	  --editable ./courseware --editable ./lecturepdf --editable '.[$*]'
	@touch $(addprefix .venv/.,$(subst $(COMMA), ,$*))
