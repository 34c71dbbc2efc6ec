#include "detect/detect_int.h"

void
hg_input_forget(struct hg_detect *d)
{
	d->tx_run++;
	d->transformed_used = 0;
}

bool
hg_input_get(
	struct hg_detect *d, struct hg_tx *tx, uint16_t input, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_input *in = &d->rules->inputs[input];
	struct hg_input_cache *cache = &d->seat->cache[input];
	bool exists;

	if (index == 0 && cache->run == d->tx_run) {
		*out = cache->view;
		return cache->exists;
	}
	/* Frames are looked at beside transactions, which do not have them. */
	exists = !(in->flags & HG_BUFFER_FRAME) && tx->decoder->get(tx, in->dir, in->row, index, eof, out) &&
		(in->n_transforms == 0 || hg_transform(d, in, out));
	if (index == 0)
		*cache = (struct hg_input_cache){ d->tx_run, exists, *out };
	return exists;
}
