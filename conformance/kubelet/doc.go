// Package kubelet runs octroi-credential-provider as the kubelet does: its request is written and its answer read by
// the kubelet's own types and strict decoder. It is a module of its own: those bring seventeen others.
package kubelet
