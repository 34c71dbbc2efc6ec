#include "rules/keyword/keyword_int.h"

/* Headers of the packet as buffers, and tests on their checksums. */

static const struct layer {
	const char *name;
	uint8_t layer;
} layers[] = {
	{ "ipv4.hdr", HG_LAYER_IPV4 },
	{ "ipv6.hdr", HG_LAYER_IPV6 },
	{ "tcp.hdr", HG_LAYER_TCP },
	{ "udp.hdr", HG_LAYER_UDP },
	{ "icmpv4.hdr", HG_LAYER_ICMPV4 },
	{ "icmpv6.hdr", HG_LAYER_ICMPV6 },
	{ "ip.src", HG_LAYER_SRC },
	{ "ip.dst", HG_LAYER_DST },
};

static const struct layer *
layer_of(const char *buffer)
{
	for (unsigned i = 0; buffer != NULL && i < HG_COUNT(layers); i++)
		if (strcmp(layers[i].name, buffer) == 0)
			return &layers[i];
	return NULL;
}

static int
choose(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_sticky_open(d, k, k->name, arg->column);
}

/* Marks and numbers of lists behind the one that goes move up. */
static void
cut_list(struct hg_draft *d, uint16_t at)
{
	d->n_lists--;
	memmove(&d->lists[at], &d->lists[at + 1], (size_t)(d->n_lists - at) * sizeof(d->lists[0]));
	if (d->fast.set && d->fast.list == at)
		d->fast.set = false;
	else if (d->fast.set && d->fast.list > at)
		d->fast.list--;
}

int
hg_layers_settle(struct hg_draft *d, int (*finish)(struct hg_draft *d, struct hg_draft_list *l))
{
	for (uint16_t i = 0; i < d->n_lists;) {
		struct hg_draft_list *l = &d->lists[i];
		const struct layer *layer = layer_of(l->buffer);
		struct hg_test *t;
		struct hg_ins *ins;
		int r;

		if (layer == NULL) {
			i++;
			continue;
		}
		if (l->n_transforms > 0)
			return hg_draft_refuse(d, 0, "\"%s\" takes no transforms", l->buffer);
		if (l->n > UINT8_MAX)
			return hg_draft_refuse(d, 0, "more than %u tests over \"%s\"", UINT8_MAX, l->buffer);
		r = finish(d, l);
		t = r == 0 ? hg_draft_test(d, HG_TEST_LAYER) : NULL;
		if (t == NULL)
			return d->error.code;
		t->field = layer->layer;
		ins = hg_draft_take(d, l->n * sizeof(*ins));
		if (ins == NULL)
			return hg_draft_no_memory(d);
		memcpy(ins, l->ins, l->n * sizeof(*ins));
		t->option = l->n == 0 ? 0 : l->options[0];
		t->ins = ins;
		t->n = (uint8_t)l->n;
		cut_list(d, i);
	}
	return 0;
}

static const struct sum {
	const char *name;
	uint8_t layer, family;
} sums[] = {
	{ "ipv4-csum", HG_LAYER_IPV4, 4 },
	{ "tcpv4-csum", HG_LAYER_TCP, 4 },
	{ "tcpv6-csum", HG_LAYER_TCP, 6 },
	{ "udpv4-csum", HG_LAYER_UDP, 4 },
	{ "udpv6-csum", HG_LAYER_UDP, 6 },
	{ "icmpv4-csum", HG_LAYER_ICMPV4, 4 },
	{ "icmpv6-csum", HG_LAYER_ICMPV6, 6 },
};

static int
checksum(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const struct sum *s = sums;
	struct hg_test *t = hg_draft_test(d, HG_TEST_CHECKSUM);

	if (t == NULL)
		return d->error.code;
	while (strcmp(s->name, k->name) != 0)
		s++;
	t->field = s->layer;
	t->mode = s->family;
	t->negated = hg_span_eq_nocase(arg->text, HG_BYTES("invalid"));
	if (t->negated || hg_span_eq_nocase(arg->text, HG_BYTES("valid")))
		return 0;
	return hg_draft_refuse(d, arg->column, "a checksum is valid or invalid");
}

#define LAYER(name_, doc_)                                                                   \
	{                                                                                    \
		.name = name_, .kind = HG_KW_BUFFER, .flags = HG_KWF_NO_ARG | HG_KWF_PACKET, \
		.buffer = name_, .compile = choose, .syntax = "", .doc = "Buffer: " doc_ "." \
	}
#define SUM(name_, doc_)                                                                        \
	{                                                                                       \
		.name = name_, .kind = HG_KW_TEST, .flags = HG_KWF_PACKET, .compile = checksum, \
		.syntax = "valid|invalid", .doc = "The checksum of " doc_ "."                   \
	}

static const struct hg_keyword rows[] = {
	LAYER("ipv4.hdr", "the IPv4 header with its options"),
	LAYER("ipv6.hdr", "the IPv6 header with its extension headers"),
	LAYER("tcp.hdr", "the TCP header with its options"),
	LAYER("udp.hdr", "the UDP header"),
	LAYER("icmpv4.hdr", "the ICMP header"),
	LAYER("icmpv6.hdr", "the ICMPv6 header"),
	LAYER("ip.src", "the source address, 4 or 16 bytes"),
	LAYER("ip.dst", "the destination address, 4 or 16 bytes"),
	SUM("ipv4-csum", "the IPv4 header"),
	SUM("tcpv4-csum", "TCP over IPv4"),
	SUM("tcpv6-csum", "TCP over IPv6"),
	SUM("udpv4-csum", "UDP over IPv4"),
	SUM("udpv6-csum", "UDP over IPv6"),
	SUM("icmpv4-csum", "ICMP"),
	SUM("icmpv6-csum", "ICMPv6"),
};
HG_KEYWORDS(layer, rows);
