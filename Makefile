# make help says what there is.

.DEFAULT_GOAL := help
SHELL := bash
PREFIX ?= /usr/local
.PHONY: help setup build static install demo test lint cluster chaos fuzz arm64 bench clean

help: ## Print this list.
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F '|' '{ printf "%-15s%s\n", $$1, $$2 }'

setup: ## Check Swift and install Open MPI where it is missing.
	@.ci/setup

build: setup ## Build .build/release/microfold.
	@. .ci/environment && swift build -c release --product microfold

static: setup ## Build .build/static/release/microfold, for hosts without Swift.
	@. .ci/environment && swift build -c release --product microfold --static-swift-stdlib --scratch-path .build/static

install: build ## Install the program, its completion and its manual page under PREFIX, /usr/local by default.
	@.ci/install .build/release/microfold "$(DESTDIR)$(PREFIX)"

demo: build ## Cross-validate on four small synthetic datasets, on two ranks, and write a report.
	@.ci/demo

test: ## Run all tests, or those of FILTER=Name; ffmpeg, unzip and iproute2 are installed where they are missing.
	@.ci/setup ffmpeg network
	@.ci/test $(if $(FILTER),--filter "$(FILTER)")

lint: ## Check the formatting of Swift, shell scripts and Python files; builds nothing.
	@.ci/lint

cluster: ## Run jobs on a real Slurm of three nodes, made on this machine, and run with Open MPI 5; about ten minutes.
	@.ci/setup network slurm openmpi5
	@.ci/cluster

chaos: ## Disturb a sweep at random, 40 times or CHAOS=N, and compare it with one that was left alone.
	@.ci/setup ffmpeg network
	@MICROFOLD_CHAOS=$(or $(CHAOS),40) .ci/test --filter ChaosTests

fuzz: ## Show every reader of files 100000 damaged ones, or FUZZ=N; about an hour.
	@.ci/setup ffmpeg
	@MICROFOLD_FUZZ=$(or $(FUZZ),100000) .ci/test --no-parallel --filter FuzzTests

arm64: setup ## Compare the bits of the kernels on arm64 (in an emulator) with AVX2 and AVX-512.
	@Tests/Arm64/run

bench: build ## Compare with PyTorch on this machine; QUICK=1, SECTIONS="kernels steps lbp-top scaling".
	@QUICK="$(QUICK)" SECTIONS="$(SECTIONS)" Benchmarks/bench

clean: ## Remove what was built; runs and stores stay.
	@rm -rf .build .build-mpi*
