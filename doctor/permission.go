package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/octroi/octroi/wire"
)

// needed are the two actions that a token takes. Everybody forgets the second: it is another service's.
//
// Source: Amazon ECR Public API Reference, GetAuthorizationToken.
var needed = []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}

// action is the one that a denial names, or "".
//
// Source: IAM User Guide, "Troubleshoot access denied error messages".
func action(message string) string {
	_, rest, _ := strings.Cut(message, "not authorized to perform: ")
	end := strings.IndexFunc(rest, func(r rune) bool {
		return !(r == ':' || r == '-' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
	if end < 0 {
		return rest
	}
	return rest[:end]
}

func denied(refused *wire.ServiceError) bool {
	return strings.HasPrefix(refused.Code, "AccessDenied") || refused.Code == "UnauthorizedOperation"
}

// permission says which of the two actions is missing.
func permission(_ context.Context, v *visit) []Finding {
	if v.token != nil {
		return ok("permission", strings.Join(needed, " and ")+" are allowed")
	}
	refused := refusal(v.refused)
	if refused == nil || !denied(refused) {
		return nil
	}
	found := action(refused.Message)
	switch {
	case found == "":
		return wrong("permission", refused.Error(), fmt.Sprintf(`allow %s on "*"`, strings.Join(needed, " and ")))
	case found == needed[0]:
		return wrong("permission", fmt.Sprintf("%s is missing: %s", found, refused.Message),
			fmt.Sprintf(`allow it on "*", and %s too: it is asked for next`, needed[1]))
	case strings.Contains(refused.Message, "explicit deny"):
		return wrong("permission", fmt.Sprintf("%s is denied: %s", found, refused.Message), "take the deny out of the policy that it names")
	}
	return wrong("permission", fmt.Sprintf("%s is missing: %s", found, refused.Message), fmt.Sprintf(`allow it on "*", beside %s`, needed[0]))
}
