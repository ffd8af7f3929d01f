package main_test

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/loan"
)

// lendBefore puts a loan into the cache that was made a while ago.
func (w *world) lendBefore(host string, e hosts.Entry, age, left time.Duration) {
	w.t.Helper()
	f, err := loan.Open(filepath.Join(w.home, ".cache/octroi"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	h, _ := hosts.Parse(host)
	l := loan.Loan{Host: h.Name, Identity: "arn:aws:iam::123456789012:user/A", Endpoint: e.Service(h) + "/", User: "AWS", Password: "old", Issued: time.Now().Add(-age), Expires: time.Now().Add(left)}
	if err := f.Keep(background, l, time.Now()); err != nil {
		w.t.Fatal(err)
	}
	name := f.Name(loan.Source{Host: h, Entry: e, Environ: w.environ()})
	if err := f.Remember(name, loan.Answer{Identity: l.Identity, Endpoint: l.Endpoint}, l.Expires); err != nil {
		w.t.Fatal(err)
	}
}

// TestRenewal: from half its life on a loan is renewed, and lent while that takes time or fails.
func TestRenewal(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	e := hosts.Entry{Host: "public.ecr.aws", Endpoint: s.URL}
	w.lendBefore("public.ecr.aws", e, 5*time.Hour, 6*time.Hour)
	if secret, r := w.get("public.ecr.aws"); secret != "old" || s.asked() != 0 {
		t.Errorf("in the first half: %q %+v", secret, r)
	}
	s.set(func() { s.status = http.StatusInternalServerError })
	w.lendBefore("public.ecr.aws", e, 6*time.Hour, 5*time.Hour)
	for range 3 {
		if secret, r := w.get("public.ecr.aws"); secret != "old" {
			t.Errorf("while renewals fail: %q %+v", secret, r)
		}
	}
	if s.asked() != 1 {
		t.Error("a failed renewal is tried again at once:", s.asked())
	}
	s.set(func() { s.status, s.delay = http.StatusOK, time.Hour })
	w.lendBefore("public.ecr.aws", e, 6*time.Hour, 5*time.Hour)
	var mu sync.Mutex
	slow := 0
	together(10, func(int) {
		secret, r := w.get("public.ecr.aws")
		if secret != "old" || r.took > 5*time.Second {
			t.Errorf("while the service hangs: %q %+v", secret, r)
		}
		if mu.Lock(); r.took > 2*time.Second {
			slow++
		}
		mu.Unlock()
	})
	if slow > 1 {
		t.Error(slow, "waited for one renewal")
	}
	s.set(func() { s.delay = 0 })
	w.lendBefore("public.ecr.aws", e, 6*time.Hour, 5*time.Hour)
	if secret, r := w.get("public.ecr.aws"); !strings.HasPrefix(secret, "token-") {
		t.Errorf("renewed: %q %+v", secret, r)
	}
}

// TestNeverExpired: a service that fails and a loan that has ended are no login.
func TestNeverExpired(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	s.set(func() { s.status = http.StatusInternalServerError })
	w.lendBefore("public.ecr.aws", hosts.Entry{Host: "public.ecr.aws", Endpoint: s.URL}, 11*time.Hour, 5*time.Second)
	w.do("get", "public.ecr.aws").notFound(t, "expired")
	if r := w.do("get", "public.ecr.aws"); !strings.Contains(r.stderr, "asked less than 10 seconds ago") || s.asked() != 1 {
		t.Errorf("a failure is not remembered: %d calls, %+v", s.asked(), r)
	}
}

// TestSessionEnds: a login is not kept longer than the session that got it.
func TestSessionEnds(t *testing.T) {
	s := newService(t)
	w := newWorld(t, fmt.Sprintf("hosts:\n  %s: {role_arn: \"arn:aws:iam::123456789012:role/pull\", external_id: \"xyz\"}\n", s.host))
	if secret, r := w.get(s.host); secret != "token-1-of-ASIAX" {
		t.Fatalf("%+v", r)
	}
	if form := s.forms[len(s.forms)-1]; form.Get("ExternalId") != "xyz" || form.Get("RoleArn") != "arn:aws:iam::123456789012:role/pull" {
		t.Error(form)
	}
	f, err := loan.Open(filepath.Join(w.home, ".cache/octroi"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if all := f.Loans(time.Now()); len(all) != 1 || time.Until(all[0].Expires) > time.Hour {
		t.Error(all)
	}
}

// TestBlackHole: a metadata address that swallows everything costs less than a second.
func TestBlackHole(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := newWorld(t, "")
	delete(w.env, "AWS_EC2_METADATA_DISABLED")
	w.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://" + l.Addr().String() + "/" // accepts, never answers
	w.env["AWS_ACCESS_KEY_ID"], w.env["AWS_SECRET_ACCESS_KEY"] = "", ""
	r := w.do("get", "public.ecr.aws")
	if r.notFound(t, "black hole"); r.took > time.Second {
		t.Error(r.took)
	}
}

// TestHostileHang is C45: the budget holds.
func TestHostileHang(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the budgets: 30 and 50 seconds")
	}
	s := newService(t)
	s.delay = time.Hour
	w := newWorld(t, fmt.Sprintf("hosts:\n  %s: {}\n", s.host))
	provider := newWorld(t, fmt.Sprintf("hosts:\n  %s: {}\n", s.host))
	together(2, func(i int) {
		if i == 0 {
			r := w.do("get", s.host)
			if r.notFound(t, "C45"); r.took > 30500*time.Millisecond || r.took < 5*time.Second {
				t.Errorf("C45: helper: %v", r.took)
			}
			return
		}
		r := provider.provide(request(s.host+"/team/app:v1", "", nil))
		if r.code != 1 || r.stdout != "" || r.took > 50500*time.Millisecond {
			t.Errorf("C45: provider: %+v", r)
		}
	})
}
