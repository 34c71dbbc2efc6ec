#include "stream/segments.h"

#include "packet/packet.h"
#include "stream/seq.h"

#define SEGMENTS_MAX 16384
#define SEGMENT_LEN_MAX UINT16_MAX

/* How the new segment lies to the old one. */
enum lie {
	SAME,
	LONGER,        /* same begin, ends behind */
	SHORTER,       /* same begin, ends inside */
	BEFORE_INSIDE, /* begins before, ends inside */
	BEFORE_SAME,
	BEFORE_BEHIND,
	INSIDE, /* begins behind, ends inside or with it */
	BEHIND, /* begins behind, ends behind */
	LIES
};

#define N HG_TAKE_NEW
#define O HG_KEEP_OLD
static const uint8_t answers[][LIES] = {
	/* clang-format off */
	/*                     same longer shorter b.inside b.same b.behind inside behind */
	[HG_OS_BSD]        = { O,   O,     O,      N,       N,     N,       O,     O },
	[HG_OS_BSD_RIGHT]  = { O,   O,     O,      N,       N,     N,       O,     O },
	[HG_OS_OLD_LINUX]  = { N,   N,     O,      N,       N,     N,       O,     O },
	[HG_OS_LINUX]      = { O,   N,     O,      N,       N,     N,       O,     O },
	[HG_OS_OLD_SOLARIS]= { N,   N,     O,      O,       N,     N,       O,     N },
	[HG_OS_SOLARIS]    = { N,   N,     O,      O,       N,     N,       O,     N },
	[HG_OS_HPUX10]     = { O,   O,     O,      N,       N,     N,       O,     O },
	[HG_OS_HPUX11]     = { N,   N,     O,      O,       N,     N,       O,     N },
	[HG_OS_IRIX]       = { O,   O,     O,      N,       N,     N,       O,     O },
	[HG_OS_MACOS]      = { O,   O,     O,      N,       N,     N,       O,     O },
	[HG_OS_WINDOWS]    = { O,   O,     O,      N,       N,     N,       O,     O },
	[HG_OS_VISTA]      = { O,   O,     O,      O,       O,     O,       O,     O },
	[HG_OS_WINDOWS2K3] = { O,   O,     O,      N,       N,     N,       O,     O },
	[HG_OS_FIRST]      = { O,   O,     O,      O,       O,     O,       O,     O },
	[HG_OS_LAST]       = { N,   N,     N,      N,       N,     N,       N,     N },
	/* clang-format on */
};
#undef N
#undef O

static enum lie
lie_of(const uint64_t old[2], const uint64_t new[2])
{
	if (new[0] == old[0])
		return new[1] == old[1] ? SAME : new[1] > old[1] ? LONGER : SHORTER;
	if (new[0] < old[0])
		return new[1] < old[1] ? BEFORE_INSIDE : new[1] == old[1] ? BEFORE_SAME : BEFORE_BEHIND;
	return new[1] <= old[1] ? INSIDE : BEHIND;
}

enum hg_overlap
hg_overlap_answer(uint8_t os, const uint64_t old[2], const uint64_t new[2])
{
	return (enum hg_overlap)answers[os][lie_of(old, new)];
}

static bool
comes_before(const struct hg_segment *a, const struct hg_segment *b)
{
	return a->at == b->at ? a->len < b->len : seq_lt(a->at, b->at);
}

static struct hg_segment *
row(const struct hg_segments *s, uint32_t i)
{
	return &s->rows[s->head + i];
}

/* Neighbours of which the second begins where the first ends become one; false: there were none. */
static bool
thin(struct hg_segments *s)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < s->n; kept++) {
		struct hg_segment r = *row(s, i++);

		if (i < s->n && row(s, i)->at == r.at + r.len &&
			(uint32_t)r.len + row(s, i)->len <= SEGMENT_LEN_MAX)
			r.len = (uint16_t)(r.len + row(s, i++)->len);
		s->rows[kept] = r;
	}
	s->head = 0;
	if (kept == s->n)
		return false;
	s->n = (uint16_t)kept;
	return true;
}

static bool
enlarge(struct hg_segments *s, struct hg_mem *mem)
{
	uint32_t room = s->room == 0 ? 8 : 2 * s->room;
	struct hg_segment *rows;

	if (room > SEGMENTS_MAX)
		return thin(s);
	rows = hg_mem_take(mem, room * sizeof(*rows));
	if (rows == NULL)
		return false;
	if (s->room != 0) {
		memcpy(rows, s->rows + s->head, s->n * sizeof(*rows));
		hg_mem_give(mem, s->rows, s->room * sizeof(*rows));
	}
	s->rows = rows;
	s->room = room;
	s->head = 0;
	return true;
}

static bool
room_behind(struct hg_segments *s, struct hg_mem *mem)
{
	if ((uint32_t)s->head + s->n < s->room)
		return true;
	if (s->head <= s->n / 2)
		return enlarge(s, mem);
	memmove(s->rows, s->rows + s->head, s->n * sizeof(*s->rows));
	s->head = 0;
	return true;
}

/* Where a record belongs. */
static uint32_t
place_of(const struct hg_segments *s, const struct hg_segment *r)
{
	uint32_t low = 0, high = s->n;

	if (s->n == 0 || comes_before(row(s, s->n - 1u), r))
		return s->n;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (comes_before(row(s, middle), r))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
hg_segments_add(struct hg_segments *s, struct hg_mem *mem, uint64_t offset, uint32_t len)
{
	const struct hg_segment r = { (uint32_t)offset, (uint16_t)HG_MIN(len, SEGMENT_LEN_MAX) };
	uint32_t i;

	if (!room_behind(s, mem))
		return false;
	i = place_of(s, &r);
	if (i < s->n && row(s, i)->at == r.at && row(s, i)->len == r.len)
		return true;
	if (s->head > 0 && i < s->n / 2u) {
		memmove(s->rows + s->head - 1, s->rows + s->head, i * sizeof(r));
		s->head--;
	} else {
		memmove(row(s, i + 1), row(s, i), (s->n - i) * sizeof(r));
	}
	s->n++;
	*row(s, i) = r;
	s->end = HG_MAX(s->end, offset + len);
	return true;
}

void
hg_segments_drop(struct hg_segments *s, uint64_t offset)
{
	while (s->n > 0 && seq_leq(row(s, 0)->at + row(s, 0)->len, (uint32_t)offset)) {
		s->head++;
		s->n--;
	}
	if (s->n == 0)
		s->head = 0;
}

void
hg_segments_free(struct hg_segments *s, struct hg_mem *mem)
{
	if (s->room != 0)
		hg_mem_give(mem, s->rows, s->room * sizeof(*s->rows));
	*s = (struct hg_segments){ 0 };
}

void
hg_segment_get(const struct hg_segments *s, uint32_t i, uint64_t near, uint64_t out[2])
{
	const struct hg_segment *r = row(s, i);

	out[0] = near + (uint64_t)(int64_t)(int32_t)(r->at - (uint32_t)near);
	out[1] = out[0] + r->len;
}

uint32_t
hg_segments_reach(const struct hg_segments *s, uint64_t offset)
{
	const struct hg_segment r = { (uint32_t)offset - SEGMENT_LEN_MAX, 0 };

	return place_of(s, &r);
}

uint32_t
hg_segments_seen(const struct hg_segments *s, uint64_t offset, uint32_t len)
{
	const struct hg_segment r = { (uint32_t)offset, (uint16_t)HG_MIN(len, SEGMENT_LEN_MAX) };
	uint32_t i = place_of(s, &r);

	while (i > 0 && seq_gt(row(s, i - 1)->at + row(s, i - 1)->len, r.at))
		i--;
	return i;
}
