/* POP3 in both directions. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 110, .unordered = true };

	return fuzz_app(&setup, data, size);
}
