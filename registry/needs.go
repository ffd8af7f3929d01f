package registry

// Need is an action on a repository that a request takes.
type Need struct {
	Repository Repository
	Action     string // of IAM
	verb       verb   // what a token's scope calls it
}

// Actions of the data plane. ECR Public has none for pulls, since it has no private repositories; those
// two are named as the private service names them.
//
// Source: Service Authorization Reference, Amazon ECR Public and Amazon ECR.
const (
	actionManifest  = "ecr-public:BatchGetImage"
	actionLayer     = "ecr-public:GetDownloadUrlForLayer"
	actionInitiate  = "ecr-public:InitiateLayerUpload"
	actionUpload    = "ecr-public:UploadLayerPart"
	actionComplete  = "ecr-public:CompleteLayerUpload"
	actionPutImage  = "ecr-public:PutImage"
	actionDelete    = "ecr-public:BatchDeleteImage"
	actionCreate    = "ecr-public:CreateRepository"
	actionDescribe  = "ecr-public:DescribeRepositories"
	actionOverwrite = "ecr-public:OverwriteImageTag" // ours: only a Deny of it has an effect
)

// actions is what each kind needs on its repository. A kind that is not here and names a repository can
// not be authorised.
var actions = map[Kind]struct {
	action string
	verb   verb
}{
	ManifestGet:    {actionManifest, pull},
	TagsList:       {actionManifest, pull},
	ReferrersList:  {actionManifest, pull},
	BlobGet:        {actionLayer, pull},
	UploadStart:    {actionInitiate, push},
	UploadAppend:   {actionUpload, push},
	UploadStatus:   {actionUpload, push},
	UploadCancel:   {actionUpload, push},
	UploadFinish:   {actionComplete, push},
	ManifestPut:    {actionPutImage, push},
	ManifestDelete: {actionDelete, remove},
	BlobDelete:     {actionDelete, remove},
}

// Needs are what a request takes: every one of them, or it is refused. What a mount takes from its source
// is not among them (MountNeed): without it the request is another one, not a refused one.
func (q Request) Needs() []Need {
	a, ok := actions[q.Kind]
	if !ok {
		return nil
	}
	needs := []Need{{q.Repository, a.action, a.verb}}
	if q.Kind == UploadFinish && q.HasBody {
		needs = append(needs, Need{q.Repository, actionUpload, push})
	}
	return needs
}

// MountNeed is the pull from the source of a mount.
func (q Request) MountNeed() (Need, bool) {
	return Need{q.Mount.From, actionLayer, pull}, q.Mount != Mount{}
}
