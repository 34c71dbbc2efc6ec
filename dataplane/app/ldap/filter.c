/* Filters of searches as people write them (RFC 4511 4.5.1.7, 4515). */
#include "app/ldap/ldap_int.h"

enum {
	AND = 0xa0,
	OR = 0xa1,
	NOT = 0xa2,
	EQUAL = 0xa3,
	SUBSTRINGS = 0xa4,
	AT_LEAST = 0xa5,
	AT_MOST = 0xa6,
	PRESENT = 0x87,
	LIKE = 0xa8,
	EXTENSIBLE = 0xa9
};

/* What finds no room is left out. */
struct text {
	uint8_t *p;
	size_t len;
	bool good;
};

static void
put(struct text *t, uint8_t c)
{
	if (t->len < HG_LDAP_TEXT)
		t->p[t->len++] = c;
}

static void
put_all(struct text *t, struct hg_span s)
{
	for (size_t i = 0; i < s.len && t->len < HG_LDAP_TEXT; i++)
		put(t, s.p[i]);
}

/* RFC 4515 3: what would be read otherwise is two digits. */
static void
put_value(struct text *t, struct hg_span s)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < s.len && t->len < HG_LDAP_TEXT; i++) {
		const uint8_t c = s.p[i];

		if (c >= ' ' && c != '(' && c != ')' && c != '*' && c != '\\' && c != 0x7f) {
			put(t, c);
			continue;
		}
		put(t, '\\');
		put(t, (uint8_t)digits[c >> 4]);
		put(t, (uint8_t)digits[c & 15]);
	}
}

static void
put_compared(struct text *t, struct hg_span in, struct hg_span sign)
{
	struct hg_reader r = hg_reader_of(in);
	struct hg_span value;
	uint8_t tag;

	t->good &= hg_ldap_take(&r, &tag, &value);
	put_all(t, value);
	put_all(t, sign);
	t->good &= hg_ldap_take(&r, &tag, &value);
	put_value(t, value);
}

static void
put_substrings(struct text *t, struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in), parts;
	struct hg_span value;
	uint8_t tag = 0;

	t->good &= hg_ldap_take(&r, &tag, &value);
	put_all(t, value);
	put(t, '=');
	t->good &= hg_ldap_take(&r, &tag, &value);
	parts = hg_reader_of(value);
	tag = 0;
	while (t->good && hg_reader_left(&parts) > 0) {
		t->good = hg_ldap_take(&parts, &tag, &value);
		if (tag != 0x80)
			put(t, '*');
		put_value(t, value);
	}
	if (tag != 0x82)
		put(t, '*');
}

static void
put_extensible(struct text *t, struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);
	struct hg_span rule = HG_SPAN_NONE, type = HG_SPAN_NONE, value = HG_SPAN_NONE, part;
	bool of_dn = false;
	uint8_t tag;

	while (t->good && hg_reader_left(&r) > 0) {
		t->good = hg_ldap_take(&r, &tag, &part);
		if (tag == 0x81)
			rule = part;
		else if (tag == 0x82)
			type = part;
		else if (tag == 0x83)
			value = part;
		else if (tag == 0x84)
			of_dn = part.len > 0 && part.p[0] != 0;
	}
	put_all(t, type);
	if (of_dn)
		put_all(t, HG_BYTES(":dn"));
	if (rule.len > 0)
		put(t, ':');
	put_all(t, rule);
	put_all(t, HG_BYTES(":="));
	put_value(t, value);
}

static void
put_one(struct text *t, uint8_t tag, struct hg_span value)
{
	switch (tag) {
	case EQUAL:
		put_compared(t, value, HG_BYTES("="));
		break;
	case AT_LEAST:
		put_compared(t, value, HG_BYTES(">="));
		break;
	case AT_MOST:
		put_compared(t, value, HG_BYTES("<="));
		break;
	case LIKE:
		put_compared(t, value, HG_BYTES("~="));
		break;
	case SUBSTRINGS:
		put_substrings(t, value);
		break;
	case PRESENT:
		put_all(t, value);
		put_all(t, HG_BYTES("=*"));
		break;
	case EXTENSIBLE:
		put_extensible(t, value);
		break;
	default:
		t->good = false;
		break;
	}
}

static bool
is_list(uint8_t tag)
{
	return tag == AND || tag == OR || tag == NOT;
}

/* Lists are gone into by a stack of readers. */
bool
hg_ldap_filter(uint8_t tag, struct hg_span value, uint8_t out[HG_LDAP_TEXT], size_t *len)
{
	static const uint8_t signs[] = { '&', '|', '!' };
	struct text t = { out, 0, true };
	struct hg_reader stack[HG_LDAP_DEPTH];
	unsigned depth = 0;

	for (;;) {
		put(&t, '(');
		if (is_list(tag) && depth == HG_LDAP_DEPTH) {
			t.good = false;
		} else if (is_list(tag)) {
			put(&t, signs[tag - AND]);
			stack[depth++] = hg_reader_of(value);
		} else {
			put_one(&t, tag, value);
			put(&t, ')');
		}
		while (t.good && depth > 0 && hg_reader_left(&stack[depth - 1]) == 0) {
			put(&t, ')');
			depth--;
		}
		if (!t.good || depth == 0)
			break;
		t.good = hg_ldap_take(&stack[depth - 1], &tag, &value);
		if (!t.good)
			break;
	}
	*len = t.len;
	return t.good;
}
