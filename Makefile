# Every command of the project. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PYTEST := $(BIN)/python -m pytest -q
TIMED := $(addprefix tests/faults/test_,kill.py slow_clients.py graceful_stop.py full_disk.py transport.py)
UNIT := not browser and not faults and not clients and not real_data and not slow
FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
PO_FILES := $(wildcard vereda/locale/*/LC_MESSAGES/*.po)
MO_FILES := $(PO_FILES:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help setup run test test-sqlite test-postgresql test-whole check fix bench faults faults-short translations migrations lock screenshots clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

setup: $(VENV)/.runtime vereda/static/dist/.built $(MO_FILES) ## Make the environment: Python packages, front end, translations

run: setup ## Run Vereda with a sample workspace at http://127.0.0.1:8000
	$(BIN)/vereda serve --sample

test: setup $(VENV)/.development check test-sqlite test-postgresql test-whole ## Run everything that must be green
	@echo "All green."

test-sqlite: $(VENV)/.development
	$(PYTEST) -n 2 --no-migrations -m "$(UNIT)"

test-postgresql: $(VENV)/.development
	VEREDA_TEST_DATABASE=postgresql $(PYTEST) -n 2 -m "$(UNIT)"

test-whole: $(VENV)/.development
	$(PYTEST) -n 2 --dist loadfile -m "(browser or clients or real_data or slow) and not faults"
	$(PYTEST) -n 2 --dist loadfile -m faults $(TIMED:%=--ignore=%)
	$(PYTEST) -m faults $(TIMED)

check: $(VENV)/.development ## Check style, types, layers, templates and spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy vereda tests benchmarks conftest.py
	$(BIN)/djlint --quiet --lint vereda
	$(BIN)/codespell README.md CHANGELOG.md CONTRIBUTING.md AGENTS.md SECURITY.md docs vereda frontend/console frontend/styles
	VEREDA_HOME=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run

fix: $(VENV)/.development ## Format code
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

bench: setup ## Measure speed, each figure beside a limit measured in the same run
	@for name in ingest pages imports memory explore metrics health audiences adoption; do $(BIN)/vereda bench $$name --json; done

faults: setup $(VENV)/.development ## Break things at length: 200 kills, 80 power cuts, failing and full disks, clocks, poison
	VEREDA_TEST_KILLS=200 VEREDA_TEST_BETWEEN_KILLS=2600 VEREDA_TEST_CUTS=40 \
	VEREDA_TEST_FAILS_FROM=25,30,35,40,45,50,55,60,65,70 VEREDA_TEST_POISONED=100000 VEREDA_TEST_PER_CLOCK=5000 \
	VEREDA_TEST_KILLS_OF_MOVES=30 VEREDA_TEST_PLAN_HISTORIES=2000 VEREDA_TEST_PLAN_STEPS=50 \
	$(PYTEST) -s -m faults tests/faults

faults-short: setup $(VENV)/.development ## Break things as CI does: 20 kills, 10 power cuts, and the rest briefly
	$(PYTEST) -s -m faults tests/faults

translations: $(VENV)/.development ## Collect the sentences to translate (needs GNU gettext)
	cd vereda && ../$(BIN)/python ../manage.py makemessages --all --no-obsolete --no-location --ignore 'static/*' --ignore '*/tests/*'

migrations: $(VENV)/.development ## Write migrations for changed models
	$(BIN)/python manage.py makemigrations

lock: ## Pin the newest allowed versions, with hashes and without addresses
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	cd requirements && for each in base build analytics postgres clickhouse node dev; do ../build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $$each.in -o $$each.txt; done

screenshots: setup $(VENV)/.development ## Photograph every page in both themes, wide and narrow
	$(BIN)/python -m tests.stories.screenshots

clean: ## Remove what was built (never data)
	rm -rf $(VENV) build vereda/static/dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.runtime: requirements/base.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vereda needs Python 3.11 or newer; set PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

$(VENV)/.development: $(VENV)/.runtime requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

vereda/static/dist/.built: $(FRONTEND_SOURCES) | $(VENV)/.runtime
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	cd frontend && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	touch $@

%.mo: %.po | $(VENV)/.runtime
	$(BIN)/pybabel --quiet compile -i $< -o $@
