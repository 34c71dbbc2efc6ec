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

/* Text as strtoull reads it: blanks in front, a sign, an optional 0x, digits up to the first that is none. Returns how many
 * bytes that were, 0: no number, or one of more than 64 bits. */
static size_t
read_text(struct hg_span s, unsigned base, uint64_t *value)
{
	size_t i = 0, digits;
	bool minus = false;
	uint64_t v = 0;

	while (i < s.len && (hg_is_blank(s.p[i]) || (s.p[i] >= '\n' && s.p[i] <= '\r')))
		i++;
	if (i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
		minus = s.p[i++] == '-';
	if (base == 16 && i + 2 < s.len && s.p[i] == '0' && hg_lower(s.p[i + 1]) == 'x' &&
		digit_of(s.p[i + 2]) < 16)
		i += 2;
	for (digits = i; i < s.len && (unsigned)digit_of(s.p[i]) < base; i++) {
		if (__builtin_mul_overflow(v, base, &v) ||
			__builtin_add_overflow(v, (unsigned)digit_of(s.p[i]), &v))
			return 0;
	}
	*value = minus ? -v : v;
	return i == digits ? 0 : i;
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

/* How wide a field the keyword may have. */
static unsigned
widest(const struct hg_ins *ins)
{
	if (ins->op == HG_OP_BYTE_MATH)
		return ins->flags & HG_INS_STRING ? 10 : 4;
	return ins->flags & HG_INS_STRING ? DIGITS_MAX : 8;
}

/* Where the field lies; false: not in the buffer. Jumps of no bytes may start from its end, all else needs a byte there. */
static bool
find_field(const struct hg_matcher *m, const struct hg_ins *ins, size_t *begin, size_t *width)
{
	int64_t at = ins->flags & HG_INS_VAR_OFFSET ? (int32_t)m->vars[ins->num.offset & (HG_VARS - 1)]
						    : ins->num.offset;
	uint64_t n = ins->flags & HG_INS_VAR_BYTES ? m->vars[ins->num.bytes_var & (HG_VARS - 1)] : ins->bytes;
	const int64_t size = (int64_t)m->buffer.len;

	if (ins->flags & HG_INS_RELATIVE)
		at += (int64_t)m->pos;
	if (size == 0 || at < 0 || at > size)
		return false;
	if (at == size && ins->flags & HG_INS_RELATIVE && (ins->op != HG_OP_BYTE_JUMP || n > 0))
		return false;
	/* Of 0 digits means of as many as there are. */
	if (ins->op == HG_OP_BYTE_TEST && ins->flags & HG_INS_STRING && n == 0)
		n = (uint64_t)HG_MIN(size - at, DIGITS_MAX);
	*begin = (size_t)at;
	*width = (size_t)n;
	return n <= widest(ins) && n <= (uint64_t)(size - at);
}

bool
hg_match_number(struct hg_matcher *m, const struct hg_ins *ins, uint64_t *value, size_t *end)
{
	struct hg_span field;
	size_t at, width;

	if (!find_field(m, ins, &at, &width))
		return false;
	field = hg_span_sub(m->buffer, at, width);
	if (ins->flags & HG_INS_STRING) {
		/* A number of digits ends behind its last one, however wide the field. */
		width = read_text(field, ins->base, value);
		if (width == 0)
			return false;
	} else {
		read_binary(m, ins, field, value);
	}
	*end = at + width;
	if (ins->num.mask != 0 && ins->op != HG_OP_BYTE_MATH)
		*value = (*value & ins->num.mask) >> __builtin_ctz(ins->num.mask);
	return true;
}
