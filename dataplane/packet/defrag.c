#include "packet/defrag.h"

#include "packet/checksum.h"
#include "packet/decode.h"
#include "packet/verdict.h"

#define UNIT 8u
#define DATAGRAM_MAX 65535u
#define LINK_MAX 64u         /* longer headers in front of IP are not kept */
#define DATAGRAM_FRAGS 8191u /* one a unit is the most that makes sense, and what an owner field can name */
#define EXPIRE_AT_ONCE 4

/* A unit's owner: index + 1 of its fragment above three bits of "bytes present - 1"; 0: nothing yet. */
#define OWNER_BITS 3

struct key {
	struct hg_addr src, dst;
	uint32_t id, tunnel_id;
	uint16_t vlan[HG_VLANS];
	uint8_t proto, family, depth, pad[5];
};

struct hg_datagram {
	struct key key;
	uint32_t next;         /* in its bucket: index + 1 */
	uint32_t older, newer; /* index + 1 */
	uint32_t bucket;
	hg_time last;
	uint8_t policy;
	bool ends;            /* total is known */
	uint32_t total, have; /* bytes; have counts those below total once it is known */
	uint8_t *head; /* what is in front of the first fragment's data: the link's header, IP header(s) */
	uint32_t head_len, ip_at;
	uint32_t next_at; /* of the byte that named the fragment header (IPv6) */
	uint16_t link;
	uint8_t next_header;
	uint8_t *bytes;
	uint16_t *owners; /* one a unit */
	uint32_t units;   /* room in bytes and owners */
	struct hg_extent *frags;
	uint32_t frags_n, frags_room;
};

/* A rebuilt datagram's bytes follow this. */
struct hg_rebuilt {
	struct hg_rebuilt *next;
	size_t size;
};

/* What a fragment says of itself, whichever version carries it. */
struct piece {
	struct hg_extent at;
	bool more;
	const uint8_t *data;
	struct hg_span head; /* as in struct hg_datagram */
	uint32_t ip_at, next_at;
	uint16_t link;
	uint8_t next_header;
};

static struct hg_datagram *
at(const struct hg_defrag *f, uint32_t index1)
{
	return index1 == 0 ? NULL : hg_pool_at(&f->datagrams, index1 - 1);
}

static uint32_t
index_of(const struct hg_defrag *f, const struct hg_datagram *g)
{
	return hg_pool_index(&f->datagrams, g) + 1;
}

/* Memory, counted against the cap of defragmentation. */
static void *
take(struct hg_defrag *f, size_t size)
{
	void *p;

	if (size > HG_MEM_MAX ||
		hg_mem_class(size) > f->config->defrag_memcap - HG_MIN(f->bytes, f->config->defrag_memcap))
		return NULL;
	p = hg_mem_take(f->mem, size);
	if (p != NULL)
		f->bytes += hg_mem_class(size);
	return p;
}

static void
give(struct hg_defrag *f, void *p, size_t size)
{
	if (p == NULL)
		return;
	f->bytes -= hg_mem_class(size);
	hg_mem_give(f->mem, p, size);
}

static void
unlink_age(struct hg_defrag *f, struct hg_datagram *g)
{
	struct hg_datagram *older = at(f, g->older), *newer = at(f, g->newer);

	if (older != NULL)
		older->newer = g->newer;
	else
		f->oldest = g->newer;
	if (newer != NULL)
		newer->older = g->older;
	else
		f->newest = g->older;
}

static void
link_newest(struct hg_defrag *f, struct hg_datagram *g)
{
	struct hg_datagram *before = at(f, f->newest);

	g->older = f->newest;
	g->newer = 0;
	if (before != NULL)
		before->newer = index_of(f, g);
	else
		f->oldest = index_of(f, g);
	f->newest = index_of(f, g);
}

static void
drop(struct hg_defrag *f, struct hg_datagram *g)
{
	uint32_t *link = &f->buckets[g->bucket];

	while (*link != index_of(f, g))
		link = &at(f, *link)->next;
	*link = g->next;
	unlink_age(f, g);
	give(f, g->head, g->head_len);
	give(f, g->bytes, g->units * (size_t)UNIT);
	give(f, g->owners, g->units * sizeof(*g->owners));
	give(f, g->frags, g->frags_room * sizeof(*g->frags));
	f->frags -= g->frags_n;
	hg_pool_give(&f->datagrams, g);
}

static void
expire(struct hg_defrag *f, struct hg_decode_stats *stats, hg_time now)
{
	struct hg_datagram *g;

	for (unsigned i = 0; i < EXPIRE_AT_ONCE && (g = at(f, f->oldest)) != NULL; i++) {
		if (now <= g->last + f->config->defrag_timeout)
			return;
		stats->defrag_timeouts++;
		drop(f, g);
	}
}

static struct hg_datagram *
find(struct hg_defrag *f, const struct key *key, uint32_t bucket)
{
	struct hg_datagram *g = at(f, f->buckets[bucket]);

	while (g != NULL && memcmp(&g->key, key, sizeof(*key)) != 0)
		g = at(f, g->next);
	return g;
}

static struct hg_datagram *
make(struct hg_defrag *f, struct hg_decode_stats *stats, const struct key *key, uint32_t bucket)
{
	struct hg_datagram *g = hg_pool_take(&f->datagrams);

	if (g == NULL && f->oldest != 0) {
		stats->defrag_cap++;
		drop(f, at(f, f->oldest));
		g = hg_pool_take(&f->datagrams);
	}
	if (g == NULL)
		return NULL;
	g->key = *key;
	g->bucket = bucket;
	g->next = f->buckets[bucket];
	f->buckets[bucket] = index_of(f, g);
	g->policy = f->config->os_policy == NULL
		? HG_OS_BSD
		: f->config->os_policy(f->config->os_policy_arg, &key->dst, key->family);
	link_newest(f, g);
	return g;
}

static struct hg_datagram *
get(struct hg_defrag *f, struct hg_decoding *c, uint32_t id)
{
	const struct hg_packet *p = c->pkt;
	struct key key;
	struct hg_datagram *g;
	uint32_t bucket;

	memset(&key, 0, sizeof(key));
	key.src = p->src;
	key.dst = p->dst;
	key.id = id;
	key.tunnel_id = p->tunnel_id;
	memcpy(key.vlan, p->vlan, sizeof(key.vlan));
	key.family = p->family;
	key.proto = p->family == 4 ? p->proto : 0;
	key.depth = p->depth;
	bucket = (uint32_t)hg_hash(&f->config->hash_key, &key, sizeof(key)) & f->mask;
	g = find(f, &key, bucket);
	if (g != NULL && p->time > g->last + f->config->defrag_timeout) {
		c->stats->defrag_timeouts++;
		drop(f, g);
		g = NULL;
	}
	if (g == NULL) {
		g = make(f, c->stats, &key, bucket);
	} else {
		unlink_age(f, g);
		link_newest(f, g);
	}
	if (g != NULL)
		g->last = p->time;
	return g;
}

static bool
grow_units(struct hg_defrag *f, struct hg_datagram *g, uint32_t need)
{
	uint32_t room = HG_MAX(g->units, 256u);
	uint8_t *bytes;
	uint16_t *owners;

	if (need <= g->units)
		return true;
	while (room < need)
		room *= 2;
	bytes = take(f, room * (size_t)UNIT);
	owners = take(f, room * sizeof(*owners));
	if (bytes == NULL || owners == NULL) {
		give(f, bytes, room * (size_t)UNIT);
		give(f, owners, room * sizeof(*owners));
		return false;
	}
	if (g->units > 0) {
		memcpy(bytes, g->bytes, g->units * (size_t)UNIT);
		memcpy(owners, g->owners, g->units * sizeof(*owners));
	}
	memset(owners + g->units, 0, (room - g->units) * sizeof(*owners));
	give(f, g->bytes, g->units * (size_t)UNIT);
	give(f, g->owners, g->units * sizeof(*g->owners));
	g->bytes = bytes;
	g->owners = owners;
	g->units = room;
	return true;
}

static bool
grow_frags(struct hg_defrag *f, struct hg_datagram *g)
{
	uint32_t room = g->frags_room == 0 ? 8 : g->frags_room * 2;
	struct hg_extent *frags;

	if (g->frags_n < g->frags_room)
		return true;
	if (g->frags_n == DATAGRAM_FRAGS)
		return false;
	frags = take(f, room * sizeof(*frags));
	if (frags == NULL)
		return false;
	if (g->frags_n > 0)
		memcpy(frags, g->frags, g->frags_n * sizeof(*frags));
	give(f, g->frags, g->frags_room * sizeof(*frags));
	g->frags = frags;
	g->frags_room = room;
	return true;
}

/* Room for one more piece; false: a cap is reached, nothing has changed. */
static bool
reserve(struct hg_defrag *f, struct hg_datagram *g, const struct piece *piece)
{
	if (f->frags >= f->config->defrag_frags || !grow_frags(f, g) ||
		!grow_units(f, g, (piece->at.to + UNIT - 1) / UNIT))
		return false;
	if (piece->at.from != 0 || g->head != NULL)
		return true;
	g->head = take(f, piece->head.len);
	if (g->head == NULL)
		return false;
	memcpy(g->head, piece->head.p, piece->head.len);
	g->head_len = (uint32_t)piece->head.len;
	g->ip_at = piece->ip_at;
	g->link = piece->link;
	g->next_at = piece->next_at;
	g->next_header = piece->next_header;
	return true;
}

static uint32_t
bytes_below(uint32_t from, uint32_t n, uint32_t total)
{
	return from >= total ? 0 : HG_MIN(n, total - from);
}

/* Lays n bytes of fragment `mine` into one unit; true: others were there. */
static bool
lay_unit(struct hg_datagram *g, uint32_t unit, const uint8_t *data, uint32_t n, uint32_t mine)
{
	uint16_t *owner = &g->owners[unit];
	uint8_t *to = g->bytes + unit * UNIT;
	uint32_t limit = g->ends ? g->total : UINT32_MAX;
	uint32_t there = *owner == 0 ? 0 : (*owner & 7u) + 1;
	bool wins = there > 0 &&
		hg_defrag_new_wins(g->policy, g->frags[mine], g->frags[(*owner >> OWNER_BITS) - 1]);

	if (there == 0 || wins)
		memcpy(to, data, n);
	else if (n > there)
		memcpy(to + there, data + there, n - there);
	g->have += bytes_below(unit * UNIT, HG_MAX(n, there), limit) - bytes_below(unit * UNIT, there, limit);
	if (there == 0 || wins)
		*owner = (uint16_t)((mine + 1) << OWNER_BITS);
	*owner = (uint16_t)((*owner & ~7u) | (HG_MAX(n, there) - 1));
	return there > 0;
}

/* The end is known now: count again what lies below it. */
static void
set_total(struct hg_datagram *g, uint32_t total)
{
	g->ends = true;
	g->total = total;
	g->have = 0;
	for (uint32_t u = 0; u < g->units && u * UNIT < total; u++)
		if (g->owners[u] != 0)
			g->have += bytes_below(u * UNIT, (g->owners[u] & 7u) + 1, total);
}

/* true: bytes were there that this piece brings again. */
static bool
lay(struct hg_defrag *f, struct hg_datagram *g, const struct piece *piece)
{
	uint32_t mine = g->frags_n++, len = piece->at.to - piece->at.from;
	bool overlap = false;

	f->frags++;
	g->frags[mine] = piece->at;
	for (uint32_t done = 0; done < len; done += UNIT)
		overlap |= lay_unit(g, (piece->at.from + done) / UNIT, piece->data + done,
			HG_MIN(UNIT, len - done), mine);
	if (!piece->more && !g->ends)
		set_total(g, piece->at.to);
	return overlap;
}

/* The datagram as it was before somebody cut it. */
static struct hg_span
rebuild(struct hg_defrag *f, struct hg_datagram *g)
{
	const size_t whole = g->head_len + (size_t)g->total, len = whole - g->ip_at;
	const size_t size = sizeof(struct hg_rebuilt) + whole;
	struct hg_rebuilt *r = take(f, size);
	uint8_t *p;
	uint16_t sum;

	if (r == NULL)
		return HG_SPAN_NONE;
	r->next = f->rebuilt;
	r->size = size;
	f->rebuilt = r;
	p = (uint8_t *)(r + 1);
	memcpy(p, g->head, g->head_len);
	memcpy(p + g->head_len, g->bytes, g->total);
	p += g->ip_at;
	if (g->key.family == 4) {
		const struct hg_span header = hg_span(p, g->head_len - g->ip_at);
		const bool right = hg_checksum(header) == 0;

		p[2] = (uint8_t)(len >> 8);
		p[3] = (uint8_t)len;
		p[6] = p[7] = 0;
		p[10] = p[11] = 0;
		sum = hg_checksum(header);
		/* A wrong checksum stays wrong, so that rules on it see the datagram as they saw the fragment. */
		sum = right ? sum : (uint16_t)~sum;
		memcpy(p + 10, &sum, sizeof(sum));
	} else {
		p[4] = (uint8_t)((len - 40) >> 8);
		p[5] = (uint8_t)(len - 40);
		p[g->next_at] = g->next_header;
	}
	return hg_span(p - g->ip_at, whole);
}

static enum hg_layer
add(struct hg_decoding *c, const struct piece *piece, uint32_t id)
{
	struct hg_defrag *f = &c->d->defrag;
	bool v4 = c->pkt->family == 4;
	struct hg_follow rebuilt = { .layer = v4 ? HG_LAYER_IPV4 : HG_LAYER_IPV6,
		.origin = HG_ORIGIN_DEFRAG };
	struct hg_datagram *g;

	if (piece->at.to == piece->at.from) /* brings nothing, and no host takes it for an end */
		return HG_LAYER_DONE;
	expire(f, c->stats, c->pkt->time);
	g = get(f, c, id);
	if (g == NULL || !reserve(f, g, piece)) {
		c->stats->defrag_cap++;
		hg_layer_note(c, v4 ? HG_EV_IPV4_FRAG_IGNORED : HG_EV_IPV6_FRAG_IGNORED);
		hg_packet_except(c->pkt, (enum hg_exception)f->config->defrag_memcap_policy,
			HG_DROP_DEFRAG_MEMCAP, f->config->ips);
		return HG_LAYER_DONE;
	}
	if (lay(f, g, piece))
		hg_layer_note(c, v4 ? HG_EV_IPV4_FRAG_OVERLAP : HG_EV_IPV6_FRAG_OVERLAP);
	if (!g->ends || g->have < g->total || g->head == NULL)
		return HG_LAYER_DONE;
	rebuilt.bytes = rebuild(f, g);
	rebuilt.at = g->ip_at;
	rebuilt.link = g->link;
	drop(f, g);
	if (rebuilt.bytes.len == 0)
		return HG_LAYER_DONE;
	c->stats->rebuilt[!v4]++;
	return hg_layer_follow(c, rebuilt);
}

/* n bytes from the IP header on, and what is in front of them. */
static void
set_head(struct piece *piece, const struct hg_packet *p, struct hg_span datagram, uint32_t n)
{
	const bool keeps = p->l3 <= LINK_MAX;

	piece->ip_at = keeps ? p->l3 : 0;
	piece->link = keeps ? p->link : HG_LINK_RAW;
	piece->head = hg_span(datagram.p - piece->ip_at, piece->ip_at + n);
}

enum hg_layer
hg_defrag_ipv4(struct hg_decoding *c, struct hg_span datagram)
{
	struct hg_packet *p = c->pkt;
	uint32_t from = p->frag_offset * UNIT, len = (uint32_t)datagram.len - p->l3_len;
	struct piece piece = {
		.at = { from, from + len }, .more = (p->frag_bits & 4) != 0, .data = datagram.p + p->l3_len
	};

	set_head(&piece, p, datagram, p->l3_len);
	p->flags |= HG_PKT_FRAGMENT;
	c->stats->fragments[0]++;
	if (p->l3_len + piece.at.to > DATAGRAM_MAX) {
		hg_layer_note(c, HG_EV_IPV4_FRAG_PKT_TOO_LARGE);
		return HG_LAYER_DONE;
	}
	return add(c, &piece, p->ip_id);
}

enum hg_layer
hg_defrag_ipv6(
	struct hg_decoding *c, struct hg_span datagram, const uint8_t *next_field, uint8_t next, uint32_t id)
{
	struct hg_packet *p = c->pkt;
	uint32_t from = p->frag_offset * UNIT, len = (uint32_t)hg_reader_left(&c->r);
	struct piece piece = { .at = { from, from + len },
		.more = (p->frag_bits & 4) != 0,
		.data = c->r.p,
		.next_at = (uint32_t)(next_field - datagram.p),
		.next_header = next };

	set_head(&piece, p, datagram, p->l3_len - 8u);
	p->flags |= HG_PKT_FRAGMENT;
	c->stats->fragments[1]++;
	if (p->l3_len - 48u + piece.at.to > DATAGRAM_MAX) {
		hg_layer_note(c, HG_EV_IPV6_FRAG_PKT_TOO_LARGE);
		return HG_LAYER_DONE;
	}
	return add(c, &piece, id);
}

int
hg_defrag_init(
	struct hg_defrag *f, const struct hg_decode_config *config, struct hg_mem *mem, struct hg_error *err)
{
	uint32_t n = 64;
	int r;

	*f = (struct hg_defrag){ .config = config, .mem = mem };
	while (n < config->defrag_trackers && n < UINT32_C(1) << 24)
		n *= 2;
	r = hg_pool_init(&f->datagrams, sizeof(struct hg_datagram), 8, config->defrag_trackers, false, err);
	if (r < 0)
		return r;
	r = hg_pool_init(&f->table, n * sizeof(*f->buckets), 64, 1, false, err);
	if (r < 0) {
		hg_pool_fini(&f->datagrams);
		return r;
	}
	f->buckets = hg_pool_take(&f->table);
	f->mask = n - 1;
	return 0;
}

void
hg_defrag_recycle(struct hg_defrag *f)
{
	while (f->rebuilt != NULL) {
		struct hg_rebuilt *r = f->rebuilt;

		f->rebuilt = r->next;
		give(f, r, r->size);
	}
}

void
hg_defrag_reset(struct hg_defrag *f)
{
	while (f->oldest != 0)
		drop(f, at(f, f->oldest));
	hg_defrag_recycle(f);
}

void
hg_defrag_fini(struct hg_defrag *f)
{
	hg_defrag_reset(f);
	hg_pool_fini(&f->datagrams);
	hg_pool_fini(&f->table);
}
