package store

import (
	"encoding/json"
	"time"
)

// readOnlyActions are those of AWS's read-only policy, in its order.
var readOnlyActions = []string{
	"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken", "ecr-public:BatchCheckLayerAvailability",
	"ecr-public:GetRepositoryPolicy", "ecr-public:DescribeRepositories", "ecr-public:DescribeRegistries",
	"ecr-public:DescribeImages", "ecr-public:DescribeImageTags", "ecr-public:GetRepositoryCatalogData",
	"ecr-public:GetRegistryCatalogData",
}

// pushActions are what AWS's power user has beside them.
var pushActions = []string{
	"ecr-public:InitiateLayerUpload", "ecr-public:UploadLayerPart", "ecr-public:CompleteLayerUpload", "ecr-public:PutImage",
}

type managed struct {
	policy  ManagedPolicy
	actions []string
}

// awsPolicies are the policies that AWS manages for ECR Public. Their ids are ours.
//
// Source: AWS Managed Policy Reference, AmazonElasticContainerRegistryPublic*.
var awsPolicies = []managed{
	{ManagedPolicy{ID: "ANPAECRPUBLICFULLACCES", Name: "AmazonElasticContainerRegistryPublicFullAccess", Path: "/", DefaultVersion: 1,
		Description: "Provides administrative access to Amazon ECR Public resources",
		CreatedAt:   time.Date(2020, 12, 1, 17, 25, 0, 0, time.UTC), Update: time.Date(2020, 12, 1, 17, 25, 0, 0, time.UTC)},
		[]string{"ecr-public:*", "sts:GetServiceBearerToken"}},
	{ManagedPolicy{ID: "ANPAECRPUBLICPOWERUSER", Name: "AmazonElasticContainerRegistryPublicPowerUser", Path: "/", DefaultVersion: 1,
		Description: "Provides full access to Amazon ECR Public repositories, but does not allow repository deletion or policy changes.",
		CreatedAt:   time.Date(2020, 12, 1, 16, 16, 0, 0, time.UTC), Update: time.Date(2020, 12, 1, 16, 16, 0, 0, time.UTC)},
		append(append([]string{}, readOnlyActions...), pushActions...)},
	{ManagedPolicy{ID: "ANPAECRPUBLICREADONLYX", Name: "AmazonElasticContainerRegistryPublicReadOnly", Path: "/", DefaultVersion: 1,
		Description: "Provides read-only access to Amazon ECR Public repositories.",
		CreatedAt:   time.Date(2020, 12, 1, 17, 27, 0, 0, time.UTC), Update: time.Date(2020, 12, 1, 17, 27, 0, 0, time.UTC)},
		readOnlyActions},
}

// AWSPolicies lists the policies that AWS manages.
func AWSPolicies() []ManagedPolicy {
	all := make([]ManagedPolicy, len(awsPolicies))
	for i := range awsPolicies {
		all[i] = awsPolicies[i].policy
	}
	return all
}

func awsPolicy(arn string) (ManagedPolicy, PolicyVersion, error) {
	for _, m := range awsPolicies {
		if m.policy.ARN() == arn {
			text, err := m.document()
			return m.policy, PolicyVersion{1, text, m.policy.CreatedAt}, err
		}
	}
	return ManagedPolicy{}, PolicyVersion{}, ErrNotFound
}

// document is in the form that AWS prints.
func (m managed) document() (string, error) {
	type statement struct {
		Effect   string   `json:"Effect"`
		Action   []string `json:"Action"`
		Resource string   `json:"Resource"`
	}
	text, err := json.Marshal(struct {
		Version   string      `json:"Version"`
		Statement []statement `json:"Statement"`
	}{"2012-10-17", []statement{{"Allow", m.actions, "*"}}})
	return string(text), err
}
