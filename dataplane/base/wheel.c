#include "base/wheel.h"

#define BITS 8
#define MASK (HG_WHEEL_SLOTS - 1)
#define REACH ((uint64_t)1 << (BITS * HG_WHEEL_LEVELS))

static void
link_in(struct hg_wheel_entry **list, struct hg_wheel_entry *e)
{
	e->next = *list;
	e->link = list;
	if (e->next != NULL)
		e->next->link = &e->next;
	*list = e;
}

void
hg_wheel_remove(struct hg_wheel_entry *e)
{
	if (e->link == NULL)
		return;
	*e->link = e->next;
	if (e->next != NULL)
		e->next->link = e->link;
	e->next = NULL;
	e->link = NULL;
}

void
hg_wheel_init(struct hg_wheel *w, hg_time now)
{
	memset(w, 0, sizeof(*w));
	w->now = now / HG_SEC;
}

/* Into the slot of its tick, on the lowest level that reaches so far. */
static void
place(struct hg_wheel *w, struct hg_wheel_entry *e)
{
	uint64_t tick = e->tick;
	unsigned level = 0, slot;

	if (tick <= w->now) {
		link_in(&w->due, e);
		return;
	}
	/* Beyond the last level: waits in its farthest slot and is placed anew from there. */
	if (tick - w->now >= REACH)
		tick = w->now + REACH - 1;
	while (tick - w->now >= (uint64_t)1 << (BITS * (level + 1)))
		level++;
	slot = (unsigned)(tick >> (BITS * level)) & MASK;
	link_in(&w->slots[level][slot], e);
	w->held[level][slot / 64] |= 1ull << (slot % 64);
}

void
hg_wheel_add(struct hg_wheel *w, struct hg_wheel_entry *e, hg_time when)
{
	e->tick = when / HG_SEC + (when % HG_SEC != 0);
	place(w, e);
}

/* Distance, 1 to 256, from slot `from` to the next one that may hold entries; 0: none does. */
static unsigned
next_held(const uint64_t held[HG_WHEEL_SLOTS / 64], unsigned from)
{
	unsigned at = (from + 1) & MASK, past = at % 64;

	for (unsigned i = 0; i <= HG_WHEEL_SLOTS / 64; i++) {
		uint64_t word = held[(at / 64 + i) % (HG_WHEEL_SLOTS / 64)];

		if (i == 0)
			word &= ~0ull << past;
		if (word != 0) {
			unsigned slot = ((at / 64 + i) * 64 + (unsigned)__builtin_ctzll(word)) & MASK;

			return ((slot - at) & MASK) + 1;
		}
	}
	return 0;
}

/* The next tick at which a slot fires or cascades, so that a jump in time does not walk the ticks between. */
static uint64_t
next_tick(const struct hg_wheel *w)
{
	uint64_t best = UINT64_MAX;

	for (unsigned level = 0; level < HG_WHEEL_LEVELS; level++) {
		uint64_t at = w->now >> (BITS * level);
		unsigned distance = next_held(w->held[level], (unsigned)at & MASK);

		if (distance > 0)
			best = HG_MIN(best, (at + distance) << (BITS * level));
	}
	return best;
}

/* Places the entries of a level's current slot anew: lower, or into the due list. */
static void
cascade(struct hg_wheel *w, unsigned level)
{
	unsigned slot = (unsigned)(w->now >> (BITS * level)) & MASK;
	struct hg_wheel_entry *e = w->slots[level][slot], *next;

	w->slots[level][slot] = NULL;
	w->held[level][slot / 64] &= ~(1ull << (slot % 64));
	for (; e != NULL; e = next) {
		next = e->next;
		place(w, e);
	}
}

/* Moves on to target or to the first tick at which entries are due. */
static void
advance(struct hg_wheel *w, uint64_t target)
{
	while (w->due == NULL && w->now < target) {
		uint64_t tick = next_tick(w);

		if (tick > target || tick == UINT64_MAX) {
			/* The end of time is no tick to stay at: entries could still be added. */
			w->now = target == UINT64_MAX ? w->now : target;
			return;
		}
		w->now = tick;
		for (unsigned level = HG_WHEEL_LEVELS; level-- > 0;)
			if ((w->now & (((uint64_t)1 << (BITS * level)) - 1)) == 0)
				cascade(w, level);
	}
}

struct hg_wheel_entry *
hg_wheel_due(struct hg_wheel *w, hg_time now)
{
	struct hg_wheel_entry *e;

	advance(w, now / HG_SEC);
	e = w->due;
	if (e != NULL)
		hg_wheel_remove(e);
	return e;
}

struct hg_wheel_entry *
hg_wheel_any(struct hg_wheel *w)
{
	struct hg_wheel_entry *e;

	advance(w, UINT64_MAX);
	e = w->due;
	if (e != NULL)
		hg_wheel_remove(e);
	return e;
}
