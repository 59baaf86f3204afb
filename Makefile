# The few commands a person needs. Everything is installed from the hashed lock files into .venv; which index it comes
# from is pip's own configuration on the machine.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
SHELL := /bin/bash -o pipefail
IMAGE ?= localhost/treasury-watch:dev
ENGINE ?= $(shell command -v podman || command -v docker)
DATA ?= ../shared/data
ARGS ?=
UV_COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run test quick lint format bench lock image bundle clean

help: ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

run: $(VENV)/.runtime ## Start the bot (the first time installs what it needs into .venv)
	$(PY) bot.py run $(ARGS)

test: $(VENV)/.dev standins ## The whole test suite; needs no network and no account once installed
	$(PY) -m pytest --numprocesses auto --dist worksteal --durations 15 $(ARGS)

quick: $(VENV)/.dev ## What runs in a minute: no slow test, no server, fewer random examples
	TREASURY_WATCH_TESTS=quick $(PY) -m pytest --numprocesses auto --dist worksteal -m "not slow and not server" $(ARGS)

lint: $(VENV)/.dev ## ruff, mypy --strict, hadolint
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	@if [ -x $(VENV)/bin/hadolint ]; then $(VENV)/bin/hadolint Dockerfile; \
	else echo "hadolint: no build for this platform, the Dockerfile was not looked at"; fi

format: $(VENV)/.dev ## Let ruff lay out the code
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.dev ## How long the things take that people wait for
	$(PY) -m bench $(ARGS)

lock: $(VENV)/.dev ## Resolve pyproject.toml anew into the three lock files
	$(UV_COMPILE) --upgrade --output-file requirements.lock pyproject.toml
	$(UV_COMPILE) --upgrade --constraint requirements.lock --group dev --output-file requirements-dev.lock pyproject.toml
	$(UV_COMPILE) --constraint requirements-dev.lock --group build --output-file requirements-build.lock

image: ## Build the container image with podman or docker
	@[ -n "$(ENGINE)" ] || { echo "make image needs podman or docker; neither is installed" >&2; exit 1; }
	$(ENGINE) build -t $(IMAGE) .

bundle: $(VENV)/.runtime ## Rebuild the bundled history from the publisher's files in $(DATA)
	$(PY) -m scripts.bundle_history $(DATA) $(ARGS)

clean: ## Remove what was installed and cached; state in var/ is kept
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Treasury Watch needs Python 3.11 or later; '$(PYTHON)' is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

# A line a package, so that a first install shows how far it is.
define install
@echo "Installing the packages of $(1) into $(VENV); the first time takes a minute or two"
@$(PIP) install --require-hashes -r $(1) | awk -v total=$$(grep -c == $(1)) \
  '/^(Collecting|Processing) /{sub(/.*\//, "", $$2); printf "  %d of %d: %s\n", ++n, total, $$2; fflush()} /^Installing collected/{print "  unpacking"; fflush()}'
endef

$(VENV)/.runtime: requirements.lock | $(PY)
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(PY)
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runtime

.PHONY: standins
standins: | $(VENV)/.dev
	@echo "Making sure that the local Slack and the editor's server are installed"
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" PYTHON="$(CURDIR)/$(PY)" bash tests/standins/install.sh || \
	  echo "the local Slack or the editor's server could not be installed; tests that need them are skipped and say so" >&2
