# `make` lists the targets. Each sets up what it needs first.

SHELL := /bin/bash
.DEFAULT_GOAL := help
# The tools of `make setup` first; python3.13 among them is what the layers are compiled with.
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/.venv/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0

STEP := @dev/step.sh
# `make test PYTEST="-k sweep"` adds to each of its pytest runs.
PYTEST ?=

.PHONY: help setup tools run test coverage check build deploy bench screens render clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv and the tools; quick when nothing changed
	@dev/setup.sh --browser

tools:
	@dev/setup.sh

run: tools ## Start the local cloud, the demo shop and the WhatsApp simulator; Ctrl-C ends it
	@exec .venv/bin/python -m dev.run

test: setup ## Run all tests: the fast ones in parallel, then those on the local cloud
	@dev/test.sh $(PYTEST)

coverage: tools ## Run the fast tests and list the lines and branches that none of them reaches
	@.venv/bin/pytest -q -n 2 -m "not build and not e2e and not browser" --cov --cov-report=term

check: tools ## Check style, types, rendered files, the lock file and the template
	@dev/check.sh

build: tools ## Build for AWS (arm64 unless LAMBDA_TARGET=x86_64) into .aws-sam/build
	$(STEP) "sam build" sam build

deploy: build ## Deploy to AWS; asks for the stack's name, region and parameters
	@.tools/bin/sam deploy --guided

bench: tools ## Measure against the budgets of bench/
	@PYTHONPATH=layers/core exec .venv/bin/python -m bench

screens: setup ## Take the pictures in docs/screens anew
	@PYTHONPATH=layers/core exec .venv/bin/python -m dev.screens

render: tools ## Write what is made from other files: state machine, its docs, vendor requirements
	$(STEP) "state machine and its documents" python -m statemachine.render
	$(STEP) "vendor requirements" dev/vendor.sh

clean: ## Remove what was built and every cache, but neither .venv nor the local cloud's data
	@rm -rf .aws-sam .local/test-build .local/test-reports .mypy_cache .pytest_cache .ruff_cache .hypothesis .tools/cache htmlcov
	@find . -name __pycache__ -not -path './.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +
