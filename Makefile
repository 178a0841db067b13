# Everything runs in one virtual environment; VENV= names another.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
TESTS ?=
ARGS ?=
# Spread over the cores; the tests of a file stay together.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup

.PHONY: devnet test slow unit clients lint fmt type check measures bench docs errors release train-demo clean

devnet: $(VENV)/.runs  ## a devnet on ws://127.0.0.1:9944; ARGS="..." for its options
	$(BIN)/pysubtensor dev $(ARGS)

test: $(VENV)/.tests  ## every test but the long ones, the clients included; TESTS="..." for some
	scripts/ensure-node
	$(PYTEST) -m "not long" $(TESTS)

slow: $(VENV)/.tests  ## the long tests: kills, sieges, installations
	scripts/ensure-node
	$(PYTEST) -m long $(TESTS)

unit: $(VENV)/.tests  ## all but the clients and what takes more than seconds
	$(PYTEST) -m "not clients and not slow and not long" $(TESTS)

clients: $(VENV)/.tests  ## only the real clients
	scripts/ensure-node
	$(PYTEST) tests/clients $(TESTS)

lint: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/lint-imports

fmt: $(VENV)/.tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --select I .

type: $(VENV)/.tests
	$(BIN)/mypy --package pysubtensor

check: lint type unit  ## before a commit
	$(BIN)/ruff format --check .

measures: | $(BIN)/python  ## sizes, `Any`, docstrings and imports back, by folder
	$(BIN)/python scripts/measures.py

bench: $(VENV)/.tests
	$(BIN)/python -m benches

errors: $(VENV)/.tests  ## renew tests/data/observed_errors.json by all tests of pallets
	OBSERVED_ERRORS=write $(PYTEST) tests/unit/pallets

release: | $(BIN)/python  ## sdist and wheel into dist/, checked and tried in a fresh environment; uploads nothing
	scripts/release $(BIN)/python

docs: $(VENV)/.documents  ## the site, into build/site; fails at a link that leads nowhere
	$(BIN)/zensical build --strict --clean

train-demo: $(VENV)/.trains  ## two training runs with crashes and cheats; ARGS="--help"
	$(BIN)/python -m pysubtensor.training.demo $(ARGS)

clean:
	rm -rf $(VENV) build/site .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.runs: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.documents: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	touch $@

$(VENV)/.trains: pyproject.toml | $(BIN)/python
	scripts/ensure-leveldb $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[train,plot]'
	touch $@

$(VENV)/.tests: pyproject.toml | $(BIN)/python
	scripts/ensure-leveldb $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
