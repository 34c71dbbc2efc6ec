#include "rules/keyword/keyword_int.h"

struct word {
	const char *name;
	uint8_t side;
	uint32_t flag;
	uint8_t topic; /* of one topic only one word may stand */
};

enum { SIDE, STATE, STREAM, FRAG };

static const struct word words[] = {
	{ "to_server", HG_SIDE_SERVER, 0, SIDE },
	{ "from_client", HG_SIDE_SERVER, 0, SIDE },
	{ "to_client", HG_SIDE_CLIENT, 0, SIDE },
	{ "from_server", HG_SIDE_CLIENT, 0, SIDE },
	{ "established", 0, HG_RF_ESTABLISHED, STATE },
	{ "not_established", 0, HG_RF_NOT_ESTABLISHED, STATE },
	{ "stateless", 0, 0, STATE },
	{ "only_stream", 0, HG_RF_ONLY_STREAM, STREAM },
	{ "no_stream", 0, HG_RF_NO_STREAM, STREAM },
	{ "no_frag", 0, HG_RF_NO_FRAG, FRAG },
	{ "only_frag", 0, HG_RF_ONLY_FRAG, FRAG },
};

static const struct word *
find(struct hg_span name)
{
	for (unsigned i = 0; i < HG_COUNT(words); i++)
		if (hg_span_eq_nocase(name, hg_span_str(words[i].name)))
			return &words[i];
	return NULL;
}

/* Must the packet belong to a flow? */
static bool
needs_flow(const struct hg_draft *d, unsigned topics, uint32_t flags)
{
	const unsigned side = 1u << SIDE;

	if (!hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_FLOW))
		return true;
	if (flags & HG_RF_NO_STREAM)
		return topics & side || flags & HG_RF_ESTABLISHED;
	return topics != side;
}

/* What an earlier keyword said. */
static unsigned
topics_before(const struct hg_draft *d)
{
	unsigned topics = 0;

	if (hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_FLOW_TWICE))
		return 0;
	if (d->sides != 0)
		topics |= 1u << SIDE;
	if (d->flags & (HG_RF_ESTABLISHED | HG_RF_NOT_ESTABLISHED))
		topics |= 1u << STATE;
	return topics;
}

static int
flow(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	unsigned topics = topics_before(d), said = 0, n = 0;
	const bool again = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_FLOW_TWICE) && d->n_flow++ > 0;
	uint8_t sides = 0;
	uint32_t flags = 0;
	struct hg_span part;

	(void)k;
	if (again && d->has_flow)
		return hg_draft_refuse(d, arg->column, "Suricata 7 takes one flow keyword in a rule");
	while (hg_part_take(&parts, &part)) {
		const struct word *w = find(part);

		if (w == NULL) {
			hg_draft_refuse(d, hg_arg_column(arg, part), "flow does not know '%.*s'",
				(int)HG_MIN(part.len, 40), part.p);
			return HG_DRAFT_GUESS(d, part, words);
		}
		if (topics & 1u << w->topic || ++n > 3)
			return hg_draft_refuse(d, hg_arg_column(arg, part),
				"\"%s\" contradicts or repeats what flow said before", w->name);
		topics |= 1u << w->topic;
		said |= 1u << w->topic;
		flags |= w->flag;
		sides |= w->side;
	}
	if (again)
		sides = sides == 0 || d->sides == 0 ? HG_SIDE_BOTH : sides | d->sides;
	if (sides != 0)
		d->sides = sides;
	if (needs_flow(d, said, flags)) {
		flags |= HG_RF_NEEDS_FLOW;
		d->has_flow = true;
	}
	d->flags |= flags;
	return 0;
}

static int
stream_size(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const char *const sides[] = {
		[HG_SIZE_SERVER] = "server",
		[HG_SIZE_CLIENT] = "client",
		[HG_SIZE_BOTH] = "both",
		[HG_SIZE_EITHER] = "either",
	};
	static const struct {
		const char *sign;
		uint8_t compare;
	} signs[] = { { "<", HG_CMP_LT }, { "<=", HG_CMP_LE }, { "=", HG_CMP_EQ }, { "!=", HG_CMP_NE },
		{ "!", HG_CMP_NE }, { ">=", HG_CMP_GE }, { ">", HG_CMP_GT } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span side, sign, size;
	unsigned m = 0, c = 0;
	struct hg_test *t;

	if (!hg_part_take(&parts, &side) || !hg_part_take(&parts, &sign) || !hg_part_take(&parts, &size))
		return hg_draft_refuse(d, arg->column, "stream_size is %s", k->syntax);
	while (m < HG_COUNT(sides) && !hg_span_eq_nocase(side, hg_span_str(sides[m])))
		m++;
	while (c < HG_COUNT(signs) && !hg_span_eq(sign, hg_span_str(signs[c].sign)))
		c++;
	if (m == HG_COUNT(sides)) {
		hg_draft_refuse(d, hg_arg_column(arg, side), "stream_size does not know the side '%.*s'",
			(int)HG_MIN(side.len, 40), side.p);
		return HG_DRAFT_GUESS(d, side, sides);
	}
	if (c == HG_COUNT(signs))
		return hg_draft_refuse(
			d, hg_arg_column(arg, sign), "stream_size compares by < <= = != >= and >");
	t = hg_draft_test(d, HG_TEST_STREAM_SIZE);
	if (t == NULL)
		return d->error.code;
	t->mode = (uint8_t)m;
	t->compare = signs[c].compare;
	return hg_arg_u64(d, arg, size, 0, UINT32_MAX, &t->a);
}

static const struct {
	const char *name;
	uint8_t field;
	uint64_t most;
} flow_fields[] = {
	{ "flow.age", HG_FLOW_AGE, UINT32_MAX },
	{ "flow.pkts_toserver", HG_FLOW_PKTS_TO_SERVER, UINT32_MAX },
	{ "flow.pkts_toclient", HG_FLOW_PKTS_TO_CLIENT, UINT32_MAX },
	{ "flow.bytes_toserver", HG_FLOW_BYTES_TO_SERVER, UINT64_MAX },
	{ "flow.bytes_toclient", HG_FLOW_BYTES_TO_CLIENT, UINT64_MAX },
};

static int
flow_field(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test range;
	struct hg_test *t;
	unsigned i = 0;

	while (strcmp(flow_fields[i].name, k->name) != 0)
		i++;
	if (hg_arg_test(d, arg, arg->text, flow_fields[i].most, &range) != 0)
		return d->error.code;
	t = hg_draft_test(d, HG_TEST_FLOW);
	if (t == NULL)
		return d->error.code;
	t->field = flow_fields[i].field;
	t->compare = range.compare;
	t->a = range.a;
	t->b = range.b;
	return 0;
}

#define FLOW_FIELD(name_, doc_)                                                                   \
	{                                                                                         \
		.name = name_, .kind = HG_KW_TEST, .flags = HG_KWF_PACKET, .compile = flow_field, \
		.syntax = "[<|>|<=|>=|!]<n>|<n>-<n>", .doc = doc_                                 \
	}

static const struct hg_keyword rows[] = {
	{ .name = "flow",
		.kind = HG_KW_TEST,
		.compile = flow,
		.syntax =
			"to_server|to_client|from_client|from_server, established|not_established|stateless, "
			"only_stream|no_stream, no_frag|only_frag",
		.doc = "Direction and state of the flow, and where the rule looks." },
	{ .name = "stream_size",
		.kind = HG_KW_TEST,
		.compile = stream_size,
		.syntax = "server|client|both|either,<|<=|=|!=|>=|>,<n>",
		.doc = "Bytes that a side of the TCP session has sent." },
	FLOW_FIELD("flow.age", "Seconds from the flow's first packet to this one."),
	FLOW_FIELD("flow.pkts_toserver", "Packets of the flow to the server, this one counted."),
	FLOW_FIELD("flow.pkts_toclient", "Packets of the flow to the client, this one counted."),
	FLOW_FIELD("flow.bytes_toserver", "Bytes of these packets, as on the wire."),
	FLOW_FIELD("flow.bytes_toclient", "Bytes of these packets, as on the wire."),
};
HG_KEYWORDS(flow, rows);
