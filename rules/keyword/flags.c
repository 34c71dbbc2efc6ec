#include "rules/keyword/keyword_int.h"

/* Sets of bits as letters: the flags of TCP, the fragmentation bits of IPv4. */

#define OPENS_OR_ENDS 0x07u /* FIN, SYN, RST */
#define UNUSUAL 0xe0u       /* URG, ECE, CWR */
#define SYN 0x02u
#define FRAGBITS_ALL 0x07u

struct letter {
	uint8_t letter, bits;
};

static const struct letter tcp_letters[] = { { 'F', 1 }, { 'S', 2 }, { 'R', 4 }, { 'P', 8 }, { 'A', 16 },
	{ 'U', 32 }, { 'E', 64 }, { '2', 64 }, { 'C', 128 }, { '1', 128 }, { '0', 0 } };
static const struct letter fragment_letters[] = { { 'R', 1 }, { 'D', 2 }, { 'M', 4 } };

static bool
mode_of(uint8_t sign, uint8_t *mode)
{
	switch (sign) {
	case '*':
		*mode = HG_MODE_ANY;
		return true;
	case '+':
		*mode = HG_MODE_ALL_AND_MORE;
		return true;
	case '!':
		*mode = HG_MODE_NOT;
		return true;
	default:
		return false;
	}
}

static const struct letter *
find(const struct hg_draft *d, const struct letter *known, unsigned n, uint8_t c)
{
	if (c >= 'a' && c <= 'z' && !hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_LETTERS))
		c = (uint8_t)(c - 'a' + 'A');
	for (unsigned i = 0; i < n; i++)
		if (known[i].letter == c)
			return &known[i];
	return NULL;
}

/* A modifier stands in front, or anywhere between the letters, as old rules have it. mode NULL: there is none. */
static int
read_letters(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, const struct letter *known,
	unsigned n, uint8_t *mode, uint64_t *bits)
{
	bool any = false;
	uint8_t sign;

	*bits = 0;
	for (size_t i = 0; i < text.len; i++) {
		const struct letter *l = find(d, known, n, text.p[i]);
		const uint32_t column = hg_arg_column(arg, hg_span_from(text, i));

		if (mode != NULL && mode_of(text.p[i], &sign)) {
			if (*mode != HG_MODE_EXACT)
				return hg_draft_refuse(d, column, "a set of flags takes one of *, + and !");
			*mode = sign;
			while (i == 0 && text.len > 1 && hg_is_blank(text.p[1]))
				text = hg_span_from(text, 1);
			continue;
		}
		if (l == NULL || (l->bits == 0 && mode == NULL))
			return hg_draft_refuse(d, column, "unknown flag '%c'", text.p[i]);
		*bits = l->bits == 0 ? 0 : *bits | l->bits;
		any = true;
	}
	return any ? 0 : hg_draft_refuse(d, arg->column, "no flags are named");
}

/* A set of no flags: natively "not" asks for some flag and "+" for nothing; to Suricata 7 flags that are to be ignored
 * count all the same, "+" means none, and "*" never matches (as here: no bit is among none). */
static void
settle_empty(const struct hg_draft *d, struct hg_test *t)
{
	const bool peer = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_NO_FLAGS);

	if (peer)
		t->b = 0;
	if (t->mode == HG_MODE_NOT) {
		t->mode = HG_MODE_ANY;
		t->a = 0xff;
	} else if (t->mode == HG_MODE_ALL_AND_MORE && peer) {
		t->mode = HG_MODE_EXACT;
	}
}

/* Does every packet that the test takes have one of these flags? */
static bool
implies(const struct hg_test *t, unsigned mask)
{
	for (unsigned flags = 0; flags < 256; flags++)
		if (!(flags & mask) && hg_mode_fits(t->mode, flags & ~t->b & 0xff, t->a))
			return false;
	return true;
}

static int
require(struct hg_draft *d, unsigned mask)
{
	struct hg_test *more;

	for (unsigned i = 0; i < d->n_tests; i++)
		if (d->tests[i].op == HG_TEST_TCP_FLAGS && implies(&d->tests[i], mask))
			return 0;
	more = hg_draft_test(d, HG_TEST_TCP_FLAGS);
	if (more == NULL)
		return d->error.code;
	more->mode = HG_MODE_ANY;
	more->a = mask;
	return 0;
}

/* Suricata 7 sorts rules by the kinds of flags that they name, also where they name them to be absent: it tries a rule
 * whose set has one of FIN, SYN and RST only on packets with one of them, and so with URG, ECE and CWR. */
static int
sort_out(struct hg_draft *d, uint8_t mode, unsigned named)
{
	int r = 0;

	if (named & OPENS_OR_ENDS)
		r = require(d, OPENS_OR_ENDS);
	if (r == 0 && named & UNUSUAL)
		r = require(d, UNUSUAL);
	if (mode != HG_MODE_NOT) {
		d->wants_syn |= (named & SYN) != 0;
		d->syn_alone |= named == SYN;
	}
	return r;
}

static bool
has_pattern(const struct hg_draft *d)
{
	if (d->fast.set)
		return !(d->lists[d->fast.list].ins[d->fast.ins].flags & HG_INS_NEGATED);
	for (unsigned i = 0; i < d->n_lists; i++)
		for (unsigned k = 0; k < d->lists[i].n && d->lists[i].ins[k].op != HG_OP_BASE64_DATA; k++)
			if (d->lists[i].ins[k].op == HG_OP_CONTENT &&
				!(d->lists[i].ins[k].flags & HG_INS_NEGATED))
				return true;
	return false;
}

/* What Suricata 7 has no pattern to find a rule by, and whose flags have SYN among them, it keeps for packets with SYN: *SF
 * misses FIN there. And a rule on SYN alone to given ports, without direction, it does not try on answers. */
int
hg_flags_settle(struct hg_draft *d)
{
	if (d->syn_alone && d->sides == 0 && d->dport != NULL)
		d->sides = HG_SIDE_SERVER;
	if (!d->wants_syn || d->prefilter || has_pattern(d))
		return 0;
	return require(d, SYN);
}

static int
flags(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span wanted = HG_SPAN_NONE, ignored = HG_SPAN_NONE;
	struct hg_test *t = hg_draft_test(d, HG_TEST_TCP_FLAGS);
	unsigned named;
	uint8_t mode;
	int r;

	(void)k;
	if (t == NULL)
		return d->error.code;
	hg_part_take(&parts, &wanted);
	r = read_letters(d, arg, wanted, tcp_letters, HG_COUNT(tcp_letters), &t->mode, &t->a);
	if (r == 0 && hg_part_take(&parts, &ignored))
		r = read_letters(d, arg, ignored, tcp_letters, HG_COUNT(tcp_letters), NULL, &t->b);
	if (r == 0 && parts.more)
		r = hg_draft_refuse(d, arg->column, "flags takes two sets: wanted and ignored");
	if (r != 0)
		return r;
	named = (unsigned)t->a;
	mode = t->mode;
	if (named == 0)
		settle_empty(d, t);
	return hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_FLAGS) ? sort_out(d, mode, named) : 0;
}

/* Suricata 7 reads a modifier in front and the letters behind it, and nothing of what follows. */
static struct hg_span
up_to_letters(struct hg_span text)
{
	uint8_t mode;
	size_t n = 0;

	if (text.len > 0 && mode_of(text.p[0], &mode))
		n++;
	while (n < text.len && hg_is_blank(text.p[n]))
		n++;
	while (n < text.len && (text.p[n] == 'R' || text.p[n] == 'D' || text.p[n] == 'M'))
		n++;
	return n == 0 ? text : hg_span_sub(text, 0, n);
}

static int
fragbits(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_test *t = hg_draft_test(d, HG_TEST_FRAGBITS), *more;
	const bool peer = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_FRAGBITS);
	int r;

	(void)k;
	if (t == NULL)
		return d->error.code;
	r = read_letters(d, arg, peer ? up_to_letters(arg->text) : arg->text, fragment_letters,
		HG_COUNT(fragment_letters), &t->mode, &t->a);
	if (r != 0 || !peer || t->mode != HG_MODE_ALL_AND_MORE)
		return r;
	/* "And others" is to Suricata 7 one other at least. */
	more = hg_draft_test(d, HG_TEST_FRAGBITS);
	if (more == NULL)
		return d->error.code;
	more->mode = HG_MODE_ANY;
	more->a = FRAGBITS_ALL & ~t->a;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "flags",
		.alias = "tcp.flags",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = flags,
		.syntax = "[*|+|!]<FSRPAUEC120>[,<ignored>]",
		.doc = "TCP flags: these, and others (+), any of them (*), not all (!)." },
	{ .name = "fragbits",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = fragbits,
		.syntax = "[*|+|!]<MDR>",
		.doc = "Fragmentation bits of the IPv4 header." },
};
HG_KEYWORDS(flags, rows);
