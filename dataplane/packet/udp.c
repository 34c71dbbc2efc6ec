/* udp: RFC 768; and SCTP (RFC 9260) and ESP (RFC 4303), of which only the first header is read. */
#include "packet/layer.h"

#include "packet/checksum.h"

#define UDP_HEADER 8
#define SCTP_HEADER 12
#define ESP_HEADER 8

enum hg_layer
hg_layer_udp(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	const uint8_t *h = c->r.p;
	size_t left = hg_reader_left(&c->r);
	uint32_t len;

	if (left < UDP_HEADER)
		return hg_layer_no_upper(c, HG_EV_UDP_HLEN_TOO_SMALL);
	len = hg_be16(h + 4);
	if (len == 0 && left > UINT16_MAX) /* RFC 2675 4 */
		len = (uint32_t)left;
	if (left < len)
		return hg_layer_no_upper(c, HG_EV_UDP_PKT_TOO_SMALL);
	if (len < UDP_HEADER)
		return hg_layer_no_upper(c, HG_EV_UDP_LEN_INVALID);
	p->sport = hg_be16(h);
	p->dport = hg_be16(h + 2);
	hg_layer_upper(c, hg_layer_at(c), UDP_HEADER, len - (size_t)UDP_HEADER);
	c->r.p = h + UDP_HEADER;
	c->r.end = h + len;
	if (hg_decode_config_of(c->d)->check_checksums && !hg_checksum_l4_ok(p))
		p->flags |= HG_PKT_BAD_CHECKSUM;
	hg_tunnel_over_udp(c, hg_decode_config_of(c->d));
	return HG_LAYER_DONE;
}

enum hg_layer
hg_layer_sctp(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	uint32_t at = hg_layer_at(c);
	const uint8_t *h = hg_reader_take(&c->r, SCTP_HEADER);

	if (h == NULL)
		return hg_layer_no_upper(c, HG_EV_SCTP_PKT_TOO_SMALL);
	p->sport = hg_be16(h);
	p->dport = hg_be16(h + 2);
	hg_layer_upper(c, at, SCTP_HEADER, hg_reader_left(&c->r));
	return HG_LAYER_DONE;
}

enum hg_layer
hg_layer_esp(struct hg_decoding *c)
{
	uint32_t at = hg_layer_at(c);

	if (hg_reader_take(&c->r, ESP_HEADER) == NULL)
		return hg_layer_no_upper(c, HG_EV_ESP_PKT_TOO_SMALL);
	hg_layer_upper(c, at, ESP_HEADER, hg_reader_left(&c->r));
	return HG_LAYER_DONE;
}
