/* EDNS: the record OPT among the additional ones (RFC 6891 6.1) and what its options say. */
#include <stdio.h>

#include "app/dns/dns_int.h"

enum { OPT = 41, DO = 0x8000 };
/* RFC 7871, 7873, 7830 */
enum { CLIENT_SUBNET = 8, COOKIE = 10, PADDING = 12 };
enum { FAMILY_IPV4 = 1, FAMILY_IPV6 = 2 };

/* As many bytes of the address as the prefix needs (RFC 7871 6). */
static void
read_subnet(struct hg_dns_edns *e, struct hg_span option)
{
	struct hg_reader r = hg_reader_of(option);
	const uint16_t family = hg_read_u16be(&r);
	const uint8_t prefix = hg_read_u8(&r);
	struct hg_span bytes;

	hg_read_skip(&r, 1); /* the scope */
	bytes = hg_read_rest(&r);
	if (hg_reader_failed(&r) || (family != FAMILY_IPV4 && family != FAMILY_IPV6) ||
		prefix > (family == FAMILY_IPV4 ? 32 : 128) || bytes.len > (family == FAMILY_IPV4 ? 4u : 16u))
		return;
	e->has_subnet = true;
	e->subnet_family = family == FAMILY_IPV4 ? 4 : 6;
	e->subnet_prefix = prefix;
	if (bytes.len > 0)
		memcpy(e->subnet.b, bytes.p, bytes.len);
}

static void
read_options(struct hg_dns_edns *e, struct hg_span data)
{
	struct hg_reader r = hg_reader_of(data);

	while (hg_reader_left(&r) > 0) {
		const uint16_t code = hg_read_u16be(&r);
		const struct hg_span option = hg_read_counted16(&r);

		if (hg_reader_failed(&r))
			return;
		e->cookie |= code == COOKIE;
		if (code == CLIENT_SUBNET)
			read_subnet(e, option);
		if (code == PADDING) {
			e->has_padding = true;
			e->padding = (uint16_t)option.len;
		}
	}
}

void
hg_dns_edns_read(struct hg_dns_reader r, unsigned records, struct hg_dns_edns *e)
{
	struct hg_dns_name name;
	struct hg_dns_rr rr;

	for (unsigned i = 0; i < records && hg_dns_rr_read(&r, &name, &rr); i++) {
		if (rr.type != OPT || name.len > 0)
			continue;
		e->present = true;
		e->udp_size = rr.class;
		e->rcode = (uint8_t)(rr.ttl >> 24);
		e->version = (uint8_t)(rr.ttl >> 16);
		e->dnssec = (rr.ttl & DO) != 0;
		read_options(e, rr.data);
		return;
	}
}

void
hg_dns_edns_log(const struct hg_dns_edns *e, struct hg_json *j)
{
	char subnet[HG_ADDR_TEXT + 4];

	if (!e->present)
		return;
	hg_json_open_at(j, "edns");
	hg_json_u64(j, "version", e->version);
	hg_json_u64(j, "udp_size", e->udp_size);
	hg_json_bool(j, "do", e->dnssec);
	if (e->rcode != 0)
		hg_json_u64(j, "extended_rcode", e->rcode);
	if (e->has_subnet) {
		snprintf(subnet + hg_addr_text(&e->subnet, e->subnet_family, subnet), 5, "/%u",
			e->subnet_prefix);
		hg_json_cstr(j, "client_subnet", subnet);
	}
	if (e->cookie)
		hg_json_bool(j, "cookie", true);
	if (e->has_padding)
		hg_json_u64(j, "padding", e->padding);
	hg_json_close(j);
}
