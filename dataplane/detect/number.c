#include "detect/match.h"

#define DIGITS_MAX 23

static int
digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = hg_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Text as strtoull reads it: blanks in front, an optional 0x, digits up to the first that is none. */
static bool
read_text(struct hg_span s, unsigned base, uint64_t *value)
{
	size_t i = 0, digits = 0;
	uint64_t v = 0;

	while (i < s.len && (hg_is_blank(s.p[i]) || (s.p[i] >= '\n' && s.p[i] <= '\r')))
		i++;
	if (base == 16 && i + 1 < s.len && s.p[i] == '0' && hg_lower(s.p[i + 1]) == 'x')
		i += 2;
	for (; i < s.len && (unsigned)digit_of(s.p[i]) < base; i++, digits++) {
		if (__builtin_mul_overflow(v, base, &v) ||
			__builtin_add_overflow(v, (unsigned)digit_of(s.p[i]), &v))
			return false;
	}
	*value = v;
	return digits > 0;
}

static void
read_binary(const struct hg_matcher *m, const struct hg_ins *ins, struct hg_span s, uint64_t *value)
{
	bool little = ins->flags & HG_INS_DCE ? m->little_endian : (ins->flags & HG_INS_LITTLE) != 0;
	uint64_t v = 0;

	for (size_t i = 0; i < s.len; i++)
		v = v << 8 | s.p[little ? s.len - 1 - i : i];
	*value = v;
}

bool
hg_match_number(struct hg_matcher *m, const struct hg_ins *ins, uint64_t *value, size_t *end)
{
	int64_t at = ins->flags & HG_INS_VAR_OFFSET ? (int64_t)m->vars[ins->num.offset & (HG_VARS - 1)]
						    : ins->num.offset;
	uint64_t width =
		ins->flags & HG_INS_VAR_BYTES ? m->vars[ins->num.bytes_var & (HG_VARS - 1)] : ins->bytes;
	struct hg_span field;

	if (ins->flags & HG_INS_RELATIVE) {
		if (m->pos >= m->buffer.len)
			return false;
		at += (int64_t)m->pos;
	}
	/* Of 0 digits means of as many as there are. */
	if (ins->op == HG_OP_BYTE_TEST && ins->flags & HG_INS_STRING && width == 0 && at >= 0 &&
		(uint64_t)at < m->buffer.len)
		width = HG_MIN(m->buffer.len - (uint64_t)at, DIGITS_MAX);
	if (at < 0 || width > (ins->flags & HG_INS_STRING ? DIGITS_MAX : 8) ||
		(uint64_t)at + width > m->buffer.len)
		return false;
	field = hg_span_sub(m->buffer, (size_t)at, (size_t)width);
	*end = (size_t)at + (size_t)width;
	if (ins->flags & HG_INS_STRING) {
		if (!read_text(field, ins->base, value))
			return false;
	} else {
		read_binary(m, ins, field, value);
	}
	if (ins->num.mask != 0 && ins->op != HG_OP_BYTE_MATH)
		*value = (*value & ins->num.mask) >> __builtin_ctz(ins->num.mask);
	return true;
}
