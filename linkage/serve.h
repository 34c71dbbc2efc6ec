/* serve: what `hangu-linkd ctl` may ask, a row for each command. */
#ifndef HG_LINKAGE_SERVE_H
#define HG_LINKAGE_SERVE_H

#include <jansson.h>

#include "linkage/decision/decision.h"
#include "linkage/io/feed.h"

struct hg_serve {
	struct hg_decider *decider;
	const struct hg_feed *feed;
};

/* For struct hg_control; ctx is a struct hg_serve. */
json_t *hg_serve(void *ctx, const char *command, const json_t *arguments, bool *ok, bool *changes);

#endif
