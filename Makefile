# `make run` and `make test` do all the set-up themselves; they need Python 3.11 or newer, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config.toml
# Tests write some thousand small databases and wait for each commit: they do it in memory where that can be had, and
# there are more of them at once than cores, for many wait for a process or a platform.
SCRATCH := $(if $(wildcard /dev/shm),PYTEST_DEBUG_TEMPROOT=/dev/shm)
WORKERS ?= 4

.PHONY: run test torture bench lint format lock clean

run: $(VENV)/.run
	$(BIN)/python -m bot $(if $(wildcard $(CONFIG)),run --config $(CONFIG),demo)

test: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(SCRATCH) $(BIN)/pytest -n $(WORKERS) --dist worksteal

# What takes too long for every change, in the sizes of a night: a year of a ward in bad weather, processes that are
# killed at every point, disks that fail, a notice to thousands, copies put back, faults planted into a copy.
NIGHT := $(BIN)/pytest --timeout 3600
SHARED := $(SCRATCH) $(NIGHT) -n $(WORKERS) --dist worksteal

torture: $(VENV)/.dev
	WARD_DAYS=365 $(NIGHT) -s tests/year
	ROUNDS=200 SCRIPTS=100 $(NIGHT) tests/process/test_two_schedulers.py
	POINTS=0 $(SHARED) tests/process/test_kill_points.py
	FAULTS=0 $(SHARED) -n 12 tests/process/test_failing_disk.py # they wait until a disk that works is trusted again
	SPOILED=200 $(NIGHT) tests/storage/test_spoiled_files.py
	PUT_BACK=50 $(NIGHT) tests/process/test_put_back.py
	STARTS=24 STARTS_AND_STOPS=50 $(NIGHT) tests/runtime/test_digest_starts.py tests/runtime/test_starts_and_stops.py
	KILLS=350 CROWD=1000 $(NIGHT) -s tests/process/test_kills.py
	BROADCAST=5000 $(NIGHT) -s tests/runtime/test_broadcast.py
	FLOOD=600 $(NIGHT) -s tests/runtime/test_flood.py
	NOTICE_HOMES=5000 $(NIGHT) tests/process/test_pace.py
	HANDS=500 $(NIGHT) tests/handlers/test_notice_in_hands.py
	STORM=40 $(NIGHT) tests/conformance/test_storm.py
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
