# The verbs of the project. Needs Python 3.11 or newer and make; everything else comes locked, into .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
CODE   := specs mock_server contract_tests tests benchmarks

URL    ?= http://127.0.0.1:4010
API    ?= jobhive
ARGS   ?=

.PHONY: help setup mock contract test check fix prove bench lock wheel clean

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY)  ## the environment, in .venv, from locked versions

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Understudy needs Python 3.11 or newer; $$($(PYTHON) --version) is what '$(PYTHON)' is. Try: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked versions into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

mock: $(READY)  ## the mock server on 127.0.0.1:4010 (ARGS="jobhive --port 5000" for more)
	@exec $(BIN)/mock-server $(ARGS)

contract: $(READY)  ## judge a target: make contract URL=http://127.0.0.1:4010 API=jobhive
	@$(BIN)/contract-tests run $(API) --url $(URL) $(ARGS)

test: $(READY)  ## the kit's own tests, with branch coverage
	@rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest -n auto $(ARGS)
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report

check: $(READY)  ## lint, format, types, and the specs
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/api-specs lint

fix: $(READY)  ## what ruff can mend by itself
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

prove: $(READY)  ## a liar for every claim: does the suite catch each one, and acquit the honest?
	$(BIN)/python -m tests.proof $(ARGS)

bench: $(READY)  ## speed, side by side with the bare limit and with peers
	$(BIN)/python -m benchmarks $(ARGS)

wheel: $(READY)  ## the wheel, in dist/
	@rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	@ls dist/*.whl

lock: ## lock the newest versions that pyproject.toml admits (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --upgrade --quiet -o requirements.lock

clean:  ## everything that was made
	rm -rf $(VENV) dist build .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis contract-report schemathesis-report
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
