// Package configfile reads the user's configuration file: which registry hosts there are, and with whose credentials
// each is logged in to.
//
//	hosts:
//	  public.ecr.aws:
//	    profile: team                                  # of ~/.aws/config
//	  registry.example.com:8787:
//	    endpoint: https://registry.example.com:8787    # who gives the tokens; the host itself when left out
//	    region: us-east-1
//	    role_arn: arn:aws:iam::123456789012:role/pull
//	    external_id: abc
//	  "*.lab.example.com":
//	    anonymous: true
//	  ghcr.io:
//	    inner_helper: pass                             # docker-credential-pass answers
//	inner_helper: osxkeychain                          # and this one for every host that is not here
//
// The file says where credentials go, so nothing in it is guessed: an unknown or repeated key, a value of another type,
// an anchor, a second document and a host that is not one are refused, with the line and what to do. What the values
// mean is package hosts's; this one knows YAML, which the small binary that runs at every pull must not link.
//
// Read file.go (the file), parse.go (its members), scalar.go, edit.go (the one line that octroi itself writes) and
// explain.go (what counts for a host, and why).
package configfile
