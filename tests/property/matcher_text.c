#include "matcher.h"

#include <stdarg.h>
#include <stdio.h>

struct text {
	char *p;
	size_t len, room;
};

static void __attribute__((format(printf, 2, 3))) put(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (t->len < t->room)
		t->len += (size_t)vsnprintf(t->p + t->len, t->room - t->len, format, args);
	va_end(args);
}

static void
put_number(struct text *t, const char *head, struct number n, const char *tail)
{
	if (!n.given)
		return;
	if (n.var)
		put(t, "%sv%d%s", head, (int)n.n, tail);
	else
		put(t, "%s%lld%s", head, (long long)n.n, tail);
}

static void
put_content(struct text *t, const struct keyword *k)
{
	put(t, "content:%s\"", k->negated ? "!" : "");
	for (unsigned i = 0; i < k->len; i++) {
		uint8_t c = k->bytes[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			put(t, "%c", c);
		else
			put(t, "|%02x|", c);
	}
	put(t, "\"; %s%s%s%s", k->nocase ? "nocase; " : "", k->starts ? "startswith; " : "",
		k->ends ? "endswith; " : "", k->fast ? "fast_pattern; " : "");
	put_number(t, "offset:", k->offset, "; ");
	put_number(t, "depth:", k->depth, "; ");
	put_number(t, "distance:", k->distance, "; ");
	put_number(t, "within:", k->within, "; ");
}

static const char *
sign_text(enum sign s)
{
	static const char *const texts[] = {
		[SIGN_EQ] = "=",
		[SIGN_NE] = "!",
		[SIGN_LT] = "<",
		[SIGN_GT] = ">",
		[SIGN_LE] = "<=",
		[SIGN_GE] = ">=",
		[SIGN_AND] = "&",
		[SIGN_XOR] = "^",
		[SIGN_ADD] = "+",
		[SIGN_SUB] = "-",
		[SIGN_MUL] = "*",
		[SIGN_DIV] = "/",
		[SIGN_SHL] = "<<",
		[SIGN_SHR] = ">>",
	};

	return texts[s];
}

static const char *
base_text(unsigned base)
{
	return base == 16 ? "hex" : base == 8 ? "oct" : "dec";
}

/* What byte_test, byte_jump and byte_extract share. */
static void
put_options(struct text *t, const struct keyword *k)
{
	if (k->relative)
		put(t, ",relative");
	if (k->multiplier > 1)
		put(t, ",multiplier %u", k->multiplier);
	if (!k->string && k->little)
		put(t, ",little");
	if (k->string)
		put(t, ",string,%s", base_text(k->base));
	if (k->align_jump)
		put(t, ",align");
	if (k->align > 0)
		put(t, ",align %u", k->align);
	if (k->from_beginning)
		put(t, ",from_beginning");
	if (k->from_end)
		put(t, ",from_end");
	if (k->post_offset != 0)
		put(t, ",post_offset %d", k->post_offset);
	if (k->mask != 0)
		put(t, ",bitmask 0x%x", k->mask);
	put(t, "; ");
}

static void
put_math(struct text *t, const struct keyword *k)
{
	put_number(t, "byte_math:bytes ", k->width, "");
	put_number(t, ",offset ", k->offset, "");
	put(t, ",oper %s", sign_text(k->sign));
	put_number(t, ",rvalue ", k->operand, "");
	put(t, ",result v%u%s", k->var, k->relative ? ",relative" : "");
	if (!k->string)
		put(t, ",endian %s", k->little ? "little" : "big");
	else
		put(t, ",string %s", base_text(k->base));
	if (k->mask != 0)
		put(t, ",bitmask 0x%x", k->mask);
	put(t, "; ");
}

static void
put_size(struct text *t, const struct keyword *k)
{
	if (k->sign == SIGN_BETWEEN)
		put(t, "bsize:%d<>%d; ", (int)k->operand.n, (int)k->most.n);
	else
		put(t, "bsize:%s%d; ", k->sign == SIGN_EQ ? "" : sign_text(k->sign), (int)k->operand.n);
}

static void
put_keyword(struct text *t, const struct keyword *k)
{
	switch (k->kind) {
	case KW_CONTENT:
		put_content(t, k);
		break;
	case KW_PCRE:
		put(t, "pcre:%s\"/%s/%s%s%s\"; ", k->negated ? "!" : "", k->regex, k->caseless ? "i" : "",
			k->dotall ? "s" : "", k->relative ? "R" : "");
		break;
	case KW_ISDATAAT:
		put(t, "isdataat:%s", k->negated ? "!" : "");
		put_number(t, "", k->operand, k->relative ? ",relative; " : "; ");
		break;
	case KW_TEST:
		put_number(t, "byte_test:", k->width, "");
		put(t, ",%s%s", k->negated ? "!" : "", sign_text(k->sign));
		put_number(t, ",", k->operand, "");
		put_number(t, ",", k->offset, "");
		put_options(t, k);
		break;
	case KW_JUMP:
	case KW_EXTRACT:
		put_number(t, k->kind == KW_JUMP ? "byte_jump:" : "byte_extract:", k->width, "");
		put_number(t, ",", k->offset, "");
		if (k->kind == KW_EXTRACT)
			put(t, ",v%u", k->var);
		put_options(t, k);
		break;
	case KW_MATH:
		put_math(t, k);
		break;
	case KW_SIZE:
		put_size(t, k);
		break;
	}
}

static void
put_transform(struct text *t, const struct list *l, enum transform transform)
{
	static const char *const names[] = {
		[TO_LOWER] = "to_lowercase",
		[TO_UPPER] = "to_uppercase",
		[STRIP_WHITESPACE] = "strip_whitespace",
		[COMPRESS_WHITESPACE] = "compress_whitespace",
		[DOTPREFIX] = "dotprefix",
		[URL_DECODE] = "url_decode",
	};

	if (transform == XOR_KEY)
		put(t, "xor:\"%02x%02x\"; ", l->key[0], l->key[1]);
	else
		put(t, "%s; ", names[transform]);
}

size_t
matcher_text(const struct rule *r, char *out, size_t room)
{
	struct text t = { out, 0, room };

	if (r->port == r->port_to)
		put(&t, "alert udp any any -> any %u (", r->port);
	else
		put(&t, "alert udp any any -> any %u:%u (", r->port, r->port_to);
	for (unsigned i = 0; i < r->n_lists; i++) {
		const struct list *l = &r->lists[i];

		if (l->buffer)
			put(&t, "dns.query; ");
		for (unsigned k = 0; k < l->n_transforms; k++)
			put_transform(&t, l, l->transforms[k]);
		for (unsigned k = 0; k < l->n; k++)
			put_keyword(&t, &l->keywords[k]);
	}
	put(&t, "sid:%u;)\n", r->sid);
	return t.len;
}
