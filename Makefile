# Two commands for everybody: `make run` shows the product at work, `make test` proves it. Both set up .venv by themselves.
PYTHON ?= python3
BIN := .venv/bin
PYTEST_ARGS ?=

.PHONY: run test opa generate oracles bench aralia clean

run: .venv/.ready
	@$(BIN)/sparekey check fixtures/estates/menagerie || true

test: opa
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/generate.py --check
	$(BIN)/python tools/opa.py check
	$(BIN)/pytest -rs -n auto $(PYTEST_ARGS)

opa: .venv/.ready
	@$(BIN)/python tools/opa.py get

generate: .venv/.ready
	$(BIN)/python tools/generate.py

oracles: .venv/.ready
	@$(BIN)/python -m tests.oracles.score $(ORACLE)

bench: .venv/.ready .venv-bench/bin/checkov
	$(BIN)/python -m benchmarks.plan
	$(BIN)/python -m benchmarks.source
	$(BIN)/python -m benchmarks.survivability
	$(BIN)/python -m benchmarks.paths_in_check
	$(BIN)/python -m benchmarks.arm

aralia: .venv/.ready
	@$(BIN)/python tools/aralia.py $(DIR)

.venv-bench/bin/checkov:
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check checkov

clean:
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@
