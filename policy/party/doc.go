// Package party is whom the elements Principal and NotPrincipal of a policy name.
//
// It reads them strictly, and says how they name a caller (Reach), which decides what an Allow is worth. It holds users
// and roles to the unique ids that it is given (Bound), and looks none up.
//
// Read parse.go, then party.go. The tests are those of package policy.
package party
