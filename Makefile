# The menu. Each line that begins with a name can be asked for: `make run`, `make test`, …
# Everything is installed into .venv beside this file; a second call installs nothing unless pyproject.toml has changed.

VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
# Any Python from 3.11 on will do: PYTHON=/path/to/python3 make run
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && exit; done)

.DEFAULT_GOAL := help
.PHONY: help run test lint bench fuzz mutants clean

help:
	@echo 'make run     watch: the daemon on this home, with its page (ARGS="--port 9000" adds options)'
	@echo 'make test    every test (ARGS="-k period" picks some)'
	@echo 'make lint    form, types, architecture'
	@echo 'make bench   the figures of docs/performance.md, measured here'
	@echo 'make fuzz    hostile documents against the parsers for a minute (ARGS="--seconds 600" for longer)'
	@echo 'make mutants small mistakes in rules and delivery, and whether the tests notice each'
	@echo 'make clean   remove what was installed and what tools have left behind'

# Ctrl-C (130) is how it ends, and nothing that make should complain of.
run: $(VENV)/.installed
	@exec $(BIN)/python -c 'import sys; from tracker.cli.failing import run; \
	code = run(["--home", ".", "run", *sys.argv[1:]]); sys.exit(0 if code == 130 else code)' $(ARGS)

# One process per core, and every test of a file in the same one, because the tests of a file share what is slow to make.
test: $(VENV)/.installed-dev
	$(PYTEST) -n 2 --dist loadfile $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.run $(ARGS)

fuzz: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.collectors.fuzzing $(ARGS)

mutants: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.mutants $(ARGS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find tracker tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@npm install --silent --no-audit --no-fund --prefix $(VENV)/editor yaml-language-server@1 >/dev/null 2>&1 \
		|| echo 'no yaml-language-server (it needs npm and a network): the tests of the editor are skipped'
	@touch $@ $(VENV)/.installed

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo 'tracker needs Python 3.11 or newer, and there is none on this PATH. Install one, or name it: PYTHON=/path/to/python3 make run' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "tracker needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' || { echo '$(PYTHON) cannot make virtual environments; on Debian and Ubuntu the package python3-venv is missing' >&2; exit 1; }
	@echo 'installing into $(VENV), once…'
	"$(PYTHON)" -m venv --clear $(VENV)
