/* A worker's side of the store: orders into its ring. */
#include <poll.h>
#include <sched.h>

#include "file/store_int.h"

const struct hg_filestore_config *
hg_desk_config(const struct hg_desk *d)
{
	return &d->store->config;
}

/* Room for an order. Where nothing may be lost the writer is waited for, at first busily. */
static struct hg_order *
room_for(struct hg_desk *d, size_t len)
{
	const size_t size = sizeof(struct hg_order) + len;
	uint8_t *room = hg_lane_reserve(&d->lane, size);

	for (unsigned turns = 0; room == NULL && d->store->waits; turns++) {
		hg_bell_ring(&d->store->bell);
		if (turns < 64)
			sched_yield();
		else
			poll(NULL, 0, 1);
		room = hg_lane_reserve(&d->lane, size);
	}
	return (struct hg_order *)(void *)room;
}

static bool
order(struct hg_desk *d, const struct hg_order *o, struct hg_span bytes)
{
	struct hg_order *room = room_for(d, bytes.len);

	if (room == NULL)
		return false;
	*room = *o;
	room->len = (uint32_t)bytes.len;
	if (bytes.len > 0)
		memcpy(room + 1, bytes.p, bytes.len);
	hg_lane_commit(&d->lane, sizeof(*room) + bytes.len);
	return true;
}

static void
free_slot(struct hg_desk *d, unsigned slot)
{
	d->slots[slot] = HG_SLOT_FREE;
	d->free[d->n_free++] = (uint16_t)slot;
}

void
hg_desk_drop(struct hg_desk *d, int slot)
{
	const struct hg_order o = { .kind = HG_ORDER_DROP, .slot = (uint16_t)slot };

	if (order(d, &o, HG_SPAN_NONE)) {
		free_slot(d, (unsigned)slot);
		return;
	}
	d->slots[slot] = HG_SLOT_OWED;
	d->owed[d->n_owed++] = (uint16_t)slot;
}

static void
settle_owed(struct hg_desk *d)
{
	while (d->n_owed > 0) {
		const struct hg_order o = { .kind = HG_ORDER_DROP, .slot = d->owed[d->n_owed - 1] };

		if (!order(d, &o, HG_SPAN_NONE))
			return;
		free_slot(d, d->owed[--d->n_owed]);
	}
}

int
hg_desk_begin(struct hg_desk *d, uint32_t *id)
{
	struct hg_order o = { .kind = HG_ORDER_BEGIN };

	settle_owed(d);
	if (d->n_free == 0)
		return -1;
	o.slot = d->free[d->n_free - 1];
	o.id = atomic_fetch_add_explicit(&d->store->next_id, 1, memory_order_relaxed) + 1;
	if (!order(d, &o, HG_SPAN_NONE))
		return -1;
	d->n_free--;
	d->slots[o.slot] = HG_SLOT_TAKEN;
	*id = o.id;
	return o.slot;
}

bool
hg_desk_put(struct hg_desk *d, int slot, struct hg_span bytes)
{
	const struct hg_order o = { .kind = HG_ORDER_BYTES, .slot = (uint16_t)slot };

	while (bytes.len > 0) {
		const struct hg_span piece = hg_span_sub(bytes, 0, HG_ORDER_BYTES_MAX);

		if (!order(d, &o, piece)) {
			hg_desk_drop(d, slot);
			return false;
		}
		bytes = hg_span_from(bytes, piece.len);
	}
	return true;
}

bool
hg_desk_end(struct hg_desk *d, int slot, const uint8_t sha256[HG_STORE_SHA256])
{
	struct hg_order o = { .kind = HG_ORDER_END, .slot = (uint16_t)slot };

	memcpy(o.sha256, sha256, sizeof(o.sha256));
	if (!order(d, &o, HG_SPAN_NONE)) {
		hg_desk_drop(d, slot);
		return false;
	}
	free_slot(d, (unsigned)slot);
	return true;
}

bool
hg_desk_tell(struct hg_desk *d, int slot, uint64_t seconds, struct hg_span record)
{
	const struct hg_order o = { .kind = HG_ORDER_TELL, .slot = (uint16_t)slot, .seconds = seconds };

	return order(d, &o, record);
}

void
hg_desk_reset(struct hg_desk *d)
{
	for (int i = 0; i < HG_STORE_FILES; i++)
		if (d->slots[i] == HG_SLOT_TAKEN)
			hg_desk_drop(d, i);
}
