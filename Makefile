# Start with: make demo, make test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# A load talks to the publishers only.
export DAGSTER_TELEMETRY_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

# The versions that are tested.
CHECK_PYTHON := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

TIDEMARK_HOME ?= $(CURDIR)/warehouse
PORT ?= 3000

WORKERS ?= 2
# Workers of the Spark cluster on which `make parity` builds all marts; 0: Spark in one process.
CLUSTER ?= 0
# A file of tests runs in one worker, in the order of tests/conftest.py.
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo load dev test test-rest test-all docs tables guard fuzz faults stress bench parity lint lint-python lint-sql format sample site wheel lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

demo load dev docs stress: export TIDEMARK_HOME := $(TIDEMARK_HOME)

demo: $(VENV)/.ready ## the main job on the embedded sample (a simulation), offline, into ./warehouse/demo
	@TIDEMARK_HOME="$$TIDEMARK_HOME/demo" TIDEMARK_SOURCE=sample $(BIN)/python -m orchestration load

load: $(VENV)/.ready ## the main job on the live publishers, or on TIDEMARK_SOURCE
	@$(BIN)/python -m orchestration load

dev: $(VENV)/.ready ## Dagster's UI and daemon on http://127.0.0.1:3000; PORT=3001 for another port
	@$(BIN)/python -m orchestration ui --daemon --port $(PORT)

test: $(VENV)/.ready-dev ## the tests of every change: unit, models, story (under five minutes on two cores)
	@$(PYTEST) tests/unit tests/models tests/story

test-rest: $(VENV)/.ready-dev ## the other tests: faults, live, real, environments
	@$(PYTEST) tests/faults tests/live tests/real tests/environments

test-all: test test-rest ## all tests; campaigns are not tests: see tests/campaigns/README.md

docs: $(VENV)/.ready ## write the generated pages of docs/use; for a published warehouse also dbt's documentation
	@$(BIN)/python -m orchestration docs --dictionary docs/use/dictionary.md --sources docs/use/data_sources.md
	@if test -e "$$TIDEMARK_HOME/tidemark.duckdb"; then $(BIN)/python -m orchestration docs --models; fi

tables: $(VENV)/.ready ## write what follows from the descriptions of tables and publishers
	@$(BIN)/python -m orchestration.warehouse.dbt_sources

guard: $(VENV)/.ready-dev ## the mutation campaign on the real files (an hour and a half); writes docs/measured/guard.md
	@$(BIN)/python -m tests.campaigns.guard --page docs/measured/guard.md

fuzz: $(VENV)/.ready-dev ## random and broken documents for all parsers, then thorough property tests (half an hour; FUZZ_INPUTS, FUZZ_SEED)
	@$(BIN)/python -m tests.campaigns.parsers
	@$(PYTEST) tests/unit --hypothesis-profile thorough

stress: $(VENV)/.ready-dev ## the stress index against its acceptance list, on TIDEMARK_SOURCE; writes docs/measured/stress_validation.md
	@$(BIN)/python -m orchestration load
	@$(BIN)/python -m tests.campaigns.stress --warehouse $(TIDEMARK_HOME)/tidemark.duckdb --page docs/measured/stress_validation.md

faults: $(VENV)/.ready-dev ## 50 kills, 200 publishes under readers, disks that fill up (about 40 minutes)
	@$(PYTEST) tests/faults --kills 50 --kills-in-a-row 1 --publishes 200 --fills 12 --builds 20

bench: $(VENV)/.ready-dev ## compare with stock dbt and stock Dagster (half an hour); writes docs/measured/benchmarks.md
	@$(BIN)/python -m tests.campaigns.bench --page docs/measured/benchmarks.md

parity: $(VENV)/.ready-dev $(VENV)-spark/.ready ## all marts on Spark as on DuckDB, cell by cell (needs Java 17)
	@$(PYTEST) tests/campaigns/parity --workers $(CLUSTER)

lint: lint-python lint-sql ## ruff, mypy, sqlfluff

lint-python: $(VENV)/.ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lint-sql: $(VENV)/.ready-dev
	@cd dbt_project && $(CURDIR)/$(BIN)/sqlfluff lint --disable-progress-bar models tests
	@cd expectations && $(CURDIR)/$(BIN)/sqlfluff lint --disable-progress-bar .

format: $(VENV)/.ready-dev ## let ruff and sqlfluff format
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@cd dbt_project && $(CURDIR)/$(BIN)/sqlfluff fix --disable-progress-bar models tests
	@cd expectations && $(CURDIR)/$(BIN)/sqlfluff fix --disable-progress-bar .

sample: $(VENV)/.ready ## generate the embedded sample
	@$(BIN)/python -m orchestration.sample.generate --out orchestration/sample/files

site: $(VENV)/.ready-dev ## the documentation as a web site, into build/site
	@rm -rf build/site  # not `--clean`: that would remove .cache, where the tests keep the loaded sample
	@$(BIN)/zensical build --strict --config-file mkdocs.yml
	@echo build/site/index.html

wheel: $(VENV)/.ready ## a wheel that installs with pip, into build/dist
	@$(BIN)/hatchling build --target wheel --directory build/dist

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --no-strip-extras --quiet
LOCK := $(COMPILE) pyproject.toml
OTHER_ENVIRONMENTS := duckdb-1.4 duckdb-2.0 httpfs notebook s3

lock: ## update the pinned versions in requirements/ (needs uv)
	@$(LOCK) --extra pipeline --group dev -o requirements/dev.lock
	@$(LOCK) --extra pipeline --group build -c requirements/dev.lock -o requirements/runtime.lock
	@$(LOCK) --extra pipeline --extra spark -c requirements/dev.lock -o requirements/spark.lock
	@for name in $(OTHER_ENVIRONMENTS); do \
		$(COMPILE) --group $$name $$(test $$name = s3 && echo "-c requirements/dev.lock") \
			-o tests/environments/requirements-$$name.txt || exit 1; done

clean: ## remove everything that can be rebuilt; the warehouse stays
	@rm -rf $(VENV) $(VENV)-spark $(OTHER_ENVIRONMENTS:%=$(VENV)-%) build dbt_project/target dbt_project/logs .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Bytecode is compiled at install: imports cost half.
$(VENV)/.ready: requirements/runtime.lock
	@if test -x $(BIN)/python && ! $(BIN)/python -c '$(CHECK_PYTHON)' 2>/dev/null; then rm -r $(VENV); fi
	@test -x $(BIN)/python || $(PYTHON) -c '$(CHECK_PYTHON)' 2>/dev/null || { echo "Tidemark needs Python 3.11, 3.12 or 3.13;" \
		"$(PYTHON) is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "Could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing the pinned environment into $(VENV) (once; some minutes) ..."
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/runtime.lock
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements/dev.lock $(VENV)/.ready
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

# A separate environment: Great Expectations imports pyspark in every load where it is installed.
$(VENV)-spark/.ready: requirements/spark.lock
	@test -x $(VENV)-spark/bin/python || $(PYTHON) -m venv $(VENV)-spark
	@$(VENV)-spark/bin/pip install -qq --disable-pip-version-check --require-hashes -r requirements/spark.lock
	@touch $@
