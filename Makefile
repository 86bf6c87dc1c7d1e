# Everything a person or a CI machine runs; `make` lists it.
#
# It needs Python 3.11 or newer and make, and a network the first time only:
# one environment, .venv, at the versions of constraints.txt, serves every target.

PYTHON ?= python3
JOBS ?= 2
COVERAGE ?= 95

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --constraint constraints.txt
# Named after this directory, so that a tree that was moved or copied mends its environment.
READY := $(VENV)/.ready-$(shell pwd | cksum | cut -d ' ' -f 1)

ifeq ($(origin RULEBOOK_CHROMIUM), undefined)
RULEBOOK_CHROMIUM := $(shell command -v chromium || command -v chromium-browser \
	|| command -v google-chrome || command -v google-chrome-stable)
endif
export RULEBOOK_CHROMIUM

export OPENBLAS_NUM_THREADS := 1
export MPLBACKEND := Agg
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SPHINX := $(PY) -m sphinx -n -W --keep-going -j 3 -b html

.DEFAULT_GOAL := help
.PHONY: help env site test compat check lint coverage bench clean

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

env: $(READY) ## Create or update the pinned environment in .venv

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: Rulebook needs Python 3.11 or newer; $(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; \
	  echo "       name another one with  make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "==> environment: .venv, at the versions of constraints.txt (a minute or two, once)"
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo "error: $(PYTHON) could not make an environment (Debian and Ubuntu: install python3-venv)" >&2; \
	  exit 1; }
	@$(PIP) hatchling editables
	@$(PIP) --no-build-isolation --editable '.[dev]'
	@rm -f $(VENV)/.ready-* && touch $@

site: check ## Check every rule, then build the site into build/html
	@echo "==> site: warnings are errors"
	@$(SPHINX) -d build/doctrees docs build/html
	@echo "==> done: open build/html/index.html in a browser (no server needed)"

test: $(READY) ## Run every test and doctest, with coverage; browser tests where a Chromium is found
ifneq (,$(RULEBOOK_CHROMIUM))
	@echo "==> browser tests: they run, in $(RULEBOOK_CHROMIUM)"
else ifneq (,$(filter-out 0,$(RULEBOOK_REQUIRE_BROWSER)))
	@echo "error: RULEBOOK_REQUIRE_BROWSER is set and no Chromium was found" >&2; exit 1
else
	@echo "==> browser tests: THEY ARE NOT RUN, no Chromium was found (RULEBOOK_CHROMIUM=... names one)"
endif
	@$(PY) -m pytest -q -n $(JOBS) --dist loadgroup --doctest-modules \
	  --cov --cov-report=term --cov-fail-under=$(COVERAGE) \
	  $(if $(RULEBOOK_CHROMIUM),,-m 'not browser') tests src

compat: $(READY) ## Check the rules and run a smoke suite on each Python found, old and new NumPy
	@$(PY) tests/compat.py

check: $(READY) ## Check every rule of the book
	@echo "==> rules: every one is checked"
	@$(VENV)/bin/rulebook check --all

lint: $(READY) ## Lint, formatting, types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

coverage: test ## Run the tests, then write the lines they miss into build/coverage
	@$(PY) -m coverage html --quiet
	@echo "==> done: open build/coverage/index.html in a browser"

bench: $(READY) ## Time the import, the checks, a guest, and the site cold and warm, as ratios
	@$(PY) benchmarks/importtime.py
	@echo
	@$(PY) benchmarks/checks.py
	@echo
	@$(PY) benchmarks/guest.py
	@echo
	@$(PY) benchmarks/site.py

clean: ## Remove what was built; the environment stays (rm -r .venv removes it)
	@rm -rf build dist docs/rules docs/jupyter_execute
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	@find src tests docs -name __pycache__ -type d -prune -exec rm -rf {} +
