/* SNMP over UDP: messages of each version. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 161, .udp = true };

	return fuzz_app(&setup, data, size);
}
