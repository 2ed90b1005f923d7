# Herald, for its developers. `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.13 || echo python3)
UV_VERSION := 0.13.9
PIP_AUDIT_VERSION := 2.10.1
UV := .uv/bin/uv
# Where Python 3.13 is missing, uv fetches one.
export UV_PYTHON_DOWNLOADS ?= automatic
# Python keeps the bytecode of what it imports, also where the environment forbids it, as some images do: a
# gate starts hundreds of processes, and each of them would compile its libraries again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install wheel clients docs lock check check-types check-rules built test quick second-opinion faults soak run demo bench fuzz audit peers
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(UV):
	@echo "Installing uv"
	@$(PYTHON) -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.installed: pyproject.toml uv.lock | $(UV)
	@echo "Installing Herald"
	@$(UV) sync --quiet --locked
	@touch $@

# The local AWS and the SAM CLI: an environment for each, for their pins are not ours.
tools/%/.venv/.installed: tools/%/pyproject.toml tools/%/uv.lock | $(UV)
	@echo "Installing tools/$*"
	@$(UV) sync --quiet --locked --project tools/$*
	@touch $@

INSTALLED := .venv/.installed tools/ministack/.venv/.installed tools/sam/.venv/.installed
install: $(INSTALLED) ## Install everything a developer needs, in this folder

wheel: .venv/.installed ## Build the wheel, and try the command on Python 3.11 to 3.14
	@.venv/bin/python -m tools.wheel

clients: .venv/.installed ## Make the typed clients in clients/ from openapi.json (needs npx for TypeScript)
	@.venv/bin/python -m tools.clients

docs: .venv/.installed ## /docs and /docs/try in a browser, by axe-core (needs Chromium and npm)
	@.venv/bin/python -m tools.try_docs

lock: | $(UV) ## Lock the newest allowed versions, and make the layer's list from them
	$(UV) lock --upgrade
	$(UV) export --quiet --frozen --only-group lambda --no-emit-project --no-annotate \
	  --no-header --output-file layers/herald/requirements.txt

check: check-types check-rules ## Format, lint, types, the template in all regions, and its policies
check-types: $(INSTALLED)
	.venv/bin/mypy
check-rules: $(INSTALLED)
	.venv/bin/ruff format --check --quiet
	.venv/bin/ruff check --quiet
	tools/sam/.venv/bin/cfn-lint --regions ALL_REGIONS --template template.yaml
	tools/sam/.venv/bin/python -m tests.policies
# For the local stacks of the tests, which would wait for it all at once.
built: $(INSTALLED)
	.venv/bin/python -c "from tools.stack import build; build()"

test: ## Everything: `make check`, the unit tests, and a stack that is deployed and driven
	@$(MAKE) --no-print-directory --jobs 2 check-types check-rules built
	.venv/bin/pytest --numprocesses 3 --dist worksteal --ignore tests/stack
	.venv/bin/pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder tests/stack

quick: .venv/.installed ## Within half a minute: unit tests of the core on the simulated AWS, a few cases of those that are not slow
	@.venv/bin/pytest --quick --quiet -p no:schemathesis --numprocesses 2 --dist worksteal tests/unit $(addprefix --ignore ,$(wildcard tests/unit/*/))

second-opinion: .venv/.installed ## All unit tests on moto, and the rules of the store on dynalite, an emulator from npm
	@npm install --silent --no-save --prefix tools/dynalite dynalite@4.0.0
	@.venv/bin/pytest --quiet tests/second_opinion.py
	@.venv/bin/pytest --quiet --aws moto --numprocesses 2 --dist worksteal tests/unit

FAULT_SEEDS ?= 5000
faults: .venv/.installed ## Every crash point and FAULT_SEEDS random runs, on all cores; figures into docs/reliability.md
	@.venv/bin/python -m tests.journeys --mistakes
	@.venv/bin/python -m tests.journeys --seeds $(FAULT_SEEDS) --write docs/reliability.md

MINUTES ?= 5
CLIENTS ?= 20
soak: $(INSTALLED) ## CLIENTS clients for MINUTES minutes, functions killed meanwhile; figures into docs/reliability.md
	@.venv/bin/python -m bench.soak --minutes $(MINUTES) --clients $(CLIENTS) --write docs/reliability.md

run: $(INSTALLED) ## Herald on this machine; PORT=n for another port, CARRIER=aws for another carrier, REPLACE=1 to end the one that runs, PERSIST=1 to keep its data
	@exec .venv/bin/python -m tools.stack $(if $(PORT),--port $(PORT)) $(if $(REPLACE),--replace) $(if $(PERSIST),--persist)

bench: $(INSTALLED) ## Measure against the goals, and write the figures into docs/performance.md
	@.venv/bin/python -m bench --write docs/performance.md

# Searches that may go on for hours. The gate asks a fixed number of hostile requests (tests/fuzz).
fuzz: .venv/.installed ## Search MINUTES for requests that end in a 5xx or are refused though allowed, and for what takes longest
	@.venv/bin/python -m tests.fuzz --minutes $(MINUTES)
	@.venv/bin/python -m bench.worst --minutes $(MINUTES)

audit: | $(UV) ## Look the layer's packages up among known vulnerabilities; needs the network
	$(UV) tool run pip-audit==$(PIP_AUDIT_VERSION) --disable-pip --require-hashes \
	  --requirement layers/herald/requirements.txt

peers: .venv/.installed tools/peers/.venv/.installed ## The processor time of a message beside Celery, Redis and Postgres; needs redis-server and postgresql
	@.venv/bin/python -m bench peers --write docs/performance.md

demo: $(INSTALLED) ## Send 10,000 example messages and watch them; starts a stack for it where none runs
	@exec .venv/bin/python -m tools.demo
