/* addr: IPv4 and IPv6 addresses, network order. IPv4 lies in the first four bytes, the rest is zero. */
#ifndef HG_BASE_ADDR_H
#define HG_BASE_ADDR_H

#include "base/span.h"

struct hg_addr {
	union {
		uint8_t b[16];
		uint32_t w[4];
		uint64_t d[2];
	};
};

#define HG_ADDR_TEXT 46

static inline bool
hg_addr_eq(const struct hg_addr *a, const struct hg_addr *b)
{
	return a->d[0] == b->d[0] && a->d[1] == b->d[1];
}

/* Host-order value of an IPv4 address. */
static inline uint32_t
hg_addr_v4(const struct hg_addr *a)
{
	return (uint32_t)a->b[0] << 24 | (uint32_t)a->b[1] << 16 | (uint32_t)a->b[2] << 8 | a->b[3];
}

/* As EVE prints it: dotted quad, or eight full groups (fd00:0000:…:0001); buf of HG_ADDR_TEXT; returns the length. */
size_t hg_addr_text(const struct hg_addr *a, uint8_t family, char *buf);

/* "10.0.0.1" or "fd00::1"; family becomes 4 or 6; false: neither. */
bool hg_addr_parse(struct hg_span text, struct hg_addr *out, uint8_t *family);

/* What stands behind the slash of a prefix, at most `most`; false: no number, or more. */
bool hg_addr_parse_bits(struct hg_span text, unsigned most, uint8_t *bits);

#endif
