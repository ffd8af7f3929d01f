package main

import (
	"errors"
	"fmt"
	"io"
	"path"
	"runtime"
	"strings"
	"time"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

const benchAccount = "123456789012"

// decisionTable measures a decision by the number of statements in force, beside what one would write at first: two
// path.Match for each statement. No statement allows, so that all of them are read.
func decisionTable(out io.Writer, o options) error {
	for _, kind := range []struct{ name, resource, condition string }{
		{"of other repositories", "other%d/*", `{"Bool":{"aws:SecureTransport":"true"}}`},
		{"that fail by their last condition", "team/*", `{"Bool":{"aws:SecureTransport":"true"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringLike":{"aws:UserAgent":"*cli/%d"}}`},
	} {
		fmt.Fprintf(out, "%-50s %10s %12s %9s  %12s %6s\n", "Decisions, statements "+kind.name, "time", "a statement", "allocated", "path.Match", "ratio")
		for _, n := range []int{1, 20, 1_000, 10_000} {
			if err := decisionLine(out, o, n, kind.resource, kind.condition); err != nil {
				return err
			}
		}
	}
	return nil
}

func decisionLine(out io.Writer, o options, n int, resource, condition string) error {
	policies, patterns, err := statementsInForce(n, resource, condition)
	if err != nil {
		return err
	}
	req := policy.Request{Principal: principal.Principal{Kind: principal.User, Account: benchAccount, ID: "AIDABENCH", Name: "bench", Path: "/"},
		Action: "ecr-public:PutImage", Resource: principal.RepositoryARN(benchAccount, "team/app")}
	req.Context.SetTransport(policy.TLS)
	req.Context.SetUserAgent("aws-cli/2.9.19")
	req.Context.Set("aws:SourceIp", "10.1.2.3")
	if policy.Evaluate(req, policies).Allowed() {
		return errors.New("a statement allows what none should")
	}
	matched := 0
	var ours, theirs []time.Duration
	var ratios, bytes []float64
	for range o.rounds {
		took, allocated := repeat(o.round, func() { policy.Evaluate(req, policies) })
		other, _ := repeat(o.round, func() {
			for _, p := range patterns {
				if ok, _ := path.Match("ecr-public:P*", req.Action); ok {
					if ok, _ := path.Match(p, req.Resource); ok {
						matched++
					}
				}
			}
		})
		ours, theirs = append(ours, took), append(theirs, other)
		ratios, bytes = append(ratios, float64(other)/float64(took)), append(bytes, allocated)
	}
	fmt.Fprintf(out, "%-50d %7.1f us %9.0f ns %7.0f B  %9.1f us %6.2f\n",
		n, micro(median(ours)), float64(median(ours).Nanoseconds())/float64(n), median(bytes), micro(median(theirs)), median(ratios))
	return nil
}

// statementsInForce are n statements in documents of twenty, and their resources as patterns of path.Match.
func statementsInForce(n int, resource, condition string) (policies []policy.Source, patterns []string, err error) {
	number := func(text string, i int) string { return strings.ReplaceAll(text, "%d", fmt.Sprint(i)) }
	for first := 0; first < n; first += 20 {
		var statements []string
		for i := first; i < min(first+20, n); i++ {
			arn := principal.RepositoryARN(benchAccount, number(resource, i))
			patterns = append(patterns, arn)
			statements = append(statements, `{"Effect":"Allow","Action":"ecr-public:P*","Resource":"`+arn+`","Condition":`+number(condition, i)+`}`)
		}
		d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`))
		if err != nil {
			return nil, nil, err
		}
		policies = append(policies, policy.Source{Type: policy.IdentityPolicy, Name: "bench", Document: d})
	}
	return policies, patterns, nil
}

// repeat does something for a time, and answers how long once takes and what it allocates.
func repeat(during time.Duration, do func()) (once time.Duration, allocated float64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, n := time.Now(), 0
	for time.Since(began) < during {
		do()
		n++
	}
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return took / time.Duration(n), float64((after.TotalAlloc - before.TotalAlloc) / uint64(n))
}
