#include "app/join.h"

#include "app/app_int.h"
#include "base/hash.h"

#define NAME_MOST 4096 /* bytes of a name: longer ones name no file */

/* Bytes that came too early: of a part that is over, or of one that goes on. */
struct early {
	struct early *next;
	struct hg_join_part *part; /* goes on to fill it; NULL: none */
	uint64_t start;
	struct hg_buf bytes;
};

/* Pairs of addresses are in canonical order. Compared as bytes. */
struct pair {
	struct hg_addr addr[2];
	uint64_t size;
	uint32_t tunnel_id;
	uint16_t vlan[HG_VLANS];
	uint8_t family, client;
};

struct hg_join {
	struct hg_join *next; /* in its chain */
	/* of those that no part is open of, the one that waits longest first */
	struct hg_join *older, *newer;
	struct pair pair;
	struct hg_join_name name;
	uint32_t chain;
	uint32_t parts; /* open */
	hg_time last;
	uint64_t at; /* up to here all is there */
	struct early *early;
	unsigned n_early;
	struct hg_file *file;  /* NULL: it was whole, or will never be */
	struct hg_arena arena; /* of the file and the key */
};

struct hg_join_part {
	struct hg_join *join;
	struct early *early; /* what it brings goes there, while it is too early */
	uint64_t at, end;    /* of its next byte; behind its last one */
};

static struct pair
pair_of(const struct hg_flow *f, uint64_t size)
{
	struct pair p;

	memset(&p, 0, sizeof(p));
	memcpy(p.addr, f->key.addr, sizeof(p.addr));
	memcpy(p.vlan, f->key.vlan, sizeof(p.vlan));
	p.tunnel_id = f->key.tunnel_id;
	p.family = f->key.family;
	p.client = f->client;
	p.size = size;
	return p;
}

/* What it has brought stays; what comes goes elsewhere. */
static void
let_go(struct hg_join_part *part)
{
	if (part->early != NULL)
		part->early->part = NULL;
	part->early = NULL;
}

/* ---- the table ---- */

static void
leave_idle(struct hg_joins *t, struct hg_join *j)
{
	if (j->older != NULL)
		j->older->newer = j->newer;
	else
		t->oldest = j->newer;
	if (j->newer != NULL)
		j->newer->older = j->older;
	else
		t->newest = j->older;
	j->older = j->newer = NULL;
}

static void
join_idle(struct hg_joins *t, struct hg_join *j)
{
	j->older = t->newest;
	j->newer = NULL;
	if (t->newest != NULL)
		t->newest->newer = j;
	else
		t->oldest = j;
	t->newest = j;
}

static void
free_early(struct hg_apps *a, struct early *e)
{
	a->joins.waiting -= e->bytes.size;
	if (e->part != NULL)
		e->part->early = NULL;
	hg_buf_fini(&e->bytes);
	hg_mem_give(a->mem, e, sizeof(*e));
}

/* Nothing more becomes of it. */
static void
empty(struct hg_apps *a, struct hg_join *j)
{
	while (j->early != NULL) {
		struct early *e = j->early;

		j->early = e->next;
		free_early(a, e);
	}
	j->n_early = 0;
	if (j->file != NULL)
		hg_file_free(a->files, j->file);
	j->file = NULL;
}

/* No part is open. */
static void
forget(struct hg_apps *a, struct hg_join *j)
{
	struct hg_join **at = &a->joins.chains[j->chain];

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	a->joins.n--;
	empty(a, j);
	hg_arena_reset(&j->arena);
	hg_mem_give(a->mem, j, sizeof(*j));
}

static void
forget_oldest(struct hg_apps *a)
{
	struct hg_join *j = a->joins.oldest;

	leave_idle(&a->joins, j);
	forget(a, j);
	a->stats.joins_forgotten++;
}

static bool
is_same(const struct hg_join_name *a, const struct hg_join_name *b)
{
	return hg_span_eq(a->target, b->target) && hg_span_eq(a->host, b->host) &&
		hg_span_eq(a->version, b->version);
}

static uint32_t
chain_of(const struct hg_apps *a, const struct pair *pair, const struct hg_join_name *name)
{
	const struct hg_hash_key *key = &a->joins.hash;

	return (uint32_t)(hg_hash(key, pair, sizeof(*pair)) ^
		       hg_hash(key, name->target.p, name->target.len)) %
		HG_JOINS;
}

static struct hg_join *
find(struct hg_apps *a, const struct pair *pair, const struct hg_join_name *name, uint32_t chain)
{
	struct hg_join *j = a->joins.chains[chain];

	while (j != NULL && (memcmp(&j->pair, pair, sizeof(*pair)) != 0 || !is_same(&j->name, name)))
		j = j->next;
	return j;
}

/* Its file, and what it is found by. */
static bool
fill(struct hg_tx *tx, struct hg_join *j, const struct hg_join_name *name, struct hg_span as,
	const struct hg_inspect_limits *inspect)
{
	struct hg_file *list = NULL;

	j->name.host = hg_span_keep(&j->arena, name->host);
	j->name.target = hg_span_keep(&j->arena, name->target);
	j->name.version = hg_span_keep(&j->arena, name->version);
	if (!is_same(&j->name, name))
		return false;
	j->file = hg_file_open(tx->app->files, &list, &j->arena, as, HG_TO_CLIENT, inspect);
	if (j->file != NULL)
		hg_tx_file_keep(tx, j->file);
	return j->file != NULL;
}

static struct hg_join *
make(struct hg_tx *tx, const struct pair *pair, const struct hg_join_name *name, struct hg_span as,
	const struct hg_inspect_limits *inspect)
{
	struct hg_apps *a = tx->app->apps;
	struct hg_join *j;

	if (a->joins.n == HG_JOINS && a->joins.oldest != NULL)
		forget_oldest(a);
	j = a->joins.n < HG_JOINS ? hg_mem_take0(a->mem, sizeof(*j)) : NULL;
	if (j == NULL)
		return NULL;
	hg_arena_init(&j->arena, a->mem, 0);
	if (!fill(tx, j, name, as, inspect)) {
		hg_arena_reset(&j->arena);
		hg_mem_give(a->mem, j, sizeof(*j));
		return NULL;
	}
	j->pair = *pair;
	j->chain = chain_of(a, pair, name);
	j->next = a->joins.chains[j->chain];
	a->joins.chains[j->chain] = j;
	a->joins.n++;
	return j;
}

/* The join that the range is of, with one more part. */
static struct hg_join *
enter(struct hg_tx *tx, const struct hg_join_name *name, struct hg_span as, uint64_t size,
	const struct hg_inspect_limits *inspect)
{
	struct hg_apps *a = tx->app->apps;
	const struct pair pair = pair_of(tx->app->flow, size);
	struct hg_join *j = find(a, &pair, name, chain_of(a, &pair, name));

	if (j == NULL)
		j = make(tx, &pair, name, as, inspect);
	else if (j->parts == 0)
		leave_idle(&a->joins, j);
	if (j != NULL)
		j->parts++;
	return j;
}

struct hg_join_part *
hg_join_begin(struct hg_tx *tx, const struct hg_join_name *name, struct hg_span as,
	const struct hg_join_range *range, const struct hg_inspect_limits *inspect,
	const struct hg_join_limits *limits)
{
	struct hg_apps *a = tx->app->apps;
	const hg_time now = tx->app->packet == NULL ? 0 : tx->app->packet->time;
	struct hg_join_part *part;

	while (a->joins.oldest != NULL && a->joins.oldest->last + limits->timeout < now)
		forget_oldest(a);
	if (name->target.len == 0 || name->host.len + name->target.len + name->version.len > NAME_MOST)
		return NULL;
	a->joins.memory = limits->memory;
	part = hg_mem_take0(a->mem, sizeof(*part));
	if (part != NULL)
		part->join = enter(tx, name, as, range->size, inspect);
	if (part == NULL || part->join == NULL) {
		hg_mem_give(a->mem, part, sizeof(*part));
		a->stats.joins_refused++;
		return NULL;
	}
	part->join->last = now;
	part->at = range->start;
	part->end = range->end + 1;
	return part;
}

/* ---- bytes ---- */

/* What of the bytes that begin at `start` is not there yet. */
static void
append(struct hg_app *app, struct hg_join *j, uint64_t start, struct hg_span bytes)
{
	if (start + bytes.len <= j->at)
		return;
	bytes = hg_span_from(bytes, (size_t)(j->at - start));
	hg_file_append(app->files, j->file, bytes);
	j->at += bytes.len;
}

/* Those that are next now; the stretches are at most HG_JOIN_EARLY, and each that goes in lets others go in at most once. */
static void
drain(struct hg_app *app, struct hg_join *j)
{
	struct early **at = &j->early;

	while (*at != NULL) {
		struct early *e = *at;

		if (e->start > j->at) {
			at = &e->next;
			continue;
		}
		append(app, j, e->start, hg_buf_span(&e->bytes));
		*at = e->next;
		j->n_early--;
		free_early(app->apps, e);
		at = &j->early;
	}
}

static struct early *
make_early(struct hg_app *app, struct hg_join_part *part)
{
	struct hg_apps *a = app->apps;
	struct hg_join *j = part->join;
	struct early *e = j->n_early < HG_JOIN_EARLY ? hg_mem_take(a->mem, sizeof(*e)) : NULL;

	if (e == NULL)
		return NULL;
	let_go(part);
	e->part = part;
	e->start = part->at;
	hg_buf_init(&e->bytes, a->mem, HG_MEM_MAX);
	e->next = j->early;
	j->early = e;
	j->n_early++;
	return e;
}

static bool
keep_early(struct hg_app *app, struct hg_join_part *part, struct hg_span bytes)
{
	struct hg_joins *t = &app->apps->joins;
	size_t before;

	/* A stretch is one block: a long part makes several. */
	if (part->early == NULL || hg_buf_len(&part->early->bytes) + bytes.len > HG_MEM_MAX)
		part->early = make_early(app, part);
	if (part->early == NULL || t->waiting + bytes.len > t->memory)
		return false;
	before = part->early->bytes.size;
	if (!hg_buf_append(&part->early->bytes, bytes))
		return false;
	t->waiting += part->early->bytes.size - before;
	return true;
}

void
hg_join_add(struct hg_app *app, struct hg_join_part *part, struct hg_span bytes)
{
	struct hg_join *j = part->join;
	const uint64_t left = part->at < part->end ? part->end - part->at : 0;

	bytes = hg_span_sub(bytes, 0, (size_t)HG_MIN(left, (uint64_t)bytes.len));
	if (bytes.len == 0 || j->file == NULL)
		return;
	if (part->at <= j->at) {
		append(app, j, part->at, bytes);
		drain(app, j);
	} else if (!keep_early(app, part, bytes)) {
		empty(app->apps, j);
		app->apps->stats.joins_refused++;
	}
	part->at += bytes.len;
}

void
hg_join_gap(struct hg_join_part *part, uint64_t bytes)
{
	part->at += HG_MIN(bytes, part->end);
	let_go(part);
}

void
hg_join_end(struct hg_app *app, struct hg_join_part *part, struct hg_tx *tx)
{
	struct hg_join *j = part->join;
	struct hg_apps *a = app->apps;

	let_go(part);
	hg_mem_give(a->mem, part, sizeof(*part));
	j->parts--;
	if (tx != NULL && j->file != NULL && j->at == j->pair.size) {
		hg_file_close(app->files, j->file, HG_FILE_CLOSED);
		a->stats.joins += hg_tx_file_adopt(tx, j->file);
		j->file = NULL;
	}
	if (j->parts > 0)
		return;
	if (j->file == NULL)
		forget(a, j);
	else
		join_idle(&a->joins, j);
}
