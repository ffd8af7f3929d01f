package main_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHostileCold is C30: a hundred at once, one call.
func TestHostileCold(t *testing.T) {
	s := newService(t)
	s.delay = 100 * time.Millisecond
	w := newWorld(t, public(s))
	secrets := make([]string, 100)
	began := time.Now()
	together(len(secrets), func(i int) { secrets[i], _ = w.get("public.ecr.aws") })
	took := time.Since(began)
	for _, secret := range secrets {
		if secret != "token-1-of-AKIAEXAMPLEEXAMPLE2A" {
			t.Fatalf("C30: %q", secrets)
		}
	}
	if s.asked() != 1 || took > 8*time.Second {
		t.Errorf("C30: %d calls, %v", s.asked(), took)
	}
}

// TestHostileIdentities is C31: two at once get their own, and no entry is lost.
func TestHostileIdentities(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	together(100, func(i int) {
		key := "AKIAEXAMPLEEXAMPLE2" + string("AB"[i%2])
		if secret, r := w.get("public.ecr.aws", "AWS_ACCESS_KEY_ID", key); !strings.HasSuffix(secret, "-of-"+key) {
			t.Errorf("C31: %s is lent %q: %+v", key, secret, r)
		}
	})
	if s.asked() != 2 || len(w.cache("i-*")) != 2 {
		t.Errorf("C31: %d calls, %v", s.asked(), w.cache("i-*"))
	}
}

// TestHostileCrowd is RL24 on one machine: two hundred helpers of four identities at once, at a service that throttles.
func TestHostileCrowd(t *testing.T) {
	if testing.Short() {
		t.Skip("two hundred processes")
	}
	s := newService(t)
	s.delay = 50 * time.Millisecond
	w := newWorld(t, public(s))
	w.env["AWS_MAX_ATTEMPTS"] = "3"
	began := time.Now()
	together(200, func(i int) {
		key := "AKIAEXAMPLEEXAMPLE2" + string("ABCD"[i%4])
		if secret, r := w.get("public.ecr.aws", "AWS_ACCESS_KEY_ID", key); !strings.HasSuffix(secret, key) {
			t.Errorf("RL24: %+v", r)
		}
	})
	if took := time.Since(began); s.asked() != 4 || took > 60*time.Second {
		t.Errorf("RL24: %d calls, %v", s.asked(), took)
	}
}

// TestRotatedKeys: forty session keys of one role are one entry, and one call.
func TestRotatedKeys(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	for i := range 40 {
		secret, r := w.get("public.ecr.aws", "AWS_ACCESS_KEY_ID", fmt.Sprintf("ASIAEXAMPLE%09d", i), "AWS_SESSION_TOKEN", fmt.Sprint("t", i))
		if secret != "token-1-of-ASIAEXAMPLE000000000" {
			t.Fatalf("%d: %q %+v", i, secret, r)
		}
	}
	if s.asked() != 1 || len(w.cache("i-*")) != 1 {
		t.Error(s.asked(), w.cache("i-*"))
	}
}

// TestHostileKills is C32: killed at any moment, the next one has a right answer.
func TestHostileKills(t *testing.T) {
	kills := 500
	if testing.Short() {
		kills = 25
	}
	s := newService(t)
	w := newWorld(t, public(s))
	random := rand.New(rand.NewPCG(1, 2))
	key := func(i int) string { return "AKIAEXAMPLEEXAMPLE2" + string("ABCDEFGH"[i%8]) }
	for i := range kills {
		c := w.command("docker-credential-octroi", []string{"get"}, strings.NewReader("public.ecr.aws"), "AWS_ACCESS_KEY_ID", key(i))
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // octroi is killed with it
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(40_000)) * time.Microsecond)
		syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		c.Wait()
		if i%8 == 7 {
			for n := range 8 {
				if secret, r := w.get("public.ecr.aws", "AWS_ACCESS_KEY_ID", key(n)); !strings.HasSuffix(secret, "-of-"+key(n)) {
					t.Fatalf("C32 after %d kills: %q %+v", i+1, secret, r)
				}
				w.do("erase", "public.ecr.aws", "AWS_ACCESS_KEY_ID", key(n))
			}
		}
	}
}
