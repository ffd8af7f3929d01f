package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/store"
)

// DefaultListen is where the service listens when nothing else is said: for this machine only.
const DefaultListen = "127.0.0.1:8787"

// Config is how the service is set up. The YAML keys are those of the configuration file.
type Config struct {
	Data           string   `yaml:"data"`           // the folder that holds everything
	Listen         string   `yaml:"listen"`         // host:port; port 0 takes a free one
	ExternalURL    string   `yaml:"externalUrl"`    // how clients reach the service, without a path
	Hosts          []string `yaml:"hosts"`          // further host[:port] names that clients may use
	TLSCert        string   `yaml:"tlsCert"`        // PEM file, read again when it changes
	TLSKey         string   `yaml:"tlsKey"`         // PEM file
	Insecure       bool     `yaml:"insecure"`       // serve plaintext beyond this machine
	TrustedProxies []string `yaml:"trustedProxies"` // prefixes whose X-Forwarded-For is believed
	Account        string   `yaml:"account"`        // twelve digits, for the first start
	Alias          string   `yaml:"alias"`          // the account's alias, for the first start
	AdminListen    string   `yaml:"adminListen"`    // host:port of /metrics; empty: none
	PrivateIssuers []string `yaml:"privateIssuers"` // hosts of identity providers that may be registered though they are not on the Internet
	IssuerProxy    string   `yaml:"issuerProxy"`    // through which identity providers are asked; none when empty
	Registry       Registry `yaml:"registry"`
	Limits         Limits   `yaml:"limits"`

	RootKeys    RootKeys `yaml:"-"` // what is given from outside of the folder
	AddressFile string   `yaml:"-"` // gets the address once the port is open
}

// Registry is how the registry behaves.
type Registry struct {
	AnonymousPull bool     `yaml:"anonymousPull"` // default true, as ECR Public: anybody pulls
	Private       []string `yaml:"private"`       // repositories (team/*) that only permitted principals pull
	ImmutableTags []string `yaml:"immutableTags"` // repositories whose tags are never moved
	CreateOnPush  bool     `yaml:"createOnPush"`  // default true: a push may create what its principal may create
	Delete        bool     `yaml:"delete"`        // default true

	CollectEvery time.Duration `yaml:"collectEvery"` // how often what nothing leads to is removed; zero: never
	CollectAfter time.Duration `yaml:"collectAfter"` // how long it is left alone before
}

// Defaults is the configuration before any file or flag.
func Defaults() Config {
	return Config{Listen: DefaultListen, Alias: "local", Limits: DefaultLimits(),
		Registry: Registry{AnonymousPull: true, CreateOnPush: true, Delete: true, CollectEvery: 24 * time.Hour, CollectAfter: 2 * time.Hour}}
}

// ReadConfig reads a configuration file over the defaults. It refuses unknown and repeated keys, a second document,
// and a file that others can write or read: it says who is trusted.
func ReadConfig(path string, over *Config) error {
	if err := store.Private(path); err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	if err := plain(text); err != nil {
		return fmt.Errorf("reading the configuration %s: %w", path, err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(over); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the configuration %s: %w", path, readable(err))
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the configuration %s: it holds more than one document", path)
	}
	return nil
}

// plain refuses anchors, aliases, merged keys and keys that are no words: with them a key can be set where nobody looks for it, and twice.
func plain(text []byte) error {
	var root yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return plainNode(&root)
}

func plainNode(n *yaml.Node) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" || n.Tag == "!!merge" {
		return fmt.Errorf("line %d: it has an anchor, an alias or a merged key: write out what they stand for", n.Line)
	}
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if n.Content[i].ShortTag() != "!!str" {
			return fmt.Errorf("line %d: it has a key that is no word", n.Content[i].Line)
		}
	}
	for _, below := range n.Content {
		if err := plainNode(below); err != nil {
			return err
		}
	}
	return nil
}

// Check refuses a configuration that would not be safe, or that leaves a question open.
func (c Config) Check() error {
	if c.Data == "" {
		return errors.New("say where the data is: --data DIR")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("TLS needs both files: --tls-cert F --tls-key F")
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %q is not host:port", c.Listen)
	}
	if c.TLSCert == "" && !c.Insecure && !loopback(host) {
		return fmt.Errorf("refusing to serve plaintext on %s: tokens would cross the network in clear. "+
			"Give --tls-cert and --tls-key, listen on 127.0.0.1, or say --insecure", c.Listen)
	}
	if c.ExternalURL == "" && unspecified(host) {
		return fmt.Errorf("--listen %s names no host: say how clients reach the service with --external-url URL", c.Listen)
	}
	if c.ExternalURL != "" {
		if err := checkExternal(c.ExternalURL); err != nil {
			return err
		}
	}
	if err := c.checkAdmin(); err != nil {
		return err
	}
	if err := c.checkIssuers(); err != nil {
		return err
	}
	if r := c.Registry; r.CollectEvery < 0 || r.CollectEvery > 0 && r.CollectAfter < shortestGrace {
		return fmt.Errorf("registry.collectEvery %v, collectAfter %v: give zero or more, and at least %v for a push to be finished", r.CollectEvery, r.CollectAfter, shortestGrace)
	}
	return c.Limits.check()
}

// checkAdmin keeps the metrics on this machine: they tell who is refused how often.
func (c Config) checkAdmin() error {
	if c.AdminListen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(c.AdminListen)
	if err != nil {
		return fmt.Errorf("--admin-listen %q is not host:port", c.AdminListen)
	}
	if !c.Insecure && !loopback(host) {
		return fmt.Errorf("refusing to serve metrics on %s, where whoever reaches it reads them: "+
			"listen on 127.0.0.1, or say --insecure", c.AdminListen)
	}
	return nil
}

func checkExternal(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
		u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("--external-url %q is not http(s)://host[:port]", text)
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func unspecified(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && ip.IsUnspecified()
}
