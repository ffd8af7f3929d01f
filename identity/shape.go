package identity

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/store"
)

// value is a member's, or the zero value when it was not given.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// orElse is a member's, or what stands for it when it was not given.
func orElse(p *string, otherwise string) string {
	if p == nil {
		return otherwise
	}
	return *p
}

// at is a time in the precision of answers.
func at(t time.Time) *time.Time {
	t = t.Truncate(time.Second)
	return &t
}

func tagsOf(tags []types.Tag) []store.Tag {
	var all []store.Tag
	for _, t := range tags {
		all = append(all, store.Tag{Key: value(t.Key), Value: value(t.Value)})
	}
	return all
}

func tagShapes(tags []store.Tag) []types.Tag {
	all := []types.Tag{}
	for _, t := range tags {
		all = append(all, types.Tag{Key: &t.Key, Value: &t.Value})
	}
	return all
}

// boundaryShape is nil without a boundary.
func boundaryShape(arn string) *types.AttachedPermissionsBoundary {
	if arn == "" {
		return nil
	}
	return &types.AttachedPermissionsBoundary{PermissionsBoundaryArn: &arn, PermissionsBoundaryType: types.PermissionsBoundaryAttachmentTypePolicy}
}

// notAttachable says that a managed policy cannot be had.
func notAttachable(arn string) string {
	return "Policy " + arn + " does not exist or is not attachable."
}
