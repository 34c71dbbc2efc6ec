/* What a packet says about the bytes of the other side: acknowledgement, window, selective acknowledgement. */
#include "stream/stream_int.h"

#define SACKS 32 /* ranges that are remembered a side: a sender names four at a time */

/* Bytes that the other end holds beyond a hole (RFC 2018): [from, to). */
struct hg_sack {
	uint32_t from, to;
};

bool
hg_ack_ok(struct hg_turn *t)
{
	const struct hg_side *s = t->other;
	const uint32_t ack = t->p->tcp.ack;

	if (!(t->p->tcp.flags & HG_TCP_ACK) || ack == s->acked)
		return true;
	if (seq_lt(ack, s->acked)) {
		if (s->window == 0 || seq_geq(ack, s->acked - s->window))
			return true;
	} else if (seq_leq(ack, s->edge) || has(t, SESSION_ASYNC)) {
		return true;
	} else if (t->ss->state == HG_TCP_SYN_SENT && !to_server(t) && t->p->tcp.flags & HG_TCP_RST &&
		ack == s->isn + 1) {
		return true; /* the answer to a SYN that nobody wants */
	}
	return refuse(t, HG_EV_STREAM_PKT_INVALID_ACK);
}

static void
drop_sacks(struct hg_side *s)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->sacks; i++) {
		struct hg_sack r = s->sack[i];

		s->sacked -= r.to - r.from;
		if (seq_lt(r.to, s->acked))
			continue;
		if (seq_lt(r.from, s->acked))
			r.from = s->acked;
		s->sacked += r.to - r.from;
		s->sack[kept++] = r;
	}
	s->sacks = (uint8_t)kept;
}

void
hg_ack_note(struct hg_turn *t, struct hg_side *s, uint32_t ack)
{
	(void)t;
	if (!seq_gt(ack, s->acked))
		return;
	s->acked = ack;
	if (s->sacks > 0)
		drop_sacks(s);
}

void
hg_next_note(struct hg_turn *t, struct hg_side *s, uint32_t next)
{
	s->next = next;
	if (has(t, SESSION_ASYNC) && seq_gt(next, s->acked))
		s->acked = next; /* nobody else will say so */
}

void
hg_window_note(struct hg_turn *t)
{
	t->other->window = (uint32_t)t->p->tcp.window << t->other->wscale;
}

void
hg_edge_note(struct hg_side *s)
{
	const uint32_t edge = s->acked + s->window + s->sacked;

	if (seq_gt(edge, s->edge))
		s->edge = edge;
}

bool
hg_window_fits(const struct hg_turn *t)
{
	return seq_leq(seq_end(t->p), t->own->edge) || has(t, SESSION_MIDSTREAM | SESSION_ASYNC);
}

/* All ranges that touch [from, to) become one. */
static void
add_sack(struct hg_side *s, uint32_t from, uint32_t to)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->sacks; i++) {
		const struct hg_sack r = s->sack[i];

		if (seq_lt(r.to, from) || seq_gt(r.from, to)) {
			s->sack[kept++] = r;
			continue;
		}
		s->sacked -= r.to - r.from;
		from = seq_lt(r.from, from) ? r.from : from;
		to = seq_gt(r.to, to) ? r.to : to;
	}
	s->sacks = (uint8_t)kept;
	if (kept == SACKS)
		return;
	s->sack[s->sacks++] = (struct hg_sack){ from, to };
	s->sacked += to - from;
}

/* Below the acknowledgement a range tells of a double (RFC 2883). */
static bool
is_held_beyond(const struct hg_side *s, const struct hg_packet *p, unsigned i)
{
	const uint32_t from = p->tcp.sack[i][0], to = p->tcp.sack[i][1];

	if (seq_lt(from, p->tcp.ack) || seq_geq(from, to))
		return false;
	return seq_gt(to, s->acked) && seq_leq(to, s->edge) && seq_leq(from, s->acked + s->window);
}

void
hg_sack_note(struct hg_turn *t)
{
	struct hg_side *s = t->other;

	if (t->p->tcp.sacks == 0)
		return;
	if (s->sack == NULL) {
		s->sack = hg_mem_take(t->all->mem, SACKS * sizeof(*s->sack));
		if (s->sack == NULL)
			return;
	}
	for (unsigned i = 0; i < t->p->tcp.sacks; i++)
		if (is_held_beyond(s, t->p, i))
			add_sack(s, t->p->tcp.sack[i][0], t->p->tcp.sack[i][1]);
	drop_sacks(s);
}

static bool
is_held(const struct hg_side *s, uint32_t from, uint32_t to)
{
	for (unsigned i = 0; i < s->sacks; i++)
		if (seq_geq(from, s->sack[i].from) && seq_leq(to, s->sack[i].to))
			return true;
	return false;
}

bool
hg_sack_outdated(const struct hg_side *s, const struct hg_packet *p)
{
	for (unsigned i = 0; i < p->tcp.sacks; i++)
		if (!is_held(s, p->tcp.sack[i][0], p->tcp.sack[i][1]))
			return false;
	return true;
}

void
hg_sack_free(struct hg_streams *all, struct hg_side *s)
{
	if (s->sack != NULL)
		hg_mem_give(all->mem, s->sack, SACKS * sizeof(*s->sack));
	s->sack = NULL;
	s->sacks = 0;
}
