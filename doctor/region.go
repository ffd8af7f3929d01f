package doctor

import (
	"context"
	"fmt"
)

// region is the one that is signed for. Amazon gives tokens in one only, and people have others in AWS_REGION; octroi
// passes those over, so that only a region that was said for the purpose can be wrong.
func region(_ context.Context, v *visit) []Finding {
	if v.client == nil {
		return nil
	}
	if v.Host.Amazon && v.client.Region != "us-east-1" {
		return warn("region", fmt.Sprintf("%s is asked, and Amazon gives tokens for %s in us-east-1 only", v.client.Region, v.Host.Name),
			"leave the region out, of the flags and of the host's entry")
	}
	return ok("region", v.client.Region)
}
