package principal

import (
	"errors"
	"strings"
)

// ErrARN reports a text that is not an Amazon Resource Name.
var ErrARN = errors.New("not an ARN: want arn:partition:service:region:account:resource")

// Partition is the only partition this service names things in.
const Partition = "aws"

// ARN is an Amazon Resource Name, arn:partition:service:region:account:resource. Region and account may
// be empty; the resource may hold colons and slashes of its own.
//
// Source: AWS General Reference, "Amazon Resource Names (ARNs)".
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// ParseARN splits text at its first five colons. It refuses a text with fewer, or without the arn prefix.
func ParseARN(text string) (ARN, error) {
	part := strings.SplitN(text, ":", 6)
	if len(part) != 6 || part[0] != "arn" || part[1] == "" || part[2] == "" || part[5] == "" {
		return ARN{}, ErrARN
	}
	return ARN{part[1], part[2], part[3], part[4], part[5]}, nil
}

// String is the form that ParseARN reads.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// RepositoryARN names an ECR Public repository of an account: no region and no alias.
//
// Source: Service Authorization Reference, "Amazon Elastic Container Registry Public".
func RepositoryARN(account, name string) string {
	return "arn:" + Partition + ":ecr-public::" + account + ":repository/" + name
}
