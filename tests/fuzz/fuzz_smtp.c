/* SMTP in both directions, and the mail in it. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 25 };

	return fuzz_app(&setup, data, size);
}
