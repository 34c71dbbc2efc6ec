/* WebSocket in both directions, behind an upgrade of HTTP/1. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 80, .unordered = true };

	return fuzz_app(&setup, data, size);
}
