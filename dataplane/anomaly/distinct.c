#include "anomaly/distinct.h"

#include <math.h>

/* With fewer clear bits the fine half says too little. */
#define CLEAR_LEAST 6

void
hg_distinct_add(struct hg_distinct *d, uint64_t hash)
{
	const unsigned bit = (unsigned)(hash >> 56);

	d->fine[bit / 64] |= (uint64_t)1 << bit % 64;
	if (hash % HG_DISTINCT_SHARE == 0) {
		const unsigned coarse = (unsigned)(hash >> 40) & (HG_DISTINCT_BITS - 1);

		d->coarse[coarse / 64] |= (uint64_t)1 << coarse % 64;
	}
}

void
hg_distinct_merge(struct hg_distinct *d, const struct hg_distinct *more)
{
	for (unsigned i = 0; i < HG_DISTINCT_BITS / 64; i++) {
		d->fine[i] |= more->fine[i];
		d->coarse[i] |= more->coarse[i];
	}
}

static unsigned
clear_bits(const uint64_t words[HG_DISTINCT_BITS / 64])
{
	unsigned set = 0;

	for (unsigned i = 0; i < HG_DISTINCT_BITS / 64; i++)
		set += (unsigned)__builtin_popcountll(words[i]);
	return HG_DISTINCT_BITS - set;
}

/* A full half answers as if one bit were clear: at least so many. */
static double
count_half(unsigned clear, double *error)
{
	const double m = HG_DISTINCT_BITS, load = log(m / (clear == 0 ? 1 : clear));

	*error = sqrt(m * (exp(load) - load - 1));
	return m * load;
}

uint32_t
hg_distinct_count(const struct hg_distinct *d, uint32_t *error)
{
	const unsigned clear = clear_bits(d->fine);
	double n, spread;

	if (clear >= CLEAR_LEAST) {
		n = count_half(clear, &spread);
	} else {
		n = count_half(clear_bits(d->coarse), &spread);
		/* What was taken is a sample, too. */
		spread = HG_DISTINCT_SHARE * sqrt(spread * spread + n);
		n *= HG_DISTINCT_SHARE;
	}
	*error = (uint32_t)(spread + 0.5);
	return (uint32_t)(n + 0.5);
}
