# Sinter: `make help` lists what there is.

PREFIX ?= /usr/local
DESTDIR ?=
BENCH_PYTHON ?= python3
BENCH_SCALE ?= S
SWIFT_FLAGS ?=
CRASH_KILLS ?= 400
FUZZ_MINUTES ?= 30
COUNTS_FLAGS ?=
BENCH_FLAGS ?=

.PHONY: help setup build demo test conformance fuzz fuzz-parser fuzz-machine crash \
  bench bench-mixed bench-inserts bench-roofline bench-counts data install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: ## the system packages that Sinter needs (says so before it installs any)
	@.ci/setup

build: setup ## the `sinter` command, in release
	swift build -c release --product sinter $(SWIFT_FLAGS)

demo: build ## the guided tour on the shop in data/
	@SINTER="$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))/sinter" sh schema/demo.sh .build/demo.sinter

test: setup ## all tests, and openCypher's compatibility kit where it is at hand
	swift test --skip SinterFaultTests $(SWIFT_FLAGS)
	swift test --skip-build --no-parallel --filter SinterFaultTests $(SWIFT_FLAGS)   # signals and pipes: one at a time
	@$(MAKE) --no-print-directory conformance
	@.ci/setup test
	@if [ -x "$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))/sinter" ]; then $(MAKE) --no-print-directory bench-counts; fi

conformance: ## openCypher's compatibility kit over the release build (SINTER_SHARED: the folder that holds tck/)
	@if [ -f "$${SINTER_SHARED:-../shared}/tck/tck.py" ]; then swift build -c release --product sinter $(SWIFT_FLAGS); fi
	@.ci/conformance "$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))/sinter"

fuzz: setup ## random queries against the oracle, 100,000 of them (SINTER_FUZZ_QUERIES, SINTER_FUZZ_SEED)
	SINTER_FUZZ_QUERIES=$${SINTER_FUZZ_QUERIES:-100000} swift test -c release -Xswiftc -enable-testing --filter DifferentialTests $(SWIFT_FLAGS)

fuzz-parser: setup ## libFuzzer on texts of queries, 30 minutes (FUZZ_MINUTES, FUZZ_FLAGS); Linux
	@.ci/fuzz parser $(FUZZ_MINUTES)

fuzz-machine: setup ## libFuzzer on what a program sends to the machine mode, 30 minutes (FUZZ_MINUTES, FUZZ_FLAGS); Linux
	@.ci/fuzz machine $(FUZZ_MINUTES)

crash: build ## kills loads, writes, trainings and compactions 400 times at random moments (CRASH_KILLS=n)
	SINTER_CRASH_KILLS=$(CRASH_KILLS) SINTER_BINARY="$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))/sinter" \
	  swift test --filter KillTests $(SWIFT_FLAGS)

BENCHMARK = BENCH_PYTHON="$(BENCH_PYTHON)" SINTER="$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))/sinter" \
  PATH="$$(swift build -c release --show-bin-path $(SWIFT_FLAGS)):$$PATH" python3 Benchmarks/

bench: build ## side by side with the peers that are installed, into Benchmarks/RESULTS.md (BENCH_SCALE, BENCH_FLAGS, BENCH_PYTHON)
	$(BENCHMARK)run.py --scale $(BENCH_SCALE) $(BENCH_FLAGS)

bench-mixed: build ## first query of a process, and readers beside a writer, at a scale (BENCH_SCALE=M)
	$(BENCHMARK)mixed.py --scale $(BENCH_SCALE) $(BENCH_FLAGS)

bench-inserts: build ## a million random inserts, then the queries against the freshly compacted store
	$(BENCHMARK)random_inserts.py --scale $(BENCH_SCALE) $(BENCH_FLAGS)

bench-roofline: build ## what the memory allows each workload, and how far Sinter is from it
	$(BENCHMARK)roofline.py --scale $(BENCH_SCALE) $(BENCH_FLAGS)

bench-counts: build ## instructions and allocations against Benchmarks/thresholds.json (COUNTS_FLAGS=--update takes them anew)
	$(BENCHMARK)work_counts.py $(COUNTS_FLAGS)

data: ## writes the CSV files of data/ again (the same bytes)
	python3 data/generate.py

install: build ## sinter, its shell completions and definitions, under PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/sinter" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	bin="$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))" && \
	install -m 755 "$$bin/sinter" "$(DESTDIR)$(PREFIX)/bin/sinter" && \
	"$$bin/sinter" --generate-completion-script bash > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/sinter" && \
	"$$bin/sinter" --generate-completion-script zsh > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sinter" && \
	"$$bin/sinter" --generate-completion-script fish > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sinter.fish"
	install -m 644 schema/*.yaml schema/*.cypher "$(DESTDIR)$(PREFIX)/share/sinter/"

clean: ## what was built
	rm -rf .build
