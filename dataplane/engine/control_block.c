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

static bool
read_bits(struct hg_span digits, unsigned most, uint8_t *out)
{
	unsigned n = 0;

	for (size_t i = 0; i < digits.len && n <= most; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
		n = n * 10 + (digits.p[i] - '0');
	}
	*out = (uint8_t)n;
	return digits.len > 0 && n <= most;
}

/* Bits behind the prefix are no part of it. */
static void
mask(struct hg_addr *a, uint8_t bits)
{
	for (unsigned i = 0; i < sizeof(a->b); i++) {
		const unsigned keep = bits > 8 * i ? HG_MIN(bits - 8 * i, 8u) : 0;

		a->b[i] &= (uint8_t)(0xff00u >> keep);
	}
}

static const char *
read_prefix(const json_t *v, struct hg_control_block *b)
{
	const struct hg_span text = hg_span(
		json_is_string(v) ? json_string_value(v) : "", json_is_string(v) ? json_string_length(v) : 0);
	const size_t slash = hg_span_find(text, 0, '/');
	bool good = hg_addr_parse(
		hg_span_sub(text, 0, slash == SIZE_MAX ? text.len : slash), &b->addr, &b->family);
	const unsigned most = b->family == 4 ? 32 : 128;

	b->bits = (uint8_t)most;
	if (good && slash != SIZE_MAX)
		good = read_bits(hg_span_from(text, slash + 1), most, &b->bits);
	mask(&b->addr, b->bits);
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
	if (json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= UINT8_MAX) {
		*out = (uint8_t)json_integer_value(v);
		return NULL;
	}
	for (size_t i = 0; json_is_string(v) && i < HG_COUNT(protos); i++) {
		if (strcasecmp(protos[i].name, json_string_value(v)) == 0) {
			*out = protos[i].proto;
			return NULL;
		}
	}
	return "proto must be TCP, UDP, SCTP, ICMP, IPv6-ICMP or a number";
}

static const char *
read_tuple(const json_t *entry, struct hg_control_block *b)
{
	uint8_t other = 0;
	const char *why = read_end(entry, "src_ip", "src_port", &b->addr, &b->family, &b->sport);

	b->tuple = true;
	if (why == NULL)
		why = read_end(entry, "dest_ip", "dest_port", &b->dst, &other, &b->dport);
	if (why == NULL && other != b->family)
		why = "src_ip and dest_ip are of two families";
	if (why == NULL)
		why = read_proto(json_object_get(entry, "proto"), &b->proto);
	b->bits = b->family == 4 ? 32 : 128;
	return why;
}

static const char *
read_entry(const json_t *entry, struct hg_control_block *b)
{
	const json_t *address = json_object_get(entry, "address");
	uint32_t vlan = 0;
	bool has_ttl;
	const char *why;

	*b = (struct hg_control_block){ .id = "", .reason = "" };
	if (!json_is_object(entry))
		return "an entry must be an object";
	why = address == NULL ? read_tuple(entry, b) : read_prefix(address, b);
	if (why == NULL && address != NULL && json_object_get(entry, "src_ip") != NULL)
		why = "either address or src_ip and dest_ip";
	if (why == NULL && read_number(entry, "vlan", 4095, &b->in_vlan, &vlan) != NULL)
		why = "vlan must be a number up to 4095";
	if (why == NULL && read_number(entry, "vni", 0xffffff, &b->in_vni, &b->vni) != NULL)
		why = "vni must be a number up to 16777215";
	b->vlan = (uint16_t)vlan;
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
show_tuple(json_t *o, const struct hg_control_block *b)
{
	const int whole = b->family == 4 ? 32 : 128;

	show_addr(o, "src_ip", &b->addr, b->family, whole);
	json_object_set_new(o, "src_port", json_integer(b->sport));
	show_addr(o, "dest_ip", &b->dst, b->family, whole);
	json_object_set_new(o, "dest_port", json_integer(b->dport));
	for (size_t i = 0; i < HG_COUNT(protos); i++)
		if (protos[i].proto == b->proto)
			json_object_set_new(o, "proto", json_string(protos[i].name));
	if (json_object_get(o, "proto") == NULL)
		json_object_set_new(o, "proto", json_integer(b->proto));
}

static void
show_entry(void *to, const struct hg_control_block *b)
{
	json_t *o = json_object();

	if (b->tuple)
		show_tuple(o, b);
	else
		show_addr(o, "address", &b->addr, b->family, b->bits);
	if (b->in_vlan)
		json_object_set_new(o, "vlan", json_integer(b->vlan));
	if (b->in_vni)
		json_object_set_new(o, "vni", json_integer(b->vni));
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
	uint32_t offset = 0, count = ENTRIES_MOST;
	struct hg_control_block_stats s = { 0 };
	json_t *entries;
	bool there;

	if (call->ops->block_list == NULL || call->ops->block_stats == NULL)
		return hg_call_fail(call, "the engine has no block table");
	if (read_number(call->arguments, "offset", UINT32_MAX, &there, &offset) != NULL ||
		read_number(call->arguments, "count", ENTRIES_MOST, &there, &count) != NULL)
		return hg_call_fail(call, "\"offset\" is a number, \"count\" one up to %d", ENTRIES_MOST);
	entries = json_array();
	call->ops->block_stats(call->ops->arg, &s);
	call->ops->block_list(call->ops->arg, offset, count, show_entry, entries);
	call->message = json_pack("{s:I, s:I, s:o}", "total", (json_int_t)s.entries, "generation",
		(json_int_t)s.generation, "entries", entries);
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
	return 0;
}

static const struct hg_command commands[] = {
	{ "block-add", "address | src_ip src_port dest_ip dest_port proto, [vlan] [vni] [ttl] [id] [reason]",
		"shuts out an address, a prefix or a connection, or a list of \"entries\"", run_add },
	{ "block-del", "as block-add", "lets in again", run_del },
	{ "block-list", "[offset] [count]", "what is shut out", run_list },
	{ "block-stats", "", "how much is shut out, and how often it was met", run_stats },
};

const struct hg_command *
hg_commands_block(size_t *n)
{
	*n = HG_COUNT(commands);
	return commands;
}
