#include "linkage/driver/nftables/prefixes.h"

#include <errno.h>
#include <stdlib.h>

/* The place of the first row that is not before net. */
static size_t
place_of(const struct hg_prefixes *all, const struct hg_net *net)
{
	size_t from = 0, to = all->n;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (hg_net_compare(&all->rows[middle].net, net) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool
is_at(const struct hg_prefixes *all, size_t at, const struct hg_net *net)
{
	return at < all->n && hg_net_eq(&all->rows[at].net, net);
}

/* Rows that are shown are apart from each other, so only the nearest one in front can cover what stands at a place. */
static bool
is_covered(const struct hg_prefixes *all, size_t at, const struct hg_net *net)
{
	while (at > 0)
		if (all->rows[--at].shown)
			return hg_net_covers(&all->rows[at].net, net);
	return false;
}

static int
insert(struct hg_prefixes *all, size_t at, const struct hg_prefix *p)
{
	if (all->n == HG_PREFIXES_MOST)
		return -ENOSPC;
	if (all->n == all->room) {
		const size_t room = all->room == 0 ? 64 : 2 * all->room;
		struct hg_prefix *rows = realloc(all->rows, room * sizeof(*rows));

		if (rows == NULL)
			return -ENOMEM;
		all->rows = rows;
		all->room = room;
	}
	memmove(&all->rows[at + 1], &all->rows[at], (all->n - at) * sizeof(*all->rows));
	all->rows[at] = *p;
	all->rows[at].shown = false;
	all->n++;
	return 0;
}

int
hg_prefixes_put(struct hg_prefixes *all, const struct hg_prefix *p, hg_prefix_change change, void *ctx)
{
	const size_t at = place_of(all, &p->net);
	struct hg_prefix *row;
	int status = is_at(all, at, &p->net) ? 0 : insert(all, at, p);

	if (status < 0)
		return status;
	row = &all->rows[at];
	row->id = p->id;
	row->until = p->until;
	if (row->shown) {
		change(ctx, row, false);
	} else {
		if (is_covered(all, at, &p->net))
			return 0;
		for (size_t i = at + 1; i < all->n && hg_net_covers(&p->net, &all->rows[i].net); i++) {
			if (all->rows[i].shown)
				change(ctx, &all->rows[i], false);
			all->rows[i].shown = false;
		}
	}
	row->shown = true;
	change(ctx, row, true);
	return 0;
}

void
hg_prefixes_remove(struct hg_prefixes *all, const struct hg_net *net, hg_prefix_change change, void *ctx)
{
	const size_t at = place_of(all, net);
	struct hg_prefix gone;
	size_t i = at;

	if (!is_at(all, at, net))
		return;
	gone = all->rows[at];
	all->n--;
	memmove(&all->rows[at], &all->rows[at + 1], (all->n - at) * sizeof(*all->rows));
	if (!gone.shown)
		return;
	change(ctx, &gone, false);
	/* What waited inside comes forth, the widest of each place. */
	while (i < all->n && hg_net_covers(net, &all->rows[i].net)) {
		const struct hg_net *widest = &all->rows[i].net;

		all->rows[i].shown = true;
		change(ctx, &all->rows[i], true);
		do
			i++;
		while (i < all->n && hg_net_covers(widest, &all->rows[i].net));
	}
}

void
hg_prefixes_close(struct hg_prefixes *all)
{
	free(all->rows);
	*all = (struct hg_prefixes){ 0 };
}
