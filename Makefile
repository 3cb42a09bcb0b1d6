# `make` alone prints what there is. PYTHON names another Python 3.11 or newer.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test check simulate mutate drill bench screenshots fuzz dependencies lock

help: ## Print these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

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

bench: ## Measure every kind of work beside a baseline, on PostgreSQL (QUICK=1, ARGS="--only intake")
	@$(launcher) bench $(if $(QUICK),--quick) $(ARGS)

screenshots: ## Seed the demo and take the pictures of docs/guide.md anew (needs Chromium)
	@$(launcher) screenshots $(ARGS)

fuzz: ## Throw broken signatures and bodies at the intake, on SQLite or DATABASE_URL (CASES=100000)
	@$(launcher) fuzz $(or $(CASES),100000)

dependencies: ## Look up known vulnerabilities, and compare the locked hashes with the index
	@$(launcher) dependencies

lock: ## Write requirements.lock anew from requirements.txt, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" requirements.txt --output-file requirements.lock

define launcher
command -v $(PYTHON) >/dev/null 2>&1 || { \
	echo "Python 3.11 or newer is needed and '$(PYTHON)' was not found. Install it, or name it: make run PYTHON=/path/to/python3.11" >&2; \
	exit 2; }; \
exec $(PYTHON) -m launcher
endef
