/* Capture files: pcap and pcapng, plain and packed. Bursts of 1 and of 64 give the same frames. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "port/capture/capture.h"

#define BURST 64

/* A hash over all frames, and their number. */
static uint64_t
read_frames(const char *path, unsigned burst, uint64_t *count)
{
	struct hg_frame frames[BURST];
	struct hg_port *port;
	struct hg_error err;
	uint64_t h = 1;
	int n;

	*count = 0;
	if (hg_capture_open(&port, path, &err) < 0)
		return 0;
	while ((n = hg_port_receive(port, frames, burst, &err)) > 0) {
		for (int i = 0; i < n; i++) {
			fuzz_require(frames[i].wire_len >= frames[i].len, "%u of %u", frames[i].len,
				frames[i].wire_len);
			fuzz_require(frames[i].number == ++*count, "frame %llu",
				(unsigned long long)frames[i].number);
			h = fuzz_hash(h, frames[i].data, frames[i].len);
			h = fuzz_hash(h, &frames[i].time, sizeof(frames[i].time));
		}
		if (*count > 100000)
			break;
	}
	hg_port_close(port);
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("capture", 0);
	uint64_t one, many, counts[2];
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	one = read_frames(path, 1, &counts[0]);
	many = read_frames(path, BURST, &counts[1]);
	fuzz_require(counts[0] > 100000 || (one == many && counts[0] == counts[1]), "%llu and %llu frames",
		(unsigned long long)counts[0], (unsigned long long)counts[1]);
	close(fd);
	return 0;
}
