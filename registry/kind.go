package registry

// Kind says what a request is. The zero Kind is a request without a name, and is refused.
type Kind int

// The kinds, by what they ask.
const (
	_ Kind = iota
	Ping
	Exchange // the token endpoint
	Catalog
	TagsList
	ReferrersList
	ManifestGet // and HEAD, as the next
	BlobGet
	ManifestPut
	ManifestDelete
	BlobDelete
	UploadStart
	UploadStatus
	UploadAppend
	UploadFinish
	UploadCancel
)

// kindNames are for the audit record.
var kindNames = map[Kind]string{
	Ping: "Ping", Exchange: "Exchange", Catalog: "Catalog", TagsList: "TagsList", ReferrersList: "ReferrersList",
	ManifestGet: "ManifestGet", BlobGet: "BlobGet", ManifestPut: "ManifestPut", ManifestDelete: "ManifestDelete",
	BlobDelete: "BlobDelete", UploadStart: "UploadStart", UploadStatus: "UploadStatus", UploadAppend: "UploadAppend",
	UploadFinish: "UploadFinish", UploadCancel: "UploadCancel",
}

// String names the kind.
func (k Kind) String() string { return kindNames[k] }
