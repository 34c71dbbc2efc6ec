/* FTP's control connection in both directions. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* An answer that names a port may come out of turn. */
	static const struct drive_setup setup = { .port = 21, .unordered = true };

	return fuzz_app(&setup, data, size);
}
