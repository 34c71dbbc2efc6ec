/* LZ77 with Huffman codes ([MS-XCA] 2.1, 2.2): in front of each 64 KiB of what becomes of it the lengths of 512 codes. */
#include "app/smb/xca.h"
#include "base/reader.h"

#define SYMBOLS 512
#define LENGTHS (SYMBOLS / 2) /* bytes */
#define LONGEST 15
#define BLOCK 65536

/* Codes of a length are numbers one behind the other, in the order of their symbols. */
struct table {
	uint16_t count[LONGEST + 1];
	uint16_t symbol[SYMBOLS]; /* by length, then by number */
};

/* Bits come from words of 16, the highest first. Behind the end there are zeros. */
struct bits {
	struct hg_reader r;
	uint32_t next;
	int extra;     /* bits of `next` beyond 16 */
	unsigned over; /* words that were asked for behind the end */
};

static uint16_t
read_word(struct bits *b)
{
	if (hg_reader_left(&b->r) >= 2)
		return hg_read_u16le(&b->r);
	b->over++;
	return hg_reader_left(&b->r) == 1 ? hg_read_u8(&b->r) : 0;
}

static void
drop_bits(struct bits *b, unsigned n)
{
	b->next = n < 32 ? b->next << n : 0;
	b->extra -= (int)n;
	if (b->extra < 0) {
		b->next |= (uint32_t)read_word(b) << -b->extra;
		b->extra += 16;
	}
}

/* false: more codes of a length than there are. */
static bool
read_table(struct hg_span lengths, struct table *t)
{
	uint16_t place[LONGEST + 2] = { 0 };
	int left = 1;

	memset(t->count, 0, sizeof(t->count));
	for (unsigned i = 0; i < SYMBOLS; i++)
		t->count[lengths.p[i / 2] >> (i & 1 ? 4 : 0) & 15]++;
	t->count[0] = 0;
	for (unsigned n = 1; n <= LONGEST; n++) {
		left = 2 * left - t->count[n];
		if (left < 0)
			return false;
		place[n + 1] = (uint16_t)(place[n] + t->count[n]);
	}
	for (unsigned i = 0; i < SYMBOLS; i++) {
		const unsigned n = lengths.p[i / 2] >> (i & 1 ? 4 : 0) & 15;

		if (n > 0)
			t->symbol[place[n]++] = (uint16_t)i;
	}
	return true;
}

/* SYMBOLS: no such code. */
static unsigned
read_symbol(struct bits *b, const struct table *t)
{
	uint32_t code = 0, first = 0, place = 0;

	for (unsigned n = 1; n <= LONGEST; n++) {
		code = code << 1 | (b->next >> (32 - n) & 1);
		if (code < first + t->count[n]) {
			drop_bits(b, n);
			return t->symbol[place + (code - first)];
		}
		place += t->count[n];
		first = (first + t->count[n]) << 1;
	}
	return SYMBOLS;
}

static bool
read_length(struct bits *b, uint64_t *length)
{
	uint64_t n = *length;

	if (n == 15) {
		n = hg_read_u8(&b->r);
		if (n == 255) {
			n = hg_read_u16le(&b->r);
			if (n == 0)
				n = hg_read_u32le(&b->r);
			if (n < 15)
				return false;
			n -= 15;
		}
		n += 15;
	}
	*length = n + 3;
	return !hg_reader_failed(&b->r);
}

static bool
take_match(struct bits *b, unsigned symbol, uint8_t *to, size_t size, size_t *at)
{
	const unsigned n_bits = symbol >> 4 & 15;
	uint64_t length = symbol & 15, back;

	if (!read_length(b, &length))
		return false;
	back = (UINT64_C(1) << n_bits) + (n_bits == 0 ? 0 : b->next >> (32 - n_bits));
	drop_bits(b, n_bits);
	return hg_xca_again(to, size, at, back, length);
}

static bool
take_block(struct hg_reader *r, const struct table *t, uint8_t *to, size_t size, size_t *at)
{
	struct bits b = { .r = *r, .extra = 16 };
	const size_t end = *at + BLOCK;

	b.next = (uint32_t)read_word(&b) << 16;
	b.next |= read_word(&b);
	while (*at < size && *at < end) {
		const unsigned symbol = read_symbol(&b, t);

		if (symbol >= SYMBOLS || b.over > 2)
			return false;
		if (symbol < 256)
			to[(*at)++] = (uint8_t)symbol;
		else if (!take_match(&b, symbol - 256, to, size, at))
			return false;
	}
	*r = b.r;
	return true;
}

bool
hg_xca_huffman(struct hg_span in, uint8_t *to, size_t size)
{
	struct hg_reader r = hg_reader_of(in);
	struct table t;
	size_t at = 0;

	while (at < size) {
		const struct hg_span lengths = hg_read_span(&r, LENGTHS);

		if (hg_reader_failed(&r) || !read_table(lengths, &t) || !take_block(&r, &t, to, size, &at))
			return false;
	}
	return true;
}
