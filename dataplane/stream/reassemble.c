/* Payload into the stream: what counts of a packet, whose bytes win, what may be looked at. */
#include "packet/rewrite.h"
#include "stream/stream_int.h"

static struct hg_block_caps
caps_of(struct hg_turn *t)
{
	return (struct hg_block_caps){ .mem = t->all->mem,
		.held = &t->all->stats.held,
		.held_max = t->all->config.memcap,
		.blocks_max = t->all->config.max_pieces,
		.front = t->own->app };
}

/* A stretch of payload on its way into the stream. */
struct stretch {
	uint64_t offset;
	struct hg_span bytes;
};

/* The urgent pointer takes the last byte out of the sequence (oob) or leaves a hole (gap). false: nothing is left. */
static bool
take_urgent(struct hg_turn *t, struct hg_span *bytes)
{
	const struct hg_stream_config *c = &t->all->config;
	const struct hg_packet *p = t->p;
	bool spent = t->own->oob == UINT16_MAX;

	if (!(p->tcp.flags & HG_TCP_URG) || p->tcp.urgent == 0 || p->tcp.urgent > p->payload_len)
		return true;
	if (c->urgent != HG_URGENT_OOB && c->urgent != HG_URGENT_GAP)
		return true;
	if (spent && c->urgent_limit == HG_URGENT_DROP) {
		hg_packet_drop(t->p, HG_DROP_STREAM_URGENT, c->ips);
		return false;
	}
	if (!spent && c->urgent == HG_URGENT_OOB) {
		t->all->stats.urgent++;
		spent = ++t->own->oob == UINT16_MAX;
		if (spent)
			raise_event(t, HG_EV_STREAM_REASSEMBLY_URGENT_OOB_LIMIT_REACHED);
	}
	if (c->urgent == HG_URGENT_OOB && spent && c->urgent_limit == HG_URGENT_INLINE)
		return true;
	bytes->len--;
	return bytes->len > 0;
}

/* Beyond the depth nothing is stored; a packet that would cross it is not cut. */
static bool
within_depth(struct hg_turn *t, const struct stretch *s)
{
	if (t->ss->depth == 0)
		return true;
	if (!(t->own->marks & SIDE_DEPTH) && s->offset + s->bytes.len <= t->ss->depth)
		return true;
	t->all->stats.depth += !(t->own->marks & SIDE_DEPTH);
	t->own->marks |= SIDE_DEPTH;
	raise_event(t, HG_EV_STREAM_REASSEMBLY_DEPTH_REACHED);
	return false;
}

static bool
write_bytes(struct hg_turn *t, uint64_t from, uint64_t to, const struct stretch *s)
{
	const struct hg_block_caps caps = caps_of(t);
	struct hg_span bytes;

	if (from >= to)
		return true;
	bytes = hg_span_sub(s->bytes, (size_t)(from - s->offset), (size_t)(to - from));
	switch (hg_blocks_write(&t->own->blocks, &caps, from, bytes)) {
	case HG_WRITE_NO_MEMORY:
		t->all->stats.insert_fail_memcap++;
		raise_event(t, HG_EV_STREAM_REASSEMBLY_INSERT_MEMCAP);
		return false;
	case HG_WRITE_TOO_MANY:
		t->all->stats.insert_fail_limit++;
		raise_event(t, HG_EV_STREAM_REASSEMBLY_INSERT_LIMIT);
		return false;
	default:
		return true;
	}
}

static bool
passes_unseen(const struct hg_turn *t, const uint64_t old[2], const uint64_t new[2])
{
	return hg_as_peer(t->all->config.suricata7, HG_DIFF_STREAM_SAME_BORDERS) && !t->all->config.ips &&
		old[0] == new[0] && old[1] == new[1];
}

static bool
differs(const struct hg_turn *t, const uint64_t old[2], const uint64_t new[2], const struct stretch *s)
{
	const uint64_t from = HG_MAX(HG_MAX(old[0], new[0]), t->own->base), to = HG_MIN(old[1], new[1]);

	return from < to &&
		hg_blocks_differ(&t->own->blocks, from,
			hg_span_sub(s->bytes, (size_t)(from - s->offset), (size_t)(to - from)));
}

/* What came first has been looked at and may have passed: inline the packet goes on with it, whatever it brings. */
static void
put_back(struct hg_turn *t, const uint64_t old[2], const uint64_t new[2], const struct stretch *s)
{
	const uint64_t to = HG_MIN(old[1], new[1]);
	uint64_t from = HG_MAX(HG_MAX(old[0], new[0]), t->own->base);

	while (from < to) {
		struct hg_span stored = hg_blocks_at(&t->own->blocks, from);
		const uint32_t at = (uint32_t)(s->bytes.p - hg_packet_payload(t->p).p + (from - s->offset));

		if (stored.len == 0)
			return;
		stored = hg_span_sub(stored, 0, HG_MIN(stored.len, (size_t)(to - from)));
		if (!hg_packet_rewrite(t->p, at, stored))
			return;
		from += stored.len;
	}
}

/* Inline what came first has passed already, so it stays. */
static bool
keeps_old(struct hg_turn *t, const uint64_t old[2], const uint64_t new[2])
{
	return t->all->config.ips || hg_overlap_answer(hg_side_policy(t), old, new) == HG_KEEP_OLD;
}

/* Where to begin. */
static uint32_t
first_of(const struct hg_turn *t, const struct stretch *s)
{
	const struct hg_segments *segments = &t->own->segments;

	return hg_as_peer(t->all->config.suricata7, HG_DIFF_STREAM_LONG_SEGMENT)
		? hg_segments_seen(segments, s->offset, (uint32_t)s->bytes.len)
		: hg_segments_reach(segments, s->offset);
}

/* Segment by segment that lies there: what it keeps is left out. */
static bool
write_overlap(struct hg_turn *t, const struct stretch *s)
{
	const struct hg_segments *segments = &t->own->segments;
	const uint64_t new[2] = { s->offset, s->offset + s->bytes.len };
	uint64_t from = new[0];
	bool different = false, overlaps = false, differs_here;

	for (uint32_t i = first_of(t, s); i < segments->n; i++) {
		uint64_t old[2];

		hg_segment_get(segments, i, new[0], old);
		if (old[0] >= new[1])
			break;
		if (old[1] <= new[0])
			continue;
		overlaps = true;
		differs_here = t->all->compares && !passes_unseen(t, old, new) && differs(t, old, new, s);
		if (differs_here && t->all->config.ips)
			put_back(t, old, new, s);
		different |= differs_here;
		if (!keeps_old(t, old, new))
			continue;
		if (old[0] > from && !write_bytes(t, from, old[0], s))
			return false;
		from = HG_MAX(from, old[1]);
	}
	t->all->stats.overlap += overlaps;
	if (different) {
		t->all->stats.overlap_diff_data++;
		raise_event(t, HG_EV_STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
	}
	if (t->p->flags & HG_PKT_REPLACED)
		hg_packet_mend(t->p);
	return write_bytes(t, from, new[1], s);
}

/* In front of base everything was read and given up. */
static bool
cut_old(const struct hg_side *own, int64_t offset, struct stretch *s)
{
	const int64_t base = (int64_t)own->base;

	if (offset + (int64_t)s->bytes.len <= base)
		return false;
	if (offset < base) {
		s->bytes = hg_span_from(s->bytes, (size_t)(base - offset));
		offset = base;
	}
	s->offset = (uint64_t)offset;
	return true;
}

/* What overlaps may change bytes that were looked at. */
static void
note_stored(struct hg_turn *t, const struct stretch *s)
{
	struct hg_scanned *scanned = &t->own->scanned;

	if (s->offset < t->own->segments.end) {
		scanned->from = scanned->to = t->own->segments.end;
	} else if (s->bytes.len == t->p->payload_len) {
		scanned->stored = s->offset;
		t->p->flags |= HG_PKT_APPENDED;
	}
}

/* false: it could not be stored. */
static bool
store(struct hg_turn *t)
{
	struct hg_side *own = t->own;
	struct stretch s = { .bytes = hg_packet_payload(t->p) };
	const uint32_t seq = t->p->tcp.seq + (t->p->tcp.flags & HG_TCP_SYN ? 1 : 0) - own->oob;

	if (own->marks & SIDE_APP_OFF && own->marks & (SIDE_RAW_ENDS | SIDE_RAW_OFF))
		return true;
	if (!take_urgent(t, &s.bytes) || !cut_old(own, side_offset(own, seq), &s) || !within_depth(t, &s))
		return true;
	t->all->stats.segment_bytes += s.bytes.len;
	note_stored(t, &s);
	if (s.offset >= own->segments.end ? !write_bytes(t, s.offset, s.offset + s.bytes.len, &s)
					  : !write_overlap(t, &s))
		return false;
	if (hg_segments_add(&own->segments, t->all->mem, s.offset, (uint32_t)s.bytes.len))
		return true;
	t->all->stats.insert_fail_limit++;
	raise_event(t, HG_EV_STREAM_REASSEMBLY_NO_SEGMENT);
	return false;
}

/* Whose bytes may be looked at because of this packet (peer-semantics 1.3). */
static unsigned
sides_of(const struct hg_turn *t)
{
	const unsigned own = SIDE(t->p->dir), other = SIDE(!t->p->dir);
	const uint8_t f = t->p->tcp.flags;

	if (t->all->config.ips || f & HG_TCP_RST)
		return own;
	if (f & HG_TCP_FIN && t->ss->state > HG_TCP_TIME_WAIT)
		return f & HG_TCP_ACK ? own | other : own;
	return t->ss->state == HG_TCP_CLOSED ? own | other : other;
}

void
hg_segment_take(struct hg_turn *t)
{
	const struct hg_stream_config *c = &t->all->config;

	t->sides |= sides_of(t);
	if (t->p->payload_len == 0 || t->own->marks & SIDE_SHUT || t->p->tcp.flags & HG_TCP_RST)
		return;
	if (!store(t)) {
		t->ss->flags |= SESSION_LOSSY;
		hg_exception_apply(t->p, c->reassembly_memcap_policy, HG_DROP_STREAM_REASSEMBLY, c->ips);
		return;
	}
	t->p->flags |= HG_PKT_IN_STREAM;
	if (t->own->marks & SIDE_DEPTH)
		t->sides |= SIDE(t->p->dir);
}
