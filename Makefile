# `make demo` and `make test` are all that a newcomer needs: python3 ≥ 3.11, make and git.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEMO := .demo
# Of the tests, for two processors: one that waits leaves its own to another.
WORKERS ?= 4
RUNS ?= 20
KILLS ?= 3
SEED ?= 1

# What one process compiles the next ones read: there are thousands.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint bench chaos chaos-share clean

demo: $(READY)
	@$(BIN)/python scripts/demo.py $(DEMO)

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m tests.bench

# A seeded share of the chaos below, as .ci/run takes it.
chaos-share: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m chaos tests/chaos tests/unit/assistant/offline $(ARGS)

chaos: $(READY)
	$(BIN)/python -m tests.chaos --runs $(RUNS) --kills $(KILLS) --seed $(SEED)

clean:
	rm -rf .venv $(DEMO) build dist

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
