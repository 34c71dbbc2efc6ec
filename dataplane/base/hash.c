#include "base/hash.h"

static uint64_t
rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static uint64_t
load_le(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

/* The paper's SipRound (section 2, figure 2.1). */
static void
round_once(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* One compression round a word, three at the end. */
uint64_t
hg_hash(const struct hg_hash_key *key, const void *p, size_t len)
{
	uint64_t v[4] = { key->k0 ^ 0x736f6d6570736575ull, key->k1 ^ 0x646f72616e646f6dull,
		key->k0 ^ 0x6c7967656e657261ull, key->k1 ^ 0x7465646279746573ull };
	const uint8_t *b = p;
	uint64_t word = (uint64_t)len << 56;
	size_t left = len;

	for (; left >= 8; b += 8, left -= 8) {
		uint64_t m = load_le(b);

		v[3] ^= m;
		round_once(v);
		v[0] ^= m;
	}
	for (size_t i = 0; i < left; i++)
		word |= (uint64_t)b[i] << (8 * i);
	v[3] ^= word;
	round_once(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		round_once(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint32_t
hg_hash_name(struct hg_span name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ name.p[i]) * 16777619u;
	return h;
}
