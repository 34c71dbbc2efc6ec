/* LDAP over TCP in both directions: binds, filters, answers by their ids. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 389, .unordered = true };

	return fuzz_app(&setup, data, size);
}
