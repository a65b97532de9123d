# Needs only python3 (3.11 or newer, with venv) and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-virtualenv
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
DEMO_STORE ?= .demo/store.db

.PHONY: demo test soak mutate format sample picture lock clean

# The app on sample data; a plain board where there is no terminal.
demo: $(VENV)/runtime
	@$(BIN)/carecli demo --store $(DEMO_STORE)

# Linters, types, floors and tests.
test: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

# Long kills, fuzz and watchers.
soak: $(VENV)/development
	$(BIN)/python -m pytest -m soak

# The measures changed one place at a time: do the tests notice? MUTATE="--only surveys --since .mutants.jsonl"
mutate: $(VENV)/development
	$(BIN)/python -m tests.mutation.mutate $(MUTATE)

format: $(VENV)/development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The sample data anew, byte for byte.
sample: $(VENV)/runtime
	$(BIN)/python -m carecli.demo.write --out sample_data

# The README's picture anew, from the demo's store.
picture: $(VENV)/development
	$(BIN)/carecli demo --store $(DEMO_STORE) >/dev/null </dev/null
	$(BIN)/python -m tests.tui.picture $(DEMO_STORE) .pictures/standup-120x40.svg

# The exact versions anew, with hashes (needs uv).
lock:
	uv pip compile --quiet pyproject.toml --group build $(LOCK) -o requirements.lock
	uv pip compile --quiet pyproject.toml --group build --group dev $(LOCK) -o requirements-dev.lock

clean:
	rm -rf $(VENV) .demo

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("carecli needs Python 3.11 or newer, this is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --require-hashes --only-binary :all: -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/development: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --require-hashes --only-binary :all: -r requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime
