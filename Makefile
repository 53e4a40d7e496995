# The way in: `make run` and `make test` set up all they need, and `make run` no more than that.
.DEFAULT_GOAL := help

BIN := .venv/bin
STAMP := .venv/.installed
TEST_STAMP := .venv/.installed-test
# How many tests to run at a time; where nothing is said, the machine decides.
WORKERS ?= auto
at_a_time = $(if $(filter auto,$(WORKERS)),$$($(BIN)/python -m tests.machine $(1)),$(WORKERS))

# For the browser tests: `make e2e K=books HEADED=1 BROWSER=google-chrome`.
E2E = -n $(if $(HEADED),0 --headed,$(call at_a_time,--browser) --dist worksteal) $(if $(K),-k "$(K)") \
  $(if $(TRACE),--trace-pages)
ifeq ($(origin BROWSER),command line)
E2E += --browser="$(BROWSER)"
FOUND :=
else
FOUND := browser
endif
# How often `make e2e-soak` runs them.
N ?= 20

.PHONY: help reachable setup setup-test run test load e2e e2e-soak matrix lint types browser audit lock

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 12

reachable:
	@! command -v python3 >/dev/null || python3 app/store/embedded/server_account.py

setup: $(STAMP) ## Make .venv and install what runs the site, as requirements.txt pins it

setup-test: $(TEST_STAMP) ## Install what tests it too, as requirements-test.txt pins it

$(STAMP): requirements.txt
	@python=; for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$each; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Asof needs Python 3.11 or later: install it, then run make again" >&2; exit 1; fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  rm -rf .venv; \
	  $$python -m venv .venv || { echo "Python's venv module is missing: on Debian, apt-get install python3-venv" >&2; exit 1; }; \
	fi
	@echo "Installing what requirements.txt pins"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(TEST_STAMP): requirements-test.txt $(STAMP)
	@echo "Installing what requirements-test.txt pins"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

run: reachable setup ## Serve the pages until Ctrl-C
	@exec $(BIN)/flask --app app serve

test: setup-test lint types browser ## Check everything, then run all tests
	$(BIN)/python -m pytest -n $(call at_a_time,--code) tests
	$(BIN)/python -m pytest $(E2E) e2e
	$(BIN)/python -m loadtests.gates critical-flows --best

load: setup-test ## Put sites under load, and see that every gate is met; K=scrubbing runs one scenario
	$(BIN)/python -m loadtests.gates $(K)

e2e: setup-test $(FOUND) ## Run the browser tests; HEADED=1, BROWSER=path, K=expression, TRACE=1 and WORKERS=n choose how
	$(BIN)/python -m pytest $(E2E) e2e

e2e-soak: setup-test $(FOUND) ## Run the browser tests N times, and tell which cannot be relied on
	$(BIN)/python -m e2e.harness.soak $(N) $(E2E) e2e

matrix: setup-test ## Run the tests on PostgreSQL 16, as lesser accounts and with every browser; K=pages runs some
	$(BIN)/python -m tests.matrix $(K)

lint: setup-test ## Check style, imports, templates and workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@if find app/templates -name '*.html' | grep -q .; then set -x; $(BIN)/djlint app/templates --lint --quiet; fi

types: setup-test ## Check types
	$(BIN)/mypy

browser: setup-test ## Find a browser for the tests, or fetch one
	@$(BIN)/python e2e/harness/browser.py

audit: setup ## Look for known weaknesses in what is shipped; its licences and bill of materials go to var/audit
	$(BIN)/python .ci/audit.py var/audit

COMPILE := $(BIN)/uv pip compile --generate-hashes --universal --no-emit-index-url --no-annotate --no-header -q

lock: setup-test ## Pin all dependencies of pyproject.toml anew: what runs the site, what tests it, what audits it
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-test.txt
	$(COMPILE) --group audit -o requirements-audit.txt
