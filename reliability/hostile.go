package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// besieged is a node that is attacked while normal callers come.
type besieged struct {
	node     *node
	visitors *visitors
	reports  []sighting
	quiet    visits
	attacked visits
	before   int64   // bytes in RAM, before the attack
	most     int64   // and the most during it
	used     float64 // processors that the service used, before and
	usedThen float64 // during the attack
}

// quietTime is how long the visitors come quietly, before and after an attack.
const quietTime = 12 * time.Second

// besiege has visitors come for a time, then under the attacks for as long, then quietly again: what changes on the
// machine meanwhile is in both figures.
func (r *run) besiege(ctx context.Context, n *node, d time.Duration, attacks ...assault) (b besieged, err error) {
	b.node = n
	key, err := n.administrator()
	if err != nil {
		return b, err
	}
	if b.visitors, err = newVisitors(ctx, n, key); err != nil {
		return b, err
	}
	b.visitors.visit(ctx, 2*time.Second) // what is read once is read
	b.quiet, b.used = b.visit(ctx, min(d/2, quietTime))
	if err := b.attack(ctx, r, d, attacks); err != nil {
		return b, err
	}
	b.quiet.add(b.visitors.visit(ctx, min(d/2, quietTime)))
	r.say("p99 %v quiet, %v under attack", short(b.quiet.p99("")), short(b.attacked.p99("")))
	return b, ctx.Err()
}

// visit also tells how many processors the service used meanwhile.
func (b *besieged) visit(ctx context.Context, d time.Duration) (visits, float64) {
	before, _ := processorTime(b.node.pid())
	began := time.Now()
	v := b.visitors.visit(ctx, d)
	after, _ := processorTime(b.node.pid())
	return v, (after - before).Seconds() / time.Since(began).Seconds()
}

func (b *besieged) attack(ctx context.Context, r *run, d time.Duration, attacks []assault) (err error) {
	if b.before, err = resident(b.node.pid()); err != nil {
		return err
	}
	memory := watch(b.node.pid())
	defer func() { b.most = memory.end() }()
	var all []*attacker
	for _, a := range attacks {
		p, err := r.attack(ctx, a)
		if err != nil {
			return err
		}
		r.say("%s: %d connections are open", a.Kind, p.ready.Held)
		all = append(all, p)
	}
	b.attacked, b.usedThen = b.visit(ctx, d)
	for i, p := range all {
		patience := time.Duration(0)
		if !attacks[i].endless() {
			patience = 20 * time.Second
		}
		last, e := p.stop(patience)
		r.say("held %d at most, %d opened, %d cut after %v at most, sent %d, answers %v", last.Most, last.Opened, last.Cut, last.Longest.Round(time.Second), last.Sent, last.Status)
		b.reports, err = append(b.reports, last), errors.Join(err, e)
	}
	return err
}

// figures are those that every attack has.
func (b *besieged) figures(grow int64) []figure {
	return append(compare(b.quiet, b.attacked),
		told("processors that the service uses", fmt.Sprintf("%.2f quiet, %.2f under attack", b.used, b.usedThen)),
		told("memory before", fmt.Sprintf("%.1f MiB", float64(b.before)/(1<<20))),
		mebibytes("memory grown under attack", b.most-b.before, grow))
}

// withAdmin adds a port of its own for health and metrics to a configuration.
func withAdmin(config string) (text, address string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer l.Close()
	return "adminListen: " + l.Addr().String() + "\n" + config, l.Addr().String(), nil
}
