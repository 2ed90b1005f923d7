# Herald, for its developers. `make help` lists what there is.
SHELL := /bin/bash
UV_VERSION := 0.13.9
UV := .uv/bin/uv
export UV_PYTHON_DOWNLOADS ?= never

.PHONY: help install lock check test run demo bench clean
help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(UV):
	python3 -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.installed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --locked
	touch $@

install: .venv/.installed ## Install everything a developer needs, in this folder

lock: | $(UV) ## Lock the newest allowed versions, and make the layer's list from them
	$(UV) lock --upgrade
	$(UV) export --quiet --frozen --no-dev --no-emit-project --no-hashes --no-annotate \
	  --no-header --output-file layers/herald/requirements.txt
