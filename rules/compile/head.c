#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdio.h>

#include "rules/lang/address.h"
#include "rules/lang/port.h"

#define L4(x) (uint8_t)(1u << HG_L4_##x)
#define L4_ALL (uint8_t)((1u << HG_L4_COUNT) - 1)

/* Names below the applications (2.2); those of applications come from the catalog. */
static const struct head_proto {
	const char *name;
	uint8_t l4, families;
	uint32_t flags;
} head_protos[] = {
	{ "ip", L4_ALL, 3, 0 },
	{ "any", L4_ALL, 3, 0 },
	{ "pkthdr", L4_ALL, 3, 0 },
	{ "ipv4", L4_ALL, 1, 0 },
	{ "ip4", L4_ALL, 1, 0 },
	{ "ipv6", L4_ALL, 2, 0 },
	{ "ip6", L4_ALL, 2, 0 },
	{ "tcp", L4(TCP), 3, 0 },
	{ "tcp-pkt", L4(TCP), 3, HG_RF_PKT_ONLY_PROTO },
	{ "tcp-stream", L4(TCP), 3, HG_RF_STREAM_ONLY_PROTO },
	{ "udp", L4(UDP), 3, 0 },
	{ "icmp", L4(ICMP) | L4(ICMPV6), 3, 0 },
	{ "icmpv4", L4(ICMP), 3, 0 },
	{ "icmpv6", L4(ICMPV6), 3, 0 },
	{ "sctp", L4(SCTP), 3, 0 },
};

static int
read_application(
	struct hg_compiler *c, const struct hg_rule_text *text, struct hg_draft *d, struct hg_error *err)
{
	const struct hg_catalog *catalog = c->config->catalog;
	const char *names[HG_COUNT(head_protos) + 64];
	size_t n = 0;
	const char *near;
	char wanted[64];

	for (unsigned i = 0; i < catalog->n_protos; i++) {
		const struct hg_catalog_proto *p = &catalog->protos[i];
		struct hg_span name = text->protocol;

		if (hg_span_eq_nocase(name, HG_BYTES("http1")))
			name = HG_BYTES("http");
		if (n < 64)
			names[n++] = p->name;
		if (!hg_span_eq_nocase(name, hg_span_str(p->name)))
			continue;
		if (!(c->config->protos_enabled & HG_PROTO_BIT(p->proto))) {
			hg_rule_error(text, text->protocol, err,
				"protocol '%s' is switched off: app-layer.protocols.%s.enabled", p->name,
				p->name);
			hg_error_mark(err, "protocol-off");
			return err->code;
		}
		d->protos = HG_PROTO_BIT(p->proto);
		d->http1 = hg_span_eq_nocase(text->protocol, HG_BYTES("http1"));
		if (p->proto == HG_PROTO_HTTP && !d->http1)
			d->protos |= HG_PROTO_BIT(HG_PROTO_HTTP2) & c->config->protos_enabled;
		if (p->proto == HG_PROTO_DCERPC)
			d->protos |= HG_PROTO_BIT(HG_PROTO_SMB);
		d->l4 = (uint8_t)((p->tcp ? L4(TCP) : 0) | (p->udp ? L4(UDP) : 0));
		return 0;
	}
	for (size_t i = 0; i < HG_COUNT(head_protos); i++)
		names[n++] = head_protos[i].name;
	snprintf(wanted, sizeof(wanted), "%.*s", (int)HG_MIN(text->protocol.len, sizeof(wanted) - 1),
		(const char *)text->protocol.p);
	near = hg_nearest(wanted, names, n);
	hg_rule_error(text, text->protocol, err, "no decoder for protocol '%s'", wanted);
	hg_error_mark(err, "unknown-protocol");
	if (near != NULL)
		hg_error_guess(err, near);
	return err->code;
}

static int
read_protocol(
	struct hg_compiler *c, const struct hg_rule_text *text, struct hg_draft *d, struct hg_error *err)
{
	d->families = 3;
	for (size_t i = 0; i < HG_COUNT(head_protos); i++) {
		if (!hg_span_eq_nocase(text->protocol, hg_span_str(head_protos[i].name)))
			continue;
		d->l4 = head_protos[i].l4;
		d->families = head_protos[i].families;
		d->flags |= head_protos[i].flags;
		d->proto_name = head_protos[i].name;
		return 0;
	}
	return read_application(c, text, d, err);
}

static int
read_addresses(struct hg_compiler *c, const struct hg_rule_text *text, struct hg_span list,
	struct hg_draft *d, const struct hg_addrset **out, struct hg_error *err)
{
	struct hg_vars vars = hg_context_vars(c, false);
	struct hg_addrset *set;
	int r = hg_addrset_open(&set, list, &vars, err);

	if (r < 0) {
		hg_error_mark(err, "bad-address");
		return hg_rule_blame(text, list, err);
	}
	d->negated_address |= set->negated;
	if (hg_addrset_is_any(set)) {
		hg_addrset_close(set);
		*out = NULL;
		return 0;
	}
	*out = hg_share_addresses(c, set);
	return *out == NULL ? hg_error_set(err, -ENOMEM, "no memory for addresses") : 0;
}

static int
read_ports(struct hg_compiler *c, const struct hg_rule_text *text, struct hg_span list,
	const struct hg_portset **out, struct hg_error *err)
{
	struct hg_vars vars = hg_context_vars(c, true);
	struct hg_portset *set;
	int r = hg_portset_open(&set, list, &vars, err);

	if (r < 0) {
		hg_error_mark(err, "bad-port");
		return hg_rule_blame(text, list, err);
	}
	if (hg_portset_is_any(set)) {
		hg_portset_close(set);
		*out = NULL;
		return 0;
	}
	*out = hg_share_ports(c, set);
	return *out == NULL ? hg_error_set(err, -ENOMEM, "no memory for ports") : 0;
}

int
hg_head_read(struct hg_compiler *c, const struct hg_rule_text *text, struct hg_draft *d, struct hg_error *err)
{
	int r = read_protocol(c, text, d, err);

	d->action = (uint8_t)text->action;
	d->flags |= text->action == HG_ACTION_CONFIG ? HG_RF_NOALERT : 0;
	if (r == 0)
		r = read_addresses(c, text, text->src, d, &d->src, err);
	if (r == 0)
		r = read_ports(c, text, text->src_port, &d->sport, err);
	if (r == 0)
		r = read_addresses(c, text, text->dst, d, &d->dst, err);
	if (r == 0)
		r = read_ports(c, text, text->dst_port, &d->dport, err);
	return r;
}
