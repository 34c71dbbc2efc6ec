#include "rules/keyword/keyword_int.h"

static bool
relative(const struct hg_ins *ins)
{
	switch ((enum hg_op)ins->op) {
	case HG_OP_CONTENT:
		return ins->flags & (HG_INS_DISTANCE | HG_INS_WITHIN);
	case HG_OP_PCRE:
	case HG_OP_ISDATAAT:
	case HG_OP_BYTE_TEST:
	case HG_OP_BYTE_JUMP:
	case HG_OP_BYTE_EXTRACT:
	case HG_OP_BYTE_MATH:
	case HG_OP_BASE64_DECODE:
		return ins->flags & HG_INS_RELATIVE;
	default:
		return false;
	}
}

static bool
place_in_variable(const struct hg_ins *ins)
{
	return ins->flags & (HG_INS_VAR_OFFSET | HG_INS_VAR_DEPTH);
}

/* Does the instruction change where the last match ends? */
static bool
moves(const struct hg_ins *ins)
{
	if (ins->flags & HG_INS_NEGATED)
		return false;
	return ins->op == HG_OP_CONTENT || ins->op == HG_OP_PCRE || ins->op == HG_OP_BYTE_JUMP ||
		ins->op == HG_OP_BYTE_EXTRACT || ins->op == HG_OP_BYTE_MATH;
}

/* Could another occurrence of what stands at `at` help what follows? All that a content with distance alone finds behind
 * a later begin, it finds behind an earlier one too, so it does not ask for one; but a later match of an expression may
 * end earlier. near: look no further than to the next content or expression, also when it is negated, and in the payload
 * let byte_* and isdataat ask only what stands right before them (3.1). */
static bool
retry_helps(const struct hg_draft_list *l, uint16_t at, bool near)
{
	const bool pattern = l->ins[at].op == HG_OP_CONTENT;

	for (uint16_t i = at + 1; i < l->n; i++) {
		const struct hg_ins *next = &l->ins[i];
		const bool bytes = next->op != HG_OP_CONTENT && next->op != HG_OP_PCRE;
		const bool distant =
			next->op == HG_OP_CONTENT && !(next->flags & (HG_INS_WITHIN | HG_INS_NEGATED));

		if (next->op == HG_OP_BASE64_DATA)
			return false;
		if (relative(next) && !(pattern && distant) &&
			!(near && bytes && l->buffer == NULL && i > at + 1))
			return true;
		if (near ? !bytes : moves(next))
			return false;
	}
	return false;
}

static int
fold(struct hg_draft *d, struct hg_ins *ins)
{
	uint8_t *lower = hg_draft_take(d, ins->content.len);

	if (lower == NULL)
		return hg_draft_no_memory(d);
	for (uint32_t i = 0; i < ins->content.len; i++)
		lower[i] = hg_lower(ins->content.bytes[i]);
	ins->content.bytes = lower;
	return 0;
}

/* A relative content that nothing precedes counts from the begin (3.1). */
static void
make_absolute(struct hg_ins *ins)
{
	const uint32_t var = HG_INS_VAR_DISTANCE | HG_INS_VAR_WITHIN;
	int32_t distance = ins->flags & HG_INS_DISTANCE ? ins->content.distance : 0;

	if (!relative(ins) || ins->flags & var || distance < 0)
		return;
	if (distance > 0) {
		ins->flags |= HG_INS_OFFSET;
		ins->content.offset = distance;
	}
	if (ins->flags & HG_INS_WITHIN) {
		ins->flags |= HG_INS_DEPTH;
		ins->content.depth = ins->content.within;
	}
	ins->flags &= ~(uint32_t)(HG_INS_DISTANCE | HG_INS_WITHIN);
}

/* What a buffer must hold at least for the list to match. */
static uint64_t
least_size(const struct hg_draft_list *l)
{
	uint64_t least = 0, end = 0;

	for (uint16_t i = 0; i < l->n; i++) {
		const struct hg_ins *ins = &l->ins[i];
		const struct hg_ins *before = i > 0 ? &l->ins[i - 1] : NULL;

		if (ins->op == HG_OP_BASE64_DATA)
			break;
		if (ins->op != HG_OP_CONTENT || ins->flags & HG_INS_NEGATED) {
			end = 0;
			continue;
		}
		if (relative(ins) && before != NULL && before->op == HG_OP_CONTENT) {
			int64_t distance = ins->flags & HG_INS_VAR_DISTANCE ? -1 : ins->content.distance;

			end = distance >= 0 ? end + (uint64_t)distance + ins->content.len : ins->content.len;
		} else {
			end = ins->content.len;
			if (ins->flags & HG_INS_OFFSET && !(ins->flags & HG_INS_VAR_OFFSET))
				end += (uint64_t)ins->content.offset;
		}
		least = HG_MAX(least, end);
	}
	return least;
}

/* The same as Suricata 7 reckons it for dsize: the first content and those relative to it, behind one another; a negated one
 * must fit as well. */
static uint64_t
least_dsize(const struct hg_draft_list *l, uint64_t most)
{
	int64_t total = 0, offset = 0;
	bool first = true;

	for (uint16_t i = 0; i < l->n; i++) {
		const struct hg_ins *ins = &l->ins[i];
		const bool ranged = ins->flags & HG_INS_DISTANCE && !(ins->flags & HG_INS_VAR_DISTANCE);
		const int64_t distance = ranged ? ins->content.distance : 0;

		if (ins->op == HG_OP_BASE64_DATA)
			break;
		if (ins->op != HG_OP_CONTENT || (!first && !relative(ins)))
			continue;
		if (!first && ins->flags & HG_INS_NEGATED) {
			const bool within = ins->flags & HG_INS_WITHIN && !(ins->flags & HG_INS_VAR_WITHIN);
			const int64_t end = total + distance + (within ? ins->content.within : 0);

			if (end > (int64_t)most)
				return (uint64_t)end;
			continue;
		}
		total += ins->content.len + distance;
		if (ins->flags & HG_INS_OFFSET && !(ins->flags & HG_INS_VAR_OFFSET))
			offset = HG_MAX(offset, ins->content.offset);
		first = false;
	}
	return (uint64_t)HG_MAX(total + offset, 0);
}

static uint64_t
most_size(const struct hg_draft_list *l)
{
	uint64_t most = UINT64_MAX;

	for (uint16_t i = 0; i < l->n; i++) {
		const struct hg_ins *ins = &l->ins[i];
		uint64_t m = UINT64_MAX;

		if (ins->op != HG_OP_SIZE)
			continue;
		if (ins->compare == HG_CMP_EQ || ins->compare == HG_CMP_LE)
			m = ins->range.a;
		else if (ins->compare == HG_CMP_LT)
			m = ins->range.a;
		else if (ins->compare == HG_CMP_BETWEEN)
			m = ins->range.b;
		most = HG_MIN(most, m);
	}
	return most;
}

static int
check_sizes(struct hg_draft *d, const struct hg_draft_list *l)
{
	const uint64_t most = l->buffer == NULL ? d->dsize_max : most_size(l);
	uint64_t least;

	if (l->buffer != NULL || !hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_DSIZE))
		least = least_size(l);
	else
		least = most <= UINT16_MAX ? least_dsize(l, most) : 0;
	if (least <= most)
		return 0;
	return hg_draft_refuse(d, 0, "the contents need %llu bytes, but %s allows %llu",
		(unsigned long long)least, l->buffer == NULL ? "dsize" : "the size asked for",
		(unsigned long long)most);
}

static int
check_lower(struct hg_draft *d, const struct hg_draft_list *l, const struct hg_ins *ins)
{
	struct hg_buffer_info info;

	if (l->buffer == NULL || l->n_transforms > 0 || !hg_buffer_info(d, l->buffer, &info) ||
		!(info.flags & HG_BUFFER_LOWER))
		return 0;
	if (ins->flags & HG_INS_NOCASE)
		return hg_draft_refuse(d, 0, "\"%s\" is lower case: nocase does nothing", l->buffer);
	for (uint32_t i = 0; i < ins->content.len; i++)
		if (ins->content.bytes[i] >= 'A' && ins->content.bytes[i] <= 'Z')
			return hg_draft_refuse(d, 0,
				"\"%s\" is lower case: the capital '%c' of a content never matches",
				l->buffer, ins->content.bytes[i]);
	return 0;
}

/* Hashes are written in lower case, so are patterns that look for them; one that no hash can equal is refused. */
static int
check_hash(struct hg_draft *d, const struct hg_draft_list *l, struct hg_ins *ins)
{
	static const struct {
		const char *buffer;
		uint32_t len;
		uint8_t group; /* digits between colons; 0: none */
	} forms[] = { { "ja3.hash", 32, 0 }, { "ja3s.hash", 32, 0 }, { "quic.cyu.hash", 32, 0 },
		{ "ssh.hassh", 32, 0 }, { "ssh.hassh.server", 32, 0 }, { "tls.cert_fingerprint", 59, 2 } };

	for (unsigned f = 0; f < HG_COUNT(forms) && l->buffer != NULL && l->n_transforms == 0; f++) {
		bool fits = ins->content.len == forms[f].len;

		if (strcmp(l->buffer, forms[f].buffer) != 0)
			continue;
		for (uint32_t i = 0; i < ins->content.len && fits; i++) {
			uint8_t c = hg_lower(ins->content.bytes[i]);
			bool colon = forms[f].group != 0 && i % (forms[f].group + 1u) == forms[f].group;

			fits = colon ? c == ':' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
		}
		if (!fits)
			return hg_draft_refuse(d, 0, "a content of \"%s\" is a whole hash of %u characters",
				l->buffer, forms[f].len);
		return fold(d, ins);
	}
	return 0;
}

static int
finish_content(struct hg_draft *d, const struct hg_draft_list *l, struct hg_ins *ins, bool decoded)
{
	int r = check_lower(d, l, ins);

	if (r == 0 && !decoded)
		r = hg_transform_check(d, l, hg_span(ins->content.bytes, ins->content.len));
	if (r == 0 && !decoded)
		r = check_hash(d, l, ins);
	if (r != 0)
		return r;
	if (ins->flags & HG_INS_NOCASE)
		r = fold(d, ins);
	if (hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_WITHIN))
		ins->flags |= HG_INS_LOOSE_WITHIN;
	if (hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_NEGATED_END))
		ins->flags |= HG_INS_FIRST_ONLY;
	/* With a variable the depth counts from the offset when the rule runs. */
	if (ins->flags & HG_INS_DEPTH && ins->flags & HG_INS_OFFSET && !place_in_variable(ins))
		ins->content.depth += ins->content.offset;
	if (!decoded && l->buffer == NULL && d->dsize_max <= UINT16_MAX && !relative(ins) &&
		!(ins->flags & HG_INS_VAR_DEPTH) &&
		(!(ins->flags & HG_INS_DEPTH) || (uint64_t)ins->content.depth > d->dsize_max)) {
		ins->flags |= HG_INS_DEPTH;
		ins->content.depth = (int32_t)d->dsize_max;
	}
	return r;
}

static bool
plain_negated(const struct hg_ins *ins)
{
	const uint32_t placed = HG_INS_DISTANCE | HG_INS_WITHIN | HG_INS_OFFSET | HG_INS_DEPTH;

	return ins->op == HG_OP_CONTENT && ins->flags & HG_INS_NEGATED && !(ins->flags & placed);
}

/* A distance right behind a negated content that may stand anywhere counts from that one's length at least. */
static void
keep_off(const struct hg_ins *before, struct hg_ins *ins)
{
	const int64_t offset = (int64_t)before->content.len + ins->content.distance;

	if (ins->flags & (HG_INS_NEGATED | HG_INS_VAR_DISTANCE) || !(ins->flags & HG_INS_DISTANCE) ||
		offset <= 0)
		return;
	ins->flags |= HG_INS_OFFSET;
	ins->content.offset = (int32_t)offset;
}

static int
finish_list(struct hg_draft *d, struct hg_draft_list *l)
{
	bool first = true, decoded = false, behind_plain = false;
	int r;

	d->blamed = l->option;
	r = check_sizes(d, l);
	if (r == 0)
		r = hg_absent_check(d, l);
	for (uint16_t i = 0; i < l->n && r == 0; i++) {
		struct hg_ins *ins = &l->ins[i];

		d->blamed = l->options[i];

		if (ins->op == HG_OP_CONTENT) {
			const bool plain = plain_negated(ins);

			if (first)
				make_absolute(ins);
			r = finish_content(d, l, ins, decoded);
			if (behind_plain && hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_NEGATED_DISTANCE))
				keep_off(&l->ins[i - 1], ins);
			behind_plain = plain;
		} else {
			behind_plain = false;
		}
		if (ins->op != HG_OP_SIZE)
			first = false;
		if (ins->op == HG_OP_BASE64_DATA)
			first = decoded = true;
	}
	for (uint16_t i = 0; i < l->n; i++)
		if ((l->ins[i].op == HG_OP_CONTENT || l->ins[i].op == HG_OP_PCRE) &&
			retry_helps(l, i, hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_RETRY)))
			l->ins[i].flags |= HG_INS_RETRY;
	return r;
}

static const char *
side_name(uint8_t sides)
{
	return sides == HG_SIDE_SERVER ? "to_server" : "to_client";
}

/* Buffers of one direction say which it is; two that exclude each other never match together. */
static int
check_sides(struct hg_draft *d)
{
	for (unsigned i = 0; i < d->n_lists; i++) {
		struct hg_buffer_info info;

		if (d->lists[i].buffer == NULL || !hg_buffer_info(d, d->lists[i].buffer, &info) ||
			info.sides == HG_SIDE_BOTH || info.sides == 0)
			continue;
		d->blamed = d->lists[i].option;
		if (d->sides != 0 && !(d->sides & info.sides))
			return hg_draft_refuse(d, 0, "\"%s\" exists %s only, but the rule looks %s",
				d->lists[i].buffer, side_name(info.sides), side_name(d->sides));
		d->sides = info.sides;
	}
	return 0;
}

static bool
proto_is(const struct hg_draft *d, const char *name)
{
	return d->proto_name != NULL && strcmp(d->proto_name, name) == 0;
}

/* What looks at packets only cannot look at the stream or into a protocol, which have none. */
static int
check_packet(struct hg_draft *d)
{
	const bool packet = d->packet_keyword || proto_is(d, "tcp-pkt") ||
		(d->flags & HG_RF_NO_STREAM && hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_NO_STREAM));

	if (packet && (d->flags & HG_RF_ONLY_STREAM || proto_is(d, "tcp-stream")))
		return hg_draft_refuse(d, 0,
			"keywords of the packet (like ttl, flags, dsize) exclude flow:only_stream and "
			"tcp-stream");
	if (packet && d->stores)
		return hg_draft_refuse(
			d, 0, "keywords of the packet (like ttl, flags, dsize) exclude \"filestore\"");
	for (unsigned i = 0; i < d->n_lists && packet; i++) {
		d->blamed = d->lists[i].option;
		if (d->lists[i].buffer != NULL)
			return hg_draft_refuse(d, 0,
				"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"%s\"",
				d->lists[i].buffer);
	}
	return 0;
}

/* To Suricata 7 only_stream is a test of its own: that contents matched in the raw stream just before. Without such contents,
 * and beside buffers, which are looked at apart from them, it never holds. */
static int
check_only_stream(struct hg_draft *d)
{
	bool raw = false, buffers = d->n_anomalies > 0;
	struct hg_test *never;

	if (!(d->flags & HG_RF_ONLY_STREAM) || !hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_ONLY_STREAM))
		return 0;
	for (unsigned i = 0; i < d->n_lists; i++) {
		raw |= d->lists[i].buffer == NULL;
		buffers |= d->lists[i].buffer != NULL;
	}
	if (raw && !buffers)
		return 0;
	never = hg_draft_test(d, HG_TEST_TCP_FLAGS);
	if (never == NULL)
		return d->error.code;
	never->mode = HG_MODE_ANY;
	return 0;
}

int
hg_draft_finish(struct hg_draft *d)
{
	int r;

	if (!d->has_sid)
		return hg_draft_refuse(d, 0, "the sid is missing");
	/* A buffer of one value that is named once more at the end is the one before. */
	if (hg_draft_sticky(d) && hg_draft_list(d)->n == 0) {
		d->blamed = d->lists[d->current].option;
		return hg_draft_refuse(
			d, 0, "nothing looks into the buffer \"%s\"", d->lists[d->current].buffer);
	}
	r = hg_frames_settle(d);
	if (r == 0)
		r = hg_asn1_settle(d);
	if (r == 0)
		r = hg_flags_settle(d);
	if (r == 0)
		r = hg_layers_settle(d, finish_list);
	if (r < 0)
		return r;
	d->blamed = 0;
	r = check_packet(d);
	if (r == 0)
		r = check_sides(d);
	if (r == 0)
		r = check_only_stream(d);
	for (unsigned i = 0; i < d->n_lists && r == 0; i++)
		r = finish_list(d, &d->lists[i]);
	return r;
}
