#include "rules/keyword/keyword_int.h"

static const struct {
	const char *name;
	uint8_t value;
} opcodes[] = { { "continuation", 0 }, { "text", 1 }, { "binary", 2 }, { "connection_close", 8 },
	{ "ping", 9 }, { "pong", 10 } },
  bits[] = { { "fin", 0x80 }, { "comp", 0x40 } };

static int
opcode(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test t = { .compare = HG_CMP_EQ };

	for (unsigned i = 0; i < HG_COUNT(opcodes); i++) {
		if (!hg_span_eq_nocase(arg->text, hg_span_str(opcodes[i].name)))
			continue;
		t.a = opcodes[i].value;
		return hg_number_buffer(d, k, arg, &t);
	}
	if (arg->text.len > 0 && hg_lower(arg->text.p[0]) >= 'a' && hg_lower(arg->text.p[0]) <= 'z') {
		hg_draft_refuse(d, arg->column, "no kind of message has this name");
		return HG_DRAFT_GUESS(d, arg->text, opcodes);
	}
	return hg_number_compared(d, k, arg, UINT8_MAX);
}

static int
mask(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_number_compared(d, k, arg, UINT32_MAX);
}

/* The bits of `mask` are those of `value`. */
static int
masked(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, uint64_t of, uint64_t value)
{
	struct hg_ins *ins;

	if (of == 0 || (value & ~of) != 0)
		return hg_draft_refuse(d, arg->column, "no byte has these bits");
	if (hg_draft_use_buffer(d, k->buffer, arg->column) != 0)
		return d->error.code;
	ins = hg_draft_list_add(d, hg_draft_list_of(d, k->buffer), HG_OP_BYTE_TEST);
	if (ins == NULL)
		return d->error.code;
	ins->compare = HG_CMP_EQ;
	ins->bytes = 1;
	ins->base = 10;
	ins->num.mask = (uint32_t)of;
	ins->num.value = (int64_t)(value >> __builtin_ctzll(of));
	ins->num.multiplier = 1;
	return 0;
}

/* &<mask>=<value> */
static int
bit_test(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const size_t sign = hg_span_find(arg->text, 0, '=');
	uint64_t of, value;

	if (sign == SIZE_MAX)
		return hg_draft_refuse(d, arg->column, "\"%s\" is %s", k->name, k->syntax);
	if (hg_arg_u64(d, arg, hg_span_trim(hg_span_sub(arg->text, 1, sign - 1)), 0, UINT8_MAX, &of) != 0 ||
		hg_arg_u64(d, arg, hg_span_trim(hg_span_from(arg->text, sign + 1)), 0, UINT8_MAX, &value) !=
			0)
		return d->error.code;
	return masked(d, k, arg, of, value);
}

static int
flags(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span name = arg->text, part;
	uint64_t of = 0, value = 0;

	if (arg->text.len > 0 && arg->text.p[0] == '&')
		return bit_test(d, k, arg);
	hg_negation_take(&name);
	if (name.len == 0 || hg_lower(name.p[0]) < 'a' || hg_lower(name.p[0]) > 'z')
		return hg_number_compared(d, k, arg, UINT8_MAX);
	while (hg_part_take(&parts, &part)) {
		const bool negated = hg_negation_take(&part);
		unsigned i = 0;

		while (i < HG_COUNT(bits) && !hg_span_eq_nocase(part, hg_span_str(bits[i].name)))
			i++;
		if (i == HG_COUNT(bits)) {
			hg_draft_refuse(d, hg_arg_column(arg, part), "no bit has this name");
			return HG_DRAFT_GUESS(d, part, bits);
		}
		of |= bits[i].value;
		value |= negated ? 0 : bits[i].value;
	}
	return masked(d, k, arg, of, value);
}

#define NUMBER(name_, compile_, syntax_, doc_)                                                 \
	{                                                                                      \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .buffer = name_, \
		.compile = compile_, .syntax = syntax_, .doc = doc_                            \
	}

static const struct hg_keyword rows[] = {
	NUMBER("websocket.opcode", opcode, "<name>|[<|>|<=|>=|!]<n>|<n><><n>",
		"The message is of this kind: text, binary, ping."),
	NUMBER("websocket.flags", flags, "[!]fin|comp[,...]|&<mask>=<value>|[<|>|<=|>=|!]<n>|<n><><n>",
		"The upper bits of the first byte: the message is whole, compressed."),
	NUMBER("websocket.mask", mask, "[<|>|<=|>=|!]<n>|<n><><n>", "By what the client masks its message."),
};
HG_KEYWORDS(websocket, rows);
