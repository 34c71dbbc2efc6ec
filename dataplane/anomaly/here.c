#include "anomaly/judge.h"

static unsigned
suspects(void *arg, uint64_t second, struct hg_anomaly_key *keys, unsigned most)
{
	struct hg_meters_here *h = arg;
	unsigned n = 0;

	for (unsigned i = 0; i < h->n && n + HG_ANOMALY_SUSPECTS <= most; i++)
		if (h->meters[i] != NULL)
			n += hg_meter_suspects(h->meters[i], second, keys + n);
	return n;
}

static void
figures(void *arg, uint64_t second, const struct hg_anomaly_key *keys, unsigned n, struct hg_figures *add)
{
	struct hg_meters_here *h = arg;

	for (unsigned i = 0; i < h->n; i++)
		for (unsigned k = 0; h->meters[i] != NULL && k < n; k++)
			hg_meter_figures(h->meters[i], &keys[k], second, &add[k]);
}

struct hg_meters
hg_meters_of(struct hg_meters_here *here)
{
	return (struct hg_meters){ suspects, figures, here };
}
