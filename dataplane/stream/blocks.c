#include "stream/blocks.h"

#define BLOCK_MAX ((uint32_t)(HG_MEM_MAX - sizeof(struct hg_block)))

#define SHRINK_FROM 2048 /* smaller blocks stay as they are */

static struct hg_block **
slots(struct hg_blocks *b)
{
	return b->room == 0 ? &b->one : b->many;
}

struct hg_block *
hg_blocks_get(const struct hg_blocks *b, uint32_t i)
{
	return b->room == 0 ? b->one : b->many[i];
}

uint32_t
hg_blocks_find(const struct hg_blocks *b, uint64_t offset)
{
	uint32_t low = 0, high = b->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (hg_block_end(hg_blocks_get(b, middle)) > offset)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static struct hg_block *
make_block(const struct hg_block_caps *caps, uint64_t offset, size_t n)
{
	size_t size = hg_mem_class(sizeof(struct hg_block) + n);
	struct hg_block *k = hg_mem_take(caps->mem, size);

	if (k != NULL)
		*k = (struct hg_block){ .offset = offset, .size = (uint32_t)(size - sizeof(*k)) };
	return k;
}

static void
give_block(const struct hg_block_caps *caps, struct hg_block *k)
{
	*caps->held -= k->len;
	hg_mem_give(caps->mem, k, sizeof(*k) + k->size);
}

/* One more slot at i. */
static bool
open_slot(struct hg_blocks *b, const struct hg_block_caps *caps, uint32_t i)
{
	if (b->n >= 1 && b->n >= b->room) {
		uint32_t room = b->room == 0 ? 8 : 2 * b->room;
		struct hg_block **many = hg_mem_take(caps->mem, room * sizeof(struct hg_block *));

		if (many == NULL)
			return false;
		memcpy(many, slots(b), b->n * sizeof(struct hg_block *));
		if (b->room != 0)
			hg_mem_give(caps->mem, b->many, b->room * sizeof(struct hg_block *));
		b->many = many;
		b->room = room;
	}
	memmove(slots(b) + i + 1, slots(b) + i, (b->n - i) * sizeof(struct hg_block *));
	b->n++;
	return true;
}

static void
close_slots(struct hg_blocks *b, uint32_t i, uint32_t n)
{
	memmove(slots(b) + i, slots(b) + i + n, (b->n - i - n) * sizeof(struct hg_block *));
	b->n -= n;
}

/* Room for n more bytes at the end of block i; false: it cannot grow so far. */
static bool
enlarge(struct hg_blocks *b, const struct hg_block_caps *caps, uint32_t i, size_t n)
{
	struct hg_block *k = hg_blocks_get(b, i), *larger;

	if (n <= k->size - k->from - k->len)
		return true;
	if (n > BLOCK_MAX - k->len)
		return false;
	/* Moving down costs what is held: only when at least as much was given up in front. */
	if (k->from >= k->len && k->len + n <= k->size) {
		memmove(k->bytes, k->bytes + k->from, k->len);
		k->from = 0;
		return true;
	}
	larger = make_block(
		caps, k->offset, HG_MAX(k->len + n, HG_MIN(k->len + (size_t)k->len / 2, BLOCK_MAX)));
	if (larger == NULL)
		return false;
	memcpy(larger->bytes, k->bytes + k->from, k->len);
	larger->len = k->len;
	hg_mem_give(caps->mem, k, sizeof(*k) + k->size);
	slots(b)[i] = larger;
	return true;
}

static void
put(const struct hg_block_caps *caps, struct hg_block *k, struct hg_span bytes)
{
	memcpy(k->bytes + k->from + k->len, bytes.p, bytes.len);
	k->len += (uint32_t)bytes.len;
	*caps->held += bytes.len;
}

/* The blocks that touch the end of block i become part of it: all for the one that is read next, and smaller ones for
 * the others, so that no byte moves often. */
static void
join(struct hg_blocks *b, const struct hg_block_caps *caps, uint32_t i)
{
	uint32_t n = 0;

	while (i + n + 1 < b->n) {
		struct hg_block *k = hg_blocks_get(b, i), *next = hg_blocks_get(b, i + n + 1);

		if (next->offset != hg_block_end(k) || (k->offset > caps->front && next->len > k->len) ||
			!enlarge(b, caps, i, next->len))
			break;
		put(caps, hg_blocks_get(b, i), hg_block_span(next));
		give_block(caps, next);
		n++;
	}
	if (n > 0)
		close_slots(b, i + 1, n);
}

/* Bytes for a hole, in front of block i. */
static enum hg_write
fill(struct hg_blocks *b, const struct hg_block_caps *caps, uint32_t i, uint64_t offset, struct hg_span bytes)
{
	struct hg_block *k;

	if (*caps->held + bytes.len > caps->held_max)
		return HG_WRITE_NO_MEMORY;
	if (i > 0 && hg_block_end(hg_blocks_get(b, i - 1)) == offset && enlarge(b, caps, i - 1, bytes.len)) {
		put(caps, hg_blocks_get(b, i - 1), bytes);
		join(b, caps, i - 1);
		return HG_WRITE_DONE;
	}
	if (b->n >= caps->blocks_max)
		return HG_WRITE_TOO_MANY;
	k = make_block(caps, offset, bytes.len);
	if (k == NULL)
		return HG_WRITE_NO_MEMORY;
	if (!open_slot(b, caps, i)) {
		hg_mem_give(caps->mem, k, sizeof(*k) + k->size);
		return HG_WRITE_NO_MEMORY;
	}
	slots(b)[i] = k;
	put(caps, k, bytes);
	join(b, caps, i);
	return HG_WRITE_DONE;
}

enum hg_write
hg_blocks_write(struct hg_blocks *b, const struct hg_block_caps *caps, uint64_t offset, struct hg_span bytes)
{
	while (bytes.len > 0) {
		uint32_t i = hg_blocks_find(b, offset);
		struct hg_block *k = i < b->n ? hg_blocks_get(b, i) : NULL;
		size_t n = bytes.len;

		if (k == NULL || k->offset > offset) {
			enum hg_write r;

			if (k != NULL)
				n = (size_t)HG_MIN(n, k->offset - offset);
			r = fill(b, caps, i, offset, hg_span_sub(bytes, 0, n));
			if (r != HG_WRITE_DONE)
				return r;
		} else {
			n = (size_t)HG_MIN(n, hg_block_end(k) - offset);
			memcpy(k->bytes + k->from + (offset - k->offset), bytes.p, n);
		}
		offset += n;
		bytes = hg_span_from(bytes, n);
	}
	return HG_WRITE_DONE;
}

/* Connections that rest keep what no rule has looked at yet, a few hundred bytes, not the room of a train of segments. A
 * byte is moved for at least three that were given up. */
static void
shrink(struct hg_blocks *b, const struct hg_block_caps *caps, uint32_t i)
{
	struct hg_block *k = hg_blocks_get(b, i), *smaller;

	if (k->size < SHRINK_FROM || k->len > k->size / 4)
		return;
	smaller = make_block(caps, k->offset, k->len);
	if (smaller == NULL)
		return;
	memcpy(smaller->bytes, k->bytes + k->from, k->len);
	smaller->len = k->len;
	hg_mem_give(caps->mem, k, sizeof(*k) + k->size);
	slots(b)[i] = smaller;
}

void
hg_blocks_drop(struct hg_blocks *b, const struct hg_block_caps *caps, uint64_t offset)
{
	uint32_t whole = hg_blocks_find(b, offset);

	for (uint32_t i = 0; i < whole; i++)
		give_block(caps, hg_blocks_get(b, i));
	if (whole > 0)
		close_slots(b, 0, whole);
	if (b->n > 0 && hg_blocks_get(b, 0)->offset < offset) {
		struct hg_block *k = hg_blocks_get(b, 0);
		uint32_t n = (uint32_t)(offset - k->offset);

		k->offset += n;
		k->from += n;
		k->len -= n;
		*caps->held -= n;
		shrink(b, caps, 0);
	}
}

void
hg_blocks_free(struct hg_blocks *b, const struct hg_block_caps *caps)
{
	for (uint32_t i = 0; i < b->n; i++)
		give_block(caps, hg_blocks_get(b, i));
	if (b->room != 0)
		hg_mem_give(caps->mem, b->many, b->room * sizeof(struct hg_block *));
	*b = (struct hg_blocks){ 0 };
}

struct hg_span
hg_blocks_at(const struct hg_blocks *b, uint64_t offset)
{
	uint32_t i = hg_blocks_find(b, offset);
	const struct hg_block *k = i < b->n ? hg_blocks_get(b, i) : NULL;

	if (k == NULL || k->offset > offset)
		return HG_SPAN_NONE;
	return hg_span_from(hg_block_span(k), (size_t)(offset - k->offset));
}

uint64_t
hg_blocks_begin(const struct hg_blocks *b, uint64_t offset)
{
	uint32_t i = hg_blocks_find(b, offset);

	return i == b->n ? UINT64_MAX : HG_MAX(offset, hg_blocks_get(b, i)->offset);
}

uint64_t
hg_blocks_run(const struct hg_blocks *b, uint64_t offset)
{
	for (uint32_t i = hg_blocks_find(b, offset); i < b->n && hg_blocks_get(b, i)->offset <= offset; i++)
		offset = hg_block_end(hg_blocks_get(b, i));
	return offset;
}

bool
hg_blocks_differ(const struct hg_blocks *b, uint64_t offset, struct hg_span bytes)
{
	const uint64_t end = offset + bytes.len;

	for (uint32_t i = hg_blocks_find(b, offset); i < b->n; i++) {
		const struct hg_block *k = hg_blocks_get(b, i);
		const uint64_t from = HG_MAX(offset, k->offset), to = HG_MIN(end, hg_block_end(k));

		if (from >= end)
			break;
		if (memcmp(k->bytes + k->from + (from - k->offset), bytes.p + (from - offset), to - from) !=
			0)
			return true;
	}
	return false;
}
