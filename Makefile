# One word for each action. `make help` lists them; `.ci/run` calls `check` and `prove`.
# A fresh machine needs git, make and Python 3.11 or newer with venv: each target sets up what it needs, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --group install
FULLY_COVERED := bot/rules/*,bot/domain/*,bot/services/*

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run demo test check prove soak bench lock

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/.installed-run ## create .venv and install the program with its locked dependencies
	@echo "Permanence: ready. 'make demo' shows it without any account; 'make run' starts it with the settings of .env."

run: $(VENV)/.installed-run ## start Permanence with the settings of .env (see .env.example)
	@$(BIN)/permanence run

demo: $(VENV)/.installed-run ## the real program against local stand-ins, with two phones in your browser; no account needed
	@$(BIN)/permanence demo $(ARGS)

test: $(VENV)/.installed-dev ## the test suite; ARGS="tests/rules -v" reads as the contract
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: $(VENV)/.installed-dev ## what CI runs: format, lint, types, import layers, tests, coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --cov --cov-report= $(if $(CI),-p tools.no_skips)
	$(BIN)/coverage report --include='$(FULLY_COVERED)' --show-missing --skip-covered --fail-under=100

prove: $(VENV)/.installed-dev ## the full-size proofs and the mutation score of the rules; takes a while
	$(BIN)/python -m pytest -m prove $(if $(CI),-p tools.no_skips)
	$(BIN)/python -m tools.mutation

soak: $(VENV)/.installed-dev ## the long proofs at the size of the promises; takes an hour or so
	$(BIN)/python -m pytest -m soak $(ARGS)

bench: $(VENV)/.installed-bench ## the benchmarks; each prints a ratio measured side by side
	@for script in $$(grep -l __main__ bench/*.py); do \
		echo "Permanence: $$script"; $(BIN)/python -m "bench.$$(basename "$$script" .py)" || exit 1; \
	done

lock: ## resolve the dependencies again and rewrite the lock files (needs uv)
	@command -v uv >/dev/null || { echo "Permanence: 'make lock' needs uv on the PATH." >&2; exit 1; }
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock
	$(COMPILE) $(ARGS) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(COMPILE) $(ARGS) --group dev --group bench -c requirements-dev.lock pyproject.toml -o requirements-bench.lock

# A stamp stands for a finished installation: an interrupted one is done again, an unchanged lock file costs nothing.
$(VENV)/.installed-run: requirements.lock pyproject.toml tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh $(VENV) $< "the program"
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed-run
	@PYTHON="$(PYTHON)" sh tools/install.sh $(VENV) $< "the test tools"
	@touch $@

$(VENV)/.installed-bench: requirements-bench.lock $(VENV)/.installed-dev
	@PYTHON="$(PYTHON)" sh tools/install.sh $(VENV) $< "what the benchmarks compare with"
	@touch $@
