package doctor

import "context"

// login shows the token to the registry.
func login(ctx context.Context, v *visit) []Finding {
	if v.registry == nil || v.token == nil {
		return nil
	}
	if err := v.registry.Try(ctx, *v.token); err != nil {
		return wrong("login", err.Error(), "the endpoint and the host must be of one service")
	}
	v.tried = true
	return ok("login", "the registry takes the token")
}
