/* NFS over TCP in both directions: marks, fragments, calls and replies. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 2049 };

	return fuzz_app(&setup, data, size);
}
