SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Each `swift build` forbids a target to import what it does not declare. Release builds do so too: see .ci/release-flags.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
DEBUG := .build/debug
RELEASE_FLAGS := $(shell .ci/release-flags)
RELEASE := .build/release

# A program that counts its own work, for the profile that release builds read.
PROFILE := Benchmarks/podscore.profdata
ORDER := Benchmarks/podscore.order
PROFILING_FLAGS := $(subst -ir-profile-use=$(PROFILE),-ir-profile-generate,$(RELEASE_FLAGS)) \
	-Xswiftc -Xclang-linker -Xswiftc -fprofile-generate --scratch-path .build-profile

# The address sanitizer runs the tests of code that holds C memory, and the inputs of the fuzzer, which reach every parser; e2e-asan runs a
# whole server. The thread sanitizer runs the tests of code with several threads. PODSCORE_TESTS leaves everything else out of the package, since
# these builds are the largest part of `make ci`. The tests run one after another: each may start many threads, and some wait for real time
# to pass.
ASAN_TESTS := YAMLTests|TLSTests|FuzzTests
TSAN_TESTS := WebhookServerTests|TLSTests|MetricsTests
SANITIZER_LOG := awk -f .ci/build-output.awk

# Optimized, since a fast fuzzer finds more. Assertions stay on, and what tests reach stays reachable.
FUZZ_FLAGS := $(SWIFT_FLAGS) -c release --sanitize=fuzzer --scratch-path .build-fuzz/build -Xswiftc -enable-testing \
	-Xswiftc -assert-config -Xswiftc Debug --product podscore-fuzz

# `make bench` measures memory after this number of requests, and after a hundredth as many connections.
REQUESTS ?= 100000
IMAGE ?= podscore:$(shell awk '$$1 == "appVersion:" { print $$2 }' Charts/podscore/Chart.yaml)
CHART_VENV := .build-chart/venv
LINT_VENV := .build-lint/venv
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-25s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: swift
swift:
	@.ci/check-swift.sh

.PHONY: deps
deps: swift ## Install missing packages for builds and tests
	@.ci/deps.sh build

.PHONY: build
build: deps ## Build everything for development
	swift build $(SWIFT_FLAGS)

.PHONY: release
release: deps ## Build the program that is shipped
	swift build $(RELEASE_FLAGS) --product podscore

.PHONY: certs
certs: deps ## Make the development CA and serving certificate in Certs/out
	@Certs/generate.sh

.PHONY: run
run: release certs ## Serve on 127.0.0.1:8443 (health and metrics on 8080) with the demo's policy
	exec $(RELEASE)/podscore serve --host 127.0.0.1 --port 8443 --ops-port 8080 \
		--tls-cert Certs/out/tls.crt --tls-key Certs/out/tls.key --policy Tests/Demo/policy.yaml

.PHONY: demo
demo: release certs ## Start the webhook, post three real AdmissionReviews over TLS and show the decisions
	@Tests/Demo/demo.sh $(RELEASE)/podscore

.PHONY: test
test: deps certs ## Run all tests
	@.ci/test-certs.sh
	swift test $(SWIFT_FLAGS) --disable-xctest --skip PodscoreTests.Processes
	@# Separately: these tests wait for processes on threads that the other tests need.
	swift test $(SWIFT_FLAGS) --disable-xctest --skip-build --filter PodscoreTests.Processes

.PHONY: test-asan
test-asan: deps ## Run the tests of YAML, TLS and the fuzzer's inputs under the address sanitizer
	@LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/known-leaks.txt:print_suppressions=0 PODSCORE_TESTS='$(ASAN_TESTS)' \
		swift test $(SWIFT_FLAGS) --disable-xctest --no-parallel --sanitize=address --scratch-path .build-asan --filter '$(ASAN_TESTS)' 2>&1 | $(SANITIZER_LOG)

.PHONY: test-tsan
test-tsan: deps ## Run the tests of the server, TLS and metrics under the thread sanitizer
	@PODSCORE_TESTS='$(TSAN_TESTS)' swift test $(SWIFT_FLAGS) --disable-xctest --no-parallel --sanitize=thread --scratch-path .build-tsan --filter '$(TSAN_TESTS)' 2>&1 | $(SANITIZER_LOG)

.PHONY: fuzz
fuzz: MINUTES ?= 2
fuzz: deps ## Fuzz each of TARGETS (all), which take bytes from outside, for MINUTES=2 of CPU time
	@PODSCORE_FUZZ=1 swift build $(FUZZ_FLAGS) 2>&1 | $(SANITIZER_LOG)
	@Tests/Fuzz/run .build-fuzz/build/release/podscore-fuzz --minutes $(MINUTES) $(TARGETS)

.PHONY: deps-e2e
deps-e2e: deps ## Install missing packages for the end-to-end checks (wrk, Python)
	@.ci/deps.sh e2e

.PHONY: e2e
e2e: e2e-server e2e-scans ## Run e2e-server and e2e-scans

.PHONY: e2e-server
e2e-server: e2e-faults e2e-attacks ## Run e2e-faults and e2e-attacks

.PHONY: e2e-faults
e2e-faults: release deps-e2e ## Check the released server under faults: stalls, cuts, full disk, reloads, restarts, drain
	@python3 Tests/EndToEnd/check.py $(RELEASE)/podscore faults

.PHONY: e2e-attacks
e2e-attacks: release deps-e2e ## Check the released server under load and attacks: answers, memory, probes, leaks
	@python3 Tests/EndToEnd/check.py $(RELEASE)/podscore attacks

.PHONY: e2e-scans
e2e-scans: release deps-e2e ## Check scans of large and hostile input: results, memory, and time in proportion to size
	@python3 Tests/EndToEnd/scans.py $(RELEASE)/podscore

.PHONY: e2e-web
e2e-web: release ## Open all pages in a headless Chromium: requests, console, filters, keys, contrast, widths, no script
	@.ci/deps.sh web
	@python3 Tests/Web/check.py $(RELEASE)/podscore

.PHONY: e2e-docs
e2e-docs: release deps-e2e ## Run the commands of the tutorial, and compare the README's pictures with what the program prints
	@python3 Tests/Docs/tutorial.py $(RELEASE)/podscore
	@python3 Tests/Docs/pictures.py $(RELEASE)/podscore --check
	@python3 Tests/Web/pictures.py $(RELEASE)/podscore --check

.PHONY: e2e-long
e2e-long: release deps-e2e ## Replace policies 200 times and certificates 100 times, restart 20 times, attack longer (half an hour)
	@E2E_LONG=1 python3 Tests/EndToEnd/check.py $(RELEASE)/podscore \
		policy_reloads certificate_reloads rolling_restart unfinished_requests many_unfinished_connections

.PHONY: soak
soak: MINUTES ?= 10
soak: release bench-program deps-e2e ## Compare every answer under load, faults and attacks for MINUTES=10; then count pairs of costly fields
	@Tests/EndToEnd/soak.py $(RELEASE)/podscore --minutes $(MINUTES)
	@Benchmarks/shapes $(RELEASE)/podscore-bench --pairs

.PHONY: build-asan
build-asan: deps
	@swift build $(SWIFT_FLAGS) --sanitize=address --scratch-path .build-asan --product podscore 2>&1 | $(SANITIZER_LOG)

.PHONY: e2e-asan
e2e-asan: build-asan deps-e2e ## Run a mix of clients against a server with the address sanitizer, which also finds leaks
	@python3 Tests/EndToEnd/check.py .build-asan/debug/podscore small_mix

.PHONY: deps-tls
deps-tls: deps ## Install testssl.sh
	@.ci/deps.sh tls

.PHONY: tls-check
tls-check: release deps-tls ## Search for weak protocols and ciphers with testssl.sh (a minute or more)
	@python3 Tests/EndToEnd/tls.py $(RELEASE)/podscore

.PHONY: deps-lint
deps-lint: lint-packages $(LINT_VENV)/ready ## Install missing linters

.PHONY: lint-packages
lint-packages:
	@.ci/deps.sh lint

.PHONY: lint
lint: swift ## Check format, documentation comments, unsafe code, imports, folders, sizes and scripts
	@.ci/lint-selftest.sh
	@.ci/rooms-selftest.sh
	@.ci/beside-selftest.sh
	@.ci/lint.sh

.PHONY: docs
docs: deps ## Write docs/rules.md, docs/cli.md, the schemas and CRDs of policies, and the charts' READMEs
	swift build $(SWIFT_FLAGS) --product podscore
	$(DEBUG)/podscore rules --format markdown >docs/rules.md.new
	$(DEBUG)/podscore command-reference >docs/cli.md.new
	mv docs/rules.md.new docs/rules.md
	mv docs/cli.md.new docs/cli.md
	$(DEBUG)/podscore policy schema >docs/policy.schema.json.new
	mv docs/policy.schema.json.new docs/policy.schema.json
	@.ci/policy-schema.py
	$(DEBUG)/podscore policy crds >docs/crds.yaml.new
	mv docs/crds.yaml.new docs/crds.yaml
	@.ci/crds-chart.py
	.ci/chart-readme.py

.PHONY: pictures
pictures: release ## Draw the README's pictures from what the program prints, and take those of a report in Chromium
	@python3 Tests/Docs/pictures.py $(RELEASE)/podscore
	@.ci/deps.sh web
	@python3 Tests/Web/pictures.py $(RELEASE)/podscore

.PHONY: deps-bench
deps-bench: ## Install missing packages for the benchmarks (nginx, wrk, valgrind)
	@.ci/deps.sh bench

.PHONY: bench-program
bench-program: deps deps-bench
	swift build $(RELEASE_FLAGS) --product podscore-bench

.PHONY: peer-program
peer-program: deps
	swift build $(RELEASE_FLAGS) --product libyaml-peer

.PHONY: bench
bench: release bench-program peer-program certs ## Measure podscore beside nginx, in process and as a page; write docs/performance.md
	@Benchmarks/run $(RELEASE)/podscore $(RELEASE)/podscore-bench $(RELEASE)/libyaml-peer --requests $(REQUESTS) --write docs/performance.md
	@$(MAKE) bench-page

.PHONY: bench-instructions
bench-instructions: bench-program ## Count the instructions of the parts; fail if one needs over 5 % more than recorded
	@Benchmarks/instructions $(RELEASE)/podscore-bench

.PHONY: bench-shapes
bench-shapes: bench-program ## Count the instructions of costly reviews; fail if they grow faster than the review
	@Benchmarks/shapes $(RELEASE)/podscore-bench

.PHONY: bench-instructions-update
bench-instructions-update: bench-program ## Record the current instructions of the parts
	@Benchmarks/instructions $(RELEASE)/podscore-bench --update

.PHONY: profile
profile: certs deps-bench ## Write the profile for the optimizer of release builds (minutes)
	swift build $(PROFILING_FLAGS) --product podscore
	@Benchmarks/profile .build-profile/release/podscore $(PROFILE) $(ORDER)

.PHONY: bench-scan
bench-scan: release peer-program ## Measure a scan of 500 documents beside libyaml
	Benchmarks/scan $(RELEASE)/podscore $(RELEASE)/libyaml-peer

.PHONY: bench-page
bench-page: release ## Measure a report of 10,000 objects in a headless Chromium, and write docs/performance.md
	@.ci/deps.sh web
	@Benchmarks/page $(RELEASE)/podscore --write docs/performance.md

.PHONY: bench-cluster
bench-cluster: release deps-bench certs ## Measure what --cluster costs the server, and write docs/performance.md
	@Benchmarks/cluster $(RELEASE)/podscore --write docs/performance.md

.PHONY: bench-exported
bench-exported: release certs deps-cluster ## Measure what an exported policy costs the API server from KUBEBUILDER_ASSETS=DIR, and write docs/performance.md (needs root)
	@Benchmarks/exported $(RELEASE)/podscore --write docs/performance.md

.PHONY: bench-repositories
bench-repositories: FOLDER ?= ../repositories
bench-repositories: release ## Scan the public repositories checked out in FOLDER=../repositories, and write docs/performance.md
	@Benchmarks/repositories $(RELEASE)/podscore "$(FOLDER)" --write docs/performance.md

.PHONY: fix-repositories
fix-repositories: FOLDER ?= ../repositories
fix-repositories: release ## Fix copies of the public repositories in FOLDER, and prove that only announced fields change
	@python3 -c 'import yaml' 2>/dev/null || { echo "make fix-repositories: install python3-yaml" >&2; exit 1; }
	@python3 Tests/EndToEnd/fixes.py $(RELEASE)/podscore "$(FOLDER)"

$(CHART_VENV)/ready: Charts/tests/requirements.txt
	@.ci/deps.sh chart
	@rm -rf $(CHART_VENV)
	@python3 -m venv $(CHART_VENV)
	@$(CHART_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement Charts/tests/requirements.txt
	@touch $@

.PHONY: chart
chart: $(CHART_VENV)/ready build ## Lint the chart, render it with the Helm engine and check every object
	@PODSCORE=$(DEBUG)/podscore $(CHART_VENV)/bin/python Charts/tests/check.py

$(LINT_VENV)/ready: .ci/lint-requirements.txt | lint-packages
	@rm -rf $(LINT_VENV)
	@python3 -m venv $(LINT_VENV)
	@$(LINT_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement .ci/lint-requirements.txt
	@touch $@

# Without KUBEBUILDER_ASSETS nothing is built, and the program only says that it was skipped.
.PHONY: e2e-cluster
e2e-cluster: $(if $(KUBEBUILDER_ASSETS),release deps-cluster $(CHART_VENV)/ready) ## Run the chart on a real API server from KUBEBUILDER_ASSETS=DIR (needs root)
	@$(if $(KUBEBUILDER_ASSETS),$(CHART_VENV)/bin/python,python3) Tests/Cluster/run.py $(RELEASE)/podscore $(SCENARIOS)

.PHONY: deps-cluster
deps-cluster: deps ## Install missing packages for e2e-cluster
	@.ci/deps.sh chart cluster image

.PHONY: image
image: ## Build the container image IMAGE=NAME:TAG with Docker or Podman
	@engine=$$(command -v docker || command -v podman) || { echo "make image: needs docker or podman" >&2; exit 1; }; \
		"$$engine" build --tag "$(IMAGE)" .

.PHONY: image-check
image-check: release ## Start the image's file system in a chroot, without a container engine (needs root)
	@.ci/deps.sh image
	@.ci/image-check.sh $(RELEASE)/podscore "$(RELEASE_FLAGS) --product podscore"

.PHONY: deps-dist
deps-dist: deps ## Install missing packages for `make dist`
	@.ci/deps.sh image dist

.PHONY: dist-files
dist-files: ARCH ?= $(shell uname -m)
dist-files: deps-dist
	@[[ "$(ARCH)" == "$$(uname -m)" ]] || { echo "make dist: needs a machine of kind $(ARCH), and this one is $$(uname -m): it has no Swift runtime" \
		"and no libssl for $(ARCH)" >&2; exit 1; }
	@.ci/dist/pin-packages.sh
	@$(MAKE) release
	@.ci/dist/make.sh $(RELEASE)/podscore

.PHONY: dist
dist: dist-files ## Make and check the files of a release in dist/: tarball, image, chart, bill of materials, sums
	@.ci/dist/check.sh

.PHONY: dist-twice
dist-twice: dist ## Make the files of a release once more in another folder, and compare all bytes
	@.ci/dist/twice.sh

# Builds and tests run side by side, since builds wait for their slowest file and tests for each other. The release is built first, because
# the other side needs it. `@` waits for a target of the other side: scans would slow the tests down. The attacks come last and alone: they measure times and memory.
.PHONY: ci
ci: swift ## Run all checks that a change must pass
	@.ci/deps.sh build chart e2e bench image web
	@$(MAKE) deps-lint
	@MAKE="$(MAKE)" .ci/beside.sh "lint test-asan build-asan e2e-asan test-tsan @release e2e-faults @test e2e-scans" "release build test bench-instructions bench-shapes chart image-check e2e-docs e2e-web"
	@$(MAKE) e2e-attacks

.PHONY: clean
clean: ## Remove all builds and the files of a release, but not the development certificates
	rm -rf .build .build-* dist
