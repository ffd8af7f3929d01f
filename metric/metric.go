// Package metric counts what the service does, for Prometheus. Its label sets are fixed: what a caller writes never
// becomes a label, so that nobody can make series without end. It holds no secret, no name and no address.
package metric

import (
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/octroi/octroi/audit"
)

// Set is the metrics of one service, in a registry of their own: the process-wide one has whatever a library puts
// there.
type Set struct {
	registry  *prometheus.Registry
	decisions *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	issued    *prometheus.CounterVec
	redeemed  *prometheus.CounterVec
	damaged   *prometheus.CounterVec
	blobs     prometheus.Counter
	bytes     prometheus.Counter
	flushes   prometheus.Histogram

	decided map[decision]prometheus.Counter // of decisions: every one that there can be, found by comparing two words

	mu    sync.Mutex
	codes map[string]bool
}

// decision is the labels of one counter.
type decision struct{ front, outcome string }

// New makes a set.
func New() *Set {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "octroid", Name: name, Help: help}, labels)
	}
	s := &Set{
		registry:  prometheus.NewRegistry(),
		decisions: counter("decisions_total", "Decisions that were recorded, by front and outcome.", "front", "outcome"),
		refusals:  counter("refusals_total", "Requests that were refused before any policy was read, by the code of the answer. Limits that were hit are those of throttling.", "code"),
		issued:    counter("tokens_issued_total", "Tokens that were given out, by front: logins (aws) and bearers (token).", "front"),
		redeemed:  counter("tokens_redeemed_total", "Decisions about somebody who showed a token, by front.", "front"),
		damaged:   counter("damaged_content_total", "Content of the registry that was found not to be what its digest says, each time that it was, by kind.", "kind"),
		blobs: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "octroid", Name: "collected_blobs_total",
			Help: "Blobs that were removed because nothing led to them."}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "octroid", Name: "collected_bytes_total",
			Help: "Bytes of them."}),
		flushes: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "octroid", Name: "audit_flush_seconds",
			Help: "How long the disk took to flush the audit log.", Buckets: prometheus.ExponentialBuckets(0.0001, 4, 8)}),
		codes: map[string]bool{}, decided: map[decision]prometheus.Counter{},
	}
	for _, front := range append(fronts, none) {
		for _, outcome := range append(outcomes, none) {
			s.decided[decision{front, outcome}] = s.decisions.WithLabelValues(front, outcome)
		}
	}
	s.registry.MustRegister(s.decisions, s.refusals, s.issued, s.redeemed, s.damaged, s.blobs, s.bytes, s.flushes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

// Gauge adds a value that is read when somebody asks.
func (s *Set) Gauge(name, help string, read func() float64) {
	s.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "octroid", Name: name, Help: help}, read))
}

// Counter adds a count that is kept elsewhere.
func (s *Set) Counter(name, help string, read func() float64) {
	s.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "octroid", Name: name, Help: help}, read))
}

// Decided counts a record.
func (s *Set) Decided(r audit.Summary) {
	front := known(r.Front, fronts)
	s.decided[decision{front, known(string(r.Outcome), outcomes)}].Inc()
	switch {
	case r.Outcome == audit.Refused:
		s.refusals.WithLabelValues(s.code(r.Code)).Inc()
	case r.Outcome == audit.Allowed && r.Made:
		s.issued.WithLabelValues(front).Inc()
	case r.Token:
		s.redeemed.WithLabelValues(front).Inc()
	}
}

// The closed lists of labels, and the word for what is in none of them.
var (
	fronts   = []string{"aws", "registry", "token"}
	kinds    = []string{"blob", "manifest", "link", "upload"} // of damaged content
	outcomes = []string{string(audit.Allowed), string(audit.Denied), string(audit.Refused), string(audit.Filtered)}
)

const none = "none"

// known is a word of a closed list, or none.
func known(word string, words []string) string {
	for _, w := range words {
		if w == word {
			return w
		}
	}
	return none
}

// maxCodes bounds the codes, which are tables of ours: that they do not grow by a caller's hand is not left to them.
const maxCodes = 100

func (s *Set) code(code string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.codes[code] && len(s.codes) >= maxCodes {
		return "other"
	}
	s.codes[code] = true
	return code
}

// Flushed counts a flush of the audit log.
func (s *Set) Flushed(took time.Duration) { s.flushes.Observe(took.Seconds()) }

// Damaged counts content that is not what its digest says.
func (s *Set) Damaged(kind string) {
	s.damaged.WithLabelValues(known(kind, kinds)).Inc()
}

// Collected counts what a collection removed.
func (s *Set) Collected(blobs, bytes int64) {
	s.blobs.Add(float64(blobs))
	s.bytes.Add(float64(bytes))
}

// Handler answers with all of them.
func (s *Set) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}
