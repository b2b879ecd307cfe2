# Two words matter: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
# The model workers' torch. For a GPU, name PyTorch's index for your CUDA:
#   make run TORCH="torch==2.13.0 --index-url <the index for your CUDA>"
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest --durations=10
TEMPLATES = $(shell find templates -name '*.html')

.DEFAULT_GOAL := help
.PHONY: help run setup format check check-fast test test-sqlite test-postgres test-js \
	test-gpu journeys faults bench lock messages base dev browser

help:  ## List these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: base  ## Start Tandem; PORT (8000) and TANDEM_HOME (var) may be set
	@$(BIN)/python manage.py run

setup: dev  ## Everything for working on Tandem, and a git hook that checks
	@printf '#!/bin/sh\nexec make check-fast\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"
	@echo "Ready. Each commit now runs 'make check-fast' first."

format: dev  ## Rewrite Python, templates, CSS and JavaScript in the house style
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/djade $(TEMPLATES)
	$(BIN)/djangofmt $(TEMPLATES)
	$(BIN)/biome check --write static

check-fast: dev  ## What takes seconds: format, lint, imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	@$(BIN)/djade --check $(TEMPLATES)
	@$(BIN)/djangofmt --check $(TEMPLATES)
	$(BIN)/biome check static

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

test-postgres: dev  ## What touches the database, once more on PostgreSQL
	DATABASE_URL=embedded-postgres $(PYTEST) tests/webapp tests/inference/worker

test-js:  ## The browser's modules, where Node is there
	@if command -v node >/dev/null; then node --test tests/js/*.test.js; \
	else echo "SKIPPED: the JavaScript tests, because Node is not installed"; fi

test-gpu: dev  ## The tests that need a CUDA device
	$(PYTEST) -m gpu tests

journeys: dev browser  ## Only the journeys of a real browser
	$(PYTEST) tests/journeys

faults: dev  ## Only the tests that kill processes
	$(PYTEST) tests/faults

bench: dev  ## Measure; docs/performance.md says what
	$(BIN)/python -m tests.bench.start
	$(BIN)/python -m tests.bench.engine

lock: dev  ## Pin all dependencies again, with hashes
	cd requirements && UV_CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/uv pip compile \
		--quiet --upgrade --generate-hashes --python-version 3.11 base.in -o base.txt
	cd requirements && UV_CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/uv pip compile \
		--quiet --upgrade --generate-hashes --python-version 3.11 -c base.txt dev.in -o dev.txt

MAKEMESSAGES = $(BIN)/python manage.py makemessages -l zh_Hans --no-obsolete --add-location file \
	-i .venv -i var -i tests -i docs -i staticfiles -i node_modules

messages: dev  ## Collect the words for translators and compile them (needs gettext)
	$(MAKEMESSAGES) -e html,txt,py
	$(MAKEMESSAGES) -d djangojs
	$(BIN)/python manage.py compilemessages -i .venv

# Installed again only when what is to be installed changed: the key is kept beside it.
define install
	@key="$$(echo '$(TORCH)' | cat - $(1) | cksum)"; \
	if [ "$$key" != "$$(cat $(VENV)/$(notdir $(1)).key 2>/dev/null)" ]; then \
		echo "Installing $(1) and $(TORCH)" && \
		$(BIN)/python -m pip install --quiet --require-hashes -r $(1) && \
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
