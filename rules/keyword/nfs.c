#include "rules/keyword/keyword_int.h"

static const struct hg_keyword rows[] = {
	HG_NUMBER_ROW("nfs.version", "nfs.version", "The version of NFS that the call speaks."),
	HG_NUMBER_ROW("nfs_version", "nfs.version", "The same by its older name."),
	HG_NUMBER_ROW(
		"nfs_procedure", "nfs_procedure", "The procedure that the call asks for, by its number."),
};
HG_KEYWORDS(nfs, rows);
