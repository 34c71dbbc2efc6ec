#include "rules/compile/compile_int.h"

#include "rules/keyword/keyword.h"

static bool
only_tests_of(const struct hg_entry *e, unsigned op)
{
	for (unsigned i = 0; i < e->rule.n_tests; i++)
		if (e->rule.tests[i].op != op)
			return false;
	return e->rule.n_tests > 0;
}

static bool
no_bytes(const struct hg_entry *e)
{
	return e->rule.payload.n == 0 && e->rule.n_engines == 0;
}

/* A content that counts from the begin of what is looked at makes a rule look at the packet too (1.6). */
static bool
anchored(const struct hg_prog *prog)
{
	for (unsigned i = 0; i < prog->n; i++) {
		const struct hg_ins *ins = &prog->ins[i];

		if (ins->op == HG_OP_CONTENT && !(ins->flags & (HG_INS_DISTANCE | HG_INS_WITHIN)) &&
			ins->flags & (HG_INS_OFFSET | HG_INS_DEPTH | HG_INS_STARTS))
			return true;
	}
	return false;
}

static bool
has_test(const struct hg_entry *e, unsigned op)
{
	for (unsigned i = 0; i < e->rule.n_tests; i++)
		if (e->rule.tests[i].op == op)
			return true;
	return false;
}

static enum hg_rule_type
type_of_payload(const struct hg_entry *e)
{
	const uint32_t flags = e->rule.flags;
	const bool only_asn1 = e->rule.payload.ins[0].op == HG_OP_ASN1;

	if (flags & (HG_RF_PKT_ONLY_PROTO | HG_RF_NO_STREAM) || e->packet_keyword || only_asn1)
		return HG_RULE_PACKET;
	if (!(e->rule.l4 & 1 << HG_L4_TCP))
		return HG_RULE_PACKET_STREAM;
	if (flags & (HG_RF_STREAM_ONLY_PROTO | HG_RF_ONLY_STREAM))
		return HG_RULE_STREAM;
	if (anchored(&e->rule.payload) || has_test(e, HG_TEST_STREAM_SIZE))
		return HG_RULE_PACKET_STREAM;
	return HG_RULE_STREAM;
}

/* Tests that a rule on addresses alone may have: of the protocol, and of bits of addresses. */
static bool
is_of_addresses(const struct hg_test *t)
{
	return t->op == HG_TEST_XBIT || t->op == HG_TEST_HOSTBIT ||
		(t->op == HG_TEST_FIELD && t->field == HG_FIELD_IP_PROTO);
}

static bool
is_on_addresses(const struct hg_entry *e)
{
	for (unsigned i = 0; i < e->rule.n_tests; i++)
		if (!is_of_addresses(&e->rule.tests[i]))
			return false;
	return !e->has_flow && e->rule.sides == HG_SIDE_BOTH && e->rule.protos == 0 && !e->not_ip_only &&
		(!e->packet_keyword || e->rule.n_tests > 0);
}

void
hg_type_decide(struct hg_entry *e)
{
	struct hg_rule *r = &e->rule;

	if (r->n_engines > 0)
		r->type = HG_RULE_TX;
	else if (r->payload.n > 0)
		r->type = type_of_payload(e);
	else if (e->event_keyword && only_tests_of(e, HG_TEST_EVENT))
		r->type = HG_RULE_EVENT_ONLY;
	else if (only_tests_of(e, HG_TEST_APP_PROTO) && r->protos == 0 &&
		!(r->flags & (HG_RF_ESTABLISHED | HG_RF_NOT_ESTABLISHED)))
		r->type = HG_RULE_PD_ONLY;
	else if (is_on_addresses(e))
		r->type = e->negated_address ? HG_RULE_LIKE_IP_ONLY : HG_RULE_IP_ONLY;
	else if (r->n_tests == 0 && r->protos != 0 && no_bytes(e) &&
		!(r->flags & (HG_RF_ESTABLISHED | HG_RF_NOT_ESTABLISHED)))
		r->type = HG_RULE_APP;
	else
		r->type = HG_RULE_PACKET;
	if (r->type != HG_RULE_EVENT_ONLY && (e->has_flow || r->protos != 0))
		r->flags |= HG_RF_NEEDS_FLOW;
}

/* Who sets and who reads a flowbit, and whether these are transaction rules. */
struct bit_use {
	bool set_by_tx, read_by_tx;
};

static void
note_use(struct bit_use *uses, const struct hg_entry *e)
{
	const bool tx = e->rule.type == HG_RULE_TX;

	for (unsigned i = 0; i < e->rule.n_posts; i++)
		if (e->rule.posts[i].op <= HG_POST_FLOWBIT_TOGGLE)
			uses[e->rule.posts[i].id].set_by_tx |= tx;
	for (unsigned i = 0; i < e->rule.n_tests; i++)
		if (e->rule.tests[i].op == HG_TEST_FLOWBIT)
			for (unsigned k = 0; k < e->rule.tests[i].n; k++)
				uses[e->rule.tests[i].ids[k]].read_by_tx |= tx;
}

static bool
waits_for_tx(const struct bit_use *uses, const struct hg_entry *e)
{
	for (unsigned i = 0; i < e->rule.n_tests; i++) {
		const struct hg_test *t = &e->rule.tests[i];

		for (unsigned k = 0; t->op == HG_TEST_FLOWBIT && !t->negated && k < t->n; k++)
			if (uses[t->ids[k]].set_by_tx && !uses[t->ids[k]].read_by_tx)
				return true;
	}
	return false;
}

static int
make_tx(struct hg_compiler *c, struct hg_entry *e)
{
	struct hg_engine engines[HG_DIRS];
	unsigned n = 0;

	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (e->rule.sides & 1 << dir)
			engines[n++] = (struct hg_engine){ .kind = HG_ENGINE_STREAM,
				.dir = (uint8_t)dir,
				.proto = HG_PROTO_UNKNOWN,
				.prog = e->rule.payload };
	e->rule.engines = hg_store_copy(c->store, engines, n * sizeof(*engines));
	if (e->rule.engines == NULL)
		return -12;
	e->rule.n_engines = (uint8_t)n;
	e->rule.type = HG_RULE_TX;
	return 0;
}

int
hg_type_settle_flowbits(struct hg_compiler *c)
{
	struct bit_use *uses = hg_store_take(c->store, (c->shared.flowbits.n + 1u) * sizeof(*uses));
	int r = 0;

	if (uses == NULL)
		return -12;
	for (uint32_t i = 0; i < c->n_entries; i++)
		note_use(uses, c->entries[i]);
	for (uint32_t i = 0; i < c->n_entries && r == 0; i++) {
		struct hg_entry *e = c->entries[i];

		if ((e->rule.type == HG_RULE_STREAM || e->rule.type == HG_RULE_PACKET_STREAM) &&
			waits_for_tx(uses, e))
			r = make_tx(c, e);
	}
	return r;
}
