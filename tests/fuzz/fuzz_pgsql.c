/* PostgreSQL in both directions: logins, queries, statements and their answers. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 5432 };

	return fuzz_app(&setup, data, size);
}
