# The commands of the project. `make` alone lists them. They need python3, pip and make.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check smoke bench bench-matching bench-meetings bench-writing evaluate manage fmt messages clean

PYTHON ?= python3
BIN := .venv/bin
EMBEDDED := $(BIN)/python -m matchmaking.core.embedded
# Tests and checks keep their servers apart from those of `make run`, so that both can run at once.
TEST_SERVERS := PORTAL_DATA="$${PORTAL_TEST_DATA:-var/test}" $(EMBEDDED) --volatile
PRODUCTION := DEBUG=false BEHIND_HTTPS_PROXY=true ALLOWED_HOSTS=portal.example \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

setup:  ## install the packages into .venv and compile the translations
	@$(PYTHON) scripts/setup.py requirements.txt
	@$(BIN)/python -m matchmaking.core.catalogues

setup-dev:
	@$(PYTHON) scripts/setup.py requirements.txt requirements-dev.txt
	@$(BIN)/python -m matchmaking.core.catalogues

run: setup  ## start the portal with sample data on http://localhost:8000 (PORT=8001 changes that)
	@exec $(BIN)/python -m matchmaking.core.processes

test: setup-dev  ## run the tests (ARGS="tests/matches -k score" chooses)
	@$(TEST_SERVERS) $(BIN)/python -m pytest $(ARGS)

check: setup-dev  ## format, lint, types, layers, templates, migrations, deployment, security
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml matchmaking accounts companies startups documents meetings research partnerships
	$(BIN)/deptry .
	@$(TEST_SERVERS) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(TEST_SERVERS) $(BIN)/python manage.py check --deploy --fail-level WARNING

smoke: setup  ## walk through the portal once, from an empty database
	@DEBUG=true $(EMBEDDED) --throwaway $(BIN)/python -m tests.smoke

bench: setup  ## measure what the program is measured by
	@for file in benchmarks/[a-z]*.py; do \
		echo "$$file"; $(EMBEDDED) --throwaway $(BIN)/python -m "benchmarks.$$(basename "$$file" .py)" || exit 1; done

bench-matching: setup  ## measure the matching beside other ways, at full size: takes half an hour and 6 GB
	@$(PYTHON) scripts/setup.py requirements.txt requirements-bench.txt
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.matching \
		--companies $(or $(COMPANIES),10000) --startups $(or $(STARTUPS),100000) --peers $(or $(PEERS),5000x50000)
	@$(EMBEDDED) --throwaway $(BIN)/python -m benchmarks.saving \
		--firms $(or $(COMPANIES),10000) --startups $(or $(STARTUPS),100000)
	@$(MAKE) --no-print-directory bench-writing

bench-meetings: setup  ## measure the timetable beside greedy and CP-SAT, and booking races: takes half an hour
	@$(PYTHON) scripts/setup.py requirements.txt requirements-bench.txt
	@$(BIN)/python -m benchmarks.timetable $(or $(SIZES),60 500 3000 3000_few_interpreters) --cp-sat \
		$(if $(SEED),--seed $(SEED))
	@$(EMBEDDED) --throwaway $(BIN)/python -m benchmarks.races --tries $(or $(TRIES),10000)

bench-writing: setup  ## measure how 500,000 results are written, beside execute_values: takes some minutes
	@$(EMBEDDED) --throwaway $(BIN)/python -m benchmarks.writing --companies $(or $(COMPANIES),10000)

evaluate: setup  ## rank the startups of POOL= for the needs of PAIRS= (RANKING= keeps the lists)
	@SECRET_KEY=not-used $(BIN)/python manage.py evaluate_matching \
		--pairs "$(PAIRS)" --pool "$(POOL)" $(if $(RANKING),--ranking "$(RANKING)")

manage: setup  ## run a management command, beside `make run` or alone (ARGS="createsuperuser")
	@exec $(EMBEDDED) --attach $(BIN)/python manage.py $(ARGS)

fmt: setup-dev  ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

messages: setup  ## collect the texts to translate (needs GNU gettext); look at every "fuzzy" it writes
	@SECRET_KEY=not-used $(BIN)/python manage.py makemessages --locale ja --no-obsolete --add-location file \
		--ignore .venv --ignore var
	@grep -n "^#, .*fuzzy" locale/*/LC_MESSAGES/*.po || echo "No fuzzy translations."

clean:  ## remove .venv, caches, compiled files AND the demo's data
	@if [ -x $(BIN)/python ]; then $(EMBEDDED) --forget && PORTAL_DATA=var/test $(EMBEDDED) --forget; fi
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage*
	find . -name __pycache__ -prune -exec rm -rf {} +
	rm -f locale/*/LC_MESSAGES/*.mo
