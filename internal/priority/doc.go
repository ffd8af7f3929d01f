// Package priority is how a process lets others go first: a backup beside the service, say.
package priority
