/* Kerberos over TCP in both directions: marks, requests and answers. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 88, .unordered = true };

	return fuzz_app(&setup, data, size);
}
