// Package kubelet speaks the kubelet's credential-provider protocol: a CredentialProviderRequest comes on standard input,
// a CredentialProviderResponse leaves on standard output.
//
// It refuses what the kubelet would not send: another version, an unknown or repeated member, a second document; and it
// never answers for more than the one host, with its port, that the image is on. A service account's token is looked at
// before it is used: one that was made for somebody else is not passed on. Its signature is for the token service to
// check.
//
// The forms are written out here instead of taken from k8s.io/kubelet, which would bring twenty modules into a binary of
// three megabytes; a test in a module of its own compares them with that one's.
//
// Read request.go, image.go, account.go (service accounts, KEP-4412), response.go.
//
// Source: Kubernetes, "Kubelet Credential Provider (v1)"; KEP-4412 "Projected service account tokens for Kubelet image
// credential providers".
package kubelet
