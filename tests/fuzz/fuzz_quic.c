/* QUIC in datagrams: a piece is one. */
#include "app.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct drive_setup setup = { .port = 443, .udp = true };

	return fuzz_app(&setup, data, size);
}
