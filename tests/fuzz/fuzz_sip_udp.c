/* SIP over UDP in both directions: messages, fields, session descriptions. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 5060, .udp = true };

	return fuzz_app(&setup, data, size);
}
