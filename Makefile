# `make help` lists the targets.  Everything is installed into .venv; nothing else is touched.

PYTHON ?= python3
BIN := .venv/bin
PROCESSES ?= $(shell nproc)
# One thread per process: on few cores more threads make search slower, not faster.
export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.venv/installed: pyproject.toml scripts/setup.sh constraints.txt
	@PYTHON=$(PYTHON) sh scripts/setup.sh
	@touch $@

.PHONY: setup
setup: .venv/installed ## install everything into .venv (first time about 2 GB on disk)

.PHONY: demo
demo: setup ## run the main job on examples/ in a throw-away data folder
	@$(BIN)/kb demo

.PHONY: serve
serve: setup ## pages, API and worker on http://127.0.0.1:8000, with the examples
	@KB_DEMO=true $(BIN)/kb serve

.PHONY: test
test: setup ## all tests, on SQLite and on a PostgreSQL that they start
	@$(BIN)/python -m pytest -m "not live" -n logical --maxprocesses 4 --dist loadfile

.PHONY: live
live: setup ## tests against real ticket systems on loopback; scripts/live.sh installs them
	@$(BIN)/python -m pytest -m "live and not more"

.PHONY: live-more
live-more: setup ## tests against those that CI leaves out; scripts/live.sh install-more installs them
	@$(BIN)/python -m pytest -m "live and more"

.PHONY: isolation
isolation: setup ## 300 generated pairs of databases of each kind: hidden documents change no byte
	@seq $(PROCESSES) | KB_TEST_CASES=$$((300 / $(PROCESSES) + 1)) xargs -P $(PROCESSES) -I SEED \
		$(BIN)/python -m pytest -q tests/isolation -k "hidden_documents or property" \
		--hypothesis-profile=thorough --hypothesis-seed=SEED --timeout=7200
	@$(BIN)/python -m pytest tests/isolation -k "not hidden_documents and not property"

.PHONY: check
check: setup ## what a machine can judge: format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: audit
audit: setup ## known weaknesses of what is installed, as far as the registry tells
	@$(BIN)/python scripts/audit.py

.PHONY: format
format: setup ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: screenshots
screenshots: setup ## pictures of the pages, into docs/screenshots/; needs a Chromium
	@KB_TEST_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/browser/test_screenshots.py

.PHONY: translations
translations: setup ## bring the catalogues up to the texts of the pages, and list what is missing
	@sh scripts/translations.sh

.PHONY: client
client: setup ## generate the typed client in client/ anew from the OpenAPI document
	@sh scripts/client.sh

.PHONY: clean
clean: ## remove what was installed and built
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
