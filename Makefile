# Two commands for a start, on a machine with only Python (3.11 or later) and make:
#
#   make demo       a charging session between a virtual station and a Central System, in this terminal
#   make test       the tests
#
# And: test-all (the long proofs too), check (lint, types, generated files), bench, coverage, clean.
# Another Python: make test PYTHON=python3.13. Another place for the environment: VENV=/tmp/venv.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# Compiled modules are kept even where the environment says otherwise: without them each process of the tests compiles
# everything anew, and pytest rewrites the assertions of every test module in each of its workers.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all check bench coverage clean

demo: $(VENV)/ready
	$(BIN)/ocpp16sm demo

test: $(VENV)/ready-dev
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not long"

test-all: $(VENV)/ready-dev
	$(BIN)/python -m pytest -q -n auto --dist worksteal --hypothesis-profile thorough

check: $(VENV)/ready-dev
	$(BIN)/python -m codegen --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PATH="$(BIN):$$PATH" lint-imports --no-cache

bench: $(VENV)/ready-dev
	$(BIN)/python -m tests.bench

coverage: $(VENV)/ready-dev
	$(BIN)/coverage run -m pytest -q -m "not long"
	$(BIN)/coverage report
	$(BIN)/python -m pytest -q -m "not long" tests/core --chart-coverage statecharts.ocpp16 \
	  --chart-coverage-min transitions=100,guards=100 --chart-coverage-report build/charts

clean:
	rm -rf $(VENV) .coverage* .hypothesis .mypy_cache .ruff_cache build dist

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ocpp16sm needs Python 3.11 or later; say which: make PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/ready: $(VENV)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/ready-dev: $(VENV)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/ready
