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
	NUMBER("snmp.version", "The version of SNMP: 1, 2 or 3."),
	NUMBER("snmp.pdu_type",
		"What the message asks or tells, by the number of its tag: 0 get, 3 set, 7 trap."),
};
HG_KEYWORDS(snmp, rows);
