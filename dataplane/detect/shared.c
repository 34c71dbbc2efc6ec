/* State by address that workers share. Who has waited for its turn has it alone until its packet is done. */
#include "detect/detect_int.h"

#include <errno.h>

#include "base/start.h"

int
hg_detect_shared_open(struct hg_detect_shared **ret, const struct hg_detect_config *c, struct hg_error *err)
{
	struct hg_detect_shared *s = hg_start_take(sizeof(*s));
	int r;

	if (s == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for thresholds");
	r = hg_track_open(&s->thresholds, c->threshold_entries, &c->hash_key, err);
	if (r == 0)
		r = hg_track_open(&s->xbits, c->xbit_entries, &c->hash_key, err);
	if (r == 0)
		r = hg_host_tags_open(&s->tags, c->threshold_entries, &c->hash_key, err);
	if (r < 0)
		hg_detect_shared_close(s);
	else
		*ret = s;
	return r;
}

void
hg_detect_shared_close(struct hg_detect_shared *s)
{
	if (s == NULL)
		return;
	hg_track_close(&s->thresholds);
	hg_track_close(&s->xbits);
	hg_host_tags_close(s->tags);
	hg_start_give(s);
}

void
hg_detect_shared_reset(struct hg_detect_shared *s)
{
	hg_track_reset(&s->thresholds);
	hg_track_reset(&s->xbits);
	hg_host_tags_reset(s->tags);
}

struct hg_detect_shared *
hg_detect_shared(struct hg_detect *d)
{
	if (d->config.wait != NULL)
		d->config.wait(d->config.wait_arg);
	return d->shared;
}
