#include "detect/entropy.h"

#include <math.h>

#include "rules/compile/snapshot.h"

uint64_t
hg_entropy(struct hg_span bytes)
{
	uint32_t counts[256] = { 0 };
	double sum = 0;

	for (size_t i = 0; i < bytes.len; i++)
		counts[bytes.p[i]]++;
	for (unsigned c = 0; c < HG_COUNT(counts); c++)
		if (counts[c] > 0)
			sum += counts[c] * log2((double)bytes.len / counts[c]);
	return bytes.len == 0 ? 0 : (uint64_t)llround(sum / (double)bytes.len * HG_ENTROPY_UNIT);
}
