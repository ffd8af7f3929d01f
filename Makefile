# make            shows these targets
# make demo       builds everything and walks the whole path once
# make test       runs every test

GO      ?= go
BIN     := bin
FLAGS   := -trimpath
LDFLAGS := -s -w

# Programs that the tests drive, pinned. They stay out of go.mod: they are clients, not code of ours.
CRANE       := github.com/google/go-containerregistry/cmd/crane@v0.22.1
ORAS        := oras.land/oras/cmd/oras@v1.3.6
HELM        := helm.sh/helm/v3/cmd/helm@v3.22.0
ECRLOGIN    := github.com/awslabs/amazon-ecr-credential-helper/ecr-login/cli/docker-credential-ecr-login@v0.12.0
REGISTRY    := github.com/distribution/distribution/v3/cmd/registry@v3.1.2
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# What a release is packed with. nfpm after 2.43 needs modules that not every proxy has.
NFPM        := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0
CYCLONEDX   := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

export PATH := $(CURDIR)/$(BIN)/tools:$(PATH)

.PHONY: help
help: ## show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

.PHONY: build
build: ## build bin/octroi, bin/octroid and the helper of docker and the kubelet: static, without cgo
	@mkdir -p $(BIN)
	CGO_ENABLED=0 $(GO) build $(FLAGS) -ldflags '$(LDFLAGS)' -o $(BIN)/ ./cmd/octroi ./cmd/octroid ./cmd/docker-credential-octroi
	ln -sf docker-credential-octroi $(BIN)/octroi-credential-provider

.PHONY: man
man: build ## write the manual's pages into bin/man
	$(BIN)/octroi manual $(BIN)/man

.PHONY: demo
demo: build ## walk the whole path once: service, principal, token, login, push, pull
	@$(BIN)/octroid demo

.PHONY: test
test: build ## run every test
	$(GO) test ./...

.PHONY: tools
tools: ## install the pinned programs that the tests and checks drive, into bin/tools
	@mkdir -p $(BIN)/tools
	GOBIN=$(CURDIR)/$(BIN)/tools $(GO) install $(CRANE)
	GOBIN=$(CURDIR)/$(BIN)/tools $(GO) install $(ORAS)
	GOBIN=$(CURDIR)/$(BIN)/tools $(GO) install $(HELM)
	GOBIN=$(CURDIR)/$(BIN)/tools $(GO) install $(STATICCHECK)
	GOBIN=$(CURDIR)/$(BIN)/tools $(GO) install $(GOVULNCHECK)

.PHONY: release-tools
release-tools: $(BIN)/tools/nfpm $(BIN)/tools/cyclonedx-gomod ## install what a release is packed with, into bin/tools

$(BIN)/tools/nfpm:
	GOBIN=$(CURDIR)/$(BIN)/tools CGO_ENABLED=0 $(GO) install -trimpath $(NFPM)

$(BIN)/tools/cyclonedx-gomod:
	GOBIN=$(CURDIR)/$(BIN)/tools CGO_ENABLED=0 $(GO) install -trimpath $(CYCLONEDX)

.PHONY: release
release: release-tools ## build what is published into dist (docs/releases.md)
	rm -rf dist
	$(GO) run ./internal/release build dist

.PHONY: verify-release
verify-release: release-tools ## build the last commit twice, apart, and compare bit by bit; alter it, install it (many minutes)
	$(GO) mod verify
	$(GO) run ./internal/release verify

.PHONY: check
check: ## gofmt, go vet, staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'run gofmt -w on these'; exit 1; }
	$(GO) vet ./...
	staticcheck ./...

.PHONY: race
race: ## the short tests of the service under the race detector
	$(GO) test -race -short ./access/... ./audit/... ./backup/... ./budget/... ./endpoint/... ./identity/... ./loan/... ./session/... ./webidentity/... ./issuer/... ./policy/... ./registry/... ./server/... ./sigv4/... ./store/... ./token/...

# A run of its own, of seconds: counting under the race detector makes it minutes.
.PHONY: cover
cover: ## fail if a statement of policy, sigv4 or token has no test
	@mkdir -p $(BIN)
	$(GO) test -short -coverpkg=./policy/...,./sigv4,./token -coverprofile=$(BIN)/cover.out ./policy/... ./sigv4 ./token
	@.ci/coverage $(BIN)/cover.out

.PHONY: simulate
simulate: ## compare policy with an independent evaluator (OCTROI_SIMULATE cases, 2000)
	.ci/simulate

.PHONY: mutation
mutation: ## break every comparison of policy, sigv4 and token, and see a test fail (some minutes)
	$(GO) run ./internal/mutation

.PHONY: conformance
conformance: build ## the OCI distribution conformance suite, with authentication on; the kubelet's own types
	cd conformance && $(GO) test -count=1 ./...
	cd conformance/kubelet && $(GO) test -count=1 ./...

.PHONY: vuln
vuln: ## govulncheck, where its database can be reached
	@govulncheck ./... || { [ $$? -eq 3 ] && exit 3; echo 'govulncheck could not reach its database: skipped'; }

$(BIN)/tools/docker-credential-ecr-login: ## Amazon's helper, to be measured beside ours
	GOBIN=$(CURDIR)/$(BIN)/tools CGO_ENABLED=0 $(GO) install -trimpath -ldflags '$(LDFLAGS)' $(ECRLOGIN)

$(BIN)/tools/registry: ## Distribution's own registry, to be measured beside ours
	GOBIN=$(CURDIR)/$(BIN)/tools CGO_ENABLED=0 $(GO) install -trimpath -ldflags '$(LDFLAGS)' $(REGISTRY)

.PHONY: bench
bench: build $(BIN)/tools/docker-credential-ecr-login $(BIN)/tools/registry ## ratios against floors and peers, in one run
	$(GO) run ./bench

.PHONY: reliability
reliability: build ## kill, starve and flood the service, and count what is lost (RELIABILITY='-only RL1 -scale 0.1'; 30 minutes)
	$(GO) run ./reliability $(RELIABILITY)

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (10s), and SEQUENCES (100) of operations that are made up
	.ci/fuzz $(or $(FUZZTIME),10s) $(or $(SEQUENCES),100)

.PHONY: ci
ci: ## what the continuous integration runs: programs, tests, checks, conformance
	.ci/install
	$(MAKE) tools
	$(MAKE) check
	$(MAKE) test
	.ci/oracle
	$(MAKE) cover
	$(MAKE) race
	$(MAKE) simulate
	$(MAKE) conformance
	$(MAKE) vuln
