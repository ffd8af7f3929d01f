// Package server is where everything meets: configuration, the data folder, the listener, the three fronts, health
// and shutdown. It holds no rule of its own about who may do what.
//
// Read config.go, data.go, server.go, front.go, then host.go, source.go, health.go, tls.go, maintain.go.
package server
