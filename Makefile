# clearorder: `make demo` shows it at work, `make test` runs everything.
# Both set up what they need first; a step that needs root says so.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup setup-test setup-bench demo test lint bench sample-fonts clean

help:
	@echo "make demo    set up, read the sample documents, show where each went"
	@echo "make test    set up, lint, and run all tests"
	@echo "make lint    ruff and mypy only"
	@echo "make bench   measure reading (takes half an hour)"
	@echo "make sample-fonts   install the fonts that synthetic referrals are drawn with"
	@echo "make clean   remove the environment"

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml scripts/system.sh scripts/packages.sh
	@bash scripts/system.sh tesseract-ocr python3-venv
	@test -x $(BIN)/python || { echo "== Python environment in $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@bash scripts/packages.sh $(BIN)/python requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup-test: $(VENV)/.ready-test

$(VENV)/.ready-test: $(VENV)/.ready requirements-test.lock
	@bash scripts/system.sh chromium postgresql dovecot-imapd
	@bash scripts/packages.sh $(BIN)/python requirements-test.lock
	@touch $@

demo: setup
	@$(BIN)/python -m sample_docs.demo

lint: setup-test
	@echo "== ruff and mypy"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint
	@echo "== tests"
	@$(BIN)/python -m pytest

setup-bench: $(VENV)/.ready-bench

$(VENV)/.ready-bench: $(VENV)/.ready requirements-bench.lock
	@bash scripts/packages.sh $(BIN)/python requirements-bench.lock
	@touch $@

bench: setup-bench
	@echo "== reading: words, confidences, cost, beside other readers"
	@$(BIN)/python -m benchmarks.reading
	@echo "== pages that arrive turned"
	@$(BIN)/python -m benchmarks.turned
	@echo "== marks"
	@$(BIN)/python -m benchmarks.marks
	@echo "== one worker and two"
	@$(BIN)/python -m benchmarks.workers

sample-fonts:
	@bash scripts/system.sh fonts-breip fonts-bwht fonts-courier-prime fonts-crosextra-caladea fonts-crosextra-carlito \
		fonts-dejavu-core fonts-dkg-handwriting fonts-hack fonts-humor-sans fonts-lato \
		fonts-liberation fonts-open-sans fonts-roboto-unhinted
	@if command -v npm >/dev/null; then \
		npm install --silent --no-audit --no-fund --no-save --prefix sample_docs/fonts \
		@fontsource/architects-daughter @fontsource/caveat @fontsource/cedarville-cursive @fontsource/covered-by-your-grace \
		@fontsource/gaegu @fontsource/gochi-hand @fontsource/handlee @fontsource/homemade-apple \
		@fontsource/indie-flower @fontsource/kalam @fontsource/mansalva @fontsource/nanum-pen-script \
		@fontsource/patrick-hand @fontsource/reenie-beanie @fontsource/schoolbell @fontsource/shadows-into-light \
		@fontsource/special-elite @fontsource/swanky-and-moo-moo; \
	else echo "== without npm the handwriting fonts that FONTS.md lists under it are left out"; fi

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
