# The two commands that matter are `make demo` and `make test`; every target builds .venv by itself.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
FTPRICES := $(BIN)/ftprices
p ?=
DEMO ?=
TESTS ?=

.PHONY: help demo test run dev serve check format lint types layers try record bench sql-console engines checker lighthouse lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## Replay the recorded pages of many dates through the real pipeline, without a network
	@$(FTPRICES) run --demo --fresh

test: $(INSTALLED) ## The whole test suite
	@$(BIN)/pytest -q -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

run: $(INSTALLED) ## One tick on the live pages
	@$(FTPRICES) run

dev: $(INSTALLED) ## Dagster's UI and daemon, the hourly schedule on (DEMO=1: on the demonstration)
	@$(FTPRICES) dev $(if $(DEMO),--demo)

serve: $(INSTALLED) ## The built site on http://127.0.0.1:8000
	@$(FTPRICES) serve

check: format lint types layers test ## Format, lint, types, layers and tests

format: $(INSTALLED)
	@$(BIN)/ruff format --check .

lint: $(INSTALLED)
	@$(BIN)/ruff check .

types: $(INSTALLED)
	@$(BIN)/mypy

layers: $(INSTALLED)
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

try: $(INSTALLED) ## A live look at one provider: make try p=together
	@$(FTPRICES) try $(p)

record: $(INSTALLED) ## Save a recording and its golden: make record p=together
	@$(FTPRICES) record $(p)

bench: $(INSTALLED) ## Benchmarks: parse, tick, rebuild, site; false and missed alerts in ten worlds
	@$(BIN)/python tests/bench/run.py
	@FTPRICES_ALL_SEEDS=1 $(BIN)/pytest -q -s tests/test_alert_simulation.py

sql-console: site/console/dist/console.json ## DuckDB for the browser, for the console of /sql/ (needs Node and npm)

site/console/dist/console.json: site/console/package-lock.json site/console/build.mjs site/console/engine.js
	@command -v npm >/dev/null && command -v node >/dev/null || \
		{ echo "No node and npm found: the console of /sql/ is made with them (on Debian and Ubuntu: apt install nodejs npm); all else needs neither"; exit 1; }
	@echo "Making the SQL console (half a minute, once) ..."
	@cd site/console && npm ci --silent && node build.mjs

ENGINES := duckdb-1.2 duckdb-1.4 duckdb-1.5 notebooks shell
engines: $(ENGINES:%=.cache/engines/%/.installed) ## The older DuckDBs, its shell and the notebook libraries that tests open the published file with

.cache/engines/%/.installed: tests/engines/%.txt | $(INSTALLED)
	@rm -rf $(@D)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --target $(@D) -r $<
	@touch $@

checker: tools/html/node_modules/.installed ## Put the HTML checker of the tests in place (npm, locked)

lighthouse: $(INSTALLED) tools/lighthouse/node_modules/.installed ## Lighthouse over five kinds of page of the built site, as a table
	@$(BIN)/python tests/bench/lighthouse.py

tools/%/node_modules/.installed: tools/%/package.json tools/%/package-lock.json
	@command -v npm >/dev/null || { echo "No npm found: install Node.js 20 or newer"; exit 1; }
	@cd tools/$* && npm ci --ignore-scripts --silent
	@touch $@

lock: $(INSTALLED) ## Resolve requirements.lock again from pyproject.toml
	@test -x .cache/uv/bin/uv || { $(PYTHON) -m venv .cache/uv && .cache/uv/bin/pip -q install uv; }
	@.cache/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --group dev pyproject.toml \
		--output-file requirements.lock
	@for engine in $(ENGINES); do \
		grep -oE '^[a-z0-9-]+==[^ ]+' tests/engines/$$engine.txt | .cache/uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" - \
			--output-file tests/engines/$$engine.txt || exit 1; \
	done

clean: ## Remove what can be built again (the recorded state in data/ stays)
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache site/dist site/console/dist site/console/node_modules

$(INSTALLED): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) found: install Python 3.11 or newer, or name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed; name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv module: install it (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "Setting up .venv (a minute, once) ..."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
