# `make` alone prints what there is. PYTHON names another Python 3.11 or newer.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test check simulate mutate drill

help: ## Print these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: ## Install, then run everything with a seeded sandbox (PORT=8000 SANDBOX_PORT=8001)
	@$(launcher) run

test: ## Install, then run the tests on SQLite or DATABASE_URL (ARGS="-k close -x")
	@$(launcher) test $(ARGS)

check: ## Run everything a change must pass: lint, types, imports, templates, migrations, tests
	@$(launcher) check $(ARGS)

simulate: ## Look for a counterexample on a virtual clock (SEEDS=500, ARGS="--show 7")
	@$(launcher) simulate $(if $(SEEDS),--seeds $(SEEDS)) $(ARGS)

mutate: ## Seed deliberate defects, one at a time, and tell what catches each (ARGS="--only key")
	@$(launcher) mutate $(ARGS)

drill: ## Kill, freeze and restart real processes at every boundary (QUICK=1, ARGS="--only NAME")
	@$(launcher) drill $(if $(QUICK),--quick) $(ARGS)

define launcher
command -v $(PYTHON) >/dev/null 2>&1 || { \
	echo "Python 3.11 or newer is needed and '$(PYTHON)' was not found. Install it, or name it: make run PYTHON=/path/to/python3.11" >&2; \
	exit 2; }; \
exec $(PYTHON) -m launcher
endef
