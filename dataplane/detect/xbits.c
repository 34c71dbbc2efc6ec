#include "detect/detect_int.h"

/* xbits and hostbits live apart from flows, by address or pair, with an expiry. */

bool
hg_xbits_get(struct hg_detect *d, uint16_t id, uint8_t track, const struct hg_packet *p)
{
	struct hg_track_key key = hg_track_key_of(id, track, p);

	return p->family != 0 && hg_track_find(&hg_detect_shared(d)->xbits, &key, p->time) != NULL;
}

void
hg_xbits_put(struct hg_detect *d, const struct hg_post *post, const struct hg_packet *p)
{
	struct hg_track_key key = hg_track_key_of(post->id, post->mode, p);
	struct hg_track_table *xbits;
	struct hg_track_entry *e;
	uint64_t evicted;

	if (p->family == 0)
		return;
	xbits = &hg_detect_shared(d)->xbits;
	e = hg_track_find(xbits, &key, p->time);
	if (post->op == HG_POST_XBIT_UNSET || (post->op == HG_POST_XBIT_TOGGLE && e != NULL)) {
		if (e != NULL)
			e->until = 0;
		return;
	}
	evicted = xbits->evicted;
	if (e == NULL)
		e = hg_track_make(xbits, &key, p->time);
	/* Whole seconds, as the peer counts them: through the last one. */
	e->until = (p->time / HG_SEC + post->value + 1) * HG_SEC - 1;
	d->stats.xbit_full += xbits->evicted - evicted;
}
