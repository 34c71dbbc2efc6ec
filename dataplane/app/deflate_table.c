/* Tables of prefix codes (RFC 1951 3.2.2). */
#include "app/deflate_int.h"

/* RFC 1951 3.2.5: least length and extra bits of the symbols 257 to 285. */
static const struct {
	uint16_t base;
	uint8_t extra;
} lengths_of[] = { { 3, 0 }, { 4, 0 }, { 5, 0 }, { 6, 0 }, { 7, 0 }, { 8, 0 }, { 9, 0 }, { 10, 0 }, { 11, 1 },
	{ 13, 1 }, { 15, 1 }, { 17, 1 }, { 19, 2 }, { 23, 2 }, { 27, 2 }, { 31, 2 }, { 35, 3 }, { 43, 3 },
	{ 51, 3 }, { 59, 3 }, { 67, 4 }, { 83, 4 }, { 99, 4 }, { 115, 4 }, { 131, 5 }, { 163, 5 }, { 195, 5 },
	{ 227, 5 }, { 258, 0 } };

static const struct {
	uint8_t bits;
	uint16_t room;
} shapes[] = {
	[HG_DEFLATE_CODE_SYMBOLS] = { HG_DEFLATE_SYMBOL_BITS, HG_DEFLATE_SYMBOL_ROOM },
	[HG_DEFLATE_CODE_DISTANCES] = { HG_DEFLATE_DISTANCE_BITS, HG_DEFLATE_DISTANCE_ROOM },
	[HG_DEFLATE_CODE_LENGTHS] = { HG_DEFLATE_LENGTH_BITS, HG_DEFLATE_LENGTH_ROOM },
};

#define END_OF_BLOCK 256
#define FIRST_LENGTH 257
#define DISTANCES_USED 30

static uint32_t
entry_of(uint32_t what, uint32_t value, unsigned code, unsigned extra)
{
	return value << 16 | what | code << 8 | (code + extra);
}

/* Distances double every second symbol, with one bit more of the rest. */
static uint32_t
distance_entry(unsigned symbol, unsigned code)
{
	unsigned extra = symbol < 2 ? 0 : symbol / 2 - 1;

	if (symbol >= DISTANCES_USED)
		return entry_of(HG_DEFLATE_FAULT, 0, code, 0);
	return entry_of(0, symbol < 2 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1, code, extra);
}

static uint32_t
symbol_entry(unsigned symbol, unsigned code)
{
	unsigned i = symbol - FIRST_LENGTH;

	if (symbol < END_OF_BLOCK)
		return entry_of(HG_DEFLATE_LITERAL, symbol, code, 0);
	if (symbol == END_OF_BLOCK)
		return entry_of(HG_DEFLATE_STOP, 0, code, 0);
	if (i >= sizeof(lengths_of) / sizeof(lengths_of[0]))
		return entry_of(HG_DEFLATE_FAULT, 0, code, 0);
	return entry_of(0, lengths_of[i].base, code, lengths_of[i].extra);
}

static uint32_t
make_entry(enum hg_deflate_codes kind, unsigned symbol, unsigned code)
{
	switch (kind) {
	case HG_DEFLATE_CODE_SYMBOLS:
		return symbol_entry(symbol, code);
	case HG_DEFLATE_CODE_DISTANCES:
		return distance_entry(symbol, code);
	default:
		return entry_of(HG_DEFLATE_LITERAL, symbol, code, 0);
	}
}

/* What is being built. */
struct build {
	uint32_t *table;
	enum hg_deflate_codes kind;
	unsigned bits, room, used;
	unsigned count[HG_DEFLATE_CODE_MAX +
		1]; /* codes by length, those that have their entries taken away */
	unsigned part, part_bits,
		part_of; /* the further part that is being filled, and the first bits that lead there */
};

/* The code after this one, with its first bit lowest, as the stream has it. */
static unsigned
next_code(unsigned code, unsigned len)
{
	unsigned bit = 1u << (len - 1);

	while ((code & bit) != 0)
		bit >>= 1;
	return bit == 0 ? 0 : (code & (bit - 1)) + bit;
}

/* As many bits as the codes still to come with these first ones need. */
static bool
open_part(struct build *b, unsigned first, unsigned len)
{
	unsigned bits = len - b->bits;
	int left = 1 << bits;

	while (bits + b->bits < HG_DEFLATE_CODE_MAX && (left -= (int)b->count[bits + b->bits]) > 0) {
		bits++;
		left <<= 1;
	}
	if (b->used + (1u << bits) > b->room)
		return false;
	b->part = b->used;
	b->part_bits = bits;
	b->part_of = first;
	b->used += 1u << bits;
	b->table[first] = b->part << 16 | HG_DEFLATE_PART | bits << 8;
	return true;
}

static bool
put_code(struct build *b, unsigned code, unsigned len, uint32_t entry)
{
	unsigned first = code & ((1u << b->bits) - 1);

	if (len <= b->bits) {
		for (unsigned i = code; i < 1u << b->bits; i += 1u << len)
			b->table[i] = entry;
		return true;
	}
	if (b->part_of != first && !open_part(b, first, len))
		return false;
	for (unsigned i = code >> b->bits; i < 1u << b->part_bits; i += 1u << (len - b->bits))
		b->table[b->part + i] = entry;
	return true;
}

/* How many codes are free below those that are used; negative: more are used than there are. */
static int
free_codes(const unsigned *count)
{
	int left = 1;

	for (unsigned len = 1; len <= HG_DEFLATE_CODE_MAX; len++) {
		left = left * 2 - (int)count[len];
		if (left < 0)
			return left;
	}
	return left;
}

static void
fill_faults(struct build *b)
{
	for (unsigned i = 0; i < 1u << b->bits; i++)
		b->table[i] = b->kind == HG_DEFLATE_CODE_LENGTHS ? entry_of(HG_DEFLATE_LITERAL, 0, 1, 0)
								 : entry_of(HG_DEFLATE_FAULT, 0, 1, 0);
}

/* Symbols in the order of their codes: by length, then by value. */
static void
sort_symbols(const unsigned *count, const uint8_t *lengths, unsigned n, uint16_t *sorted)
{
	unsigned at[HG_DEFLATE_CODE_MAX + 2] = { 0 };

	for (unsigned len = 1; len <= HG_DEFLATE_CODE_MAX; len++)
		at[len + 1] = at[len] + count[len];
	for (unsigned i = 0; i < n; i++)
		if (lengths[i] != 0)
			sorted[at[lengths[i]]++] = (uint16_t)i;
}

bool
hg_deflate_table(uint32_t *table, enum hg_deflate_codes kind, const uint8_t *lengths, unsigned n)
{
	struct build b = { .table = table,
		.kind = kind,
		.bits = shapes[kind].bits,
		.room = shapes[kind].room,
		.used = 1u << shapes[kind].bits,
		.part_of = UINT32_MAX };
	uint16_t sorted[HG_DEFLATE_SYMBOLS];
	unsigned code = 0, codes = 0;
	int left;

	for (unsigned i = 0; i < n; i++)
		b.count[lengths[i]]++;
	codes = n - b.count[0];
	b.count[0] = 0;
	left = free_codes(b.count);
	if (left < 0 || (left > 0 && codes > 0 && (kind == HG_DEFLATE_CODE_LENGTHS || b.count[1] != codes)))
		return false;
	if (left > 0)
		fill_faults(&b);
	sort_symbols(b.count, lengths, n, sorted);
	for (unsigned i = 0; i < codes; i++) {
		const unsigned len = lengths[sorted[i]];

		if (!put_code(&b, code, len, make_entry(kind, sorted[i], len)))
			return false;
		b.count[len]--;
		code = next_code(code, len);
	}
	return true;
}
