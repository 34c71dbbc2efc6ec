/* What detection remembers of a transaction: which rules are decided or half way. */
#include "detect/tx_int.h"

#define STATES_FIRST 8
#define STATES_MAX 4096

struct hg_tx_detect *
hg_tx_state_of(struct hg_detect *d, struct hg_tx *tx, enum hg_dir dir)
{
	struct hg_tx_detect *s = tx->detect[dir];

	if (s == NULL) {
		s = tx->detect[dir] = hg_arena_take0(&tx->arena, sizeof(*s));
		if (s == NULL) {
			d->stats.state_refused++;
			return NULL;
		}
		s->adopted = d->adopted;
	}
	if (s->adopted != d->adopted) {
		/* New rules: what was decided by the old ones does not bind them. */
		memset(s->scanned, 0, sizeof(s->scanned));
		s->n = 0;
		s->adopted = d->adopted;
	}
	return s;
}

/* Where the rule stands, or would: they are sorted, as rules that match half of the way may be thousands. */
static uint32_t
place_of(const struct hg_tx_detect *s, uint32_t rule)
{
	uint32_t low = 0, high = s->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->rules[middle].rule < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct hg_rule_state *
hg_tx_state_find(struct hg_tx_detect *s, uint32_t rule)
{
	const uint32_t at = place_of(s, rule);

	return at < s->n && s->rules[at].rule == rule ? &s->rules[at] : NULL;
}

void
hg_tx_state_keep(struct hg_tx_work *w, uint32_t rule, uint32_t engines, bool decided)
{
	struct hg_tx_detect *s = w->state;
	struct hg_rule_state *old = hg_tx_state_find(s, rule);
	uint32_t at;

	if (old != NULL) {
		old->engines = engines;
		old->decided = decided;
		return;
	}
	if (s->n == s->room) {
		uint32_t room = s->room == 0 ? STATES_FIRST : s->room * 2;
		struct hg_rule_state *more =
			room > STATES_MAX ? NULL : hg_arena_take(&w->tx->arena, room * sizeof(*more));

		if (more == NULL) {
			w->d->stats.state_refused++;
			return;
		}
		if (s->n > 0)
			memcpy(more, s->rules, s->n * sizeof(*more));
		s->rules = more;
		s->room = room;
	}
	at = place_of(s, rule);
	memmove(s->rules + at + 1, s->rules + at, (s->n - at) * sizeof(*s->rules));
	s->n++;
	s->rules[at] = (struct hg_rule_state){ rule, engines, decided };
}
