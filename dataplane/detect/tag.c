/* Tags: which packets are written behind an alert, of its flow or of a host (peer-semantics 3.9). The packet that alerts
 * counts, but is not written; a packet that several tags want is written once. */
#include <errno.h>

#include "base/start.h"
#include "detect/detect_int.h"

#define TAGS_MAX 50 /* of a flow, and of a host */
#define RENEWALS 9  /* of a tag by its own rule; it then runs out before it can be made again */
#define IDLE (600 * HG_SEC)
#define SWEEP 64 /* tags looked at for one that makes room */

struct tag {
	uint64_t rule; /* gid << 32 | sid */
	uint64_t used; /* packets or bytes */
	uint64_t since;
	uint32_t count;
	uint8_t unit, renewals;
	bool begun; /* the packet that alerted is behind it */
};

struct hg_flow_tag {
	struct tag tag;
	struct hg_flow_tag *next;
};

struct host_tag {
	struct tag tag;
	struct hg_addr addr;
	uint32_t bucket, next; /* next: index + 1, also of those that are free */
	uint8_t family;        /* 0: free */
	hg_time seen;
};

/* Tags of all hosts, by address; those of one host stand in one chain. */
struct hg_host_tags {
	struct hg_hash_key key;
	struct host_tag *tags;
	uint32_t *buckets; /* as many as tags: a power of two; index + 1 */
	uint32_t n, used, free, hand;
};

int
hg_host_tags_open(
	struct hg_host_tags **ret, uint32_t entries, const struct hg_hash_key *key, struct hg_error *err)
{
	struct hg_host_tags *t = hg_start_take(sizeof(*t));

	*ret = t;
	if (t == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for tags");
	t->key = *key;
	for (t->n = 1; t->n < entries; t->n *= 2)
		;
	t->tags = hg_start_take(t->n * sizeof(*t->tags));
	t->buckets = hg_start_take(t->n * sizeof(*t->buckets));
	return t->tags == NULL || t->buckets == NULL
		? hg_error_set(err, -ENOMEM, "no memory for tags of %u hosts", entries)
		: 0;
}

void
hg_host_tags_close(struct hg_host_tags *t)
{
	if (t == NULL)
		return;
	hg_start_give(t->tags);
	hg_start_give(t->buckets);
	hg_start_give(t);
}

void
hg_host_tags_reset(struct hg_host_tags *t)
{
	memset(t->tags, 0, t->used * sizeof(*t->tags));
	memset(t->buckets, 0, t->n * sizeof(*t->buckets));
	t->used = t->free = t->hand = 0;
}

static struct tag
fresh(uint64_t rule, const struct hg_tag *of, hg_time now)
{
	return (struct tag){ .rule = rule, .since = now / HG_SEC, .count = of->count, .unit = of->unit };
}

static void
renew(struct tag *t, hg_time now)
{
	if (t->renewals == RENEWALS)
		return;
	t->renewals++;
	t->used = 0;
	t->since = now / HG_SEC;
}

/* Seconds are whole ones, as the peer counts them. */
static bool
is_over(const struct tag *t, hg_time now)
{
	if (t->unit == HG_TAG_SECONDS)
		return now / HG_SEC > t->since + t->count;
	return t->used > t->count;
}

/* One more packet. True: the tag is over; else *wanted says whether the packet is to be written. */
static bool
spend(struct tag *t, const struct hg_packet *p, bool *wanted)
{
	t->used += t->unit == HG_TAG_BYTES ? p->len : 1;
	if (!t->begun) {
		t->begun = true;
		return false;
	}
	if (is_over(t, p->time))
		return true;
	*wanted = true;
	return false;
}

/* ---- of a flow ---- */

static bool
tag_flow(struct hg_detect *d, const struct hg_tag *of, uint64_t rule, const struct hg_packet *p)
{
	struct hg_flow_tag **first = hg_flow_tags(d, p->flow), *t;
	unsigned n = 0;

	if (first == NULL)
		return false;
	for (t = *first; t != NULL; t = t->next, n++) {
		if (t->tag.rule == rule) {
			renew(&t->tag, p->time);
			return true;
		}
	}
	t = n < TAGS_MAX ? hg_mem_take(d->mem, sizeof(*t)) : NULL;
	if (t == NULL)
		return false;
	*t = (struct hg_flow_tag){ fresh(rule, of, p->time), *first };
	*first = t;
	return true;
}

static bool
spend_flow(struct hg_detect *d, struct hg_flow_tag **at, const struct hg_packet *p)
{
	bool wanted = false;

	while (*at != NULL) {
		struct hg_flow_tag *t = *at;

		if (spend(&t->tag, p, &wanted)) {
			*at = t->next;
			hg_mem_give(d->mem, t, sizeof(*t));
		} else {
			at = &t->next;
		}
	}
	return wanted;
}

void
hg_flow_tags_free(struct hg_detect *d, struct hg_flow_tag *t)
{
	while (t != NULL) {
		struct hg_flow_tag *next = t->next;

		hg_mem_give(d->mem, t, sizeof(*t));
		t = next;
	}
}

/* ---- of hosts ---- */

static uint32_t
bucket_of(const struct hg_host_tags *t, const struct hg_addr *a)
{
	return (uint32_t)hg_hash(&t->key, a, sizeof(*a)) & (t->n - 1);
}

static bool
is_of(const struct host_tag *e, const struct hg_addr *a, uint8_t family)
{
	return e->family == family && memcmp(&e->addr, a, sizeof(*a)) == 0;
}

/* Takes the tag that *link points to out of its chain. */
static void
drop_host_tag(struct hg_host_tags *t, uint32_t *link)
{
	const uint32_t index = *link;
	struct host_tag *e = &t->tags[index - 1];

	*link = e->next;
	e->family = 0;
	e->next = t->free;
	t->free = index;
}

/* Tags of hosts that are silent end when another one needs the room. */
static void
sweep(struct hg_host_tags *t, hg_time now)
{
	for (unsigned i = 0; i < SWEEP && t->free == 0; i++) {
		const uint32_t index = t->hand++ & (t->n - 1);
		const struct host_tag *e = &t->tags[index];
		uint32_t *link = &t->buckets[e->bucket];

		if (e->seen + IDLE >= now && !(e->tag.begun && is_over(&e->tag, now)))
			continue;
		while (*link != index + 1)
			link = &t->tags[*link - 1].next;
		drop_host_tag(t, link);
	}
}

static struct host_tag *
take_host_tag(struct hg_host_tags *t, hg_time now)
{
	uint32_t index;

	if (t->free == 0 && t->used < t->n)
		return &t->tags[t->used++];
	if (t->free == 0)
		sweep(t, now);
	if (t->free == 0)
		return NULL;
	index = t->free - 1;
	t->free = t->tags[index].next;
	return &t->tags[index];
}

static bool
tag_host(struct hg_detect *d, const struct hg_tag *of, uint64_t rule, const struct hg_packet *p)
{
	struct hg_host_tags *t = hg_detect_shared(d)->tags;
	const struct hg_addr *a = of->of == HG_TAG_SRC ? &p->src : &p->dst;
	const uint32_t bucket = bucket_of(t, a);
	struct host_tag *e;
	unsigned n = 0;

	for (uint32_t at = t->buckets[bucket]; at != 0; at = e->next) {
		e = &t->tags[at - 1];
		if (!is_of(e, a, p->family))
			continue;
		if (e->tag.rule == rule) {
			renew(&e->tag, p->time);
			return true;
		}
		n++;
	}
	e = n < TAGS_MAX ? take_host_tag(t, p->time) : NULL;
	if (e == NULL)
		return false;
	*e = (struct host_tag){ fresh(rule, of, p->time), *a, bucket, t->buckets[bucket], p->family,
		p->time };
	t->buckets[bucket] = (uint32_t)(e - t->tags) + 1;
	return true;
}

static bool
spend_host(struct hg_host_tags *t, const struct hg_addr *a, const struct hg_packet *p)
{
	uint32_t *link = &t->buckets[bucket_of(t, a)];
	bool wanted = false;

	while (*link != 0) {
		struct host_tag *e = &t->tags[*link - 1];

		if (!is_of(e, a, p->family)) {
			link = &e->next;
			continue;
		}
		e->seen = p->time;
		if (spend(&e->tag, p, &wanted))
			drop_host_tag(t, link);
		else
			link = &e->next;
	}
	return wanted;
}

/* ---- both ---- */

void
hg_tags_add(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p)
{
	const struct hg_rule_info *text = &d->rules->texts[r->text];
	const uint64_t rule = (uint64_t)text->gid << 32 | text->sid;

	for (unsigned i = 0; i < r->n_tags; i++) {
		const struct hg_tag *of = &r->tags[i];
		bool kept = true;

		if (of->of == HG_TAG_SESSION && p->flow != NULL)
			kept = tag_flow(d, of, rule, p);
		else if (of->of != HG_TAG_SESSION && p->family != 0)
			kept = tag_host(d, of, rule, p);
		d->stats.tags_refused += !kept;
	}
}

void
hg_tags_spend(struct hg_detect *d, struct hg_packet *p)
{
	struct hg_flow_tag **of_flow =
		p->flow == NULL || p->flow->detect == NULL ? NULL : hg_flow_tags(d, p->flow);
	bool wanted = of_flow != NULL && spend_flow(d, of_flow, p);

	if (d->rules->tags_hosts && p->family != 0) {
		struct hg_host_tags *t = hg_detect_shared(d)->tags;

		wanted |= spend_host(t, &p->src, p);
		wanted |= spend_host(t, &p->dst, p);
	}
	if (wanted) {
		p->flags |= HG_PKT_TAGGED;
		d->stats.tagged++;
	}
}
