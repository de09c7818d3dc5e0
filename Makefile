SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# SwiftPM lets a target import a sibling that it does not declare; this flag does not.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# Nothing looks up the program's functions by name, so none is exported, and the linker takes out what nothing calls, function by function.
# Addresses that loading has to move are kept packed, which glibc reads from 2.36 on. All of them are known before the program starts, and
# then read-only; libraries come from the system's folders alone, never from beside the program. See docs/decisions/0010.
LINKING := --disable-local-rpath -Xswiftc -Xfrontend -Xswiftc -function-sections -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic -Xlinker -z \
	-Xlinker pack-relative-relocs -Xlinker -z -Xlinker now
# What is shipped: optimized, the Swift runtime inside, libssl and libyaml from the system. The tests run with the checks of exclusive access
# at run time; requests do without them, which saves 3 % of their instructions and a way to crash.
UNPROFILED := $(SWIFT_FLAGS) -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked $(LINKING)
# And optimized for what the program does all day, as `make profile` counted it: see docs/decisions/0009.
PROFILE := Benchmarks/podscore.profdata
OPTIMIZED := $(UNPROFILED) -Xswiftc -Xfrontend -Xswiftc -ir-profile-use=$(PROFILE)
PROFILING_FLAGS := $(UNPROFILED) --scratch-path .build-profile -Xswiftc -Xfrontend -Xswiftc -ir-profile-generate \
	-Xswiftc -Xclang-linker -Xswiftc -fprofile-generate --product podscore
RELEASE_FLAGS := $(OPTIMIZED) --product podscore
BENCH_FLAGS := $(OPTIMIZED) --product podscore-bench
PEER_FLAGS := $(OPTIMIZED) --product libyaml-peer
# The parsers of outside bytes, the server, and what holds C memory; `make test-asan` runs their tests under the address sanitizer.
ASAN_TESTS := KubernetesAPITests|YAMLTests|TLSTests|WebhookServerTests|FuzzTests
# PODSCORE_TESTS leaves out of the package what those tests don't need: a sanitizer's build is the largest part of `make ci`.
# Under a sanitizer the tests run one after the other: what makes many threads is inside of them, and some wait for others in real time.
# What several threads share; `make test-tsan` runs their tests under the thread sanitizer.
TSAN_TESTS := WebhookServerTests|TLSTests|MetricsTests
# Optimized, since speed is what finds things; assertions stay, and what tests reach stays reachable.
FUZZ_FLAGS := $(SWIFT_FLAGS) -c release --sanitize=fuzzer --scratch-path .build-fuzz/build -Xswiftc -enable-testing \
	-Xswiftc -assert-config -Xswiftc Debug --product podscore-fuzz
# Requests after which `make bench` looks at the memory, over a hundredth as many connections.
REQUESTS ?= 100000
IMAGE ?= podscore:$(shell awk '$$1 == "appVersion:" { print $$2 }' Charts/podscore/Chart.yaml)
CHART_VENV := .build-chart/venv

.PHONY: help
help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-25s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: swift
swift:
	@.ci/check-swift.sh

.PHONY: deps
deps: swift ## Install what build and tests need and the machine lacks
	@.ci/deps.sh build

.PHONY: build
build: deps ## Build everything for development
	swift build $(SWIFT_FLAGS)

.PHONY: release
release: deps ## Build the program as it is shipped
	swift build $(RELEASE_FLAGS)

.PHONY: certs
certs: deps ## Make the development CA and serving certificate in Certs/out
	@Certs/generate.sh

.PHONY: run
run: release certs ## Serve on 127.0.0.1:8443 (health and metrics on 8080) with the demo's policy
	exec "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore" serve --host 127.0.0.1 --port 8443 --ops-port 8080 \
		--tls-cert Certs/out/tls.crt --tls-key Certs/out/tls.key --policy Tests/Demo/policy.yaml

.PHONY: demo
demo: release certs ## Start the webhook, post three real AdmissionReviews over TLS, show the decisions
	@Tests/Demo/demo.sh "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore"

.PHONY: test
test: deps certs ## Run all tests
	@.ci/test-certs.sh
	swift test $(SWIFT_FLAGS) --disable-xctest --skip EndToEnd
	@# By themselves: they wait for processes on the threads that the others need.
	swift test $(SWIFT_FLAGS) --disable-xctest --skip-build --filter EndToEnd

.PHONY: test-asan
test-asan: deps ## Run the tests of parsers, server, TLS and found inputs under the address sanitizer
	@LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/known-leaks.txt:print_suppressions=0 PODSCORE_TESTS='$(ASAN_TESTS)' \
		swift test $(SWIFT_FLAGS) --disable-xctest --no-parallel --sanitize=address --scratch-path .build-asan --filter '$(ASAN_TESTS)' 2>&1 | \
		awk '/ld.gold: warning: Cannot export local symbol/ { next } /No matching test cases were run/ { none = 1 } { print } \
			END { if (none) { print "make test-asan: no test matches $(ASAN_TESTS)"; exit 1 } }'

.PHONY: test-tsan
test-tsan: deps ## Run the tests of the server, TLS, log and metrics under the thread sanitizer
	@PODSCORE_TESTS='$(TSAN_TESTS)' swift test $(SWIFT_FLAGS) --disable-xctest --no-parallel --sanitize=thread --scratch-path .build-tsan --filter '$(TSAN_TESTS)' 2>&1 | \
		awk '/ld.gold: warning: Cannot export local symbol/ { next } /No matching test cases were run/ { none = 1 } { print } \
			END { if (none) { print "make test-tsan: no test matches $(TSAN_TESTS)"; exit 1 } }'

.PHONY: fuzz
fuzz: MINUTES ?= 2
fuzz: deps ## Fuzz what takes bytes from outside, MINUTES=2 of processor time for each of TARGETS=all
	@PODSCORE_FUZZ=1 swift build $(FUZZ_FLAGS) 2>&1 | awk '/ld.gold: warning: Cannot export local symbol/ { next } { print }'
	@PYTHONDONTWRITEBYTECODE=1 Tests/Fuzz/run "$$(PODSCORE_FUZZ=1 swift build $(FUZZ_FLAGS) --show-bin-path)/podscore-fuzz" --minutes $(MINUTES) $(TARGETS)

.PHONY: deps-e2e
deps-e2e: deps ## Install what the end-to-end checks load the server with (wrk, Python)
	@.ci/deps.sh e2e

.PHONY: e2e
e2e: e2e-server e2e-scans ## Check the released program under load, faults and large input, as the next two do

.PHONY: e2e-server
e2e-server: release deps-e2e ## Check the server under load, faults and attacks: memory, stalls, probes, log, reloads, drain, leaks
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/EndToEnd/check.py "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore"

.PHONY: e2e-scans
e2e-scans: release deps-e2e ## Check that scans of large and hostile input are right, bounded in memory and in proportion
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/EndToEnd/scans.py "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore"

.PHONY: e2e-long
e2e-long: release deps-e2e ## Replace policies 200 times and certificates 100 times, restart 20 times, attack for longer (half an hour)
	@E2E_LONG=1 PYTHONDONTWRITEBYTECODE=1 python3 Tests/EndToEnd/check.py "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore" \
		policy_reloads certificate_reloads rolling_restart unfinished_requests many_unfinished_connections

.PHONY: soak
soak: MINUTES ?= 10
soak: release deps-e2e deps-bench ## Mixed load with faults and attacks for MINUTES=10, every answer compared; then every pair of costly fields
	@PYTHONDONTWRITEBYTECODE=1 Tests/EndToEnd/soak.py "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore" --minutes $(MINUTES)
	swift build $(BENCH_FLAGS)
	@PYTHONDONTWRITEBYTECODE=1 Benchmarks/shapes "$$(swift build $(BENCH_FLAGS) --show-bin-path)/podscore-bench" --pairs

.PHONY: build-asan
build-asan: deps
	@swift build $(SWIFT_FLAGS) --sanitize=address --scratch-path .build-asan --product podscore 2>&1 | \
		awk '/ld.gold: warning: Cannot export local symbol/ { next } { print }'

.PHONY: e2e-asan
e2e-asan: build-asan deps-e2e ## Run a mix of clients against a server with the address sanitizer, which looks for leaks at its end
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/EndToEnd/check.py .build-asan/debug/podscore small_mix

.PHONY: deps-tls
deps-tls: deps ## Install testssl.sh
	@.ci/deps.sh tls

.PHONY: tls-check
tls-check: release deps-tls ## Let testssl.sh look for weak protocols and ciphers; takes a minute or more
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/EndToEnd/tls.py "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore"

.PHONY: deps-lint
deps-lint: ## Install the linters that the machine lacks
	@.ci/deps.sh lint

.PHONY: lint
lint: swift ## Check format, documentation comments, unsafe code, imports, sizes, scripts
	@.ci/lint-selftest.sh
	@.ci/beside-selftest.sh
	@.ci/lint.sh

.PHONY: docs
docs: deps ## Write docs/rules.md and docs/cli.md from the rules and the commands themselves
	swift build $(SWIFT_FLAGS) --product podscore
	"$$(swift build $(SWIFT_FLAGS) --show-bin-path)/podscore" rules --format markdown >docs/rules.md.new
	"$$(swift build $(SWIFT_FLAGS) --show-bin-path)/podscore" command-reference >docs/cli.md.new
	mv docs/rules.md.new docs/rules.md
	mv docs/cli.md.new docs/cli.md

.PHONY: deps-bench
deps-bench: ## Install what the benchmarks compare with (nginx) and measure with (wrk, valgrind)
	@.ci/deps.sh bench

.PHONY: bench
bench: release certs deps-bench ## Measure beside nginx and in process, and write docs/performance.md
	swift build $(BENCH_FLAGS)
	swift build $(PEER_FLAGS)
	@bin="$$(swift build $(RELEASE_FLAGS) --show-bin-path)" && PYTHONDONTWRITEBYTECODE=1 Benchmarks/run \
		"$$bin/podscore" "$$bin/podscore-bench" "$$bin/libyaml-peer" --requests $(REQUESTS) --write docs/performance.md

.PHONY: bench-instructions
bench-instructions: deps-bench ## Count the instructions of the parts; fails when one needs over 5 % more than recorded
	swift build $(BENCH_FLAGS)
	@PYTHONDONTWRITEBYTECODE=1 Benchmarks/instructions "$$(swift build $(BENCH_FLAGS) --show-bin-path)/podscore-bench"

.PHONY: bench-shapes
bench-shapes: deps-bench ## Count the instructions of reviews made to be costly; fails when they grow faster than the review
	swift build $(BENCH_FLAGS)
	@PYTHONDONTWRITEBYTECODE=1 Benchmarks/shapes "$$(swift build $(BENCH_FLAGS) --show-bin-path)/podscore-bench"

.PHONY: bench-instructions-update
bench-instructions-update: deps-bench ## Record the instructions of the parts as they are now
	swift build $(BENCH_FLAGS)
	@PYTHONDONTWRITEBYTECODE=1 Benchmarks/instructions "$$(swift build $(BENCH_FLAGS) --show-bin-path)/podscore-bench" --update

.PHONY: profile
profile: certs deps-bench ## Count where the program's work goes, for the optimizer of release builds (minutes)
	swift build $(PROFILING_FLAGS)
	@PYTHONDONTWRITEBYTECODE=1 Benchmarks/profile "$$(swift build $(PROFILING_FLAGS) --show-bin-path)/podscore" $(PROFILE)
	@# Builds look at the profile's name and not into it.
	rm -rf "$$(swift build $(OPTIMIZED) --show-bin-path)"

.PHONY: bench-scan
bench-scan: release ## Measure a scan of 500 documents beside libyaml alone
	swift build $(PEER_FLAGS)
	Benchmarks/scan "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore" "$$(swift build $(PEER_FLAGS) --show-bin-path)/libyaml-peer"

$(CHART_VENV)/ready: Charts/tests/requirements.txt
	@.ci/deps.sh chart
	@rm -rf $(CHART_VENV)
	@python3 -m venv $(CHART_VENV)
	@$(CHART_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement Charts/tests/requirements.txt
	@touch $@

.PHONY: chart
chart: $(CHART_VENV)/ready build ## Lint and render the chart with the Helm engine and check every object
	@PODSCORE="$$(swift build $(SWIFT_FLAGS) --show-bin-path)/podscore" PYTHONDONTWRITEBYTECODE=1 \
		$(CHART_VENV)/bin/python Charts/tests/check.py

.PHONY: image
image: ## Build the container image with Docker or Podman; IMAGE=NAME:TAG names it
	@engine=$$(command -v docker || command -v podman) || { echo "make image: needs docker or podman" >&2; exit 1; }; \
		"$$engine" build --tag "$(IMAGE)" .

.PHONY: image-check
image-check: release ## Start what the image's last stage copies in a chroot, without a container engine (needs root)
	@.ci/image-check.sh "$$(swift build $(RELEASE_FLAGS) --show-bin-path)/podscore" "$(RELEASE_FLAGS)"

# What computes is made side by side, since builds wait for their slowest file and tests for each other; the release is built first, so that
# it is there when the other side needs it. What clients do to a server comes after all that, alone: it looks at times and memory.
.PHONY: ci
ci: swift ## Everything that must pass before a change lands
	@.ci/deps.sh build lint chart e2e bench
	@$(MAKE) lint
	@MAKE="$(MAKE)" .ci/beside.sh "test-asan build-asan test-tsan e2e-scans" "release build test chart bench-instructions bench-shapes image-check"
	@$(MAKE) e2e-server
	@$(MAKE) e2e-asan

.PHONY: clean
clean: ## Remove what was built, not the development certificates
	rm -rf .build .build-*
