#include "engine/overload.h"

static void
note_calm(struct hg_overload *o, hg_time passed, bool crowded)
{
	o->time += passed;
	o->stats.milliseconds = o->time / HG_MSEC;
	if (crowded)
		o->calm -= HG_MIN(o->calm, passed);
	else
		o->calm += passed;
	o->on = crowded || o->calm < o->after;
	o->since = 0;
}

static void
note_crowd(struct hg_overload *o, hg_time now, bool crowded)
{
	if (!crowded) {
		o->since = 0;
		return;
	}
	if (o->since == 0 || now < o->since)
		o->since = now;
	if (now - o->since < o->after)
		return;
	o->on = true;
	o->calm = 0;
	o->stats.begun++;
}

bool
hg_overload_note(struct hg_overload *o, hg_time now, bool crowded, unsigned frames)
{
	const bool before = o->on;
	const hg_time passed = now > o->last ? now - o->last : 0;

	o->last = now;
	if (o->on)
		note_calm(o, passed, crowded);
	else
		note_crowd(o, now, crowded);
	if (o->on)
		o->stats.frames += frames;
	return o->on != before;
}
