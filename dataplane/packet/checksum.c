#include "packet/checksum.h"

/* Sum of 16-bit words in memory order; an odd last byte counts as if a zero followed. */
static uint64_t
sum_words(uint64_t sum, struct hg_span s)
{
	const uint8_t *p = s.p;
	size_t n = s.len;

	for (; n >= 4; p += 4, n -= 4) {
		uint32_t w;

		memcpy(&w, p, sizeof(w));
		sum += w;
	}
	if (n >= 2) {
		uint16_t w;

		memcpy(&w, p, sizeof(w));
		sum += w;
		p += 2;
		n -= 2;
	}
	if (n == 1) {
		uint8_t last[2] = { p[0], 0 };
		uint16_t w;

		memcpy(&w, last, sizeof(w));
		sum += w;
	}
	return sum;
}

static uint16_t
fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t
hg_checksum(struct hg_span bytes)
{
	return (uint16_t)~fold(sum_words(0, bytes));
}

bool
hg_checksum_l3_ok(const struct hg_packet *p)
{
	return p->family != 4 || hg_checksum(hg_span(p->data + p->l3, p->l3_len)) == 0;
}

/* The pseudo header: addresses, protocol, length (RFC 793 3.1, RFC 8200 8.1). */
static uint64_t
sum_pseudo(const struct hg_packet *p, uint32_t len)
{
	uint8_t tail[8] = { (uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len, 0,
		0, 0, p->proto };
	size_t size = p->family == 4 ? 4 : 16;
	uint64_t sum = sum_words(0, hg_span(p->src.b, size));

	sum = sum_words(sum, hg_span(p->dst.b, size));
	return sum_words(sum, hg_span(tail, sizeof(tail)));
}

/* All that the upper checksum is over, its field among it. */
static uint16_t
sum_l4(const struct hg_packet *p)
{
	const struct hg_span bytes = hg_span(p->data + p->l4, p->l4_len + (size_t)p->payload_len);
	const uint64_t pseudo = p->proto == HG_IP_ICMP ? 0 : sum_pseudo(p, (uint32_t)bytes.len);

	return fold(sum_words(pseudo, bytes));
}

uint16_t
hg_checksum_l4(const struct hg_packet *p)
{
	return (uint16_t)~sum_l4(p);
}

bool
hg_checksum_l4_ok(const struct hg_packet *p)
{
	if (p->l4 == 0 || p->family == 0 || p->data == NULL)
		return true;
	switch (p->proto) {
	case HG_IP_UDP:
		if (p->family == 4 && p->data[p->l4 + 6] == 0 && p->data[p->l4 + 7] == 0)
			return true;
		return sum_l4(p) == 0xffff;
	case HG_IP_TCP:
	case HG_IP_ICMPV6:
	case HG_IP_ICMP:
		return sum_l4(p) == 0xffff;
	default:
		return true;
	}
}

bool
hg_checksum_l4_unfinished(const struct hg_packet *p)
{
	const unsigned at = p->proto == HG_IP_TCP ? 16 : 6;
	uint16_t field;

	if (p->l4 == 0 || p->family == 0 || p->data == NULL ||
		(p->proto != HG_IP_TCP && p->proto != HG_IP_UDP))
		return false;
	memcpy(&field, p->data + p->l4 + at, sizeof(field));
	return field == fold(sum_pseudo(p, p->l4_len + (uint32_t)p->payload_len));
}
