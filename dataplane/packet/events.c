#include "packet/events.h"

struct row {
	const char *name, *doc;
};

static const struct row rows[HG_EVENTS] = {
#define X(id, name, doc) [HG_EV_##id] = { name, doc },
	HG_DECODE_EVENTS(X) HG_STREAM_EVENTS(X)
#undef X
};

const char *
hg_event_name(enum hg_event e)
{
	return rows[e].name;
}

const char *
hg_event_doc(enum hg_event e)
{
	return rows[e].doc;
}
