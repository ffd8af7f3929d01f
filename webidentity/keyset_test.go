package webidentity_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/internal/testissuer"
	"github.com/octroi/octroi/webidentity"
)

// flood sends tokens with invented kids and reports how they were refused and how long the slowest took.
func (h *house) flood(t *testing.T, n int) (kinds map[webidentity.Kind]int, slowest time.Duration) {
	t.Helper()
	kinds = map[webidentity.Kind]int{}
	c := h.claims()
	for i := range n {
		token, err := webidentity.Parse(mainKey().Sign(map[string]any{"alg": "RS256", "kid": fmt.Sprint("k", i)}, c))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = h.Verify(t.Context(), h.provider, token)
		slowest = max(slowest, time.Since(began))
		refusal := new(webidentity.Error)
		errors.As(err, &refusal)
		kinds[refusal.Kind]++
	}
	return kinds, slowest
}

// W24: a thousand tokens a second with random kids make us ask once a minute.
func TestHostileW24(t *testing.T) {
	h := open(t, mainKey())
	h.allow(t, "warm", mainKey().Token(h.claims()))
	h.later(2 * time.Minute)
	if kinds, _ := h.flood(t, 1); kinds[webidentity.Invalid] != 1 {
		t.Errorf("the first: %v", kinds)
	}
	kinds, slowest := h.flood(t, 300)
	if kinds[webidentity.Invalid] != 300 {
		t.Errorf("refused as %v", kinds)
	}
	if slowest > 100*time.Millisecond { // of a busy machine; usually far below a millisecond
		t.Errorf("the slowest took %v", slowest)
	}
	if _, sets := h.issuer.Asked(); sets != 2 {
		t.Errorf("asked %d times for the keys", sets)
	}
	for range 10 { // ten minutes, a token every six seconds
		for range 10 {
			h.later(6 * time.Second)
			h.flood(t, 1)
		}
	}
	if _, sets := h.issuer.Asked(); sets > 2+10 {
		t.Errorf("asked %d times in ten minutes", sets-2)
	}
	// The same flood at once, and the provider is asked once.
	h.later(2 * time.Minute)
	_, before := h.issuer.Asked()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { h.flood(t, 3) })
	}
	all.Wait()
	if _, sets := h.issuer.Asked(); sets-before != 1 {
		t.Errorf("asked %d times by 50 at once", sets-before)
	}
	h.allow(t, "a genuine one meanwhile", mainKey().Token(h.claims()))
}

// Wrong signatures under a known kid ask nobody.
func TestBadSignaturesAskNobody(t *testing.T) {
	h := open(t, mainKey())
	h.allow(t, "warm", mainKey().Token(h.claims()))
	forger := *secondKey()
	forger.ID = "main"
	for range 20 {
		h.later(time.Minute)
		h.refuse(t, "forged", forger.Token(h.claims()), webidentity.Invalid, "signature")
	}
	if discovery, sets := h.issuer.Asked(); discovery != 1 || sets != 1 {
		t.Errorf("asked %d and %d times", discovery, sets)
	}
}

func down(w http.ResponseWriter, _ *http.Request) bool {
	w.WriteHeader(http.StatusServiceUnavailable)
	return true
}

// W25, RL25: a provider that is down for a day, and changes its keys meanwhile.
func TestHostileW25(t *testing.T) {
	h := open(t, mainKey())
	h.allow(t, "before", mainKey().Token(h.claims()))
	h.issuer.Publish(secondKey())
	h.issuer.Answer(down)
	for range 48 {
		h.later(30 * time.Minute)
		h.allow(t, "down, a known kid", mainKey().Token(h.claims()))
		h.refuse(t, "down, an unknown kid", secondKey().Token(h.claims()), webidentity.Unreachable, "Couldn't retrieve verification key")
	}
	h.later(time.Hour + time.Minute)
	h.refuse(t, "down for more than a day", mainKey().Token(h.claims()), webidentity.Unreachable, "")
}

func TestRL25(t *testing.T) {
	h := open(t, mainKey())
	h.allow(t, "before", mainKey().Token(h.claims()))
	h.issuer.Publish(secondKey())
	h.issuer.Answer(down)
	h.later(24 * time.Hour)
	h.allow(t, "RL25: down for a day, a known key", mainKey().Token(h.claims()))
	h.refuse(t, "RL25: down, the new key", secondKey().Token(h.claims()), webidentity.Unreachable, "")
	h.issuer.Answer(nil)
	returned := h.now()
	for {
		if _, err := h.verify(t, secondKey().Token(h.claims())); err == nil {
			break
		}
		if h.later(time.Second); h.now().Sub(returned) > time.Minute {
			t.Fatalf("RL25: the new key is not taken after %v", h.now().Sub(returned))
		}
	}
	h.refuse(t, "RL25: the old key, now that the set is new", mainKey().Token(h.claims()), webidentity.Invalid, "key (kid)")
}

// A key that the provider removed is refused after an hour, without anybody asking for another one.
func TestRemovedKey(t *testing.T) {
	h := open(t, mainKey(), secondKey())
	h.allow(t, "before", mainKey().Token(h.claims()))
	h.issuer.Publish(secondKey())
	h.later(59 * time.Minute)
	h.allow(t, "within the hour", mainKey().Token(h.claims()))
	h.later(2 * time.Minute)
	h.refuse(t, "after it", mainKey().Token(h.claims()), webidentity.Invalid, "key (kid)")
	h.allow(t, "the other one", secondKey().Token(h.claims()))
}

// A clock that went back says nothing about the age of the keys: they are asked for again.
func TestClockBack(t *testing.T) {
	h := open(t, mainKey())
	h.allow(t, "before", mainKey().Token(h.claims()))
	h.issuer.Answer(down)
	h.later(-time.Hour)
	h.refuse(t, "an hour back", mainKey().Token(h.claims()), webidentity.Unreachable, "")
	h.issuer.Answer(nil)
	h.later(time.Minute)
	h.allow(t, "asked again", mainKey().Token(h.claims()))
}

// W26: a provider that says no is not one that says yes.
func TestHostileW26(t *testing.T) {
	for _, status := range []int{204, 206, 301, 401, 404, 429, 500, 503} {
		h := open(t, mainKey())
		h.issuer.Answer(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != testissuer.KeysPath {
				return false
			}
			w.WriteHeader(status)
			if status == 206 {
				fmt.Fprint(w, jsonOf(t, testissuer.Set(mainKey())))
			}
			return true
		})
		h.refuse(t, fmt.Sprint(status), mainKey().Token(h.claims()), webidentity.Unreachable, "Couldn't retrieve verification key")
		h.issuer.Answer(nil)
		h.later(11 * time.Second)
		h.allow(t, "again", mainKey().Token(h.claims()))
	}
}

// A provider's own file of keys is asked in its place: nobody is called.
func TestKeysFromAFile(t *testing.T) {
	h := open(t, secondKey())
	h.provider.Keys = jsonOf(t, testissuer.Set(mainKey()))
	h.allow(t, "from the file", mainKey().Token(h.claims()))
	h.refuse(t, "the provider's own", secondKey().Token(h.claims()), webidentity.Invalid, "key (kid)")
	h.later(100 * time.Hour)
	h.allow(t, "later", mainKey().Token(h.claims()))
	if discovery, sets := h.issuer.Asked(); discovery+sets != 0 {
		t.Error("the provider was asked")
	}
	for _, text := range []string{"", "{}", `{"keys":[]}`, "x"} {
		if webidentity.CheckKeys([]byte(text)) == nil {
			t.Errorf("%q is a key set", text)
		}
	}
	if err := webidentity.CheckKeys([]byte(h.provider.Keys)); err != nil {
		t.Error(err)
	}
	if webidentity.CheckAuthorities("no PEM") == nil || webidentity.CheckAuthorities(h.issuer.CA) != nil {
		t.Error("authorities are not checked")
	}
}

// What a provider is changed to is obeyed on the next token: another authority does not vouch for it.
func TestChangedProvider(t *testing.T) {
	h := open(t, mainKey())
	h.allow(t, "before", mainKey().Token(h.claims()))
	for what, change := range map[string]func(*webidentity.Provider){
		"no authority of its own": func(p *webidentity.Provider) { p.CA = "" }, "a broken authority": func(p *webidentity.Provider) { p.CA = "x" },
		"no longer internal": func(p *webidentity.Provider) { p.Reach = webidentity.Public },
	} {
		was := h.provider
		change(&h.provider)
		h.refuse(t, what, mainKey().Token(h.claims()), webidentity.Unreachable, "")
		h.provider = was
	}
	h.allow(t, "as it was", mainKey().Token(h.claims()))
}
