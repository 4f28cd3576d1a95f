# 绿通. `make help` lists what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test lint unit e2e server front setup dist bench load licences

# The server is always built with this one selection and the dev profile, so that
# SurrealDB and RocksDB compile once a target directory.
SERVER := -p server -p app
PURE   := -p model -p policies -p pool

# Where cargo puts things; CARGO_TARGET_DIR moves it.
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
LUTONG := $(TARGET)/debug/lutong
LISTEN := 127.0.0.1:8080

FRONT_SOURCES := $(shell find app/src app/Cargo.toml app/index.html model/src policies/src policies/params pool/src style Cargo.lock Cargo.toml Trunk.toml -type f)

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup front server ## set up, build, and serve the demonstration city on 127.0.0.1:8080
	@echo "==> starting (Ctrl+C stops it; records are in data/)"
	@$(LUTONG) serve --demo --listen $(LISTEN)

test: lint unit front e2e ## everything: format, lints, Rust tests, front end, browser tests

setup: ## bring what is missing onto this machine (compilers, tools)
	@.ci/setup build

server: ## build the server
	@echo "==> building the server (the first time SurrealDB and RocksDB take a good quarter of an hour)"
	@cargo build $(SERVER)

front: setup dist/pkg/app_bg.wasm ## build the front end with Trunk
dist/pkg/app_bg.wasm: $(FRONT_SOURCES)
	@echo "==> building the front end (the first time some minutes)"
	@.ci/wasm wasm-dev

lint: ## rustfmt and clippy, warnings are errors
	cargo fmt --all --check
	cargo clippy $(PURE) --all-targets -- -D warnings
	cargo clippy $(SERVER) --all-targets -- -D warnings

unit: ## all Rust tests
	@.ci/setup test
	cargo test $(PURE)
	@echo "==> the same in another time zone: dates are of Guangyuan wherever the machine stands"
	TZ=America/New_York cargo test -q $(PURE)
	cargo test $(SERVER)

e2e: setup front server ## browser tests, with and without script
	@.ci/setup test
	cd e2e && LUTONG_BIN=$(LUTONG) npx playwright test $(E2E)

dist: setup ## the front end as it is shipped, small and pre-compressed, and a release server
	.ci/wasm wasm-release
	@command -v brotli >/dev/null && brotli -kf dist/pkg/*.js dist/pkg/*.wasm dist/pkg/*.css || true
	cargo build --release $(SERVER)

bench: ## measure ranking, rules, the change feed and the night, each against the plainest way
	cargo bench -p pool -p policies
	cargo bench $(SERVER) --bench feed --bench night

load: ## ask a portal of 100,000 plans what readers ask; PLANS says how many
	.ci/load

licences: ## licences, sources and known faults of what we build on (needs cargo-deny)
	cargo deny check
