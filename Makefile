# Two words matter: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
# The model workers' torch. For a GPU, name PyTorch's index for your CUDA:
#   make run TORCH="torch==2.13.0 --index-url <the index for your CUDA>"
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest --durations=10
TEMPLATES = $(shell find templates -name '*.html')
NATIVE = $(wildcard inference/models/native/program/*.[ch])

.DEFAULT_GOAL := help
.PHONY: help run setup format check check-fast test test-sqlite test-postgres test-js \
	test-gpu journeys faults crowd evaluate bench bench-quick bench-peers lock messages base dev browser

help:  ## List these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: base  ## Start Tandem; PORT (8000) and TANDEM_HOME (var) may be set
	@$(BIN)/python manage.py run

setup: dev  ## Everything for working on Tandem, and a git hook that checks
	@printf '#!/bin/sh\nexec make check-fast\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"
	@echo "Ready. Each commit now runs 'make check-fast' first."

format: dev  ## Rewrite Python, templates, CSS, JavaScript and C in the house style
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/djade $(TEMPLATES)
	$(BIN)/djangofmt $(TEMPLATES)
	$(BIN)/biome check --write static
	$(BIN)/clang-format -i $(NATIVE)

check-fast: dev  ## What takes seconds: format, lint, imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	@$(BIN)/djade --check $(TEMPLATES)
	@$(BIN)/djangofmt --check $(TEMPLATES)
	$(BIN)/biome check static
	$(BIN)/clang-format --dry-run --Werror $(NATIVE)

# A deployment's settings, so that the check looks at what will be deployed.
check: export TANDEM_HOME = var/check
check: check-fast  ## All but the tests: also types, settings, migrations
	$(BIN)/mypy
	TANDEM_PRODUCTION=1 TANDEM_PUBLIC_URL=https://tandem.example \
		SECRET_KEY=only-for-this-check-$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(32))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

test: test-sqlite test-postgres test-js  ## All tests, on SQLite and on PostgreSQL

test-sqlite: dev browser
	$(PYTEST) tests

# These parts of the workspace know no database.
NO_DATABASE = $(addprefix --ignore=tests/webapp/workspace/,formats segmentation placeholders checks)

test-postgres: dev  ## What touches the database, once more on PostgreSQL
	DATABASE_URL=embedded-postgres $(PYTEST) tests/webapp tests/inference/worker $(NO_DATABASE)

test-js:  ## The browser's modules, where Node is there
	@if command -v node >/dev/null; then node --test tests/js/*.test.js; \
	else echo "SKIPPED: the JavaScript tests, because Node is not installed"; fi

test-gpu: dev  ## The tests that need a CUDA device
	$(PYTEST) -m gpu tests

journeys: dev browser  ## Only the journeys of a real browser
	$(PYTEST) tests/journeys

faults: dev  ## Only the tests that kill processes
	$(PYTEST) tests/faults

crowd: dev  ## 20 simulated translators for 5 minutes: is an edit lost, a segment given out twice?
	$(BIN)/python -m tests.load.editors

bench: bench-peers  ## Measure beside the peers, about 30 minutes; docs/performance.md says what
	$(BIN)/python -m tests.bench

bench-quick: bench-peers  ## A few rows of it in 2 minutes
	$(BIN)/python -m tests.bench --quick

# For example: make evaluate DATA=../parallel MODELS="models/translate /srv/models/t5"
MODELS ?= models/translate
BEAMS ?= 1
evaluate: dev  ## Score the translation models in MODELS on the held-out sets in DATA
	$(BIN)/python -m inference.training.evaluate $(MODELS) --data $(DATA) --beams $(BEAMS)

# Built from source where there is no wheel. Without them the bench goes on, and says so.
bench-peers: dev  ## Install what `make bench` compares with
	@$(BIN)/python -c 'import llama_cpp, ctranslate2' 2>/dev/null || { \
		echo "Installing the bench's peers; llama.cpp is built, which takes some minutes" && \
		$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/bench.txt || \
		echo "The peers cannot be installed here; what needs them is left out"; }

lock: dev  ## Pin all dependencies again, with hashes
	cd requirements && UV_CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/uv pip compile \
		--quiet --upgrade --generate-hashes --override overrides.txt --python-version 3.11 base.in -o base.txt
	cd requirements && UV_CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/uv pip compile \
		--quiet --upgrade --generate-hashes --override overrides.txt --python-version 3.11 -c base.txt dev.in -o dev.txt
	cd requirements && UV_CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/uv pip compile \
		--quiet --upgrade --generate-hashes --override overrides.txt --python-version 3.11 -c dev.txt bench.in -o bench.txt

MAKEMESSAGES = $(BIN)/python manage.py makemessages -l zh_Hans --no-obsolete --add-location file \
	-i .venv -i var -i tests -i docs -i staticfiles -i node_modules

messages: dev  ## Collect the words for translators and compile them (needs gettext)
	$(MAKEMESSAGES) -e html,txt,py
	$(MAKEMESSAGES) -d djangojs
	$(BIN)/python manage.py compilemessages -i .venv

# The lock names every package but torch, so pip has nothing to resolve (--no-deps).
# Installed again only when what is to be installed changed: the key is kept beside it.
define install
	@key="$$(echo '$(TORCH)' | cat - $(1) | cksum)"; \
	if [ "$$key" != "$$(cat $(VENV)/$(notdir $(1)).key 2>/dev/null)" ]; then \
		echo "Installing $(1) and $(TORCH)" && \
		$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(1) && \
		$(BIN)/python -m pip install --quiet $(TORCH) && \
		echo "$$key" > $(VENV)/$(notdir $(1)).key; \
	fi
endef

base: $(BIN)/python
	$(call install,requirements/base.txt)

dev: $(BIN)/python
	$(call install,requirements/dev.txt)

browser: dev
	@$(BIN)/python -m tests.browser

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tandem needs Python 3.11 or newer: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python cannot make virtual environments. On Debian: apt install python3-venv"; exit 1; }
