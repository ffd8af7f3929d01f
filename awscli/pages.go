package awscli

import (
	"github.com/octroi/octroi/awscli/manual"
	"github.com/octroi/octroi/shape"
)

// Pages are the pages of the manual, by the name under which man(1) finds them.
func Pages() map[string]manual.Page {
	const program = "octroi"
	return map[string]manual.Page{
		program:                                     manual.Program(),
		program + "-login":                          manual.Login(),
		program + "-logout":                         manual.Logout(),
		program + "-configure":                      manual.Configure(),
		program + "-doctor":                         manual.Doctor(),
		program + "-" + service:                     manual.Service(),
		program + "-" + service + "-" + getToken:    manual.Token(shape.For[tokenOutput]()),
		program + "-" + service + "-" + getPassword: manual.Password(),
	}
}
