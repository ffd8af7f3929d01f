package session

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"strings"
	"sync"
)

// dictionary is what policies are made of, the most frequent last. A session that was packed with it is read with it:
// it never changes but with format.
var dictionary = []byte(`aws:PrincipalTag/aws:ResourceTag/aws:RequestTag/aws:TagKeysaws:SecureTransportaws:CurrentTimeaws:PrincipalArn` +
	`aws:SourceIpaws:TokenIssueTimeaws:usernameaws:useridDateGreaterThanDateLessThanNumericLessThanEqualsNumericEqualsNotIpAddressIpAddress` +
	`ArnLikeArnEqualsStringNotEqualsStringLikeStringEqualsIfExistsForAllValues:ForAnyValue:Bool":{"Null":{"false"true"` +
	`sts:SetSourceIdentitysts:TagSessionsts:AssumeRolests:GetFederationTokensts:GetSessionTokenarn:aws:iam::aws:policy/arn:aws:iam::` +
	`:role/:user/:policy/AmazonElasticContainerRegistryPublicFullAccessAmazonElasticContainerRegistryPublicPowerUserAmazonElasticContainerRegistryPublicReadOnly` +
	`TeamDepartmentProjectCostCenterEnvironmentproductionstaging"NotResource":"NotAction":"Principal":{"AWS":"` +
	`ecr-public:DeleteRepositoryPolicy","ecr-public:SetRepositoryPolicy","ecr-public:GetRepositoryPolicy","ecr-public:PutRegistryCatalogData",` +
	`"ecr-public:GetRegistryCatalogData","ecr-public:PutRepositoryCatalogData","ecr-public:GetRepositoryCatalogData","ecr-public:DescribeRegistries",` +
	`"ecr-public:ListTagsForResource","ecr-public:UntagResource","ecr-public:TagResource","ecr-public:DeleteRepository","ecr-public:CreateRepository",` +
	`"ecr-public:BatchDeleteImage","ecr-public:DescribeImageTags","ecr-public:DescribeImages","ecr-public:DescribeRepositories",` +
	`"ecr-public:BatchCheckLayerAvailability","ecr-public:InitiateLayerUpload","ecr-public:UploadLayerPart","ecr-public:CompleteLayerUpload",` +
	`"ecr-public:PutImage","ecr-public:BatchGetImage","ecr-public:GetDownloadUrlForLayer","ecr-public:*"],"Resource":["arn:aws:ecr-public::` +
	`:repository/*"},"Condition":{"StringEquals":{"sts:AWSServiceName":"ecr-public.amazonaws.com"}},{"Effect":"Deny","Action":"*","Resource":"*"}]}` +
	`{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}]}`)

// inflatedLimit bounds what is inflated: 50 tags of the longest characters, and a policy.
const inflatedLimit = 128 << 10

var errInflate = errors.New("not deflated, or of more than 128 KiB")

// writers keeps compressors, which are large.
var writers = sync.Pool{New: func() any {
	w, err := flate.NewWriterDict(nil, flate.BestCompression, dictionary)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

func deflate(b []byte) string {
	var out bytes.Buffer
	w := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(&out)
	w.Write(b) // to memory: nothing can fail
	w.Close()
	return out.String()
}

// inflate reads all of what deflate wrote.
func inflate(text string) (string, error) {
	in := strings.NewReader(text)
	r := flate.NewReaderDict(in, dictionary)
	b, err := io.ReadAll(io.LimitReader(r, inflatedLimit+1))
	if err != nil || len(b) > inflatedLimit || in.Len() > 0 {
		return "", errInflate
	}
	return string(b), nil
}
