/* Numbers that buffers are. */
#include "rules/keyword/keyword_int.h"

int
hg_number_buffer(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg,
	const struct hg_range_test *t)
{
	return hg_draft_list_range(d, hg_draft_list_named(d, k, arg), HG_OP_NUMBER, t);
}

int
hg_number_compared(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, uint64_t max)
{
	struct hg_range_test t;
	const int r = hg_arg_test(d, arg, arg->text, max, &t);

	return r != 0 ? r : hg_number_buffer(d, k, arg, &t);
}

int
hg_number_u32(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_number_compared(d, k, arg, UINT32_MAX);
}
