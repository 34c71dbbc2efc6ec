#include "rules/keyword/keyword_int.h"

#define OFFSET_MAX INT32_MAX
#define BINARY_MAX 8
#define TEXT_MAX 23

/* One byte_* option as it is read. */
struct bytes {
	struct hg_ins ins;
	bool has_bytes, has_offset, has_value, has_result, has_oper;
	struct hg_span result;
};

struct word {
	const char *name;
	uint32_t flag;
	uint8_t base;
};

static const struct word words[] = {
	{ "relative", HG_INS_RELATIVE, 0 },
	{ "little", HG_INS_LITTLE, 0 },
	{ "big", 0, 0 },
	{ "string", HG_INS_STRING, 0 },
	{ "dec", 0, 10 },
	{ "hex", 0, 16 },
	{ "oct", 0, 8 },
	{ "dce", HG_INS_DCE, 0 },
	{ "align", HG_INS_ALIGN, 0 },
	{ "from_beginning", HG_INS_FROM_BEGINNING, 0 },
	{ "from_end", HG_INS_FROM_END, 0 },
};

static int
set_bytes(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct bytes *b)
{
	int64_t n;
	bool var;
	int r = hg_arg_number_or_var(d, arg, part, 0, TEXT_MAX, &n, &var);

	if (r != 0)
		return r;
	b->has_bytes = true;
	if (var) {
		b->ins.num.bytes_var = (uint8_t)n;
		b->ins.flags |= HG_INS_VAR_BYTES;
	} else {
		b->ins.bytes = (uint8_t)n;
	}
	return 0;
}

static int
set_offset(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct bytes *b)
{
	int64_t n;
	bool var;
	int r = hg_arg_number_or_var(d, arg, part, -OFFSET_MAX, OFFSET_MAX, &n, &var);

	if (r != 0)
		return r;
	b->has_offset = true;
	b->ins.num.offset = (int32_t)n;
	b->ins.flags |= var ? HG_INS_VAR_OFFSET : 0;
	return 0;
}

/* Unsigned 64 bits, or a variable. */
static int
set_value(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct bytes *b)
{
	int slot = part.len == 0 ? -1 : hg_draft_var(d, part);
	uint64_t n;
	int r;

	b->has_value = true;
	if (slot >= 0) {
		b->ins.num.value = slot;
		b->ins.flags |= HG_INS_VAR_VALUE;
		return 0;
	}
	/* -1 is the greatest value. */
	if (part.len > 0 && part.p[0] == '-') {
		if (hg_parse_i64(part, INT64_MIN, 0, &b->ins.num.value, &d->error) != 0)
			return hg_draft_blame(d, arg, part);
		return 0;
	}
	if (part.len > 0 && !(part.p[0] >= '0' && part.p[0] <= '9'))
		return hg_draft_refuse(d, hg_arg_column(arg, part),
			"no byte_extract or byte_math before sets \"%.*s\"", (int)HG_MIN(part.len, 64),
			part.p);
	r = hg_arg_u64(d, arg, part, 0, UINT64_MAX, &n);
	b->ins.num.value = (int64_t)n;
	return r;
}

static int
set_mask(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct bytes *b)
{
	uint64_t mask;

	if (hg_parse_hex(part, UINT32_MAX, &mask, &d->error) != 0)
		return hg_draft_blame(d, arg, part);
	if (mask == 0)
		return hg_draft_refuse(d, hg_arg_column(arg, part), "a bitmask of 0 leaves nothing");
	b->ins.num.mask = (uint32_t)mask;
	return 0;
}

/* "name", "name value": what all of the family know. */
static int
set_option(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct hg_span part,
	struct bytes *b)
{
	struct hg_span rest = part, name;
	uint64_t n;
	int64_t s;

	hg_word_take(&rest, &name);
	if (rest.len > 0 && hg_span_eq(name, HG_BYTES("multiplier"))) {
		int r = hg_arg_u64(d, arg, rest, 1, 65535, &n);

		b->ins.num.multiplier = (uint32_t)n;
		return r;
	}
	if (rest.len > 0 && hg_span_eq(name, HG_BYTES("post_offset"))) {
		if (hg_parse_i64(rest, -OFFSET_MAX, OFFSET_MAX, &s, &d->error) != 0)
			return hg_draft_blame(d, arg, rest);
		b->ins.num.value = s;
		return 0;
	}
	if (rest.len > 0 && hg_span_eq(name, HG_BYTES("bitmask")))
		return set_mask(d, arg, rest, b);
	if (rest.len > 0 && hg_span_eq(name, HG_BYTES("align")) && b->ins.op == HG_OP_BYTE_EXTRACT) {
		int r = hg_arg_u64(d, arg, rest, 2, 4, &n);

		if (r == 0 && n == 3)
			r = hg_draft_refuse(d, hg_arg_column(arg, rest), "align is 2 or 4");
		b->ins.num.align = (uint8_t)n;
		return r;
	}
	if (rest.len > 0 && (hg_span_eq(name, HG_BYTES("string")) || hg_span_eq(name, HG_BYTES("endian")))) {
		int r = hg_span_eq(name, HG_BYTES("string")) ? set_option(d, k, arg, name, b) : 0;

		return r != 0 ? r : set_option(d, k, arg, rest, b);
	}
	for (unsigned i = 0; rest.len == 0 && i < HG_COUNT(words); i++) {
		if (!hg_span_eq_nocase(name, hg_span_str(words[i].name)))
			continue;
		b->ins.flags |= words[i].flag;
		if (words[i].base != 0)
			b->ins.base = words[i].base;
		return 0;
	}
	hg_draft_refuse(d, hg_arg_column(arg, part), "\"%s\" does not know '%.*s'", k->name,
		(int)HG_MIN(part.len, 40), part.p);
	return HG_DRAFT_GUESS(d, name, words);
}

static int
finish(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct bytes *b)
{
	const uint32_t both = HG_INS_FROM_BEGINNING | HG_INS_FROM_END;
	const bool text = b->ins.flags & HG_INS_STRING;
	const unsigned most = text ? TEXT_MAX : BINARY_MAX;
	struct hg_draft_list *l;
	struct hg_ins *ins;

	/* byte_test of 0 digits reads as many as there are; byte_jump of 0 bytes jumps by post_offset alone. */
	if (b->ins.op != HG_OP_BYTE_JUMP && !(b->ins.op == HG_OP_BYTE_TEST && text) && b->ins.bytes == 0 &&
		!(b->ins.flags & HG_INS_VAR_BYTES))
		return hg_draft_refuse(d, arg->column, "\"%s\" of 0 bytes", k->name);
	if (b->ins.bytes > most)
		return hg_draft_refuse(d, arg->column, "\"%s\" of more than %u bytes", k->name, most);
	if (!text && b->ins.base != 0)
		return hg_draft_refuse(d, arg->column, "\"%s\": dec, hex and oct need string", k->name);
	if (b->ins.flags & HG_INS_DCE && d->protos != 0 &&
		!(d->protos & (HG_PROTO_BIT(HG_PROTO_DCERPC) | HG_PROTO_BIT(HG_PROTO_SMB))))
		return hg_draft_refuse(d, arg->column, "\"%s\": dce needs a rule on dcerpc or smb", k->name);
	if ((b->ins.flags & both) == both)
		return hg_draft_refuse(d, arg->column, "from_beginning and from_end exclude each other");
	if (b->ins.base == 0)
		b->ins.base = 10;
	l = hg_draft_list_relative(d, b->ins.flags & HG_INS_RELATIVE);
	ins = hg_draft_list_add(d, l, b->ins.op);
	if (ins == NULL)
		return d->error.code;
	*ins = b->ins;
	return 0;
}

/* [!]<op> of byte_test; "!" alone is "not equal". */
static int
read_operator(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct hg_ins *ins)
{
	static const struct {
		const char *text;
		uint8_t compare;
	} signs[] = { { "=", HG_CMP_EQ }, { "<", HG_CMP_LT }, { ">", HG_CMP_GT }, { "<=", HG_CMP_LE },
		{ ">=", HG_CMP_GE }, { "&", HG_CMP_AND }, { "^", HG_CMP_XOR } };
	struct hg_span sign = part;
	bool negated = hg_negation_take(&sign);

	if (negated && sign.len == 0) {
		ins->compare = HG_CMP_NE;
		return 0;
	}
	for (unsigned i = 0; i < HG_COUNT(signs); i++) {
		if (hg_span_eq(sign, hg_span_str(signs[i].text))) {
			ins->compare = signs[i].compare;
			ins->flags |= negated ? HG_INS_NEGATED : 0;
			return 0;
		}
	}
	return hg_draft_refuse(d, hg_arg_column(arg, part), "byte_test compares by < > <= >= = ! & ^");
}

static int
missing(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_draft_refuse(d, arg->column, "\"%s\" is %s", k->name, k->syntax);
}

static int
byte_test(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct bytes b = { .ins = { .op = HG_OP_BYTE_TEST } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span n, op, value, offset, part;
	int r;

	if (!hg_part_take(&parts, &n) || !hg_part_take(&parts, &op) || !hg_part_take(&parts, &value) ||
		!hg_part_take(&parts, &offset))
		return missing(d, k, arg);
	r = set_bytes(d, arg, n, &b);
	if (r == 0)
		r = read_operator(d, arg, op, &b.ins);
	if (r == 0)
		r = set_value(d, arg, value, &b);
	if (r == 0)
		r = set_offset(d, arg, offset, &b);
	while (r == 0 && hg_part_take(&parts, &part))
		r = set_option(d, k, arg, part, &b);
	return r != 0 ? r : finish(d, k, arg, &b);
}

/* Which bytes, and the options behind them. */
static int
set_field(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct hg_span n,
	struct hg_span offset, struct hg_parts *parts, struct bytes *b)
{
	struct hg_span part;
	int r = set_bytes(d, arg, n, b);

	if (r == 0)
		r = set_offset(d, arg, offset, b);
	while (r == 0 && hg_part_take(parts, &part))
		r = set_option(d, k, arg, part, b);
	return r;
}

static int
byte_jump(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct bytes b = { .ins = { .op = HG_OP_BYTE_JUMP, .num = { .multiplier = 1 } } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span n, offset;
	int r;

	if (!hg_part_take(&parts, &n) || !hg_part_take(&parts, &offset))
		return missing(d, k, arg);
	r = set_field(d, k, arg, n, offset, &parts, &b);
	return r != 0 ? r : finish(d, k, arg, &b);
}

static int
finish_variable(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct bytes *b)
{
	int slot = hg_draft_var_make(d, arg, b->result);

	if (slot < 0)
		return slot;
	b->ins.num.var = (uint8_t)slot;
	return finish(d, k, arg, b);
}

static int
byte_extract(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct bytes b = { .ins = { .op = HG_OP_BYTE_EXTRACT, .num = { .multiplier = 1 } } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span n, offset;
	int r;

	if (!hg_part_take(&parts, &n) || !hg_part_take(&parts, &offset) || !hg_part_take(&parts, &b.result))
		return missing(d, k, arg);
	r = set_field(d, k, arg, n, offset, &parts, &b);
	return r != 0 ? r : finish_variable(d, k, arg, &b);
}

static int
set_math(struct hg_draft *d, const struct hg_arg *arg, struct hg_span sign, struct bytes *b)
{
	static const char *const signs[] = {
		[HG_MATH_ADD] = "+",
		[HG_MATH_SUB] = "-",
		[HG_MATH_MUL] = "*",
		[HG_MATH_DIV] = "/",
		[HG_MATH_SHL] = "<<",
		[HG_MATH_SHR] = ">>",
	};

	for (unsigned i = 0; i < HG_COUNT(signs); i++) {
		if (hg_span_eq(sign, hg_span_str(signs[i]))) {
			b->ins.num.math = (uint8_t)i;
			b->has_oper = true;
			return 0;
		}
	}
	return hg_draft_refuse(d, hg_arg_column(arg, sign), "byte_math calculates by + - * / << >>");
}

static int
math_part(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct hg_span part,
	struct bytes *b)
{
	struct hg_span rest = part, name;

	hg_word_take(&rest, &name);
	if (hg_span_eq(name, HG_BYTES("bytes")))
		return set_bytes(d, arg, rest, b);
	if (hg_span_eq(name, HG_BYTES("offset")))
		return set_offset(d, arg, rest, b);
	if (hg_span_eq(name, HG_BYTES("oper")))
		return set_math(d, arg, rest, b);
	if (hg_span_eq(name, HG_BYTES("rvalue")))
		return set_value(d, arg, rest, b);
	if (hg_span_eq(name, HG_BYTES("result"))) {
		b->has_result = true;
		b->result = rest;
		return 0;
	}
	return set_option(d, k, arg, part, b);
}

static int
byte_math(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct bytes b = { .ins = { .op = HG_OP_BYTE_MATH, .num = { .multiplier = 1 } } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part;
	int r = 0;

	while (r == 0 && hg_part_take(&parts, &part))
		r = math_part(d, k, arg, part, &b);
	if (r != 0)
		return r;
	if (!b.has_bytes || !b.has_offset || !b.has_oper || !b.has_value || !b.has_result)
		return missing(d, k, arg);
	if (b.ins.num.math == HG_MATH_DIV && b.ins.num.value == 0 && !(b.ins.flags & HG_INS_VAR_VALUE))
		return hg_draft_refuse(d, arg->column, "byte_math divides by 0");
	return finish_variable(d, k, arg, &b);
}

#define BYTES(name_, syntax_, doc_)                                                                     \
	{                                                                                               \
		.name = #name_, .kind = HG_KW_CONTENT, .compile = name_, .syntax = syntax_, .doc = doc_ \
	}

static const struct hg_keyword rows[] = {
	BYTES(byte_test,
		"<n|var>,[!]<op>,<value|var>,<offset|var>[,relative][,big|little][,string,dec|hex|oct][,dce]["
		",bitmask <hex>]",
		"A number in the buffer compares with a value."),
	BYTES(byte_jump,
		"<n|var>,<offset|var>[,relative][,multiplier <n>][,big|little][,string,dec|hex|oct][,align]"
		"[,from_beginning|from_end][,post_offset <n>][,dce][,bitmask <hex>]",
		"A number in the buffer says how far behind it the next relative test begins."),
	BYTES(byte_extract,
		"<n>,<offset>,<var>[,relative][,multiplier <n>][,big|little][,string,dec|hex|oct][,align "
		"2|4][,dce]",
		"A number in the buffer becomes a variable of the rule."),
	BYTES(byte_math,
		"bytes <n|var>, offset <n|var>, oper +|-|*|/|<<|>>, rvalue <n|var>, result <var>[, relative]"
		"[, endian big|little][, string dec|hex|oct][, dce][, bitmask <hex>]",
		"A number in the buffer, calculated with a value, becomes a variable of the rule."),
};
HG_KEYWORDS(bytes, rows);
