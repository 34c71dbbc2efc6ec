/* filestore: files of what matched are stored. */
#include "rules/keyword/keyword_int.h"

struct word {
	const char *name;
	uint8_t sides, scope;
	bool is_scope;
};

static const struct word words[] = {
	{ .name = "request", .sides = HG_SIDE_SERVER },
	{ .name = "to_server", .sides = HG_SIDE_SERVER },
	{ .name = "response", .sides = HG_SIDE_CLIENT },
	{ .name = "to_client", .sides = HG_SIDE_CLIENT },
	{ .name = "both", .sides = HG_SIDE_BOTH },
	{ .name = "file", .scope = HG_STORE_FILE, .is_scope = true },
	{ .name = "tx", .scope = HG_STORE_TX, .is_scope = true },
	{ .name = "ssn", .scope = HG_STORE_FLOW, .is_scope = true },
	{ .name = "flow", .scope = HG_STORE_FLOW, .is_scope = true },
};

static const struct word *
find_word(struct hg_span text, bool is_scope)
{
	for (unsigned i = 0; i < HG_COUNT(words); i++)
		if (words[i].is_scope == is_scope && hg_span_eq_nocase(text, hg_span_str(words[i].name)))
			return &words[i];
	return NULL;
}

/* The peer takes any words; those that it does not know say nothing. */
static int
odd_word(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct hg_span part)
{
	if (hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_STORE_WORDS))
		return 0;
	return hg_draft_refuse(d, hg_arg_column(arg, part), "filestore is %s", k->syntax);
}

static int
take_words(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct hg_post *post)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part = HG_SPAN_NONE;
	const struct word *word;
	int r = 0;

	hg_part_take(&parts, &part);
	word = find_word(part, false);
	if (word != NULL) {
		post->id = word->sides;
		post->mode = HG_STORE_TX;
	} else {
		r = odd_word(d, k, arg, part);
	}
	if (r == 0 && hg_part_take(&parts, &part)) {
		word = find_word(part, true);
		if (word == NULL)
			return odd_word(d, k, arg, part);
		post->mode = word->scope;
	}
	return r == 0 && parts.more ? odd_word(d, k, arg, part) : r;
}

static int
filestore(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_post *post;
	int r = hg_draft_use_buffer(d, "file.name", arg->column);

	if (r != 0)
		return r;
	post = hg_draft_post(d, HG_POST_STORE);
	if (post == NULL)
		return d->error.code;
	d->stores = true;
	return arg->given ? take_words(d, k, arg, post) : 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "filestore",
		.kind = HG_KW_POST,
		.flags = HG_KWF_OPTIONAL_ARG,
		.compile = filestore,
		.syntax = "request|response|to_server|to_client|both[,file|tx|ssn|flow]",
		.doc = "There is a file, and it is stored (outputs.file-store); with a direction all files "
		       "of the "
		       "transaction that go that way, unless a scope says otherwise." },
};
HG_KEYWORDS(store, rows);
