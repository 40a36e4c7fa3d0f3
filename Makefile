# What there is to do here. `make help` lists it. Python and make are enough where a Docker engine
# answers; the processes and the tests want Node too.

PYTHON ?= python3
VENV := .venv/bin
# compose: containers; local: processes. STACK=compose|local forces one.
MODE = $(or $(shell STACK=$(STACK) $(PYTHON) -m deploy.mode),$(error no way to run the stack))
# Stopping must work even where the environment is gone.
RUN = $(or $(wildcard $(VENV)/python),$(PYTHON)) -m deploy.$(MODE)
# Processes, but with STACK=compose containers: those need no Spark here.
TEAM_MODE = $(if $(filter compose,$(STACK)),compose,local)
TEAM = $(if $(GROUPS),PCW_TEAM_GROUPS='$(GROUPS)') $(or $(wildcard $(VENV)/python),$(PYTHON)) -m deploy.team$(if $(filter compose,$(STACK)),.compose) $(if $(ENV),--env '$(ENV)')
NODE = $(or $(shell command -v node),$(error Node 20 or newer is needed: install it (Debian: `apt install nodejs npm`)))
SOURCES := site/pyspark_connect_web site/builder site/server deploy spark e2e
# What the site is built for. Not from the environment, where HOST and SPARK_REMOTE mean other things.
HOST := envoy
BASE := /
SPARK_REMOTE :=
# Of a team: each gets a Spark server of its own. Not from the environment, as PCW_TEAM_GROUPS is.
GROUPS :=
# Processes that run test files at the same time, each with a stack and a browser of its own.
JOBS := 1
PARALLEL = $(if $(filter-out 1,$(JOBS)),-n $(JOBS) --dist loadfile)
# What is to end before a browser starts: for a CI that does something beside the unit tests.
BEFORE_E2E := true
UNIT = $(VENV)/python -m pytest site spark envoy deploy $(PARALLEL)
NODE_UNIT = $(NODE) --test --test-reporter=dot site/page/*/tests/*.test.js
# What else is in the site; builder, tests and compose read it from the environment.
PACKAGES := $(PCW_PACKAGES)
CONTENT := $(PCW_CONTENT)
PYPI := $(PCW_PYPI)
export PCW_PACKAGES := $(PACKAGES)
export PCW_CONTENT := $(CONTENT)
export PCW_PYPI := $(PYPI)

.DEFAULT_GOAL := help
.PHONY: help up up-compose up-local team team-local team-compose team-down team-status team-logs team-upgrade team-rollback down status logs site release sbom scan pin-images demo test unit unit-all fuzz e2e mutants parity versions bench lint docs env tools lock

help: ## this list
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

up: ## install, build and start everything; prints the URLs (STACK=compose|local)
	@$(MAKE) --no-print-directory up-$(MODE)

up-compose:
	@$(PYTHON) -m deploy.compose up

up-local: env site
	@$(VENV)/python -m deploy.local up

down: ## stop everything
	@$(RUN) down

status: ## what runs, on which ports; fails unless all of it answers
	@$(RUN) status

logs: ## the ends of the logs (`make logs ARGS="-f spark"`)
	@$(RUN) logs $(ARGS)

site: tools ## build the site into site/dist (`make site PACKAGES="plotly" CONTENT=… HOST=…`)
	@PYTHONPATH=site $(VENV)/python -m builder --out site/dist --host '$(HOST)' --base '$(BASE)' \
		--remote '$(SPARK_REMOTE)'

release: tools ## wheel, sdist, a site archive for each host and checksums, into dist/
	@PYTHONPATH=site $(VENV)/python -m builder release dist

team: team-$(TEAM_MODE) ## TLS and login for a team, with a provider to try it (`make team ENV=team.env GROUPS="a b"`)

team-local: env site
	@$(TEAM) up

team-compose: site
	@$(TEAM) up

team-down: ## stop the team's stack
	@$(TEAM) down

team-status: ## what of it runs; fails unless all of it answers
	@$(TEAM) status

team-logs: ## the ends of its logs (`make team-logs ARGS="access -f"`)
	@$(TEAM) logs $(ARGS)

team-upgrade: ## a cluster's new Connect servers, while people work (`ARGS="--limit 600"`)
	@$(TEAM) upgrade $(ARGS)

team-rollback: ## back to those of before
	@$(TEAM) rollback $(ARGS)

sbom: site ## what all of this is made of, in CycloneDX, into dist/sbom/
	@$(VENV)/python -m deploy.supply sbom

scan: site ## have trivy, grype, osv-scanner or pip-audit look for known faults in it
	@$(VENV)/python -m deploy.supply scan

pin-images: ## put the digests of the base images into .env, from their registries
	@$(PYTHON) -m deploy.compose.pin_images

demo: up env ## open the demo notebook in a headless browser, run it, show what it printed
	@$(VENV)/python -m e2e.demo $(ARGS)

test: site unit-all e2e ## unit tests, then the end-to-end tests

unit: tools ## unit tests that need no Spark (`make unit ARGS="-k cors"`)
	@$(UNIT) -m "not spark" $(ARGS)
	@$(NODE_UNIT)

unit-all: env ## those too that start a real Spark, or compile against its jars
	@$(UNIT) $(ARGS)
	@$(NODE_UNIT)

fuzz: tools ## mutate Arrow streams and compare with real pyarrow (`make fuzz ARGS="--inputs 1000000"`)
	@PYTHONPATH=site $(VENV)/python -m pyspark_connect_web.tests.arrow.fuzz $(ARGS)

e2e: env site ## end-to-end tests in a real browser, against a stack they start themselves
	@$(BEFORE_E2E)
	@$(VENV)/python -m pytest e2e $(PARALLEL) $(ARGS)

mutants: env site ## break the product in one place at a time: a test has to notice (`ARGS="-k closing --list"`)
	@$(VENV)/python -m e2e.mutants $(ARGS)

parity: env site ## compare what the notebook does with native PySpark (`make parity ARGS="values"`)
	@$(VENV)/python -m e2e.parity $(ARGS)

versions: env site ## the same with each supported PySpark client (`make versions ARGS="--client 4.0"`)
	@PYTHONPATH=site $(VENV)/python -m e2e.versions $(ARGS)

bench: env site ## how fast it is, each line beside its reference (`ARGS="-k collect --rounds 3"`)
	@PYTHONPATH=site $(VENV)/python -m e2e.bench $(ARGS)

lint: tools ## formatting, lint, types and which part imports which
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy --strict $(wildcard $(SOURCES))
	@PYTHONPATH=site $(VENV)/lint-imports --no-logo --no-cache
	@npm ci --silent --no-audit --no-fund
	@npx biome check --error-on-warnings site deploy e2e
	@npx tsc --noEmit

docs: ## make a site of docs/ in docs-site/, and check it (`make docs ARGS=--serve`: look at it)
	@$(PYTHON) deploy/local/bootstrap.py docs
	@$(PYTHON) -m deploy.docs $(ARGS)

env:
	@$(PYTHON) deploy/local/bootstrap.py

# Building a site needs no Spark, nor do the checks.
tools:
	@$(PYTHON) deploy/local/bootstrap.py tools

LOCK = $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --output-file requirements/$$group.txt --group $$group $(ARGS)
lock: tools ## write requirements/ anew from pyproject.toml (`make lock ARGS="--upgrade-package ruff"`)
	@for group in tools site spark java docs uv sbom; do $(LOCK) || exit; done
	@for group in kubernetes protoc client-4.0 client-4.1 client-4.3; do $(LOCK) --no-deps || exit; done
