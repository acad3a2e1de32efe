# Kho Số. `make demo` and `make test` set up what they need by themselves; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-server services services-stop lint fix bench lock setup
SHELL := /bin/bash
RUN := .venv/bin/python -m
export OMP_THREAD_LIMIT = 1

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## from the scans of three communes to searchable, countable records (the site stays in ./var)
	$(RUN) samples.demo

serve: setup ## the HTTP API on 127.0.0.1:8000 with workers that read; makes the site in ./var if it is missing
	@.venv/bin/khoso init && exec .venv/bin/khoso serve

test: lint ## lint, types, import rules, then all tests: quick ones side by side, slow ones last and alone
	$(RUN) pytest -n 2 -m "not slow"
	$(RUN) pytest -m slow

test-server: setup ## the tests of every backend, the journeys and the kill tests against the server engines
	@set -e; variables=$$(bash deploy/services.sh start); eval "$$variables"; \
	for name in POSTGRESQL_URL REDIS_URL RABBITMQ_URL S3_URL ELASTICSEARCH_URL OIDC_ISSUER; do \
		name=KHOSO_TEST_$$name; : "$${!name:?is missing: see deploy/services.sh}"; \
	done; \
	$(RUN) pytest -n 2 -m "not slow and not engineless" tests/contracts tests/warehouse tests/ingest tests/search tests/api tests/journeys; \
	$(RUN) pytest -m "slow and not engineless" tests/contracts tests/warehouse tests/ingest tests/search tests/api tests/journeys; \
	echo "Tested against:"; bash deploy/services.sh status

services: setup ## start the server engines on 127.0.0.1, for development and tests
	@bash deploy/services.sh start

services-stop: ## end what `make services` started
	@bash deploy/services.sh stop

lint: setup ## style, types, import rules
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	.venv/bin/lint-imports

fix: setup ## repair what the formatter and the linter can repair
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

bench: setup ## measure again: tables on the screen, JSON in bench/out
	@set -e; for file in bench/[a-z]*.py; do $(RUN) bench.$$(basename $$file .py); done

lock: ## renew requirements.lock: exact versions with hashes for Python 3.11 to 3.13
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; python3 -m venv "$$folder"; \
	"$$folder/bin/pip" install --quiet uv; \
	"$$folder/bin/uv" pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-annotate --no-header --quiet --output-file requirements.lock

setup: ## system packages, .venv, locked packages; quick when nothing changed
	@bash deploy/setup.sh
