#include "rules/keyword/keyword_int.h"

#include <math.h>
#include <stdlib.h>

/* entropy, of Suricata 8: packed and encrypted bytes are more alike to chance than others. */

static const struct {
	struct hg_span sign;
	enum hg_compare compare;
} signs[] = { /* the longer ones first */
	{ HG_BYTES("!="), HG_CMP_NE }, { HG_BYTES("<="), HG_CMP_LE }, { HG_BYTES(">="), HG_CMP_GE },
	{ HG_BYTES("="), HG_CMP_EQ }, { HG_BYTES("<"), HG_CMP_LT }, { HG_BYTES(">"), HG_CMP_GT }
};

/* Bits with up to six decimals that count. */
static bool
read_bits(struct hg_span text, uint64_t *out)
{
	char digits[24];
	size_t dots = 0;
	double bits;

	if (text.len == 0 || text.len >= sizeof(digits))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		dots += text.p[i] == '.';
		if (text.p[i] != '.' && (text.p[i] < '0' || text.p[i] > '9'))
			return false;
	}
	memcpy(digits, text.p, text.len);
	digits[text.len] = '\0';
	bits = strtod(digits, NULL);
	*out = (uint64_t)llround(bits * HG_ENTROPY_UNIT);
	return dots <= 1 && dots < text.len && bits <= 8;
}

static int
read_value(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, struct hg_ins *ins)
{
	ins->compare = HG_CMP_EQ;
	for (size_t i = 0; i < HG_COUNT(signs); i++) {
		if (!hg_span_starts(text, signs[i].sign))
			continue;
		ins->compare = (uint8_t)signs[i].compare;
		text = hg_span_trim(hg_span_from(text, signs[i].sign.len));
		break;
	}
	if (read_bits(text, &ins->entropy.bits))
		return 0;
	return hg_draft_refuse(d, hg_arg_column(arg, text), "the value is bits a byte, 0 to 8, as 4.5");
}

static int
read_part(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct hg_ins *ins, bool *valued)
{
	static const char *const names[] = { "bytes", "offset", "value" };
	struct hg_span rest = part, name;
	uint64_t n;
	int r;

	hg_word_take(&rest, &name);
	rest = hg_span_trim(rest);
	if (hg_span_eq(name, HG_BYTES("value"))) {
		if (*valued)
			return hg_draft_refuse(d, hg_arg_column(arg, part),
				"the value stands twice: take a second \"entropy\"");
		*valued = true;
		return read_value(d, arg, rest, ins);
	}
	if (hg_span_eq(name, HG_BYTES("bytes"))) {
		r = hg_arg_u64(d, arg, rest, 0, UINT16_MAX, &n);
		ins->entropy.bytes = (uint32_t)n;
		return r;
	}
	if (hg_span_eq(name, HG_BYTES("offset"))) {
		r = hg_arg_u64(d, arg, rest, 0, UINT16_MAX, &n);
		ins->entropy.offset = (uint32_t)n;
		return r;
	}
	hg_draft_refuse(d, hg_arg_column(arg, part), "entropy knows bytes, offset and value");
	return HG_DRAFT_GUESS(d, name, names);
}

static int
entropy(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins made = { .op = HG_OP_ENTROPY }, *ins;
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part;
	bool valued = false;

	(void)k;
	while (hg_part_take(&parts, &part)) {
		int r = read_part(d, arg, part, &made, &valued);

		if (r != 0)
			return r;
	}
	if (!valued)
		return hg_draft_refuse(d, arg->column, "entropy needs a value to compare with: value >= 4.5");
	ins = hg_draft_ins(d, HG_OP_ENTROPY);
	if (ins == NULL)
		return d->error.code;
	*ins = made;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "entropy",
		.kind = HG_KW_CONTENT,
		.compile = entropy,
		.syntax = "[bytes <n>, ][offset <n>, ]value [=|!=|<|<=|>|>=] <bits>",
		.doc = "Shannon's entropy of the buffer, or of so many bytes from offset on, in bits a byte: "
		       "0 to 8. Text has 4 to 5, "
		       "what is packed or encrypted more than 7.5." },
};
HG_KEYWORDS(entropy, rows);
