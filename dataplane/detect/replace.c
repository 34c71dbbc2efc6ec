/* Keyword replace: rules that have matched put other bytes into the packet. Such rules look at packets alone, so that places
 * are places of the payload. */
#include "detect/detect_int.h"
#include "packet/rewrite.h"

void
hg_replace(struct hg_detect *d, struct hg_packet *p)
{
	const struct hg_matcher *m = &d->matcher;
	bool changed = false;

	for (unsigned i = 0; i < m->n_places; i++) {
		const struct hg_ins *ins = m->places[i].ins;
		const struct hg_span with = hg_span(ins->content.bytes + ins->content.len, ins->content.len);

		changed |= hg_packet_rewrite(p, m->places[i].at, with);
	}
	if (changed)
		hg_packet_mend(p);
	else
		d->stats.replace_refused++;
}
