/* Time stamps (RFC 7323 5): old doubles are told from new packets, with what targets are known to do differently. */
#include "stream/stream_int.h"

#define OUTDATED_SECONDS UINT32_C(2073600) /* 24 days: the clock may have wrapped */

void
hg_stamp_begin(struct hg_side *s, uint32_t stamp, uint32_t second)
{
	s->stamp = stamp;
	s->stamp_second = second;
	if (stamp == 0)
		s->marks |= SIDE_ZERO_STAMP;
}

enum target { STRICT, FORGIVES_ZERO, IGNORES_AFTER_ZERO, LEARNS_AFTER_ZERO };

/* A side that began with a stamp of 0: does the target look at later ones? */
static enum target
after_zero(uint8_t os)
{
	switch (os) {
	case HG_OS_LINUX:
	case HG_OS_WINDOWS2K3:
		return IGNORES_AFTER_ZERO;
	case HG_OS_OLD_LINUX:
	case HG_OS_WINDOWS:
	case HG_OS_VISTA:
		return LEARNS_AFTER_ZERO;
	default:
		return STRICT;
	}
}

static bool
takes_zero(uint8_t os)
{
	switch (os) {
	case HG_OS_OLD_LINUX:
	case HG_OS_WINDOWS:
	case HG_OS_WINDOWS2K3:
	case HG_OS_VISTA:
	case HG_OS_SOLARIS:
	case HG_OS_OLD_SOLARIS:
		return true;
	default:
		return false;
	}
}

static bool
in_order(const struct hg_turn *t)
{
	return t->own->next == t->p->tcp.seq;
}

enum answer { UNCHECKED, GOOD, RENEWED, BAD };

static enum answer
compare(const struct hg_turn *t, uint8_t os)
{
	const struct hg_side *s = t->own;
	const uint32_t slack = os == HG_OS_LINUX || t->all->config.liberal_timestamps;
	const uint32_t now = second_of(t->p);
	const uint32_t then = s->stamp_second == 0 && has(t, SESSION_MIDSTREAM) ? now : s->stamp_second;
	const bool outdated = now > then + OUTDATED_SECONDS;

	if (!seq_lt(t->p->tcp.ts_val + slack, s->stamp) && !(s->stamp != 0 && outdated))
		return GOOD;
	return in_order(t) && outdated ? RENEWED : BAD;
}

static enum answer
judge(const struct hg_turn *t, uint8_t os)
{
	const enum target zero = t->own->marks & SIDE_ZERO_STAMP ? after_zero(os) : STRICT;

	if (t->p->tcp.ts_val == 0 && !takes_zero(os))
		return BAD;
	if (zero == IGNORES_AFTER_ZERO || (zero == LEARNS_AFTER_ZERO && in_order(t)))
		return UNCHECKED;
	if (os == HG_OS_HPUX11 && !in_order(t))
		return UNCHECKED;
	return compare(t, os);
}

bool
hg_stamp_ok(struct hg_turn *t)
{
	if (!has(t, SESSION_STAMPS) || !(t->p->tcp.options & HG_TCPOPT_TS))
		return true;
	return judge(t, hg_side_policy(t)) != BAD || refuse(t, HG_EV_STREAM_PKT_INVALID_TIMESTAMP);
}

/* The first stamps after one of 0. */
static void
leave_zero(struct hg_turn *t, uint8_t os)
{
	switch (after_zero(os)) {
	case IGNORES_AFTER_ZERO:
		t->ss->flags &= ~SESSION_STAMPS;
		break;
	case LEARNS_AFTER_ZERO:
		t->own->marks &= (uint16_t)~SIDE_ZERO_STAMP;
		if (in_order(t))
			t->own->stamp = t->p->tcp.ts_val;
		break;
	default:
		break;
	}
}

void
hg_stamp_note(struct hg_turn *t)
{
	struct hg_side *s = t->own;
	uint8_t os;
	enum answer answer;

	if (!has(t, SESSION_STAMPS))
		return;
	os = hg_side_policy(t);
	if (!(t->p->tcp.options & HG_TCPOPT_TS)) {
		if (os == HG_OS_SOLARIS || os == HG_OS_OLD_SOLARIS)
			t->ss->flags &= ~SESSION_STAMPS;
		return;
	}
	answer = judge(t, os);
	if (s->marks & SIDE_ZERO_STAMP)
		leave_zero(t, os);
	if (answer == RENEWED || (answer == GOOD && in_order(t)))
		s->stamp = t->p->tcp.ts_val;
	if (answer == GOOD || answer == RENEWED)
		s->stamp_second = second_of(t->p);
	if (answer == BAD)
		raise_event(t, HG_EV_STREAM_PKT_INVALID_TIMESTAMP);
}
