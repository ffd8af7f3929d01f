package main

import (
	"fmt"
	"strings"

	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/hosts"
)

// roleAnnotation is where a service account names its role, for octroi-credential-provider.
const roleAnnotation = "eks.amazonaws.com/ecr-role-arn"

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
	if audience == "" {
		audience = hosts.UsualAudience
	} else if !accounts {
		return &usageError{"--audience is for --service-account-tokens"}
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
        - %s
`, audience, roleAnnotation)
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
