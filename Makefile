# make help lists the targets.

.DEFAULT_GOAL := help
SHELL := bash
PREFIX ?= /usr/local
.PHONY: help setup build static install demo test lint coverage cluster chaos fuzz avx2 arm64 bench clean

help: ## Print this list.
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F '|' '{ printf "%-15s%s\n", $$1, $$2 }'

setup: ## Check Swift and install Open MPI where it is missing.
	@scripts/setup

build: setup ## Build .build/release/microfold.
	@. scripts/environment && swift build -c release --product microfold

static: setup ## Build .build/static/release/microfold, for hosts without Swift.
	@. scripts/environment && swift build -c release --product microfold --static-swift-stdlib --scratch-path .build/static

install: build ## Install the program, its completion and its manual page under PREFIX, /usr/local by default.
	@scripts/install .build/release/microfold "$(DESTDIR)$(PREFIX)"

demo: build ## Cross-validate on four small synthetic datasets, on two ranks, and write a report.
	@scripts/demo

test: ## Run all tests, or those of FILTER=Name; ffmpeg, unzip and iproute2 are installed where they are missing.
	@scripts/setup ffmpeg network
	@scripts/test $(if $(FILTER),--filter "$(FILTER)")

lint: ## Check the formatting of Swift, shell scripts and Python files; builds nothing.
	@scripts/lint

coverage: ## Run all tests (or FILTER=Name) and print the share of lines that they run, for each folder.
	@scripts/setup ffmpeg network
	@scripts/coverage $(if $(FILTER),--filter "$(FILTER)")

cluster: ## Run jobs on a real Slurm of three nodes, made on this machine, and run with Open MPI 5; or SUITES=slurm.
	@scripts/setup network $(or $(SUITES),slurm openmpi5)
	@scripts/cluster $(SUITES)

chaos: ## Disturb a sweep at random, 40 times or CHAOS=N, and compare it with one that was left alone.
	@scripts/setup ffmpeg network
	@MICROFOLD_CHAOS=$(or $(CHAOS),40) scripts/test --filter ChaosTests

fuzz: ## Show every reader of files 100000 damaged ones, or FUZZ=N; about an hour.
	@scripts/setup ffmpeg
	@MICROFOLD_FUZZ=$(or $(FUZZ),100000) scripts/test --no-parallel --filter FuzzTests

avx2: setup ## On a CPU with AVX-512: test the kernels with AVX2 too, and compare the bits of a small sweep.
	@Tests/Bits/avx2

arm64: setup ## Compare the bits of the kernels on arm64 (in an emulator) with AVX2 and AVX-512.
	@Tests/Bits/arm64

bench: build ## Compare with PyTorch on this machine; QUICK=1, SECTIONS="kernels steps lbp-top scaling".
	@QUICK="$(QUICK)" SECTIONS="$(SECTIONS)" Benchmarks/bench

clean: ## Remove what was built; runs and stores stay.
	@rm -rf .build .build-mpi*
