/* Streams of deflate and their wrappings. */
#include "app/deflate.h"

#include <string.h>
#include <zlib.h>

#include "app/deflate_int.h"

#define WINDOW 32768 /* how far back a match may reach */
#define ROOM (WINDOW + 2 * HG_DEFLATE_BLOCK)
#define MATCH_MAX 258
#define LITERALS_A_ROUND 2 /* in front of a match */
#define OVERRUN 16         /* copies are made in steps of so many bytes */

/* The fast way wants so much input, for two loads of eight bytes, and so much room. */
#define FAST_INPUT 16
#define FAST_ROOM (MATCH_MAX + LITERALS_A_ROUND)

enum phase {
	BEGIN,
	GZIP_FIXED, /* method, flags, time, kind of system */
	GZIP_EXTRA_LENGTH,
	GZIP_EXTRA,
	GZIP_NAME,
	GZIP_COMMENT,
	GZIP_HEADER_CHECK,
	ZLIB_DICTIONARY,
	BLOCK,
	STORED_LENGTH,
	STORED,
	COUNTS,
	LENGTH_CODES,
	CODE_LENGTHS,
	SYMBOL,
	LITERAL,
	DISTANCE,
	MATCH,
	CHECK,
	CHECK_LENGTH,
	OVER,
	FAULTY,
};

enum wrapping { WRAP_NONE, WRAP_ZLIB, WRAP_GZIP };

enum { FLAG_HEADER_CHECK = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16, FLAGS_RESERVED = 0xe0 };
#define GZIP_FIXED_BYTES 8 /* behind the two that it begins with */
#define METHOD_DEFLATE 8

struct hg_deflate {
	uint64_t bits; /* those of the input that are taken and not used, the next one lowest */
	unsigned n_bits;
	uint8_t wrap;          /* enum hg_deflate_wrap, as opened */
	uint8_t phase;         /* enum phase */
	uint8_t wrapping;      /* enum wrapping, once known */
	uint8_t method, flags; /* of gzip */
	bool last;             /* the block is the last one */
	bool is_fixed;         /* the tables are those of the fixed codes */
	uint8_t literal;       /* that waits for room */
	uint16_t n_symbols, n_distances, n_lengths;
	uint32_t left; /* bytes of a stored block, a header's field or a match */
	uint32_t distance;
	uint32_t header_check, check;
	uint64_t total;
	uint32_t begin, end, checked; /* in out: the block, and up to where the check goes */
	uint8_t lengths[HG_DEFLATE_SYMBOLS + HG_DEFLATE_DISTANCES];
	uint32_t symbols[HG_DEFLATE_SYMBOL_ROOM];
	uint32_t distances[HG_DEFLATE_DISTANCE_ROOM]; /* first those of the lengths of codes */
	uint8_t out[ROOM + OVERRUN];
};

/* Steps of the slow way: GO: the next phase; WAIT: for input or room; END and FAIL as they say. */
enum step { GO, WAIT, END, FAIL };

struct hg_deflate *
hg_deflate_open(struct hg_mem *mem, enum hg_deflate_wrap wrap)
{
	struct hg_deflate *f = hg_mem_take(mem, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->wrap = (uint8_t)wrap;
	hg_deflate_reset(f);
	return f;
}

void
hg_deflate_close(struct hg_deflate *f, struct hg_mem *mem)
{
	hg_mem_give(mem, f, sizeof(*f));
}

void
hg_deflate_reset(struct hg_deflate *f)
{
	f->bits = 0;
	f->n_bits = 0;
	f->phase = f->wrap == HG_DEFLATE_BARE ? BLOCK : BEGIN;
	f->wrapping = WRAP_NONE;
	f->last = f->is_fixed = false;
	f->total = 0;
	f->header_check = f->check = 0;
	f->begin = f->end = f->checked = 0;
}

struct hg_span
hg_deflate_block(const struct hg_deflate *f)
{
	return hg_span(f->out + f->begin, f->end - f->begin);
}

bool
hg_deflate_is_full(const struct hg_deflate *f)
{
	return f->end - f->begin == HG_DEFLATE_BLOCK;
}

uint64_t
hg_deflate_total(const struct hg_deflate *f)
{
	return f->total;
}

void
hg_deflate_take(struct hg_deflate *f)
{
	if (f->end > ROOM - HG_DEFLATE_BLOCK) {
		memmove(f->out, f->out + f->end - WINDOW, WINDOW);
		f->end = WINDOW;
	}
	f->begin = f->checked = f->end;
}

static uint32_t
room_of(const struct hg_deflate *f)
{
	return HG_DEFLATE_BLOCK - (f->end - f->begin);
}

/* ---- bits ---- */

static bool
pull(struct hg_deflate *f, struct hg_span *in)
{
	if (in->len == 0)
		return false;
	f->bits |= (uint64_t)in->p[0] << f->n_bits;
	f->n_bits += 8;
	*in = hg_span_from(*in, 1);
	return true;
}

static bool
need(struct hg_deflate *f, struct hg_span *in, unsigned n)
{
	while (f->n_bits < n)
		if (!pull(f, in))
			return false;
	return true;
}

static uint32_t
look(const struct hg_deflate *f, unsigned n)
{
	return (uint32_t)(f->bits & ((UINT64_C(1) << n) - 1));
}

static void
drop(struct hg_deflate *f, unsigned n)
{
	f->bits >>= n;
	f->n_bits -= n;
}

static uint32_t
use(struct hg_deflate *f, unsigned n)
{
	uint32_t value = look(f, n);

	drop(f, n);
	return value;
}

/* ---- wrappings ---- */

static enum step
gzip_header_byte(struct hg_deflate *f, struct hg_span *in, uint8_t *out)
{
	if (!need(f, in, 8))
		return WAIT;
	*out = (uint8_t)use(f, 8);
	f->header_check = (uint32_t)crc32(f->header_check, out, 1);
	return GO;
}

static enum step
begin_zlib(struct hg_deflate *f, uint32_t head)
{
	const unsigned method = head & 15, window = (head >> 4 & 15) + 8;

	if (((head & 0xff) << 8 | head >> 8) % 31 != 0 || method != METHOD_DEFLATE || window > 15)
		return FAIL;
	f->wrapping = WRAP_ZLIB;
	f->check = (uint32_t)adler32(0, NULL, 0);
	f->phase = (head >> 8 & 0x20) != 0 ? ZLIB_DICTIONARY : BLOCK;
	return GO;
}

static enum step
begin(struct hg_deflate *f, struct hg_span *in)
{
	static const uint8_t magic[2] = { 0x1f, 0x8b };
	uint32_t head;

	if (!need(f, in, 16))
		return WAIT;
	head = use(f, 16);
	if (head != (magic[0] | (uint32_t)magic[1] << 8))
		return begin_zlib(f, head);
	f->wrapping = WRAP_GZIP;
	f->header_check = (uint32_t)crc32(0, magic, sizeof(magic));
	f->phase = GZIP_FIXED;
	f->left = GZIP_FIXED_BYTES;
	return GO;
}

static enum step
gzip_fixed(struct hg_deflate *f, struct hg_span *in)
{
	uint8_t c;

	while (f->left > 0) {
		if (gzip_header_byte(f, in, &c) == WAIT)
			return WAIT;
		f->left--;
		if (f->left == GZIP_FIXED_BYTES - 1)
			f->method = c;
		if (f->left == GZIP_FIXED_BYTES - 2) {
			f->flags = c;
			if (f->method != METHOD_DEFLATE || (c & FLAGS_RESERVED) != 0)
				return FAIL;
		}
	}
	f->phase = GZIP_EXTRA_LENGTH;
	return GO;
}

static enum step
gzip_extra_length(struct hg_deflate *f, struct hg_span *in)
{
	uint8_t low, high;

	f->left = 0;
	if ((f->flags & FLAG_EXTRA) != 0) {
		if (!need(f, in, 16))
			return WAIT;
		gzip_header_byte(f, in, &low);
		gzip_header_byte(f, in, &high);
		f->left = low | (uint32_t)high << 8;
	}
	f->phase = GZIP_EXTRA;
	return GO;
}

static enum step
gzip_extra(struct hg_deflate *f, struct hg_span *in)
{
	uint8_t c;

	for (; f->left > 0; f->left--)
		if (gzip_header_byte(f, in, &c) == WAIT)
			return WAIT;
	f->phase = GZIP_NAME;
	return GO;
}

/* A text that ends with a zero byte, when the flag says that it is there. */
static enum step
gzip_text(struct hg_deflate *f, struct hg_span *in, unsigned flag, enum phase next)
{
	uint8_t c = (f->flags & flag) != 0;

	while (c != 0)
		if (gzip_header_byte(f, in, &c) == WAIT)
			return WAIT;
	f->phase = (uint8_t)next;
	return GO;
}

static enum step
gzip_header_check(struct hg_deflate *f, struct hg_span *in)
{
	if ((f->flags & FLAG_HEADER_CHECK) != 0) {
		if (!need(f, in, 16))
			return WAIT;
		if (use(f, 16) != (f->header_check & 0xffff))
			return FAIL;
	}
	f->check = 0;
	f->phase = BLOCK;
	return GO;
}

static void
update_check(struct hg_deflate *f)
{
	const uint8_t *p = f->out + f->checked;
	const unsigned n = f->end - f->checked;

	f->checked = f->end;
	if (f->wrapping == WRAP_GZIP)
		f->check = (uint32_t)crc32(f->check, p, n);
	else if (f->wrapping == WRAP_ZLIB)
		f->check = (uint32_t)adler32(f->check, p, n);
}

static enum step
check(struct hg_deflate *f, struct hg_span *in)
{
	uint32_t said;

	if (f->wrapping == WRAP_NONE)
		return END;
	if (!need(f, in, 32))
		return WAIT;
	said = use(f, 32);
	update_check(f);
	if ((f->wrapping == WRAP_ZLIB ? __builtin_bswap32(said) : said) != f->check)
		return FAIL;
	f->phase = CHECK_LENGTH;
	return f->wrapping == WRAP_GZIP ? GO : END;
}

static enum step
check_length(struct hg_deflate *f, struct hg_span *in)
{
	if (!need(f, in, 32))
		return WAIT;
	return use(f, 32) == (uint32_t)f->total ? END : FAIL;
}

/* ---- blocks ---- */

static void
make_fixed(struct hg_deflate *f)
{
	uint8_t *l = f->lengths;

	if (f->is_fixed)
		return;
	f->is_fixed = true;
	memset(l, 8, 144);
	memset(l + 144, 9, 112);
	memset(l + 256, 7, 24);
	memset(l + 280, 8, 8);
	hg_deflate_table(f->symbols, HG_DEFLATE_CODE_SYMBOLS, l, HG_DEFLATE_SYMBOLS);
	memset(l, 5, HG_DEFLATE_DISTANCES);
	hg_deflate_table(f->distances, HG_DEFLATE_CODE_DISTANCES, l, HG_DEFLATE_DISTANCES);
}

static enum step
begin_block(struct hg_deflate *f, struct hg_span *in)
{
	if (f->last) {
		drop(f, f->n_bits & 7);
		f->phase = CHECK;
		return GO;
	}
	if (!need(f, in, 3))
		return WAIT;
	f->last = use(f, 1) != 0;
	switch (use(f, 2)) {
	case 0:
		drop(f, f->n_bits & 7);
		f->phase = STORED_LENGTH;
		return GO;
	case 1:
		make_fixed(f);
		f->phase = SYMBOL;
		return GO;
	case 2:
		f->phase = COUNTS;
		return GO;
	default:
		return FAIL;
	}
}

static enum step
stored_length(struct hg_deflate *f, struct hg_span *in)
{
	uint32_t both;

	if (!need(f, in, 32))
		return WAIT;
	both = use(f, 32);
	f->left = both & 0xffff;
	if (f->left != (both >> 16 ^ 0xffff))
		return FAIL;
	f->phase = STORED;
	return GO;
}

/* All bits that were taken are used here: lengths are whole bytes. */
static enum step
stored(struct hg_deflate *f, struct hg_span *in)
{
	const size_t n = HG_MIN(HG_MIN((size_t)f->left, in->len), (size_t)room_of(f));

	memcpy(f->out + f->end, in->p, n);
	f->end += (uint32_t)n;
	f->total += n;
	f->left -= (uint32_t)n;
	*in = hg_span_from(*in, n);
	if (f->left > 0)
		return WAIT;
	f->phase = BLOCK;
	return GO;
}

static enum step
counts(struct hg_deflate *f, struct hg_span *in)
{
	if (!need(f, in, 14))
		return WAIT;
	f->n_symbols = (uint16_t)(use(f, 5) + 257);
	f->n_distances = (uint16_t)(use(f, 5) + 1);
	f->n_lengths = (uint16_t)(use(f, 4) + 4);
	if (f->n_symbols > 286 || f->n_distances > 30)
		return FAIL;
	memset(f->lengths, 0, HG_DEFLATE_LENGTHS);
	f->is_fixed = false;
	f->left = 0;
	f->phase = LENGTH_CODES;
	return GO;
}

static enum step
length_codes(struct hg_deflate *f, struct hg_span *in)
{
	static const uint8_t order[HG_DEFLATE_LENGTHS] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13,
		2, 14, 1, 15 };

	for (; f->left < f->n_lengths; f->left++) {
		if (!need(f, in, 3))
			return WAIT;
		f->lengths[order[f->left]] = (uint8_t)use(f, 3);
	}
	if (!hg_deflate_table(f->distances, HG_DEFLATE_CODE_LENGTHS, f->lengths, HG_DEFLATE_LENGTHS))
		return FAIL;
	f->left = 0;
	f->phase = CODE_LENGTHS;
	return GO;
}

/* The entry for the next bits, when all of them are there that it uses up. */
static bool
next_entry(struct hg_deflate *f, struct hg_span *in, const uint32_t *table, unsigned bits, uint32_t *out)
{
	for (;;) {
		uint32_t entry = table[look(f, bits)];

		if ((entry & HG_DEFLATE_PART) != 0 && f->n_bits > bits)
			entry = table[(entry >> 16) + (look(f, bits + (entry >> 8 & 15)) >> bits)];
		if ((entry & HG_DEFLATE_PART) == 0 && (entry & 0xff) <= f->n_bits) {
			*out = entry;
			return true;
		}
		if (!pull(f, in))
			return false;
	}
}

/* 16: the last one again; 17 and 18: zeros. */
static enum step
repeat_length(struct hg_deflate *f, struct hg_span *in, unsigned code_bits, unsigned symbol)
{
	static const uint8_t extra[] = { 2, 3, 7 }, least[] = { 3, 3, 11 };
	const unsigned kind = symbol - 16;
	unsigned times;
	uint8_t what = 0;

	if (!need(f, in, code_bits + extra[kind]))
		return WAIT;
	drop(f, code_bits);
	if (kind == 0 && f->left == 0)
		return FAIL;
	if (kind == 0)
		what = f->lengths[f->left - 1];
	times = least[kind] + use(f, extra[kind]);
	if (f->left + times > (unsigned)f->n_symbols + f->n_distances)
		return FAIL;
	memset(f->lengths + f->left, what, times);
	f->left += times;
	return GO;
}

static enum step
code_lengths(struct hg_deflate *f, struct hg_span *in)
{
	uint32_t entry;

	while (f->left < (uint32_t)f->n_symbols + f->n_distances) {
		enum step step = GO;

		if (!next_entry(f, in, f->distances, HG_DEFLATE_LENGTH_BITS, &entry))
			return WAIT;
		if (entry >> 16 >= 16) {
			step = repeat_length(f, in, entry & 0xff, entry >> 16);
		} else {
			drop(f, entry & 0xff);
			f->lengths[f->left++] = (uint8_t)(entry >> 16);
		}
		if (step != GO)
			return step;
	}
	if (f->lengths[256] == 0 ||
		!hg_deflate_table(f->symbols, HG_DEFLATE_CODE_SYMBOLS, f->lengths, f->n_symbols) ||
		!hg_deflate_table(
			f->distances, HG_DEFLATE_CODE_DISTANCES, f->lengths + f->n_symbols, f->n_distances))
		return FAIL;
	f->phase = SYMBOL;
	return GO;
}

/* ---- symbols, one by one ---- */

static enum step
symbol(struct hg_deflate *f, struct hg_span *in)
{
	uint32_t entry;

	if (!next_entry(f, in, f->symbols, HG_DEFLATE_SYMBOL_BITS, &entry))
		return WAIT;
	if ((entry & HG_DEFLATE_FAULT) != 0)
		return FAIL;
	f->left = hg_deflate_value(entry, f->bits);
	drop(f, entry & 0xff);
	if ((entry & HG_DEFLATE_STOP) != 0) {
		f->phase = BLOCK;
	} else if ((entry & HG_DEFLATE_LITERAL) != 0) {
		f->literal = (uint8_t)f->left;
		f->phase = LITERAL;
	} else {
		f->phase = DISTANCE;
	}
	return GO;
}

static enum step
literal(struct hg_deflate *f)
{
	if (room_of(f) == 0)
		return WAIT;
	f->out[f->end++] = f->literal;
	f->total++;
	f->phase = SYMBOL;
	return GO;
}

static enum step
distance(struct hg_deflate *f, struct hg_span *in)
{
	uint32_t entry;

	if (!next_entry(f, in, f->distances, HG_DEFLATE_DISTANCE_BITS, &entry))
		return WAIT;
	if ((entry & HG_DEFLATE_FAULT) != 0)
		return FAIL;
	f->distance = hg_deflate_value(entry, f->bits);
	drop(f, entry & 0xff);
	if (f->distance > f->end)
		return FAIL;
	f->phase = MATCH;
	return GO;
}

static enum step
match(struct hg_deflate *f)
{
	uint32_t n = HG_MIN(f->left, room_of(f));

	f->left -= n;
	f->total += n;
	for (; n > 0; n--, f->end++)
		f->out[f->end] = f->out[f->end - f->distance];
	if (f->left > 0)
		return WAIT;
	f->phase = SYMBOL;
	return GO;
}

/* ---- symbols, as long as there is much of both input and room ---- */

static inline uint64_t
load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap64(v);
}

/* Far matches go by steps that may run over the end: what is there will be written yet. */
static inline uint8_t *
copy_match(uint8_t *out, uint32_t far, uint32_t n)
{
	const uint8_t *from = out - far;
	uint8_t *const end = out + n;

	if (HG_LIKELY(far >= OVERRUN)) {
		do {
			memcpy(out, from, OVERRUN);
			out += OVERRUN;
			from += OVERRUN;
		} while (out < end);
	} else if (far == 1) {
		memset(out, *from, n);
	} else if (far >= 8) {
		do {
			memcpy(out, from, 8);
			out += 8;
			from += 8;
		} while (out < end);
	} else {
		while (out < end)
			*out++ = *from++;
	}
	return end;
}

/* At least 56 bits are there behind a refill; two literals and a length use 42 of them, a distance has a refill of its own.
 * What is left in the bits goes back to the input where it is whole bytes. */
static enum step
fast(struct hg_deflate *f, struct hg_span *in)
{
	const uint32_t *const symbols = f->symbols, *const distances = f->distances;
	const uint8_t *p = in->p, *const p_last = in->p + in->len - FAST_INPUT;
	uint8_t *out = f->out + f->end, *const out_last = f->out + f->begin + HG_DEFLATE_BLOCK - FAST_ROOM;
	uint64_t bits = f->bits;
	unsigned n_bits = f->n_bits;
	enum step step = GO;

#define REFILL() (bits |= load64(p) << n_bits, p += (63 - n_bits) >> 3, n_bits |= 56)
#define USE(entry) (bits >>= (uint8_t)(entry), n_bits -= (uint8_t)(entry))
#define NEXT(table, table_bits) ((table)[bits & ((1u << (table_bits)) - 1)])
#define PART(table, table_bits, entry) \
	((table)[((entry) >> 16) + (bits >> (table_bits) & ((1u << ((entry) >> 8 & 15)) - 1))])
	while (p <= p_last && out <= out_last) {
		uint32_t entry, length, far;

		REFILL();
		entry = NEXT(symbols, HG_DEFLATE_SYMBOL_BITS);
		for (unsigned i = 0; i < LITERALS_A_ROUND && (entry & HG_DEFLATE_LITERAL) != 0; i++) {
			USE(entry);
			*out++ = (uint8_t)(entry >> 16);
			entry = NEXT(symbols, HG_DEFLATE_SYMBOL_BITS);
		}
		if ((entry & HG_DEFLATE_PART) != 0)
			entry = PART(symbols, HG_DEFLATE_SYMBOL_BITS, entry);
		if ((entry & HG_DEFLATE_LITERAL) != 0) {
			USE(entry);
			*out++ = (uint8_t)(entry >> 16);
			continue;
		}
		if (HG_UNLIKELY((entry & HG_DEFLATE_SPECIAL) != 0)) {
			step = (entry & HG_DEFLATE_FAULT) != 0 ? FAIL : GO;
			f->phase = BLOCK;
			USE(entry);
			break;
		}
		length = hg_deflate_value(entry, bits);
		USE(entry);
		REFILL();
		entry = NEXT(distances, HG_DEFLATE_DISTANCE_BITS);
		if (HG_UNLIKELY((entry & HG_DEFLATE_SPECIAL) != 0)) {
			if ((entry & HG_DEFLATE_PART) != 0)
				entry = PART(distances, HG_DEFLATE_DISTANCE_BITS, entry);
			if ((entry & HG_DEFLATE_FAULT) != 0) {
				step = FAIL;
				break;
			}
		}
		far = hg_deflate_value(entry, bits);
		USE(entry);
		if (HG_UNLIKELY(far > (size_t)(out - f->out))) {
			step = FAIL;
			break;
		}
		out = copy_match(out, far, length);
	}
#undef REFILL
#undef USE
#undef NEXT
#undef PART
	p -= n_bits >> 3;
	n_bits &= 7;
	f->bits = bits & ((UINT64_C(1) << n_bits) - 1);
	f->n_bits = n_bits;
	f->total += (uint64_t)(out - f->out) - f->end;
	f->end = (uint32_t)(out - f->out);
	*in = hg_span_from(*in, (size_t)(p - in->p));
	return step;
}

/* ---- phases ---- */

static enum step
run_phase(struct hg_deflate *f, struct hg_span *in)
{
	switch ((enum phase)f->phase) {
	case BEGIN:
		return begin(f, in);
	case GZIP_FIXED:
		return gzip_fixed(f, in);
	case GZIP_EXTRA_LENGTH:
		return gzip_extra_length(f, in);
	case GZIP_EXTRA:
		return gzip_extra(f, in);
	case GZIP_NAME:
		return gzip_text(f, in, FLAG_NAME, GZIP_COMMENT);
	case GZIP_COMMENT:
		return gzip_text(f, in, FLAG_COMMENT, GZIP_HEADER_CHECK);
	case GZIP_HEADER_CHECK:
		return gzip_header_check(f, in);
	case ZLIB_DICTIONARY:
		return need(f, in, 32) ? FAIL : WAIT;
	case BLOCK:
		return begin_block(f, in);
	case STORED_LENGTH:
		return stored_length(f, in);
	case STORED:
		return stored(f, in);
	case COUNTS:
		return counts(f, in);
	case LENGTH_CODES:
		return length_codes(f, in);
	case CODE_LENGTHS:
		return code_lengths(f, in);
	case SYMBOL:
		return in->len >= FAST_INPUT && room_of(f) >= FAST_ROOM ? fast(f, in) : symbol(f, in);
	case LITERAL:
		return literal(f);
	case DISTANCE:
		return distance(f, in);
	case MATCH:
		return match(f);
	case CHECK:
		return check(f, in);
	case CHECK_LENGTH:
		return check_length(f, in);
	case OVER:
		return END;
	case FAULTY:
		break;
	}
	return FAIL;
}

enum hg_deflate_result
hg_deflate_run(struct hg_deflate *f, struct hg_span *in)
{
	enum step step;

	do
		step = run_phase(f, in);
	while (step == GO);
	if (step == WAIT) {
		update_check(f);
		return HG_DEFLATE_MORE;
	}
	f->phase = step == END ? OVER : FAULTY;
	return step == END ? HG_DEFLATE_END : HG_DEFLATE_BROKEN;
}
