#include "rules/keyword/keyword_int.h"

static int
number(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test t;
	const int r = hg_arg_test(d, arg, arg->text, UINT32_MAX, &t);

	return r != 0 ? r : hg_number_buffer(d, k, arg, &t);
}

#define NUMBER(name_, buffer_, doc_)                                                             \
	{                                                                                        \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .buffer = buffer_, \
		.compile = number, .syntax = "[<|>|<=|>=|!]<n>|<n><><n>", .doc = doc_            \
	}

static const struct hg_keyword rows[] = {
	NUMBER("nfs.version", "nfs.version", "The version of NFS that the call speaks."),
	NUMBER("nfs_version", "nfs.version", "The same by its older name."),
	NUMBER("nfs_procedure", "nfs_procedure", "The procedure that the call asks for, by its number."),
};
HG_KEYWORDS(nfs, rows);
