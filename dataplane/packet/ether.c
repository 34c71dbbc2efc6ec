/* ether: Ethernet and the tags that may stand between it and the network layer. */
#include "packet/layer.h"

#define ETHER_HEADER 14
#define VLAN_HEADER 4
#define PBB_HEADER 18 /* I-TAG flags, customer addresses, type (802.1ah 9.7) */
#define VNTAG_HEADER 6

enum hg_layer
hg_layer_of_ethertype(uint16_t type)
{
	switch (type) {
	case 0x0800:
		return HG_LAYER_IPV4;
	case 0x86dd:
		return HG_LAYER_IPV6;
	case 0x0806:
		return HG_LAYER_ARP;
	case 0x8100: /* 802.1Q */
	case 0x88a8: /* 802.1ad */
	case 0x9100: /* QinQ before it had a standard */
		return HG_LAYER_VLAN;
	case 0x88e7:
		return HG_LAYER_PBB;
	case 0x8926:
		return HG_LAYER_VNTAG;
	case 0x8847:
	case 0x8848:
		return HG_LAYER_MPLS;
	case 0x8863:
		return HG_LAYER_PPPOE_DISCOVERY;
	case 0x8864:
		return HG_LAYER_PPPOE_SESSION;
	case 0x8903:
		return HG_LAYER_DCE;
	case 0x894f:
		return HG_LAYER_NSH;
	default:
		return HG_LAYER_DONE;
	}
}

enum hg_layer
hg_layer_behind_type(struct hg_decoding *c, uint16_t type)
{
	enum hg_layer next = hg_layer_of_ethertype(type);

	c->stands |= next != HG_LAYER_DONE;
	c->stats->unknown_ethertype += next == HG_LAYER_DONE;
	return next;
}

enum hg_layer
hg_layer_ether(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, ETHER_HEADER);

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_ETHERNET_PKT_TOO_SMALL);
	return hg_layer_behind_type(c, hg_be16(h + 12));
}

/* A frame in a frame, two bytes further on (Cisco FabricPath). */
enum hg_layer
hg_layer_dce(struct hg_decoding *c)
{
	if (hg_reader_left(&c->r) < 2 + ETHER_HEADER)
		return hg_layer_fail(c, HG_EV_DCE_PKT_TOO_SMALL);
	hg_read_skip(&c->r, 2);
	return HG_LAYER_ETHER;
}

enum hg_layer
hg_layer_vlan(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	const uint8_t *h;
	enum hg_layer next;

	if (p->vlans == HG_VLANS)
		return hg_layer_fail(c, HG_EV_VLAN_TOO_MANY_LAYERS);
	c->stats->vlans[p->vlans]++;
	h = hg_reader_take(&c->r, VLAN_HEADER);
	if (h == NULL)
		return hg_layer_fail(c, HG_EV_VLAN_HEADER_TOO_SMALL);
	p->vlan[p->vlans++] = hg_be16(h) & 0x0fff;
	next = hg_layer_behind_type(c, hg_be16(h + 2));
	return next != HG_LAYER_DONE ? next : hg_layer_fail(c, HG_EV_VLAN_UNKNOWN_TYPE);
}

enum hg_layer
hg_layer_pbb(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, PBB_HEADER);

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_IEEE8021AH_HEADER_TOO_SMALL);
	return hg_layer_behind_type(c, hg_be16(h + PBB_HEADER - 2));
}

enum hg_layer
hg_layer_vntag(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, VNTAG_HEADER);
	enum hg_layer next;

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_VNTAG_HEADER_TOO_SMALL);
	next = hg_layer_behind_type(c, hg_be16(h + 4));
	return next != HG_LAYER_DONE ? next : hg_layer_fail(c, HG_EV_VNTAG_UNKNOWN_TYPE);
}

/* Nothing inspects ARP; it is a known type, which matters to the tags around it. */
enum hg_layer
hg_layer_arp(struct hg_decoding *c)
{
	(void)c;
	return HG_LAYER_DONE;
}
