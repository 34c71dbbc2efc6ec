/* LZNT1 ([MS-XCA] 2.5): chunks of up to 4 KiB, each as it is, or as literals and words of a distance and a length. */
#include "app/smb/xca.h"
#include "base/reader.h"

#define CHUNK 4096
#define COMPRESSED 0x8000

/* The word's share for the distance grows with what stands in the chunk before it. */
static bool
take_word(uint16_t word, uint8_t *to, size_t size, size_t begin, size_t *at)
{
	const size_t in_chunk = *at - begin;
	unsigned shift = 12;

	for (size_t i = in_chunk == 0 ? 0 : in_chunk - 1; i >= 0x10; i >>= 1)
		shift--;
	if ((size_t)(word >> shift) + 1 > in_chunk)
		return false;
	return hg_xca_again(
		to, size, at, (uint64_t)(word >> shift) + 1, (word & ((1u << shift) - 1)) + UINT64_C(3));
}

static bool
take_chunk(struct hg_span in, uint8_t *to, size_t size, size_t *at)
{
	struct hg_reader r = hg_reader_of(in);
	const size_t begin = *at, most = HG_MIN(size, begin + CHUNK);

	while (hg_reader_left(&r) > 0) {
		unsigned flags = hg_read_u8(&r);

		for (unsigned i = 0; i < 8 && hg_reader_left(&r) > 0; i++, flags >>= 1) {
			if ((flags & 1) != 0) {
				const uint16_t word = hg_read_u16le(&r);

				if (hg_reader_failed(&r) || !take_word(word, to, most, begin, at))
					return false;
			} else if (*at < most) {
				to[(*at)++] = hg_read_u8(&r);
			} else {
				return false;
			}
		}
	}
	return true;
}

bool
hg_xca_lznt1(struct hg_span in, uint8_t *to, size_t size)
{
	struct hg_reader r = hg_reader_of(in);
	size_t at = 0;

	while (hg_reader_left(&r) >= 2 && at < size) {
		const uint16_t head = hg_read_u16le(&r);
		const struct hg_span chunk = head == 0 ? HG_SPAN_NONE : hg_read_span(&r, (head & 0xfffu) + 1);

		if (head == 0)
			break;
		if (hg_reader_failed(&r))
			return false;
		if ((head & COMPRESSED) != 0) {
			if (!take_chunk(chunk, to, size, &at))
				return false;
		} else if (chunk.len <= size - at) {
			memcpy(to + at, chunk.p, chunk.len);
			at += chunk.len;
		} else {
			return false;
		}
	}
	return at == size;
}
