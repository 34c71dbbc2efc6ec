/* tcp: RFC 9293 header and the options that later stages read (RFC 7323, 2018, 7413). */
#include "packet/layer.h"

#include "packet/checksum.h"

#define TCP_HEADER 20

enum {
	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACK_OK = 4,
	OPT_SACK = 5,
	OPT_TS = 8,
	OPT_MD5 = 19,
	OPT_AO = 29,
	OPT_TFO = 34,
	OPT_EXP1 = 253,
	OPT_EXP2 = 254,
};

#define TFO_MAGIC 0xf989 /* RFC 7413 4.1.1 */

static void
read_sack(struct hg_tcp_fields *t, const uint8_t *o)
{
	t->sacks = (uint8_t)((o[1] - 2) / 8);
	for (unsigned i = 0; i < t->sacks; i++) {
		t->sack[i][0] = hg_be32(o + 2 + 8 * i);
		t->sack[i][1] = hg_be32(o + 6 + 8 * i);
	}
}

static bool
size_ok(const uint8_t *o)
{
	switch (o[0]) {
	case OPT_MSS:
		return o[1] == 4;
	case OPT_WSCALE:
		return o[1] == 3;
	case OPT_SACK_OK:
		return o[1] == 2;
	case OPT_TS:
		return o[1] == 10;
	case OPT_SACK:
		return o[1] == 2 || (o[1] >= 10 && o[1] <= 34 && (o[1] - 2) % 8 == 0);
	case OPT_TFO:
		return o[1] >= 2 && o[1] <= 18 && o[1] % 2 == 0;
	case OPT_EXP1:
	case OPT_EXP2:
		return o[1] == 4 || o[1] == 12; /* as the peer, whatever the experiment */
	case OPT_MD5:
		return o[1] == 18;
	case OPT_AO:
		return o[1] >= 4;
	default:
		return true;
	}
}

static bool
take_bit(uint8_t *seen, uint8_t bit)
{
	bool first = (*seen & bit) == 0;

	*seen |= bit;
	return first;
}

/* false: it was there already. */
static bool
read_option(struct hg_tcp_fields *t, bool *sack_seen, const uint8_t *o)
{
	switch (o[0]) {
	case OPT_MSS:
		if (!take_bit(&t->options, HG_TCPOPT_MSS))
			return false;
		t->mss = hg_be16(o + 2);
		return true;
	case OPT_WSCALE:
		if (!take_bit(&t->options, HG_TCPOPT_WSCALE))
			return false;
		t->wscale = HG_MIN(o[2], 14); /* RFC 7323 2.3 */
		return true;
	case OPT_SACK_OK:
		return take_bit(&t->options, HG_TCPOPT_SACK_OK);
	case OPT_TS:
		if (!take_bit(&t->options, HG_TCPOPT_TS))
			return false;
		t->ts_val = hg_be32(o + 2);
		t->ts_ecr = hg_be32(o + 6);
		return true;
	case OPT_SACK:
		if (*sack_seen)
			return false;
		*sack_seen = true;
		read_sack(t, o);
		return true;
	case OPT_TFO:
		return take_bit(&t->options, HG_TCPOPT_TFO);
	case OPT_EXP1:
	case OPT_EXP2:
		return hg_be16(o + 2) != TFO_MAGIC || take_bit(&t->options, HG_TCPOPT_TFO);
	case OPT_MD5:
	case OPT_AO:
		t->options |= HG_TCPOPT_SIGNED;
		return true;
	default:
		return true;
	}
}

static void
read_options(struct hg_decoding *c, const uint8_t *o, size_t left)
{
	bool sack_seen = false;

	while (left > 0 && o[0] != OPT_EOL) {
		if (o[0] == OPT_NOP) {
			o++;
			left--;
			continue;
		}
		if (left < 2)
			return;
		if (o[1] < 2 || o[1] > left) {
			hg_layer_bad(c, HG_EV_TCP_OPT_INVALID_LEN);
			return;
		}
		if (!size_ok(o))
			hg_layer_note(c, HG_EV_TCP_OPT_INVALID_LEN);
		else if (!read_option(&c->pkt->tcp, &sack_seen, o))
			hg_layer_note(c, HG_EV_TCP_OPT_DUPLICATE);
		left -= o[1];
		o += o[1];
	}
}

static void
count_flags(struct hg_decode_stats *s, uint8_t flags)
{
	if (flags & HG_TCP_SYN)
		*(flags & HG_TCP_ACK ? &s->tcp_synack : &s->tcp_syn) += 1;
	s->tcp_rst += (flags & HG_TCP_RST) != 0;
	s->tcp_urg += (flags & HG_TCP_URG) != 0;
}

enum hg_layer
hg_layer_tcp(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	struct hg_tcp_fields *t = &p->tcp;
	const uint8_t *h = c->r.p;
	size_t left = hg_reader_left(&c->r);
	uint8_t hlen;

	if (left < TCP_HEADER)
		return hg_layer_no_upper(c, HG_EV_TCP_PKT_TOO_SMALL);
	hlen = (uint8_t)((h[12] >> 4) * 4);
	if (left < hlen)
		return hg_layer_no_upper(c, HG_EV_TCP_HLEN_TOO_SMALL);
	if (hlen < TCP_HEADER)
		return hg_layer_no_upper(c, HG_EV_TCP_INVALID_OPTLEN);
	p->sport = hg_be16(h);
	p->dport = hg_be16(h + 2);
	t->seq = hg_be32(h + 4);
	t->ack = hg_be32(h + 8);
	t->hlen = hlen;
	t->flags = h[13];
	count_flags(c->stats, t->flags);
	t->window = hg_be16(h + 14);
	t->urgent = hg_be16(h + 18);
	t->options = 0;
	t->sacks = 0;
	t->wscale = 0;
	t->mss = 0;
	t->ts_val = 0;
	t->ts_ecr = 0;
	hg_layer_upper(c, hg_layer_at(c), hlen, left - hlen);
	if (hlen > TCP_HEADER)
		read_options(c, h + TCP_HEADER, hlen - (size_t)TCP_HEADER);
	if (hg_decode_config_of(c->d)->check_checksums && !hg_checksum_l4_ok(p))
		p->flags |= HG_PKT_BAD_CHECKSUM;
	return HG_LAYER_DONE;
}
