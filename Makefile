# A fresh machine needs Python 3.11 or newer and make. `make demo` and `make test` do the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ENV := PIP_DISABLE_PIP_VERSION_CHECK=1

.PHONY: setup demo test slow check lint bench lock clean

setup: $(READY)

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(ENV) $(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(ENV) $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: setup ## build the simulated demonstration lake, print its card, serve it on this machine
	$(BIN)/admittance demo $(DEMO)

test: setup ## the tests, offline, without the slow ones
	$(BIN)/python -m pytest -m "not slow"

slow: setup ## kills, races, whole scenarios and long searches for counterexamples
	$(BIN)/python -m pytest -m slow

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test slow ## what must hold before a change lands

bench: setup ## benchmarks as JSON on standard output
	$(BIN)/python -m benchmarks

lock: setup ## resolve requirements anew; needs uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/core.in -o requirements/core.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
