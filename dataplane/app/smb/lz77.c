/* Plain LZ77 ([MS-XCA] 2.4): a word of 32 flags in front of as many literals and matches. */
#include "app/smb/xca.h"
#include "base/reader.h"

struct coding {
	struct hg_reader r;
	uint32_t flags;
	unsigned n_flags;
	bool has_half; /* the upper half of a byte of lengths is left */
	uint8_t half;
};

/* Behind the three bits of a match: half a byte, a byte, two bytes, four bytes, each only when the one before is full. */
static bool
read_length(struct coding *c, uint64_t *length)
{
	uint64_t n;

	if (c->has_half) {
		n = c->half;
	} else {
		const uint8_t both = hg_read_u8(&c->r);

		n = both & 15;
		c->half = both >> 4;
	}
	c->has_half = !c->has_half;
	if (n == 15) {
		n = hg_read_u8(&c->r);
		if (n == 255) {
			n = hg_read_u16le(&c->r);
			if (n == 0)
				n = hg_read_u32le(&c->r);
			if (n < 15 + 7)
				return false;
			n -= 15 + 7;
		}
		n += 15;
	}
	*length = n + 7;
	return !hg_reader_failed(&c->r);
}

static bool
take_match(struct coding *c, uint8_t *to, size_t size, size_t *at)
{
	const uint16_t word = hg_read_u16le(&c->r);
	uint64_t length = word & 7;

	if (hg_reader_failed(&c->r) || (length == 7 && !read_length(c, &length)))
		return false;
	return hg_xca_again(to, size, at, (uint64_t)(word >> 3) + 1, length + 3);
}

bool
hg_xca_lz77(struct hg_span in, uint8_t *to, size_t size)
{
	struct coding c = { .r = hg_reader_of(in) };
	size_t at = 0;

	while (at < size) {
		if (c.n_flags == 0) {
			c.flags = hg_read_u32le(&c.r);
			c.n_flags = 32;
		}
		c.n_flags--;
		if ((c.flags & UINT32_C(1) << c.n_flags) == 0)
			to[at++] = hg_read_u8(&c.r);
		else if (!take_match(&c, to, size, &at))
			return false;
		if (hg_reader_failed(&c.r))
			return false;
	}
	return true;
}
