#include "linkage/driver/nftables/ruleset.h"

#include <linux/netlink.h>

#define TABLE_COMMENT "hangu-linkd: blocked sources; changed by that program only"

/* Kinds of texts in user data, as libnftnl numbers them (udata.h). */
#define UDATA_TABLE_COMMENT 0
#define UDATA_SET_COMMENT 7
#define UDATA_RULE_COMMENT 0
#define UDATA_ELEMENT_COMMENT 0

/* Data types of nft, by which it prints keys (nftables' datatype.h). */
#define TYPE_IPV4 7
#define TYPE_IPV6 8

const struct hg_nft_set_row hg_nft_sets[HG_SETS] = {
	[HG_SET_HOST4] = { "host4", "IPv4 hosts", 4, false, 0 },
	[HG_SET_HOST6] = { "host6", "IPv6 hosts", 6, false, 0 },
	[HG_SET_NET64] = { "net64", "IPv6 /64s, by their first address", 6, false, 64 },
	[HG_SET_NET4] = { "net4", "IPv4 prefixes", 4, true, 0 },
	[HG_SET_NET6] = { "net6", "IPv6 prefixes", 6, true, 0 },
};

enum hg_nft_set
hg_nft_set_of(const struct hg_net *net)
{
	if (net->family == 4)
		return hg_net_is_host(net) ? HG_SET_HOST4 : HG_SET_NET4;
	return hg_net_is_host(net) ? HG_SET_HOST6 : net->len == 64 ? HG_SET_NET64 : HG_SET_NET6;
}

static void
put_table(struct hg_nft_buf *b, unsigned type, unsigned flags)
{
	hg_nft_message(b, type, flags, NFPROTO_INET);
	hg_nft_put_text(b, NFTA_TABLE_NAME, b->table);
	if (type == NFT_MSG_NEWTABLE)
		hg_nft_put_comment(b, NFTA_TABLE_USERDATA, UDATA_TABLE_COMMENT, TABLE_COMMENT);
	hg_nft_message_end(b);
}

void
hg_nft_put_set(struct hg_nft_buf *b, enum hg_nft_set set)
{
	const struct hg_nft_set_row *s = &hg_nft_sets[set];

	hg_nft_message(b, NFT_MSG_NEWSET, NLM_F_CREATE, NFPROTO_INET);
	hg_nft_put_text(b, NFTA_SET_TABLE, b->table);
	hg_nft_put_text(b, NFTA_SET_NAME, s->name);
	hg_nft_put_u32(b, NFTA_SET_FLAGS, NFT_SET_TIMEOUT | (s->interval ? NFT_SET_INTERVAL : 0));
	hg_nft_put_u32(b, NFTA_SET_KEY_TYPE, s->family == 4 ? TYPE_IPV4 : TYPE_IPV6);
	hg_nft_put_u32(b, NFTA_SET_KEY_LEN, s->family == 4 ? 4 : 16);
	hg_nft_put_u32(b, NFTA_SET_ID, (uint32_t)set + 1);
	hg_nft_put_comment(b, NFTA_SET_USERDATA, UDATA_SET_COMMENT, s->comment);
	hg_nft_message_end(b);
}

const char *const hg_nft_chains[2] = { "in", "out" };
static const unsigned hooks[] = { NF_INET_PRE_ROUTING, NF_INET_LOCAL_OUT };

#define PRIORITY (-300)

static void
put_chain(struct hg_nft_buf *b, unsigned chain)
{
	size_t hook;

	hg_nft_message(b, NFT_MSG_NEWCHAIN, NLM_F_CREATE, NFPROTO_INET);
	hg_nft_put_text(b, NFTA_CHAIN_TABLE, b->table);
	hg_nft_put_text(b, NFTA_CHAIN_NAME, hg_nft_chains[chain]);
	hook = hg_nft_nest(b, NFTA_CHAIN_HOOK);
	hg_nft_put_u32(b, NFTA_HOOK_HOOKNUM, hooks[chain]);
	hg_nft_put_u32(b, NFTA_HOOK_PRIORITY, (uint32_t)PRIORITY);
	hg_nft_nest_end(b, hook);
	hg_nft_put_u32(b, NFTA_CHAIN_POLICY, NF_ACCEPT);
	hg_nft_put_text(b, NFTA_CHAIN_TYPE, "filter");
	hg_nft_message_end(b);
}

/* An expression of a rule: its element, its name, its attributes. */
struct expression {
	size_t element, data;
};

static struct expression
begin_expression(struct hg_nft_buf *b, const char *name)
{
	struct expression e;

	e.element = hg_nft_nest(b, NFTA_LIST_ELEM);
	hg_nft_put_text(b, NFTA_EXPR_NAME, name);
	e.data = hg_nft_nest(b, NFTA_EXPR_DATA);
	return e;
}

static void
end_expression(struct hg_nft_buf *b, struct expression e)
{
	hg_nft_nest_end(b, e.data);
	hg_nft_nest_end(b, e.element);
}

static void
put_data(struct hg_nft_buf *b, unsigned attribute, const void *value, size_t len)
{
	const size_t nest = hg_nft_nest(b, attribute);

	hg_nft_put(b, NFTA_DATA_VALUE, value, len);
	hg_nft_nest_end(b, nest);
}

static void
put_family_test(struct hg_nft_buf *b, uint8_t family)
{
	const uint8_t protocol = family == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	struct expression e = begin_expression(b, "meta");

	hg_nft_put_u32(b, NFTA_META_KEY, NFT_META_NFPROTO);
	hg_nft_put_u32(b, NFTA_META_DREG, NFT_REG_1);
	end_expression(b, e);
	e = begin_expression(b, "cmp");
	hg_nft_put_u32(b, NFTA_CMP_SREG, NFT_REG_1);
	hg_nft_put_u32(b, NFTA_CMP_OP, NFT_CMP_EQ);
	put_data(b, NFTA_CMP_DATA, &protocol, sizeof(protocol));
	end_expression(b, e);
}

static void
put_mask(struct hg_nft_buf *b, unsigned bits)
{
	const uint8_t none[16] = { 0 };
	uint8_t mask[16] = { 0 };
	struct expression e = begin_expression(b, "bitwise");

	memset(mask, 0xff, bits / 8);
	hg_nft_put_u32(b, NFTA_BITWISE_SREG, NFT_REG_1);
	hg_nft_put_u32(b, NFTA_BITWISE_DREG, NFT_REG_1);
	hg_nft_put_u32(b, NFTA_BITWISE_LEN, sizeof(mask));
	put_data(b, NFTA_BITWISE_MASK, mask, sizeof(mask));
	put_data(b, NFTA_BITWISE_XOR, none, sizeof(none));
	end_expression(b, e);
}

static void
put_lookup(struct hg_nft_buf *b, enum hg_nft_set set, bool destination)
{
	const struct hg_nft_set_row *s = &hg_nft_sets[set];
	const unsigned len = s->family == 4 ? 4 : 16;
	/* Where the source address stands in the header; the destination follows it. */
	const unsigned source = s->family == 4 ? 12 : 8;
	struct expression e = begin_expression(b, "payload");

	hg_nft_put_u32(b, NFTA_PAYLOAD_DREG, NFT_REG_1);
	hg_nft_put_u32(b, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	hg_nft_put_u32(b, NFTA_PAYLOAD_OFFSET, source + (destination ? len : 0));
	hg_nft_put_u32(b, NFTA_PAYLOAD_LEN, len);
	end_expression(b, e);
	if (s->mask != 0)
		put_mask(b, s->mask);
	e = begin_expression(b, "lookup");
	hg_nft_put_text(b, NFTA_LOOKUP_SET, s->name);
	hg_nft_put_u32(b, NFTA_LOOKUP_SREG, NFT_REG_1);
	hg_nft_put_u32(b, NFTA_LOOKUP_SET_ID, (uint32_t)set + 1);
	end_expression(b, e);
}

static void
put_drop(struct hg_nft_buf *b)
{
	struct expression e = begin_expression(b, "counter");
	size_t data, verdict;

	hg_nft_put_u64(b, NFTA_COUNTER_BYTES, 0);
	hg_nft_put_u64(b, NFTA_COUNTER_PACKETS, 0);
	end_expression(b, e);
	e = begin_expression(b, "immediate");
	hg_nft_put_u32(b, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = hg_nft_nest(b, NFTA_IMMEDIATE_DATA);
	verdict = hg_nft_nest(b, NFTA_DATA_VERDICT);
	hg_nft_put_u32(b, NFTA_VERDICT_CODE, NF_DROP);
	hg_nft_nest_end(b, verdict);
	hg_nft_nest_end(b, data);
	end_expression(b, e);
}

static void
put_rule(struct hg_nft_buf *b, unsigned chain, enum hg_nft_set set, bool destination)
{
	size_t expressions;

	hg_nft_message(b, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, NFPROTO_INET);
	hg_nft_put_text(b, NFTA_RULE_TABLE, b->table);
	hg_nft_put_text(b, NFTA_RULE_CHAIN, hg_nft_chains[chain]);
	expressions = hg_nft_nest(b, NFTA_RULE_EXPRESSIONS);
	put_family_test(b, hg_nft_sets[set].family);
	put_lookup(b, set, destination);
	put_drop(b);
	hg_nft_nest_end(b, expressions);
	hg_nft_put_comment(b, NFTA_RULE_USERDATA, UDATA_RULE_COMMENT,
		destination ? "to a blocked address" : "from a blocked address");
	hg_nft_message_end(b);
}

void
hg_nft_remove(struct hg_nft_buf *b)
{
	/* Made first, so that taking it away cannot fail. */
	put_table(b, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	put_table(b, NFT_MSG_DELTABLE, 0);
}

void
hg_nft_table_anew(struct hg_nft_buf *b)
{
	hg_nft_remove(b);
	put_table(b, NFT_MSG_NEWTABLE, NLM_F_CREATE);
}

void
hg_nft_install(struct hg_nft_buf *b)
{
	hg_nft_table_anew(b);
	for (unsigned s = 0; s < HG_SETS; s++)
		hg_nft_put_set(b, (enum hg_nft_set)s);
	for (unsigned c = 0; c < HG_COUNT(hooks); c++) {
		put_chain(b, c);
		/* What the machine itself sends has no blocked source. */
		for (unsigned s = 0; s < HG_SETS && c == 0; s++)
			put_rule(b, c, (enum hg_nft_set)s, false);
		for (unsigned s = 0; s < HG_SETS; s++)
			put_rule(b, c, (enum hg_nft_set)s, true);
	}
}

/* The first address behind a prefix; false: there is none. */
static bool
address_behind(const struct hg_net *net, struct hg_addr *out)
{
	unsigned byte = net->len == 0 ? 0 : (net->len - 1u) / 8;
	unsigned carry = 1u << (7 - (net->len + 7u) % 8);

	*out = net->addr;
	if (net->len == 0)
		return false;
	for (;; byte--) {
		carry += out->b[byte];
		out->b[byte] = (uint8_t)carry;
		carry >>= 8;
		if (carry == 0 || byte == 0)
			return carry == 0;
	}
}

static void
put_element(struct hg_nft_buf *b, const struct hg_addr *addr, uint8_t family, const struct hg_nft_element *e,
	bool end, bool whole)
{
	const size_t nest = hg_nft_nest(b, NFTA_LIST_ELEM);

	put_data(b, NFTA_SET_ELEM_KEY, addr->b, family == 4 ? 4 : 16);
	if (end)
		hg_nft_put_u32(b, NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
	if (whole && !end && e->timeout != 0)
		hg_nft_put_u64(b, NFTA_SET_ELEM_TIMEOUT, e->timeout * 1000);
	if (whole && !end && e->comment[0] != '\0')
		hg_nft_put_comment(b, NFTA_SET_ELEM_USERDATA, UDATA_ELEMENT_COMMENT, e->comment);
	hg_nft_nest_end(b, nest);
}

void
hg_nft_put_key(struct hg_nft_buf *b, const struct hg_net *net)
{
	put_element(b, &net->addr, net->family, NULL, false, false);
}

static void
put_elements(struct hg_nft_buf *b, unsigned type, unsigned flags, enum hg_nft_set set,
	const struct hg_nft_element *elements, unsigned n)
{
	const struct hg_nft_set_row *s = &hg_nft_sets[set];
	const bool whole = type == NFT_MSG_NEWSETELEM;
	struct hg_addr behind;
	size_t list;

	hg_nft_message(b, type, flags, NFPROTO_INET);
	hg_nft_put_text(b, NFTA_SET_ELEM_LIST_TABLE, b->table);
	hg_nft_put_text(b, NFTA_SET_ELEM_LIST_SET, s->name);
	list = hg_nft_nest(b, NFTA_SET_ELEM_LIST_ELEMENTS);
	for (unsigned i = 0; i < n; i++) {
		put_element(b, &elements[i].net.addr, s->family, &elements[i], false, whole);
		if (s->interval && address_behind(&elements[i].net, &behind))
			put_element(b, &behind, s->family, &elements[i], true, whole);
	}
	hg_nft_nest_end(b, list);
	hg_nft_message_end(b);
}

void
hg_nft_elements(struct hg_nft_buf *b, unsigned type, unsigned flags, enum hg_nft_set set,
	const struct hg_nft_element *elements, unsigned n)
{
	while (n > 0) {
		const unsigned some = HG_MIN(n, (unsigned)HG_NFT_ELEMENTS);

		put_elements(b, type, flags, set, elements, some);
		elements += some;
		n -= some;
	}
}

void
hg_nft_flush(struct hg_nft_buf *b, enum hg_nft_set set)
{
	hg_nft_message(b, NFT_MSG_DELSETELEM, 0, NFPROTO_INET);
	hg_nft_put_text(b, NFTA_SET_ELEM_LIST_TABLE, b->table);
	hg_nft_put_text(b, NFTA_SET_ELEM_LIST_SET, hg_nft_sets[set].name);
	hg_nft_message_end(b);
}
