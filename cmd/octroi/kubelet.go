package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/kubelet"
)

// configureKubelet prints the kubelet's configuration for octroi-credential-provider. Nothing is written: the file is
// the kubelet's, below /etc, and needs two flags beside it.
//
// Source: Kubernetes documentation, "Configure a kubelet image credential provider"; KEP-4412 for tokenAttributes.
func (p process) configureKubelet(file configfile.File, names []string, accounts bool, audience string) error {
	images := names
	if len(names) > 0 {
		if _, err := p.exactHosts(file, names, true); err != nil {
			return err
		}
	} else {
		exact, patterns := file.Exact()
		images = append(exact, patterns...)
	}
	if audience != "" && !accounts {
		return &usageError{"--audience is for --service-account-tokens"}
	}
	if accounts && audience == "" {
		var err error
		if audience, err = audienceOf(file, images); err != nil {
			return err
		}
	}
	var b strings.Builder
	b.WriteString(`# For the kubelet: --image-credential-provider-config=THIS FILE --image-credential-provider-bin-dir=FOLDER,
# where FOLDER holds octroi-credential-provider.
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: octroi-credential-provider
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    defaultCacheDuration: 1h0m0s
    matchImages:
`)
	for _, image := range images {
		fmt.Fprintf(&b, "      - %q\n", image)
	}
	if accounts {
		fmt.Fprintf(&b, `    tokenAttributes:
      serviceAccountTokenAudience: %q
      cacheType: ServiceAccount
      requireServiceAccount: false
      optionalServiceAccountAnnotationKeys:
`, audience)
		for _, name := range kubelet.RoleAnnotations() {
			fmt.Fprintf(&b, "        - %s\n", name)
		}
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}

// audienceOf is what the configuration has for the audience of the hosts' tokens. The kubelet makes tokens for one
// audience for each provider that it starts.
func audienceOf(file configfile.File, images []string) (string, error) {
	found := ""
	for _, e := range file.Config.Entries {
		if !slices.Contains(images, e.Host) || e.Audience == "" || e.Audience == found {
			continue
		}
		if found != "" {
			return "", fmt.Errorf("the hosts have several audiences (%s, %s): print a configuration for each, with its hosts named", found, e.Audience)
		}
		found = e.Audience
	}
	if found == "" {
		found = hosts.UsualAudience
	}
	return found, nil
}
