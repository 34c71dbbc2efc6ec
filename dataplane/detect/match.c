#include "detect/match.h"

#include "detect/asn1.h"
#include "detect/base64.h"
#include "detect/entropy.h"
#include "detect/search.h"

#define STEP 8 /* work of any instruction */

static bool walk(struct hg_matcher *m, const struct hg_ins *ins, const struct hg_ins *end);

bool
hg_match_compare(uint8_t compare, uint64_t value, uint64_t a, uint64_t b)
{
	switch ((enum hg_compare)compare) {
	case HG_CMP_EQ:
		return value == a;
	case HG_CMP_NE:
		return value != a;
	case HG_CMP_LT:
		return value < a;
	case HG_CMP_GT:
		return value > a;
	case HG_CMP_LE:
		return value <= a;
	case HG_CMP_GE:
		return value >= a;
	case HG_CMP_BETWEEN:
		return value > a && value < b;
	case HG_CMP_OUTSIDE:
		return value < a || value > b;
	case HG_CMP_AND:
		return (value & a) != 0;
	case HG_CMP_XOR:
		return (value ^ a) != 0;
	}
	return false;
}

static uint64_t
operand(const struct hg_matcher *m, const struct hg_ins *ins, int64_t literal)
{
	return ins->flags & HG_INS_VAR_VALUE ? m->vars[literal & (HG_VARS - 1)] : (uint64_t)literal;
}

/* Of a variable that says where a content lies the lower half counts: what byte_math brought below 0 leads backwards. */
static int64_t
place(const struct hg_matcher *m, const struct hg_ins *ins, uint32_t var_flag, int32_t literal)
{
	return ins->flags & var_flag ? (int32_t)m->vars[literal & (HG_VARS - 1)] : literal;
}

/* The window of a content that counts from the last match. */
static void
relative_window(const struct hg_matcher *m, const struct hg_ins *ins, int64_t *begin, int64_t *end)
{
	const int64_t distance =
		ins->flags & HG_INS_DISTANCE ? place(m, ins, HG_INS_VAR_DISTANCE, ins->content.distance) : 0;

	*begin = (int64_t)m->pos + distance;
	if (ins->flags & HG_INS_WITHIN) {
		*end = *begin + place(m, ins, HG_INS_VAR_WITHIN, ins->content.within);
		/* An end before the buffer's begin is none, and a variable distance counts twice (3.1). */
		if (ins->flags & HG_INS_LOOSE_WITHIN && *end < 0)
			*end = INT64_MAX;
		else if (ins->flags & HG_INS_LOOSE_WITHIN && ins->flags & HG_INS_VAR_DISTANCE)
			*end += HG_MAX(*begin, 0);
	}
	*begin = HG_MAX(*begin, ins->flags & HG_INS_OFFSET ? ins->content.offset : 0);
}

/* The window of one that counts from the buffer's begin; false: it lies before what is left of a growing buffer. */
static bool
absolute_window(const struct hg_matcher *m, const struct hg_ins *ins, int64_t *begin, int64_t *end)
{
	if (ins->flags & HG_INS_OFFSET)
		*begin = (uint32_t)place(m, ins, HG_INS_VAR_OFFSET, ins->content.offset);
	if (!(ins->flags & HG_INS_DEPTH))
		return true;
	*end = (uint32_t)place(m, ins, HG_INS_VAR_DEPTH, ins->content.depth);
	if (ins->flags & (HG_INS_VAR_DEPTH | HG_INS_VAR_OFFSET))
		*end += *begin;
	if (*end <= (int64_t)m->offset && m->offset > 0)
		return false;
	*end -= (int64_t)m->offset; /* depth is absolute in a growing buffer, offset is not (4.4) */
	return true;
}

/* The part of the buffer that a content may lie in: [*from, *to). false: there is no such part. */
static bool
content_window(const struct hg_matcher *m, const struct hg_ins *ins, size_t *from, size_t *to)
{
	int64_t size = (int64_t)m->buffer.len, begin = 0, end = size;

	if (ins->flags & (HG_INS_DISTANCE | HG_INS_WITHIN))
		relative_window(m, ins, &begin, &end);
	else if (!absolute_window(m, ins, &begin, &end))
		return false;
	end = HG_MIN(end, size);
	if (begin < 0 || begin > end || end <= 0)
		return false;
	*from = (size_t)begin;
	*to = (size_t)end;
	return true;
}

/* The content in [from, to); SIZE_MAX as well when the packet's work does not reach. */
static size_t
find(struct hg_matcher *m, const struct hg_ins *ins, size_t from, size_t to)
{
	const struct hg_span pattern = hg_span(ins->content.bytes, ins->content.len);
	uint64_t work = 0;
	size_t at =
		hg_search(hg_span_sub(m->buffer, 0, to), from, pattern, ins->flags & HG_INS_NOCASE, &work);

	return hg_match_spend(m, work) ? at : SIZE_MAX;
}

static bool
content_absent(struct hg_matcher *m, const struct hg_ins *ins, const struct hg_ins *end)
{
	if (ins->flags & HG_INS_NEGATED)
		return walk(m, ins + 1, end);
	if (!(ins->flags & (HG_INS_DISTANCE | HG_INS_WITHIN)))
		m->give_up = true;
	return false;
}

/* Does a negated content that stands at `at` in [from, to) do no harm, as it is not at the buffer's end? The peer asks about its first occurrence, and compares the place with
 * the length of the window (3.2). */
static bool
harmless(struct hg_matcher *m, const struct hg_ins *ins, size_t from, size_t to, size_t at)
{
	const size_t len = ins->content.len;

	if (!(ins->flags & HG_INS_ENDS))
		return false;
	if (ins->flags & HG_INS_FIRST_ONLY)
		return at + len != to - from;
	return m->buffer.len - len < from || find(m, ins, m->buffer.len - len, m->buffer.len) == SIZE_MAX;
}

static bool
fail_negated(struct hg_matcher *m, const struct hg_ins *ins)
{
	const uint32_t placed = HG_INS_DISTANCE | HG_INS_WITHIN | HG_INS_OFFSET | HG_INS_DEPTH | HG_INS_RETRY;

	if (!(ins->flags & placed))
		m->give_up = true;
	return false;
}

/* What follows the content decides whether it is to be replaced here. */
static bool
walk_on(struct hg_matcher *m, const struct hg_ins *ins, const struct hg_ins *end, size_t at)
{
	const unsigned before = m->n_places;

	m->pos = at + ins->content.len;
	if (ins->flags & HG_INS_REPLACE && before < HG_PLACES_MAX)
		m->places[m->n_places++] = (struct hg_place){ ins, (uint32_t)at };
	if (walk(m, ins + 1, end))
		return true;
	m->n_places = before;
	return false;
}

static bool
match_content(struct hg_matcher *m, const struct hg_ins *ins, const struct hg_ins *end)
{
	const size_t pos = m->pos;
	size_t from, to;

	if (!content_window(m, ins, &from, &to))
		return ins->flags & HG_INS_NEGATED ? walk(m, ins + 1, end) : false;
	if (ins->flags & HG_INS_ENDS && to < m->buffer.len)
		return content_absent(m, ins, end);
	for (;;) {
		size_t at = find(m, ins, from, to);

		if (at == SIZE_MAX)
			return content_absent(m, ins, end);
		if (ins->flags & HG_INS_NEGATED)
			return harmless(m, ins, from, to, at) ? walk(m, ins + 1, end) : fail_negated(m, ins);
		from = at + 1;
		if (ins->flags & HG_INS_ENDS && at + ins->content.len != m->buffer.len)
			continue;
		if (walk_on(m, ins, end, at))
			return true;
		/* What follows does not depend on the place of this one: no other place helps, nor of those before. */
		if (!(ins->flags & HG_INS_RETRY))
			m->give_up = true;
		if (m->give_up)
			return false;
		m->pos = pos;
	}
}

static bool
match_pcre(struct hg_matcher *m, const struct hg_ins *ins, const struct hg_ins *end)
{
	const size_t base = ins->flags & HG_INS_RELATIVE ? HG_MIN(m->pos, m->buffer.len) : 0;
	const struct hg_span subject = hg_span_from(m->buffer, base);
	const bool negated = ins->flags & HG_INS_NEGATED;
	size_t from = 0;

	for (;;) {
		const size_t *at;
		int r = hg_match_regex(m, ins, subject, from);

		if (r < 0) /* no match, or a limit was hit: neither form of the keyword matches then */
			return negated && r == PCRE2_ERROR_NOMATCH ? walk(m, ins + 1, end) : false;
		if (negated)
			return false;
		if (ins->pcre.n_captures > 0)
			hg_match_catch(m, ins, subject, (unsigned)r);
		at = pcre2_get_ovector_pointer(m->match_data);
		from = at[0] + 1;
		m->pos = base + at[1];
		if (walk(m, ins + 1, end))
			return true;
		if (!(ins->flags & HG_INS_RETRY) || m->give_up || from > subject.len)
			return false;
	}
}

static bool
match_isdataat(const struct hg_matcher *m, const struct hg_ins *ins)
{
	uint64_t n = ins->flags & HG_INS_VAR_VALUE ? m->vars[ins->range.a & (HG_VARS - 1)] : ins->range.a;
	bool there;

	if (n >= 100000000)
		there = false;
	else if (ins->flags & HG_INS_RELATIVE)
		there = m->pos + n <= m->buffer.len;
	else
		there = n < m->buffer.len;
	return there != !!(ins->flags & HG_INS_NEGATED);
}

/* A field of 8 bytes farther below 0 is a great number, not a way back. */
#define JUMP_BACK_MAX (INT64_C(1) << 47)

static bool
match_jump(struct hg_matcher *m, const struct hg_ins *ins)
{
	uint64_t value = 0;
	size_t field_end;
	int64_t target;

	if (!hg_match_number(m, ins, &value, &field_end))
		return false;
	value *= ins->num.multiplier;
	if (ins->flags & HG_INS_ALIGN)
		value = (value + 3) & ~UINT64_C(3);
	value += (uint64_t)ins->num.value;
	if (ins->flags & HG_INS_FROM_END)
		value += m->buffer.len;
	else if (!(ins->flags & HG_INS_FROM_BEGINNING))
		value += field_end;
	target = (int64_t)value;
	if (target > (int64_t)m->buffer.len || target < -JUMP_BACK_MAX)
		return false;
	m->pos = target < 0 ? 0 : (size_t)target;
	return true;
}

static bool
match_extract(struct hg_matcher *m, const struct hg_ins *ins)
{
	uint64_t value;
	size_t field_end;

	if (!hg_match_number(m, ins, &value, &field_end))
		return false;
	value *= ins->num.multiplier;
	if (ins->num.align > 1)
		value = (value + ins->num.align - 1) / ins->num.align * ins->num.align;
	m->vars[ins->num.var & (HG_VARS - 1)] = value;
	m->pos = field_end;
	return true;
}

static bool
match_math(struct hg_matcher *m, const struct hg_ins *ins)
{
	uint64_t value, rvalue = operand(m, ins, ins->num.value);
	size_t field_end;

	if (!hg_match_number(m, ins, &value, &field_end))
		return false;
	switch ((enum hg_math)ins->num.math) {
	case HG_MATH_ADD:
		value += rvalue;
		break;
	case HG_MATH_SUB:
		value -= rvalue;
		break;
	case HG_MATH_MUL:
		value *= rvalue;
		break;
	case HG_MATH_DIV:
		if (rvalue == 0)
			return false;
		value /= rvalue;
		break;
	case HG_MATH_SHL:
		value = rvalue < 64 ? value << rvalue : 0;
		break;
	case HG_MATH_SHR:
		value = rvalue < 64 ? value >> rvalue : 0;
		break;
	}
	if (ins->num.mask != 0)
		value = (value & ins->num.mask) >> __builtin_ctz(ins->num.mask);
	m->vars[ins->num.var & (HG_VARS - 1)] = value;
	m->pos = field_end;
	return true;
}

/* bsize and urilen. While a buffer still grows its size is not known: only a lower bound is, and that decides > and >=. */
static bool
match_size(struct hg_matcher *m, const struct hg_ins *ins)
{
	uint64_t size = m->buffer.len + m->offset;
	bool fits;

	if (!m->complete && ins->compare != HG_CMP_GT && ins->compare != HG_CMP_GE)
		fits = false;
	else
		fits = hg_match_compare(ins->compare, size, ins->range.a, ins->range.b);
	if (!fits)
		m->give_up = true;
	return fits;
}

static bool
buffer_number(const struct hg_matcher *m, uint64_t *value)
{
	*value = 0;
	if (m->buffer.len == 0 || m->buffer.len > 8)
		return false;
	for (size_t i = 0; i < m->buffer.len; i++)
		*value = *value << 8 | m->buffer.p[i];
	return true;
}

static bool
match_ranges(const struct hg_matcher *m, const struct hg_ins *ins)
{
	uint64_t value;

	if (!buffer_number(m, &value))
		return false;
	for (uint32_t i = 0; i < ins->ranges.n; i++)
		if (value >= ins->ranges.list[i].first && value <= ins->ranges.list[i].last)
			return true;
	return false;
}

/* One that is not complete is a lower bound (the size of a file that was cut off): it decides > and >=. */
static bool
match_buffer_number(const struct hg_matcher *m, const struct hg_ins *ins)
{
	const bool bound = ins->compare == HG_CMP_GT || ins->compare == HG_CMP_GE;
	uint64_t value;

	if (!buffer_number(m, &value) || (!m->complete && (!bound || ins->flags & HG_INS_NEGATED)))
		return false;
	return hg_match_compare(ins->compare, value, ins->range.a, ins->range.b) !=
		!!(ins->flags & HG_INS_NEGATED);
}

static bool
match_text(const struct hg_matcher *m, const struct hg_ins *ins)
{
	struct hg_span want = hg_span(ins->content.bytes, ins->content.len), got = m->buffer;
	bool equal;

	if (ins->flags & HG_INS_STARTS)
		got = hg_span_sub(got, 0, want.len);
	if (ins->flags & HG_INS_ENDS && got.len > want.len)
		got = hg_span_from(got, got.len - want.len);
	equal = ins->flags & HG_INS_NOCASE ? hg_span_eq_nocase(got, want) : hg_span_eq(got, want);
	return equal != !!(ins->flags & HG_INS_NEGATED);
}

static bool
match_base64(struct hg_matcher *m, const struct hg_ins *ins)
{
	size_t from = ins->base64.offset + (ins->flags & HG_INS_RELATIVE ? m->pos : 0);
	size_t most = ins->base64.bytes == 0 ? SIZE_MAX : ins->base64.bytes;

	m->base64_len = hg_base64_decode(hg_span_sub(m->buffer, from, most), m->base64, sizeof(m->base64));
	return m->base64_len > 0;
}

/* base64_data: the rest of the list is evaluated on the decoded bytes, as a list of its own. */
static bool
match_base64_data(struct hg_matcher *m, const struct hg_ins *ins, const struct hg_ins *end)
{
	struct hg_span outer = m->buffer;
	uint64_t offset = m->offset;
	bool complete = m->complete, matched;

	m->buffer = hg_span(m->base64, m->base64_len);
	m->offset = 0;
	m->complete = true;
	m->pos = 0;
	matched = walk(m, ins + 1, end);
	m->buffer = outer;
	m->offset = offset;
	m->complete = complete;
	return matched;
}

/* No other occurrence of what stands in front of it is tried: each would be decoded to its end. */
static bool
match_asn1(struct hg_matcher *m, const struct hg_ins *ins)
{
	int64_t from = ins->asn1.offset;

	if (ins->asn1.placed == HG_ASN1_RELATIVE)
		from += (int64_t)m->pos;
	m->give_up = true;
	return from >= 0 && from <= UINT16_MAX && hg_asn1_find(hg_span_from(m->buffer, (size_t)from), ins);
}

static bool
match_byte_test(struct hg_matcher *m, const struct hg_ins *ins)
{
	uint64_t value, want = operand(m, ins, ins->num.value);
	size_t field_end;

	return hg_match_number(m, ins, &value, &field_end) &&
		hg_match_compare(ins->compare, value, want, 0) != !!(ins->flags & HG_INS_NEGATED);
}

static bool
match_entropy(struct hg_matcher *m, const struct hg_ins *ins)
{
	const struct hg_span from = hg_span_from(m->buffer, ins->entropy.offset);
	const struct hg_span part = ins->entropy.bytes == 0 ? from : hg_span_sub(from, 0, ins->entropy.bytes);
	const bool fits = part.len > 0 && part.len >= ins->entropy.bytes &&
		hg_match_compare(ins->compare, hg_entropy(part), ins->entropy.bits, 0);

	if (!fits)
		m->give_up = true;
	return fits;
}

/* What an instruction costs before it looks for anything. */
static uint64_t
cost(const struct hg_matcher *m, const struct hg_ins *ins)
{
	switch ((enum hg_op)ins->op) {
	case HG_OP_ASN1:
	case HG_OP_ENTROPY:
		return STEP + m->buffer.len;
	case HG_OP_DATASET:
	case HG_OP_DATAREP:
	case HG_OP_TEXT:
		return STEP + m->buffer.len / 8;
	case HG_OP_BASE64_DECODE:
		return STEP + HG_MATCH_BASE64;
	default:
		return STEP;
	}
}

static bool
walk(struct hg_matcher *m, const struct hg_ins *ins, const struct hg_ins *end)
{
	for (; ins < end; ins++) {
		bool matched = false;

		if (m->steps_left == 0 || !hg_match_spend(m, cost(m, ins))) {
			m->give_up = true;
			return false;
		}
		m->steps_left--;
		switch ((enum hg_op)ins->op) {
		case HG_OP_CONTENT:
			return match_content(m, ins, end);
		case HG_OP_PCRE:
			return match_pcre(m, ins, end);
		case HG_OP_BASE64_DATA:
			return match_base64_data(m, ins, end);
		case HG_OP_ISDATAAT:
			matched = match_isdataat(m, ins);
			break;
		case HG_OP_BYTE_TEST:
			matched = match_byte_test(m, ins);
			break;
		case HG_OP_BYTE_JUMP:
			matched = match_jump(m, ins);
			break;
		case HG_OP_BYTE_EXTRACT:
			matched = match_extract(m, ins);
			break;
		case HG_OP_BYTE_MATH:
			matched = match_math(m, ins);
			break;
		case HG_OP_SIZE:
			matched = match_size(m, ins);
			break;
		case HG_OP_NUMBER:
			matched = match_buffer_number(m, ins);
			break;
		case HG_OP_DATASET:
		case HG_OP_DATAREP:
			matched = hg_match_set(m, ins);
			break;
		case HG_OP_TEXT:
			matched = match_text(m, ins);
			break;
		case HG_OP_ASN1:
			matched = match_asn1(m, ins);
			break;
		case HG_OP_RANGES:
			matched = match_ranges(m, ins);
			break;
		case HG_OP_ENTROPY:
			matched = match_entropy(m, ins);
			break;
		case HG_OP_ABSENT:
			matched = ins->or_else;
			break;
		case HG_OP_BASE64_DECODE:
			matched = match_base64(m, ins);
			break;
		}
		if (!matched)
			return false;
	}
	return true;
}

bool
hg_match(struct hg_matcher *m, const struct hg_prog *prog, struct hg_span buffer, uint64_t offset,
	bool complete)
{
	bool matched;

	m->buffer = buffer;
	m->offset = offset;
	m->complete = complete;
	m->pos = 0;
	m->give_up = false;
	m->steps_left = m->steps_limit - 1; /* the peer fails at the limit, not behind it */
	m->base64_len = 0;
	/* What was not found because nobody went on looking is not absent. */
	matched = walk(m, prog->ins, prog->ins + prog->n) && m->work_left > 0;
	if (m->steps_left == 0)
		m->over_budget++;
	return matched;
}
