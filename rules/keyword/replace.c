#include "rules/keyword/keyword_int.h"

#include "rules/lang/content.h"

/* Listening there is nothing to be sent on, and the rule goes without the keyword. Suricata acts by its queue of the kernel
 * alone, whatever else is inline. */
static bool
acts(const struct hg_draft *d)
{
	return d->shared->config != NULL && hg_config_bool(d->shared->config, "simulate-ips") &&
		!hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_REPLACE);
}

/* The last content over payload; what base64_data decodes is none. */
static struct hg_ins *
last_raw(struct hg_draft *d)
{
	struct hg_ins *found = NULL;

	for (unsigned i = 0; i < d->n_lists; i++) {
		const struct hg_draft_list *l = &d->lists[i];

		for (unsigned k = 0; l->buffer == NULL && k < l->n && l->ins[k].op != HG_OP_BASE64_DATA; k++)
			if (l->ins[k].op == HG_OP_CONTENT)
				found = &l->ins[k];
	}
	return found;
}

/* What takes the content's place stands behind its bytes. */
static int
put(struct hg_draft *d, struct hg_ins *ins, const uint8_t *with)
{
	const size_t n = ins->content.len;
	uint8_t *both = hg_draft_take(d, 2 * n);

	if (both == NULL)
		return hg_draft_no_memory(d);
	memcpy(both, ins->content.bytes, n);
	memcpy(both + n, with, n);
	ins->content.bytes = both;
	ins->flags |= HG_INS_REPLACE;
	d->packet_keyword = true;
	return 0;
}

static int
replace(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins;
	uint8_t *with;
	size_t len = 0;

	if (!arg->quoted)
		return hg_draft_refuse(d, arg->column, "a replacement must stand in double quotes");
	if (arg->negated)
		return hg_draft_refuse(d, arg->column, "a replacement is not negated");
	with = hg_draft_take(d, arg->text.len + 1);
	if (with == NULL)
		return hg_draft_no_memory(d);
	if (hg_content_unescape(arg->text, with, &len, &d->error) != 0)
		return hg_draft_blame(d, arg, arg->text);
	if (len == 0)
		return hg_draft_refuse(d, arg->column, "a replacement must not be empty");
	if (!acts(d))
		return 0;
	ins = last_raw(d);
	if (ins == NULL)
		return hg_draft_refuse(
			d, arg->column, "\"%s\" needs a content over payload before it", k->name);
	if (ins->flags & HG_INS_NEGATED)
		return hg_draft_refuse(
			d, arg->column, "what is not there cannot be replaced: the content is negated");
	if (len != ins->content.len)
		return hg_draft_refuse(d, arg->column,
			"a replacement is as long as its content: %u bytes, not %zu", ins->content.len, len);
	return put(d, ins, with);
}

static const struct hg_keyword rows[] = {
	{ .name = "replace",
		.kind = HG_KW_CONTENT,
		.compile = replace,
		.syntax = "\"<bytes>\"",
		.doc = "Inline, the bytes take the place of the content before, in the packet that is sent "
		       "on; "
		       "as many, and the rule looks at packets only. Listening it does nothing." },
};
HG_KEYWORDS(replace, rows);
