# `make demo` and `make test` do all their own set-up in .venv; nothing else is asked of the machine than Python 3.11+.
PYTHON ?= python3
BIN := .venv/bin
# The versions the tests last passed with. PINS= installs the newest that pyproject.toml allows.
PINS ?= -c constraints.txt

.PHONY: demo test benchmarks sample clean

demo: .venv/run
	@$(BIN)/ona demo --out demo

test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

benchmarks: .venv/test
	for name in startup events_to_ties inference measures planted_coverage recovery calibration; do \
		$(BIN)/python benchmarks/$$name.py || exit 1; done

sample: .venv/run
	$(BIN)/python data/make_sample.py --out data/sample

.venv/python:
	@$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'ona needs Python 3.11 or newer; this is %d.%d. Name another with: make PYTHON=python3.12 …' % sys.version_info[:2])"
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run: pyproject.toml constraints.txt | .venv/python
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PINS) --editable .
	@touch $@

.venv/test: .venv/run
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PINS) --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv demo build *.egg-info
