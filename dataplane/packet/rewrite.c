#include "packet/rewrite.h"

#include "packet/checksum.h"

/* The port's bytes are its own until they are released (port.h); decode only reads them. */
static uint8_t *
bytes_of(const struct hg_packet *p)
{
	return (uint8_t *)(uintptr_t)p->data;
}

static bool
can_rewrite(const struct hg_packet *p)
{
	return p->data != NULL && p->depth == 0 && p->origin == HG_ORIGIN_WIRE &&
		!(p->flags & (HG_PKT_PSEUDO | HG_PKT_REBUILT | HG_PKT_FRAGMENT | HG_PKT_INVALID));
}

bool
hg_packet_rewrite(struct hg_packet *p, uint32_t at, struct hg_span bytes)
{
	if (!can_rewrite(p) || at > p->payload_len || bytes.len > p->payload_len - at)
		return false;
	memcpy(bytes_of(p) + p->payload + at, bytes.p, bytes.len);
	p->flags |= HG_PKT_REPLACED;
	return true;
}

/* Where the checksum stands in the upper header; 0: it has none. */
static unsigned
place(const struct hg_packet *p)
{
	switch (p->proto) {
	case HG_IP_TCP:
		return 16;
	case HG_IP_UDP:
		return 6;
	case HG_IP_ICMP:
	case HG_IP_ICMPV6:
		return 2;
	default:
		return 0;
	}
}

void
hg_packet_mend(struct hg_packet *p)
{
	const unsigned at = p->l4 == 0 ? 0 : place(p);
	uint8_t *field = bytes_of(p) + p->l4 + at;
	uint16_t sum;

	/* Over IPv4, 0 means that the sender has not computed it. */
	if (at == 0 || (p->proto == HG_IP_UDP && p->family == 4 && field[0] == 0 && field[1] == 0))
		return;
	memset(field, 0, sizeof(sum));
	sum = hg_checksum_l4(p);
	if (sum == 0 && p->proto == HG_IP_UDP)
		sum = 0xffff;
	memcpy(field, &sum, sizeof(sum));
}
