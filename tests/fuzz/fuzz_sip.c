/* SIP over TCP in both directions: messages by their length, keep-alives, what is none. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 5060, .unordered = true };

	return fuzz_app(&setup, data, size);
}
