#include "detect/asn1.h"

#include "base/reader.h"
#include "detect/asn1_text.h"

#define ELEMENTS 30    /* on the top level */
#define LEVELS 30      /* that are looked into */
#define OPEN_LEVELS 50 /* of unknown length, one in the other */
#define TAG_BYTES 5    /* of a number that follows in bytes of its own */
#define LONG_REAL 256

enum { BIT_STRING = 3, REAL = 9, SEQUENCE = 16, SET = 17 };

/* An element whose elements are being read. */
struct level {
	const uint8_t *end; /* of its content, if it is known, else of what holds it */
	bool known;
	bool shown;   /* its elements are looked at, not only passed over */
	uint8_t open; /* levels of unknown length up to here, without a break */
};

struct element {
	uint32_t tag;
	uint8_t class;
	bool constructed, known; /* known: its length is */
	uint64_t len;
};

struct walk {
	const struct hg_ins *ins;
	struct hg_reader r;
	struct level levels[LEVELS + OPEN_LEVELS];
	unsigned n;
	bool found; /* in the element of the top level that is being read */
};

static uint32_t
read_tag(struct hg_reader *r)
{
	uint32_t tag = 0;

	for (unsigned i = 0; i < TAG_BYTES; i++) {
		const uint8_t b = hg_read_u8(r);

		tag = tag << 7 | (b & 0x7f);
		if ((b & 0x80) == 0)
			return tag;
	}
	r->failed = true;
	return 0;
}

static void
read_length(struct hg_reader *r, struct element *e)
{
	uint8_t first = hg_read_u8(r);

	e->known = first != 0x80;
	e->len = first & 0x80 ? 0 : first;
	if (first == 0xff)
		r->failed = true;
	for (unsigned n = first & 0x80 ? first & 0x7f : 0; n > 0 && !r->failed; n--) {
		if (e->len >> 56 != 0)
			r->failed = true;
		e->len = e->len << 8 | hg_read_u8(r);
	}
}

static struct element
read_header(struct hg_reader *r)
{
	struct element e = { 0 };
	uint8_t first = hg_read_u8(r);

	e.class = first >> 6;
	e.constructed = (first & 0x20) != 0;
	e.tag = first & 0x1f;
	if (e.tag == 0x1f)
		e.tag = read_tag(r);
	read_length(r, &e);
	if (!e.known && !e.constructed)
		r->failed = true;
	return e;
}

static bool
is_universal(const struct element *e, uint32_t tag)
{
	return e->class == 0 && e->tag == tag;
}

/* What is asked for, by header and first byte alone. */
static bool
overflows(const struct walk *w, const struct element *e)
{
	const struct hg_ins *ins = w->ins;
	const uint8_t first = hg_reader_left(&w->r) > 0 ? *w->r.p : 0xff;

	if (!e->known)
		return false;
	if (ins->asn1.what & HG_ASN1_OVERSIZE && e->len > ins->asn1.oversize)
		return true;
	if (e->constructed || e->len == 0)
		return false;
	if (ins->asn1.what & HG_ASN1_BIT_STRING && is_universal(e, BIT_STRING) && hg_reader_left(&w->r) > 0 &&
		first > e->len * 8)
		return true;
	return ins->asn1.what & HG_ASN1_DOUBLE && is_universal(e, REAL) && e->len > LONG_REAL &&
		(first & 0xc0) == 0;
}

/* Suricata 7 looks into sequences and sets only. */
static bool
is_looked_into(const struct walk *w, const struct element *e)
{
	if (!w->ins->asn1.strict)
		return e->constructed;
	return e->constructed && (is_universal(e, SEQUENCE) || is_universal(e, SET));
}

static struct level *
top(struct walk *w)
{
	return w->n == 0 ? NULL : &w->levels[w->n - 1];
}

/* Behind the header: into the element, or past it. */
static bool
enter(struct walk *w, const struct element *e, bool shown)
{
	const struct level *up = top(w);
	const uint8_t open = up != NULL && !up->known ? (uint8_t)(up->open + 1) : 0;

	if (open == OPEN_LEVELS || w->n == HG_COUNT(w->levels))
		return false;
	if (e->known && e->len > hg_reader_left(&w->r))
		return false;
	if (e->known && !shown) {
		hg_read_skip(&w->r, (size_t)e->len);
		return true;
	}
	w->levels[w->n++] = (struct level){
		.end = e->known ? w->r.p + e->len : w->r.end, .known = e->known, .shown = shown, .open = open
	};
	w->r.end = w->levels[w->n - 1].end;
	return true;
}

static void
leave(struct walk *w, const uint8_t *end)
{
	w->n--;
	w->r.end = w->n == 0 ? end : top(w)->end;
}

/* The end of an element of unknown length is two zeros (X.690 8.1.5). Suricata 7 takes any empty element with the number 0 for it,
 * but reads what it looks into up to two bytes before the end. */
static bool
is_end_mark(const struct walk *w, const struct element *e, size_t header_len, bool *malformed)
{
	const struct level *up = w->n == 0 ? NULL : &w->levels[w->n - 1];

	if (up == NULL || up->known || e->tag != 0 || !e->known || e->len != 0)
		return false;
	if (!w->ins->asn1.strict)
		return e->class == 0 && !e->constructed && header_len == 2;
	*malformed = up->shown && header_len != 2;
	return true;
}

/* An element's header, and its content as far as it is not read level by level. false: it is malformed. */
static bool
read_one(struct walk *w, const uint8_t *end)
{
	const struct level *up = top(w);
	const bool seen = up == NULL || up->shown;
	const uint8_t *begin = w->r.p;
	struct element e = read_header(&w->r);
	bool malformed = hg_reader_failed(&w->r);

	if (!malformed && is_end_mark(w, &e, (size_t)(w->r.p - begin), &malformed)) {
		leave(w, end);
		return !malformed;
	}
	if (malformed || (seen && w->n == LEVELS))
		return false;
	if (!seen)
		return enter(w, &e, false);
	w->found |= overflows(w, &e);
	if (w->found && !w->ins->asn1.strict)
		return true;
	if (w->ins->asn1.strict && e.class == 0 &&
		!hg_asn1_content_fits(e.tag, e.constructed, e.known,
			hg_span_sub(hg_span(w->r.p, hg_reader_left(&w->r)), 0, (size_t)e.len)))
		return false;
	return enter(w, &e, is_looked_into(w, &e));
}

/* An element of the top level with all that it holds; false: it is malformed. */
static bool
read_tree(struct walk *w)
{
	const uint8_t *end = w->r.end;

	w->n = 0;
	w->found = false;
	do {
		const struct level *up = top(w);

		if (up != NULL && up->known && w->r.p == up->end) {
			leave(w, end);
		} else if (!read_one(w, end)) {
			return false;
		}
	} while (w->n > 0 && (!w->found || w->ins->asn1.strict));
	return true;
}

bool
hg_asn1_find(struct hg_span in, const struct hg_ins *ins)
{
	struct walk w = { .ins = ins, .r = hg_reader_of(in) };
	bool found = false;

	for (unsigned i = 0; hg_reader_left(&w.r) > 0; i++) {
		if (i == ELEMENTS)
			return false;
		if (!read_tree(&w))
			return found;
		found |= w.found;
		if (found && !ins->asn1.strict)
			return true;
	}
	return found;
}
