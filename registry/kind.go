package registry

// kindNames are for the audit record.
var kindNames = map[Kind]string{
	Ping: "Ping", Exchange: "Exchange", Catalog: "Catalog", TagsList: "TagsList", ReferrersList: "ReferrersList",
	ManifestGet: "ManifestGet", BlobGet: "BlobGet", ManifestPut: "ManifestPut", ManifestDelete: "ManifestDelete",
	BlobDelete: "BlobDelete", UploadStart: "UploadStart", UploadStatus: "UploadStatus", UploadAppend: "UploadAppend",
	UploadFinish: "UploadFinish", UploadCancel: "UploadCancel",
}

// String names the kind.
func (k Kind) String() string { return kindNames[k] }
