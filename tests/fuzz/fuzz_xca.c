/* Codings of compressed SMB messages: a byte says which, two how much comes of it. */
#include "app/smb/xca.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const codings[])(
		struct hg_span, uint8_t *, size_t) = { hg_xca_lznt1, hg_xca_lz77, hg_xca_huffman };
	static uint8_t out[65536];

	if (size < 3)
		return 0;
	codings[data[0] % HG_COUNT(codings)](
		hg_span(data + 3, size - 3), out, (size_t)data[1] << 8 | data[2]);
	return 0;
}
