# Every target sets up what it needs first; nothing has to be installed or activated by hand.
#
#   PYTHON=python3.12 make test     another Python (3.11 to 3.13) than the first one found
#   WORKERS=4 make test             more processes than the two that a small machine has
#   ARGS='-k chase -x' make test    more words for pytest, or for the demo

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test check format bench lock clean

WORKERS ?= 2
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready
# The folders of Python that are there.
CODE := $(wildcard mailbridge tests benchmarks)

# Uncompiled libraries would be compiled again at each start, for seconds.
unexport PYTHONDONTWRITEBYTECODE
# Another checkout's or another Python's modules are not ours.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## five weeks of a made-up MP's office, lived through in under two minutes
	@$(BIN)/mailbridge demo demo-office $(ARGS)

test: $(READY) ## all tests
	@tools/test-servers
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: $(READY) ## style, types, import contracts, doctests, documents and rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/pytest -n 0 --doctest-modules mailbridge $(wildcard tests/test_docs.py tests/test_rules.py)

format: $(READY) ## put the code into shape, and mend what can be mended by itself
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(READY) ## measure, beside what others do
	@for benchmark in $(wildcard benchmarks/[a-z]*.py); do echo "== $$benchmark"; $(BIN)/python "$$benchmark" $(ARGS); done

# Universal: one file for every Python and platform that pyproject.toml allows. Versions already in
# it are kept where they still fit; `make lock ARGS=--upgrade` takes the newest.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
lock: $(READY) ## resolve pyproject.toml anew into requirements.txt
	$(BIN)/$(LOCK) $(ARGS) --group dev pyproject.toml --output-file requirements.txt
	echo uv | $(BIN)/$(LOCK) $(ARGS) - --output-file requirements-uv.txt

clean: ## remove everything that was made
	rm -rf .venv dist build demo-office .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find mailbridge tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): tools/make-venv requirements.txt requirements-uv.txt pyproject.toml
	@tools/make-venv
	@touch $@
