#include "engine/control_int.h"

#include <errno.h>
#include <netinet/in.h>

/* block-add, block-del, block-list, block-stats: what shuts out as JSON. An entry names an address or prefix, or a 5-tuple:
 * {"address": "203.0.113.0/24"} or {"src_ip", "src_port", "dest_ip", "dest_port", "proto"}; besides "vlan", "vni", "ttl" in
 * seconds, "id", "reason". Several stand in "entries", a single one's keys may stand in the arguments themselves. */

#define ENTRIES_MOST 1000
#define TEXT_MOST 256 /* of id and reason */
#define TTL_MOST (10 * 366 * 86400)

static const struct {
	const char *name;
	uint8_t proto;
} protos[] = { { "TCP", IPPROTO_TCP }, { "UDP", IPPROTO_UDP }, { "SCTP", IPPROTO_SCTP },
	{ "ICMP", IPPROTO_ICMP }, { "IPv6-ICMP", IPPROTO_ICMPV6 } };

/* Each reader gives a sentence when the value is none, else NULL. */

static const char *
read_number(const json_t *entry, const char *name, json_int_t most, bool *there, uint32_t *out)
{
	const json_t *v = json_object_get(entry, name);

	*there = v != NULL;
	if (v == NULL)
		return NULL;
	if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > most)
		return "a number is not what it may be";
	*out = (uint32_t)json_integer_value(v);
	return NULL;
}

static const char *
read_text(const json_t *entry, const char *name, const char **out)
{
	const json_t *v = json_object_get(entry, name);

	*out = "";
	if (v == NULL)
		return NULL;
	if (!json_is_string(v) || json_string_length(v) > TEXT_MOST)
		return "id and reason are texts of up to 256 bytes";
	*out = json_string_value(v);
	return NULL;
}

static const char *
read_prefix(const json_t *v, struct hg_block_match *m)
{
	const struct hg_span text = hg_span(
		json_is_string(v) ? json_string_value(v) : "", json_is_string(v) ? json_string_length(v) : 0);
	const size_t slash = hg_span_find(text, 0, '/');
	bool good =
		hg_addr_parse(hg_span_sub(text, 0, slash == SIZE_MAX ? text.len : slash), &m->a, &m->family);
	const unsigned most = m->family == 4 ? 32 : 128;

	m->bits = (uint8_t)most;
	if (good && slash != SIZE_MAX)
		good = hg_addr_parse_bits(hg_span_from(text, slash + 1), most, &m->bits);
	return good ? NULL : "address is neither an address nor a prefix";
}

static const char *
read_end(const json_t *entry, const char *ip, const char *port, struct hg_addr *addr, uint8_t *family,
	uint16_t *number)
{
	const json_t *v = json_object_get(entry, ip);
	uint32_t n = 0;
	bool there;
	const char *why = read_number(entry, port, UINT16_MAX, &there, &n);

	*number = (uint16_t)n;
	if (why != NULL)
		return why;
	if (!json_is_string(v) ||
		!hg_addr_parse(hg_span(json_string_value(v), json_string_length(v)), addr, family))
		return "src_ip and dest_ip must be addresses";
	return NULL;
}

static const char *
read_proto(const json_t *v, uint8_t *out)
{
	if (json_is_integer(v) && json_integer_value(v) > 0 && json_integer_value(v) <= UINT8_MAX) {
		*out = (uint8_t)json_integer_value(v);
		return NULL;
	}
	for (size_t i = 0; json_is_string(v) && i < HG_COUNT(protos); i++) {
		if (strcasecmp(protos[i].name, json_string_value(v)) == 0) {
			*out = protos[i].proto;
			return NULL;
		}
	}
	return "proto must be TCP, UDP, SCTP, ICMP, IPv6-ICMP or a number from 1 to 255";
}

static const char *
read_tuple(const json_t *entry, struct hg_block_match *m)
{
	uint8_t other = 0;
	const char *why = read_end(entry, "src_ip", "src_port", &m->a, &m->family, &m->port_a);

	if (why == NULL)
		why = read_end(entry, "dest_ip", "dest_port", &m->b, &other, &m->port_b);
	if (why == NULL && other != m->family)
		why = "src_ip and dest_ip are of two families";
	return why == NULL ? read_proto(json_object_get(entry, "proto"), &m->proto) : why;
}

static const char *
read_scope(const json_t *entry, struct hg_block_match *m)
{
	uint32_t vlan = 0, vni = 0;
	bool in_vlan, in_vni;

	if (read_number(entry, "vlan", 4095, &in_vlan, &vlan) != NULL)
		return "vlan must be a number up to 4095";
	if (read_number(entry, "vni", 0xffffff, &in_vni, &vni) != NULL)
		return "vni must be a number up to 16777215";
	if (in_vlan && in_vni)
		return "an entry is within a VLAN or within a VNI, not both";
	if (in_vlan || in_vni)
		m->scope = in_vlan ? HG_BLOCK_VLAN : HG_BLOCK_VNI;
	m->scope_id = in_vlan ? vlan : vni;
	return NULL;
}

static const char *
read_entry(const json_t *entry, struct hg_control_block *b)
{
	const json_t *address = json_object_get(entry, "address");
	bool has_ttl;
	const char *why;

	*b = (struct hg_control_block){ .id = "", .reason = "" };
	if (!json_is_object(entry))
		return "an entry must be an object";
	why = address == NULL ? read_tuple(entry, &b->match) : read_prefix(address, &b->match);
	if (why == NULL && address != NULL && json_object_get(entry, "src_ip") != NULL)
		why = "either address or src_ip and dest_ip";
	if (why == NULL)
		why = read_scope(entry, &b->match);
	hg_block_canonical(&b->match);
	if (why == NULL &&
		(read_number(entry, "ttl", TTL_MOST, &has_ttl, &b->ttl) != NULL || (has_ttl && b->ttl == 0)))
		why = "ttl must be a number of seconds from 1 on, or absent";
	if (why == NULL)
		why = read_text(entry, "id", &b->id);
	return why == NULL ? read_text(entry, "reason", &b->reason) : why;
}

/* The entries of a command, borrowed from its arguments unless it is a single one. */
static json_t *
entries_of(struct hg_call *call)
{
	json_t *list = json_object_get(call->arguments, "entries");

	if (list == NULL && call->arguments != NULL)
		return json_pack("[O]", call->arguments);
	if (!json_is_array(list) || json_array_size(list) > ENTRIES_MOST) {
		hg_call_fail(call,
			"block-add and block-del need \"entries\": a list of up to %d, or the keys of one",
			ENTRIES_MOST);
		return NULL;
	}
	return json_incref(list);
}

static void
note_refused(json_t *refused, size_t index, const char *why)
{
	json_array_append_new(refused, json_pack("{s:I, s:s}", "index", (json_int_t)index, "reason", why));
}

/* Numbers of workers; the member is there when there are some. */
static void
note_behind(const struct hg_call *call)
{
	const uint32_t behind = call->ops->block_behind == NULL ? 0 : call->ops->block_behind(call->ops->arg);
	json_t *list = behind == 0 ? NULL : json_array();

	for (unsigned i = 0; list != NULL && behind >> i != 0; i++)
		if (behind >> i & 1)
			json_array_append_new(list, json_integer(i));
	if (list != NULL)
		json_object_set_new(call->message, "behind", list);
}

static int
run_add(struct hg_call *call)
{
	json_t *list = entries_of(call), *refused = json_array();
	json_int_t counts[HG_CONTROL_REFUSED + 1] = { 0 };

	for (size_t i = 0; call->ops->block_add != NULL && i < json_array_size(list); i++) {
		struct hg_control_block b;
		const char *why = read_entry(json_array_get(list, i), &b);
		enum hg_control_added added = HG_CONTROL_REFUSED;

		if (why == NULL)
			added = call->ops->block_add(call->ops->arg, &b, &why);
		counts[added]++;
		if (added == HG_CONTROL_REFUSED)
			note_refused(refused, i, why == NULL ? "refused" : why);
	}
	if (call->ops->block_done != NULL)
		call->ops->block_done(call->ops->arg);
	call->message = json_pack("{s:I, s:I, s:o}", "added", counts[HG_CONTROL_ADDED], "renewed",
		counts[HG_CONTROL_RENEWED], "refused", refused);
	note_behind(call);
	if (list == NULL)
		return -EINVAL;
	json_decref(list);
	return call->ops->block_add == NULL ? hg_call_fail(call, "the engine has no block table") : 0;
}

static int
run_del(struct hg_call *call)
{
	json_t *list = entries_of(call), *refused = json_array();
	json_int_t deleted = 0, absent = 0;

	for (size_t i = 0; call->ops->block_del != NULL && i < json_array_size(list); i++) {
		struct hg_control_block b;
		const char *why = read_entry(json_array_get(list, i), &b);

		if (why != NULL)
			note_refused(refused, i, why);
		else if (call->ops->block_del(call->ops->arg, &b))
			deleted++;
		else
			absent++;
	}
	if (call->ops->block_done != NULL)
		call->ops->block_done(call->ops->arg);
	call->message =
		json_pack("{s:I, s:I, s:o}", "deleted", deleted, "absent", absent, "refused", refused);
	note_behind(call);
	if (list == NULL)
		return -EINVAL;
	json_decref(list);
	return call->ops->block_del == NULL ? hg_call_fail(call, "the engine has no block table") : 0;
}

/* Addresses as they came: 2001:db8::/64 stands as eight groups. */
static void
show_addr(json_t *o, const char *name, const struct hg_addr *a, uint8_t family, int bits)
{
	char text[HG_ADDR_TEXT];
	const size_t len = hg_addr_text(a, family, text);

	if (bits == (family == 4 ? 32 : 128))
		json_object_set_new(o, name, json_stringn(text, len));
	else
		json_object_set_new(o, name, json_sprintf("%.*s/%d", (int)len, text, bits));
}

static void
show_tuple(json_t *o, const struct hg_block_match *m)
{
	const int whole = m->family == 4 ? 32 : 128;

	show_addr(o, "src_ip", &m->a, m->family, whole);
	json_object_set_new(o, "src_port", json_integer(m->port_a));
	show_addr(o, "dest_ip", &m->b, m->family, whole);
	json_object_set_new(o, "dest_port", json_integer(m->port_b));
	for (size_t i = 0; i < HG_COUNT(protos); i++)
		if (protos[i].proto == m->proto)
			json_object_set_new(o, "proto", json_string(protos[i].name));
	if (json_object_get(o, "proto") == NULL)
		json_object_set_new(o, "proto", json_integer(m->proto));
}

static void
show_entry(void *to, const struct hg_control_block *b)
{
	const struct hg_block_match *m = &b->match;
	json_t *o = json_object();

	if (m->proto != 0)
		show_tuple(o, m);
	else
		show_addr(o, "address", &m->a, m->family, m->bits);
	if (m->scope != HG_BLOCK_ALL)
		json_object_set_new(o, m->scope == HG_BLOCK_VLAN ? "vlan" : "vni", json_integer(m->scope_id));
	if (b->ttl != 0)
		json_object_set_new(o, "ttl", json_integer(b->ttl));
	if (b->id != NULL && b->id[0] != '\0')
		json_object_set_new(o, "id", json_string(b->id));
	if (b->reason != NULL && b->reason[0] != '\0')
		json_object_set_new(o, "reason", json_string(b->reason));
	json_object_set_new(o, "hits", json_integer((json_int_t)b->hits));
	json_array_append_new(to, o);
}

static int
run_list(struct hg_call *call)
{
	struct hg_control_page page = { .count = ENTRIES_MOST };
	struct hg_control_block_stats s = { 0 };
	json_t *entries;
	uint32_t next;
	bool there;

	if (call->ops->block_list == NULL || call->ops->block_stats == NULL)
		return hg_call_fail(call, "the engine has no block table");
	if (read_number(call->arguments, "from", UINT32_MAX, &there, &page.from) != NULL ||
		read_number(call->arguments, "offset", UINT32_MAX, &there, &page.offset) != NULL ||
		read_number(call->arguments, "count", ENTRIES_MOST, &there, &page.count) != NULL)
		return hg_call_fail(
			call, "\"from\" and \"offset\" are numbers, \"count\" one up to %d", ENTRIES_MOST);
	entries = json_array();
	call->ops->block_stats(call->ops->arg, &s);
	next = call->ops->block_list(call->ops->arg, &page, show_entry, entries);
	call->message = json_pack("{s:I, s:I, s:o}", "total", (json_int_t)s.entries, "generation",
		(json_int_t)s.generation, "entries", entries);
	if (next != HG_BLOCK_NONE)
		json_object_set_new(call->message, "next", json_integer(next));
	return 0;
}

static int
run_stats(struct hg_call *call)
{
	struct hg_control_block_stats s = { 0 };

	if (call->ops->block_stats == NULL)
		return hg_call_fail(call, "the engine has no block table");
	call->ops->block_stats(call->ops->arg, &s);
	call->message = json_pack("{s:I, s:I, s:I, s:I, s:s}", "entries", (json_int_t)s.entries, "capacity",
		(json_int_t)s.capacity, "hits", (json_int_t)s.hits, "generation", (json_int_t)s.generation,
		"epoch", s.epoch);
	note_behind(call);
	return 0;
}

static const struct hg_command commands[] = {
	{ "block-add", "address | src_ip src_port dest_ip dest_port proto, [vlan] [vni] [ttl] [id] [reason]",
		"shuts out an address, a prefix or a connection, or a list of \"entries\"", run_add },
	{ "block-del", "as block-add", "lets in again", run_del },
	{ "block-list", "[from] [offset] [count]", "what is shut out; `next` is where the next page is from",
		run_list },
	{ "block-stats", "", "how much is shut out, and how often it was met", run_stats },
};

const struct hg_command_table hg_commands_block = { commands, HG_COUNT(commands) };
