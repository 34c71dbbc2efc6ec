/* decode: a frame's way through the layers, and the packets that come out of it. */
#include "packet/decode.h"

#include "packet/checksum.h"

#include <stddef.h>

struct layer_row {
	enum hg_layer (*decode)(struct hg_decoding *c);
	bool counts;  /* against max_layers */
	uint16_t met; /* where in the statistics it is counted */
};

#define MET(field) offsetof(struct hg_decode_stats, field)

/* One row a layer. A row's function returns the layer behind it. */
static const struct layer_row layers[HG_LAYERS] = {
	[HG_LAYER_ETHER] = { hg_layer_ether, false, MET(ethernet) },
	[HG_LAYER_VLAN] = { hg_layer_vlan, true, 0 },
	[HG_LAYER_PBB] = { hg_layer_pbb, false, MET(pbb) },
	[HG_LAYER_VNTAG] = { hg_layer_vntag, false, MET(vntag) },
	[HG_LAYER_DCE] = { hg_layer_dce, false, MET(dce) },
	[HG_LAYER_ARP] = { hg_layer_arp, false, MET(arp) },
	[HG_LAYER_MPLS] = { hg_layer_mpls, true, MET(mpls) },
	[HG_LAYER_PPPOE_DISCOVERY] = { hg_layer_pppoe_discovery, false, MET(pppoe) },
	[HG_LAYER_PPPOE_SESSION] = { hg_layer_pppoe_session, true, MET(pppoe) },
	[HG_LAYER_PPP] = { hg_layer_ppp, true, MET(ppp) },
	[HG_LAYER_NSH] = { hg_layer_nsh, false, MET(nsh) },
	[HG_LAYER_RAW] = { hg_layer_raw, false, MET(raw) },
	[HG_LAYER_NULL] = { hg_layer_null, false, MET(null) },
	[HG_LAYER_LOOP] = { hg_layer_loop, false, MET(null) },
	[HG_LAYER_SLL] = { hg_layer_sll, true, MET(sll) },
	[HG_LAYER_SLL2] = { hg_layer_sll2, true, MET(sll) },
	[HG_LAYER_CHDLC] = { hg_layer_chdlc, true, MET(chdlc) },
	[HG_LAYER_IPV4] = { hg_layer_ipv4, true, MET(ipv4) },
	[HG_LAYER_IPV6] = { hg_layer_ipv6, true, MET(ipv6) },
	[HG_LAYER_TCP] = { hg_layer_tcp, false, MET(tcp) },
	[HG_LAYER_UDP] = { hg_layer_udp, false, MET(udp) },
	[HG_LAYER_SCTP] = { hg_layer_sctp, false, MET(sctp) },
	[HG_LAYER_ICMP] = { hg_layer_icmp, false, MET(icmp) },
	[HG_LAYER_ICMPV6] = { hg_layer_icmpv6, false, MET(icmpv6) },
	[HG_LAYER_ESP] = { hg_layer_esp, false, MET(esp) },
	[HG_LAYER_GRE] = { hg_layer_gre, true, MET(gre) },
	[HG_LAYER_ERSPAN] = { hg_layer_erspan, true, MET(erspan) },
};

static const struct {
	uint16_t link;
	enum hg_layer layer;
} links[] = {
	{ HG_LINK_ETHERNET, HG_LAYER_ETHER },
	{ HG_LINK_NULL, HG_LAYER_NULL },
	{ HG_LINK_LOOP, HG_LAYER_LOOP },
	{ HG_LINK_RAW, HG_LAYER_RAW },
	{ 12, HG_LAYER_RAW }, /* DLT_RAW as some systems write it */
	{ 14, HG_LAYER_RAW },
	{ HG_LINK_IPV4, HG_LAYER_RAW },
	{ HG_LINK_IPV6, HG_LAYER_RAW },
	{ HG_LINK_SLL, HG_LAYER_SLL },
	{ HG_LINK_SLL2, HG_LAYER_SLL2 },
	{ HG_LINK_PPP, HG_LAYER_PPP },
	{ HG_LINK_CHDLC, HG_LAYER_CHDLC },
};

static const char *const origin_names[] = {
	[HG_ORIGIN_WIRE] = "wire/pcap",
	[HG_ORIGIN_GRE] = "gre tunnel",
	[HG_ORIGIN_IPV4_TUNNEL] = "ipv4 tunnel",
	[HG_ORIGIN_IPV6_TUNNEL] = "ipv6 tunnel",
	[HG_ORIGIN_TEREDO] = "teredo tunnel",
	[HG_ORIGIN_VXLAN] = "vxlan encapsulation",
	[HG_ORIGIN_GENEVE] = "geneve encapsulation",
	[HG_ORIGIN_DEFRAG] = "defrag",
	[HG_ORIGIN_STREAM_DETECT] = "stream (detect/log)",
	[HG_ORIGIN_FLOW_TIMEOUT] = "stream (flow timeout)",
	[HG_ORIGIN_SHUTDOWN] = "shutdown flush",
};

const char *
hg_packet_origin_name(enum hg_packet_origin origin)
{
	return origin_names[origin];
}

static enum hg_layer
layer_of_link(uint16_t link)
{
	for (size_t i = 0; i < HG_COUNT(links); i++)
		if (links[i].link == link)
			return links[i].layer;
	return HG_LAYER_DONE;
}

bool
hg_decode_link_known(uint16_t link)
{
	return layer_of_link(link) != HG_LAYER_DONE;
}

void
hg_decode_config_init(struct hg_decode_config *c)
{
	*c = (struct hg_decode_config){
		.teredo = true,
		.vxlan = true,
		.geneve = true,
		.teredo_ports = { 3544 },
		.vxlan_ports = { 4789 },
		.geneve_ports = { 6081 },
		.max_layers = HG_PACKET_LAYERS,
		.defrag_memcap = (size_t)32 << 20,
		.defrag_trackers = 65535,
		.defrag_frags = 65535,
		.defrag_timeout = 60 * HG_SEC,
		.hash_key = HG_HASH_KEY_REPLAY,
	};
}

const struct hg_decode_config *
hg_decode_config_of(const struct hg_decode *d)
{
	return &d->config;
}

const struct hg_decode_stats *
hg_decode_stats(const struct hg_decode *d)
{
	return &d->stats;
}

int
hg_decode_open(struct hg_decode **ret, const struct hg_decode_config *config, struct hg_mem *mem,
	struct hg_error *err)
{
	struct hg_pool self;
	struct hg_decode *d;
	int r = hg_pool_init(&self, sizeof(*d), 64, 1, false, err);

	if (r < 0)
		return r;
	d = hg_pool_take(&self);
	d->self = self;
	d->config = *config;
	r = hg_defrag_init(&d->defrag, &d->config, mem, err);
	if (r < 0) {
		hg_pool_fini(&self);
		return r;
	}
	*ret = d;
	return 0;
}

void
hg_decode_close(struct hg_decode *d)
{
	struct hg_pool self;

	if (d == NULL)
		return;
	hg_defrag_fini(&d->defrag);
	self = d->self;
	hg_pool_fini(&self);
}

void
hg_decode_reset(struct hg_decode *d)
{
	hg_defrag_reset(&d->defrag);
	d->stats = (struct hg_decode_stats){ 0 };
}

void
hg_decode_recycle(struct hg_decode *d)
{
	hg_defrag_recycle(&d->defrag);
}

enum hg_layer
hg_layer_follow(struct hg_decoding *c, struct hg_follow follow)
{
	c->follow = follow;
	return HG_LAYER_DONE;
}

static bool
count_layer(struct hg_decoding *c, enum hg_layer layer)
{
	if (!layers[layer].counts)
		return true;
	if (HG_LIKELY(++c->layers < hg_decode_config_of(c->d)->max_layers))
		return true;
	hg_layer_bad(c, HG_EV_TOO_MANY_LAYERS);
	return false;
}

/* VLAN tags are counted by their place (ether.c). */
static inline void
count_met(struct hg_decode_stats *stats, const struct layer_row *row)
{
	if (HG_LIKELY(row->met != 0))
		(*(uint64_t *)(void *)((uint8_t *)stats + row->met))++;
}

/* Runs layer after layer over one packet, from `at` on; false: its first headers were unusable. */
static bool
decode_packet(struct hg_decoding *c, enum hg_layer layer, struct hg_span bytes, uint32_t at)
{
	c->r = hg_reader_of(bytes);
	c->r.p += at;
	c->malformed = false;
	c->stands = false;
	c->follow.layer = HG_LAYER_DONE;
	while (layer > HG_LAYER_FAILED) {
		if (HG_UNLIKELY(!count_layer(c, layer)))
			return c->stands;
		count_met(c->stats, &layers[layer]);
		layer = layers[layer].decode(c);
	}
	return layer != HG_LAYER_FAILED || c->stands;
}

static void
count_events(struct hg_decode_stats *stats, const struct hg_event_set *events)
{
	for (unsigned i = 0; i < HG_EVENT_WORDS; i++)
		for (uint64_t w = events->w[i]; w != 0; w &= w - 1)
			stats->event[i * 64 + (unsigned)__builtin_ctzll(w)]++;
	for (unsigned i = 0; i < events->n_repeats; i++)
		stats->event[events->repeats[i]]++;
}

static void
count_checksum(struct hg_decode_stats *stats, const struct hg_packet *p)
{
	stats->bad_checksum++;
	if (!hg_checksum_l4_unfinished(p))
		return;
	stats->unfinished++;
	stats->unfinished_of[HG_MIN(p->device, HG_DECODE_DEVICES - 1)]++;
}

static void
settle(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;

	c->stats->packets++;
	if (HG_UNLIKELY(p->events.any))
		count_events(c->stats, &p->events);
	if (HG_UNLIKELY(c->malformed)) { /* an IPv6 header cut short raises no event */
		c->stats->invalid++;
		if (p->family == 0)
			p->flags |= HG_PKT_INVALID;
	}
	if (HG_UNLIKELY(p->flags & HG_PKT_BAD_CHECKSUM))
		count_checksum(c->stats, p);
}

static void
packet_of_frame(struct hg_packet *p, const struct hg_frame_in *frame)
{
	memset(p, 0, offsetof(struct hg_packet, tcp));
	p->data = frame->data;
	p->len = frame->len;
	p->wire_len = frame->wire_len;
	p->time = frame->time;
	p->number = frame->number;
	p->link = frame->link;
	p->device = frame->device;
}

static uint16_t
link_of_layer(enum hg_layer layer)
{
	for (size_t i = 0; i < HG_COUNT(links); i++)
		if (links[i].layer == layer)
			return links[i].link;
	return HG_LINK_RAW;
}

/* The rebuilt datagram stays at its carrier's depth and VLANs; what a tunnel carried is one deeper. */
static void
packet_of_follow(struct hg_packet *p, const struct hg_packet *outer, const struct hg_follow *f)
{
	bool rebuilt = f->origin == HG_ORIGIN_DEFRAG;

	memset(p, 0, offsetof(struct hg_packet, tcp));
	p->data = f->bytes.p;
	p->len = (uint32_t)f->bytes.len;
	p->wire_len = p->len;
	p->time = outer->time;
	p->link = f->link != 0 ? f->link : link_of_layer(f->layer);
	p->origin = (uint8_t)f->origin;
	p->outer = outer;
	p->device = outer->device;
	p->depth = (uint8_t)(outer->depth + !rebuilt);
	p->tunnel_id = rebuilt ? outer->tunnel_id : f->tunnel_id;
	p->flags = rebuilt ? HG_PKT_REBUILT : 0;
	if (rebuilt) {
		p->vlans = outer->vlans;
		memcpy(p->vlan, outer->vlan, sizeof(p->vlan));
	}
}

/* Packets behind the first: each is made by the one before it. A tunnel whose inside cannot be read is none. */
static unsigned
decode_followers(struct hg_decoding *c, struct hg_packet *out)
{
	unsigned n = 1;

	while (c->follow.layer != HG_LAYER_DONE) {
		struct hg_follow f = c->follow;

		if (n == HG_FRAME_PACKETS) {
			hg_layer_bad(c, HG_EV_TOO_MANY_LAYERS);
			c->stats->event[HG_EV_TOO_MANY_LAYERS]++;
			break;
		}
		c->pkt = &out[n];
		packet_of_follow(c->pkt, &out[n - 1], &f);
		if (!decode_packet(c, f.layer, f.bytes, f.at) || (f.strict && c->malformed))
			break;
		settle(c);
		out[n - 1].flags |= HG_PKT_CARRIER;
		n++;
	}
	return n;
}

unsigned
hg_decode_frame(struct hg_decode *d, const struct hg_frame_in *frame, struct hg_packet out[HG_FRAME_PACKETS])
{
	struct hg_decoding c;

	c.d = d;
	c.stats = &d->stats;
	c.layers = 0;
	c.pkt = &out[0];
	d->stats.frames++;
	d->stats.bytes += frame->len;
	d->stats.largest = HG_MAX(d->stats.largest, frame->len);
	packet_of_frame(&out[0], frame);
	decode_packet(&c, layer_of_link(frame->link), hg_span(frame->data, frame->len), 0);
	settle(&c);
	return HG_LIKELY(c.follow.layer == HG_LAYER_DONE) ? 1 : decode_followers(&c, out);
}
