# Two commands: `make run` (a demonstration) and `make test` (everything that is checked).

# PostgreSQL does not run as root: the demonstration's folder must be one that its account can reach.
DEMO ?= $(if $(filter 0,$(shell id -u)),/var/tmp/loquet-demo,$(CURDIR)/.demo)
CARGO ?= cargo
# Queries are checked against `.sqlx` when building, and `.sqlx` against a database when testing.
OFFLINE = SQLX_OFFLINE=true

.PHONY: run test clean-demo build deb bench check fmt queries screenshots

run: ## Set everything up and run the demonstration (Ctrl-C stops it)
	@scripts/setup run
	$(OFFLINE) $(CARGO) build --release --locked --features demo --bin loquet-demo
	@exec target/release/loquet-demo "$(DEMO)"

clean-demo: ## Forget the demonstration's data
	rm -rf "$(DEMO)"

build: ## The program that hosts install, in target/release/loquet
	$(OFFLINE) $(CARGO) build --release --locked --bin loquet

deb: ## The Debian package, in target/debian (needs `cargo install --locked cargo-deb`)
	$(OFFLINE) $(CARGO) build --profile dist --locked --bin loquet
	scripts/package-files target/dist/loquet
	$(CARGO) deb --locked --no-build --profile dist

test: ## Set everything up and run every check
	@scripts/setup test
	@scripts/check

bench: build ## Measure memory, speed and the import (a quarter of an hour; see bench/README.md)
	@scripts/setup run
	@bench/run

screenshots: ## Pictures of every page, to look at: target/screenshots/index.html
	@scripts/setup test
	@scripts/screenshots

queries: ## Write `.sqlx` again after a change of queries or migrations
	@scripts/queries write

fmt: ## Format the sources
	$(CARGO) fmt
