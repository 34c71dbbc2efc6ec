#include "rules/keyword/keyword_int.h"

static int
number(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test t;
	const int r = hg_arg_test(d, arg, arg->text, UINT32_MAX, &t);

	return r != 0 ? r : hg_number_buffer(d, k, arg, &t);
}

#define NUMBER(name_, doc_)                                                                    \
	{                                                                                      \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .buffer = name_, \
		.compile = number, .syntax = "[<|>|<=|>=|!]<n>|<n><><n>", .doc = doc_          \
	}

static const struct hg_keyword rows[] = {
	NUMBER("ldap.request.operation",
		"What the client asks for, by its number in RFC 4511: 0 binds, 3 searches."),
	NUMBER("ldap.responses.result_code", "The result code of the answer: 49 are invalid credentials."),
};
HG_KEYWORDS(ldap, rows);
