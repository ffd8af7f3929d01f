// Command bench measures the service, the registry and the command against floors and peers, and prints ratios.
//
//	make bench
//	go run ./bench -only issue -cpuprofile cpu.out
//
// A figure of one machine says little about another, so that each stands beside one taken at the same time, on the
// same machine, with the same load: rounds of the two take turns, and the ratio is the median of the rounds'. Client
// and server share the processors; the client is therefore as cheap as we can make it, and the same for both sides.
//
// Read main.go, load.go (the client), round.go (turns and medians), floor.go and house.go (what is measured), then a
// file per table: issue.go (and moto.go), decision.go, registry.go, stock.go (with peer.go, pusher.go, limit.go), timing.go, process.go, revocation.go, users.go, helper.go.
package main
