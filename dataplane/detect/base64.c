#include "detect/base64.h"

#include "base/base64.h"

size_t
hg_base64_decode(struct hg_span in, uint8_t *out, size_t size)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	for (size_t i = 0; i < in.len && n < size; i++) {
		int v = hg_base64_value(in.p[i]);

		if (v < 0)
			break;
		bits = bits << 6 | (uint32_t)v;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[n++] = (uint8_t)(bits >> held);
		}
	}
	return n;
}
