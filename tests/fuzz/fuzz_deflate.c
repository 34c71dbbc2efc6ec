/* Streams of deflate: a byte says how they are wrapped, taken and cut; zlib must say the same of them. */
#include "deflate_both.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct hg_span in = hg_span(data, size);
	const uint8_t how = size == 0 ? 0 : data[0];
	struct hg_mem *mem;

	if (hg_mem_open(&mem, (size_t)1 << 20, false, NULL) < 0)
		abort();
	fuzz_require(deflate_is_same(mem, hg_span_from(in, 1), how & 1 ? HG_DEFLATE_BARE : HG_DEFLATE_WRAPPED,
			     how >> 2, how & 2),
		"as zlib");
	hg_mem_close(mem);
	return 0;
}
