# `make run` and `make test` do all the set-up themselves; they need Python 3.11 or newer, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config.toml

.PHONY: run test torture bench lint format lock clean

run: $(VENV)/.run
	$(BIN)/python -m bot $(if $(wildcard $(CONFIG)),run --config $(CONFIG),demo)

test: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2

# What takes too long for every change, in the sizes of a night: a year of a ward in bad weather, processes that are
# killed, a notice to thousands, faults planted into a copy. About an hour and a half on two cores.
torture: $(VENV)/.dev
	WARD_DAYS=365 $(BIN)/pytest tests/year --timeout 3600
	ROUNDS=200 SCRIPTS=100 $(BIN)/pytest tests/process/test_two_schedulers.py
	POINTS=0 $(BIN)/pytest tests/process/test_kill_points.py
	KILLS=300 $(BIN)/pytest tests/process/test_kills.py
	BROADCAST=5000 $(BIN)/pytest tests/runtime/test_broadcast.py --timeout 1800
	NOTICE_HOMES=5000 $(BIN)/pytest tests/process/test_pace.py
	HANDS=500 $(BIN)/pytest tests/handlers/test_notice_in_hands.py
	STORM=40 $(BIN)/pytest tests/conformance/test_storm.py --timeout 1800
	$(BIN)/python -m tests.planted

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/.run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@ $(VENV)/.run

# Pins and hashes, no addresses. Needs uv (pip install uv).
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
