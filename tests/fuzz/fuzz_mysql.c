/* MySQL in both directions: greetings, logins, commands and their answers. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 3306 };

	return fuzz_app(&setup, data, size);
}
