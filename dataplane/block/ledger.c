#include "block/ledger.h"

#include <errno.h>
#include <stdio.h>

#include "base/region.h"
#include "base/start.h"
#include "base/wheel.h"
#include "block/block_int.h"

struct detail {
	struct hg_wheel_entry timer;
	hg_time since;
	uint32_t next_free; /* number + 1 */
	bool used;
	char id[HG_BLOCK_ID], reason[HG_BLOCK_REASON];
};

struct hg_ledger {
	struct hg_block *index;
	struct detail *details;
	size_t details_size;
	uint32_t fresh; /* numbers from here on were never given */
	uint32_t free;  /* number + 1 of the first that was given back */
	uint64_t generation;
	struct hg_wheel wheel;
	bool wheel_set;
	void (*tell)(void *arg, const struct hg_block_change *c);
	void *arg;
};

void
hg_block_apply(struct hg_block *b, const struct hg_block_change *c)
{
	switch (c->op) {
	case HG_BLOCK_PUT:
		hg_block_put(b, c->number, &c->match, c->until);
		break;
	case HG_BLOCK_UNTIL:
		hg_block_until(b, c->number, c->until);
		break;
	case HG_BLOCK_DROP:
		hg_block_drop(b, c->number);
		break;
	}
}

int
hg_ledger_open(struct hg_ledger **ret, uint32_t capacity, const struct hg_hash_key *key,
	void (*tell)(void *arg, const struct hg_block_change *c), void *arg, struct hg_error *err)
{
	struct hg_ledger *l = hg_start_take(sizeof(*l));
	int r;

	if (l == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for blocks");
	l->tell = tell;
	l->arg = arg;
	l->details_size = capacity * sizeof(*l->details);
	r = hg_block_open(&l->index, capacity, key, err);
	if (r == 0 && (l->details = hg_region_map(l->details_size)) == NULL)
		r = hg_error_set(err, -ENOMEM, "no memory for %u blocks; lower block.max", capacity);
	if (r < 0)
		hg_ledger_close(l);
	else
		*ret = l;
	return r;
}

void
hg_ledger_close(struct hg_ledger *l)
{
	if (l == NULL)
		return;
	hg_block_close(l->index);
	if (l->details != NULL)
		hg_region_unmap(l->details, l->details_size);
	hg_start_give(l);
}

static void
tell(struct hg_ledger *l, enum hg_block_op op, uint32_t number)
{
	const struct hg_block_entry *e = &l->index->entries[number];
	const struct hg_block_change c = { op, number, e->until, e->match };

	l->generation++;
	l->tell(l->arg, &c);
}

static void
set_timer(struct hg_ledger *l, uint32_t number, hg_time now)
{
	struct detail *d = &l->details[number];
	const hg_time until = l->index->entries[number].until;

	if (!l->wheel_set)
		hg_wheel_init(&l->wheel, now);
	l->wheel_set = true;
	if (d->timer.link != NULL)
		hg_wheel_remove(&d->timer);
	if (until != 0)
		hg_wheel_add(&l->wheel, &d->timer, until);
}

static uint32_t
take_number(struct hg_ledger *l)
{
	uint32_t number = l->free;

	if (number == 0)
		return l->fresh < l->index->capacity ? l->fresh++ : HG_BLOCK_NONE;
	l->free = l->details[number - 1].next_free;
	return number - 1;
}

static void
give_number(struct hg_ledger *l, uint32_t number)
{
	l->details[number].used = false;
	l->details[number].next_free = l->free;
	l->free = number + 1;
}

static void
name(struct detail *d, const struct hg_block_wish *w)
{
	snprintf(d->id, sizeof(d->id), "%s", w->id == NULL ? "" : w->id);
	snprintf(d->reason, sizeof(d->reason), "%s", w->reason == NULL ? "" : w->reason);
}

static enum hg_block_result
renew(struct hg_ledger *l, uint32_t number, const struct hg_block_wish *w, hg_time now)
{
	const hg_time until = l->index->entries[number].until;

	name(&l->details[number], w);
	if (until == 0 || (w->until != 0 && w->until <= until))
		return HG_BLOCK_RENEWED;
	hg_block_until(l->index, number, w->until);
	set_timer(l, number, now);
	tell(l, HG_BLOCK_UNTIL, number);
	return HG_BLOCK_RENEWED;
}

enum hg_block_result
hg_ledger_add(struct hg_ledger *l, const struct hg_block_wish *w, hg_time now)
{
	uint32_t number = hg_block_find(l->index, &w->match);

	if (number != HG_BLOCK_NONE)
		return renew(l, number, w, now);
	number = take_number(l);
	if (number == HG_BLOCK_NONE)
		return HG_BLOCK_FULL;
	if (!hg_block_put(l->index, number, &w->match, w->until)) {
		give_number(l, number);
		return HG_BLOCK_FORMS_FULL;
	}
	l->details[number] = (struct detail){ .since = now, .used = true };
	name(&l->details[number], w);
	set_timer(l, number, now);
	tell(l, HG_BLOCK_PUT, number);
	return HG_BLOCK_ADDED;
}

static void
end(struct hg_ledger *l, uint32_t number)
{
	tell(l, HG_BLOCK_DROP, number);
	if (l->details[number].timer.link != NULL)
		hg_wheel_remove(&l->details[number].timer);
	hg_block_drop(l->index, number);
	give_number(l, number);
}

bool
hg_ledger_del(struct hg_ledger *l, const struct hg_block_match *m)
{
	const uint32_t number = hg_block_find(l->index, m);

	if (number == HG_BLOCK_NONE)
		return false;
	end(l, number);
	return true;
}

void
hg_ledger_expire(struct hg_ledger *l, hg_time now)
{
	struct hg_wheel_entry *e;

	while (l->wheel_set && (e = hg_wheel_due(&l->wheel, now)) != NULL)
		end(l, (uint32_t)((struct detail *)(void *)e - l->details));
}

bool
hg_ledger_line(const struct hg_ledger *l, uint32_t from, struct hg_block_line *out)
{
	while (from < l->fresh && !l->details[from].used)
		from++;
	if (from >= l->fresh)
		return false;
	*out = (struct hg_block_line){ from, l->index->entries[from].match, l->details[from].since,
		l->index->entries[from].until, l->details[from].id, l->details[from].reason };
	return true;
}

uint32_t
hg_ledger_count(const struct hg_ledger *l)
{
	return l->index->count;
}

uint32_t
hg_ledger_capacity(const struct hg_ledger *l)
{
	return l->index->capacity;
}

uint64_t
hg_ledger_generation(const struct hg_ledger *l)
{
	return l->generation;
}
