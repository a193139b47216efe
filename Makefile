# Needs Python 3.11 or newer, git and make. Everything else goes into .venv.

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
# Builds of packages are constrained too: by the first name in old pips, by the second in new.
PIP := PIP_CONSTRAINT=$(LOCK) PIP_BUILD_CONSTRAINT=$(LOCK) \
	$(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
RUNTIME := $(VENV)/.installed
TOOLS := $(VENV)/.installed-dev
EXTRAS := $(VENV)/.installed-extras
OPENENV := build/venvs/openenv
BROWSER := build/venvs/browser
MUTMUT := $(VENV)/.installed-mutation
ATHERIS := $(VENV)/.installed-fuzz
SPHINX := $(VENV)/.installed-docs
UV := $(VENV)/.installed-lock

# Choose another interpreter with `make PYTHON=python3.12 …`.
PYTHON ?=
# Choose tests with `make test PYTEST_ARGS="-k holds"`.
PYTEST_ARGS ?= -n auto --dist loadgroup
# The sources are the reference: what is compiled is tested by `make test-fast` alone.
PYTEST := TTGYM_PURE=1 $(BIN)/python -m pytest
# Choose what `make check` compares with: `make check SINCE=origin/main`.
SINCE ?= HEAD
# Take two minutes instead of twenty with `make test-lowest SHORT=1`.
SHORT ?=
# Choose trainers with `make test-trainers TRAINERS="sb3 torchrl"`.
TRAINERS ?=
# Measure all fast tests, not only unit tests, with `make coverage COVERED=tests`.
COVERED ?= tests/unit
# Choose modules with `make mutation ONLY="market/ledger.py market/holds.py"`.
ONLY ?=
# Test more or less of what is compiled with `make test-fast COMPILED_TESTS=tests/golden`.
COMPILED_TESTS ?= tests/golden tests/market tests/envs tests/replay tests/properties \
	tests/machines tests/contracts tests/dst tests/rollout tests/unit tests/compiled

# Renew all pins, not only those that must change, with `make lock UPGRADE=1`.
UPGRADE ?=
# Choose how long each target is fuzzed with `make fuzz SECONDS=600`.
SECONDS ?= 60

# Bytecode is kept even where the environment forbids it: tests start hundreds of processes,
# and each would compile all modules again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo check test test-long test-fast test-extras test-openenv test-browser \
	test-trainers \
	test-model test-lowest coverage lint types public-types fmt docs bench golden mutation fuzz \
	lock build fast slow wheel-fast clean

help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## install into .venv and show the market at work
	@$(BIN)/ttgym demo

check: lint types ## all checks, and the tests of what changed since a commit
	$(PYTEST) $(PYTEST_ARGS) $$($(BIN)/python -m tests.changed --since $(SINCE))

test: lint types ## all checks and all tests
	$(PYTEST) -m "not long" $(PYTEST_ARGS)

test-long: $(TOOLS) ## the tests that make test leaves out, because they take long
	$(PYTEST) -m long $(PYTEST_ARGS)

test-fast: fast ## tests of the market, compiled
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not extras and not long" -- $(COMPILED_TESTS)

test-extras: $(EXTRAS) ## tests against libraries that extras install
	$(PYTEST) -m extras tests/extras tests/docs

test-openenv: $(OPENENV)/.installed ## tests of the OpenEnv server, in an environment of its own
	TTGYM_PURE=1 $(OPENENV)/bin/python -m pytest -m extras tests/extras/test_openenv.py \
		tests/docs/test_documents.py

test-browser: $(BROWSER)/.installed ## pages in a real browser; it needs chromium and chromedriver
	TTGYM_PURE=1 $(BROWSER)/bin/python -m pytest -m browser -rs tests/report

test-trainers: $(BIN)/python ## trainers, each in an environment of its own, and what they learn
	$(BIN)/python -m tests.trainers $(TRAINERS)

test-model: $(BIN)/python ## a small model on the CPU, in an environment of its own (253 MB)
	$(BIN)/python -m tests.model

test-lowest: $(BIN)/python ## the lowest versions allowed, installed and tested
	$(BIN)/python -m tests.lowest $(if $(SHORT),--short)

coverage: $(TOOLS) ## what the fast tests run, the least covered files first
	$(PYTEST) $(PYTEST_ARGS) -m "not slow and not extras" --cov -- $(COVERED)

lint: $(TOOLS) ## style, formatting and who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(TOOLS) ## static types
	$(BIN)/mypy

public-types: $(TOOLS) ## what pyright says of the public names, and how many have a type
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m tests.completeness

fmt: $(TOOLS) ## repair style and formatting
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(SPHINX) ## the documentation as a site, in build/docs/; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -q -c docs -d build/doctrees . build/docs
	@echo "build/docs/index.html"

bench: $(RUNTIME) ## measure speed
	$(BIN)/python -m benchmarks

golden: $(TOOLS) ## record the golden journals again
	$(BIN)/python -m tests.golden.record

mutation: $(MUTMUT) ## break the core and see whether tests notice
	TTGYM_PURE=1 $(BIN)/python -m tests.mutation $(addprefix --only ,$(ONLY))

fuzz: $(ATHERIS) ## feed every door for strangers what nobody expects
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

lock: $(UV) ## pin what pyproject.toml asks for, for all Pythons and systems
	$(BIN)/python -m uv --quiet pip compile --universal --python-version 3.11 --all-extras \
		--no-header $(if $(UPGRADE),--upgrade) --output-file $(LOCK) pyproject.toml

build: $(TOOLS) ## sdist and wheel, in dist/
	$(BIN)/python -m build --no-isolation

fast: $(TOOLS) ## compile the hot modules, in place; it needs a C compiler
	TTGYM_PURE=1 $(BIN)/python -m compiler

slow: ## take compiled modules away
	rm -rf src/test_time_gym/compiled build/compiler

wheel-fast: $(TOOLS) ## a wheel with compiled modules, in dist/
	HATCH_BUILD_HOOK_ENABLE_CUSTOM=true $(BIN)/python -m build --no-isolation --wheel

clean: slow ## remove .venv, caches and build products
	rm -rf $(VENV) .venv-lowest build dist .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The validator of Agent Skills; nothing of ours needs it but a test.
VALIDATOR := skills-ref==0.1.1
# Drives a browser for tests of pages.
SELENIUM := selenium==4.51.0

# The stamps remember that the installation matches pyproject.toml and the lock.
# Where there is no interpreter, or its Python has been removed, all starts again.

ifneq ($(shell test -x $(BIN)/python && echo yes),yes)
.PHONY: $(BIN)/python
endif

$(BIN)/python:
	@found=; for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
			>/dev/null 2>&1; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Test-Time Gym needs Python 3.11 or newer;" \
			"$(or $(PYTHON),what is on the PATH) is not." >&2; \
		echo "Install one, or name one: make PYTHON=/path/to/python3.12 demo" >&2; \
		exit 1; \
	fi; \
	echo "Creating $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV) || { \
		rm -rf $(VENV); \
		echo "$$found cannot create a virtual environment;" \
			"Debian and Ubuntu keep that in the package python3-venv." >&2; \
		exit 1; \
	}

$(RUNTIME): pyproject.toml $(LOCK) $(BIN)/python
	@echo "Installing Test-Time Gym into $(VENV) (once)"
	@$(PIP) install --editable .
	@touch $@

$(TOOLS): pyproject.toml $(LOCK) $(BIN)/python
	@echo "Installing Test-Time Gym and its development tools into $(VENV) (once)"
	@$(PIP) install --editable '.[dev]'
	@touch $(RUNTIME) $@

$(EXTRAS): pyproject.toml $(LOCK) $(BIN)/python
	@echo "Installing Test-Time Gym with the libraries of its extras into $(VENV) (once)"
	@$(PIP) install --editable '.[dev,zstd,parquet,pandas,polars,minari,llm,mcp,docs]' $(VALIDATOR)
	@touch $(RUNTIME) $(TOOLS) $(SPHINX) $@

# Half a gigabyte that nothing else needs.
$(OPENENV)/.installed: pyproject.toml $(LOCK) $(BIN)/python
	@echo "Installing Test-Time Gym and OpenEnv into $(OPENENV) (once)"
	@$(BIN)/python -m venv --clear $(OPENENV)
	@PIP_CONSTRAINT=$(LOCK) PIP_BUILD_CONSTRAINT=$(LOCK) $(OPENENV)/bin/python -m pip \
		--disable-pip-version-check --quiet --quiet install --editable '.[test,openenv]'
	@touch $@

# It drives the browser that the system has; nothing else needs it.
$(BROWSER)/.installed: pyproject.toml $(LOCK) $(BIN)/python
	@echo "Installing Test-Time Gym and Selenium into $(BROWSER) (once)"
	@$(BIN)/python -m venv --clear $(BROWSER)
	@PIP_CONSTRAINT=$(LOCK) PIP_BUILD_CONSTRAINT=$(LOCK) $(BROWSER)/bin/python -m pip \
		--disable-pip-version-check --quiet --quiet install --editable '.[test]' $(SELENIUM)
	@touch $@

$(SPHINX): $(TOOLS)
	@echo "Installing Sphinx into $(VENV) (once)"
	@$(PIP) install --editable '.[dev,docs]'
	@touch $@

# Without the lock: this makes a new one.
$(UV): pyproject.toml $(BIN)/python
	@echo "Installing uv into $(VENV) (once)"
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --editable '.[lock]'
	@touch $@

$(MUTMUT): $(TOOLS)
	@echo "Installing mutmut into $(VENV) (once)"
	@$(PIP) install --editable '.[dev,mutation]'
	@touch $@

$(ATHERIS): $(TOOLS)
	@echo "Installing atheris into $(VENV) (once)"
	@$(PIP) install --editable '.[dev,fuzz]'
	@touch $@
