/* Random segments against an array of bytes that knows for each one which segments brought it: whatever the order, the
 * overlaps and the policy, the application is shown the same bytes. The seed is printed; HG_SEED sets it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "stream_drive.h"

#include "stream/segments.h"

#define SPACE 300
#define SEGMENTS 40
#define ROUNDS 3000

struct model {
	uint8_t bytes[SPACE];
	bool known[SPACE];
	uint64_t segments[SEGMENTS][2];
	unsigned n;
};

/* Byte by byte: it stays when any segment that has it would keep it. */
static void
model_add(struct model *m, uint8_t os, bool ips, const uint64_t new[2], const uint8_t *bytes)
{
	for (uint64_t at = new[0]; at < new[1]; at++) {
		bool keep = false;

		for (unsigned i = 0; i < m->n; i++)
			if (m->segments[i][0] <= at && at < m->segments[i][1])
				keep |= ips || hg_overlap_answer(os, m->segments[i], new) == HG_KEEP_OLD;
		if (!keep)
			m->bytes[at] = bytes[at - new[0]];
		m->known[at] = true;
	}
	memcpy(m->segments[m->n++], new, sizeof(m->segments[0]));
}

/* What the application gets, gaps skipped, must be the model's. */
static bool
compare(struct drive *d, const struct model *m)
{
	struct hg_stream_bytes in;
	uint64_t at = 0;

	while (hg_stream_next(&d->p, HG_TO_SERVER, &in)) {
		for (uint64_t gap = in.gap; gap > 0; gap--)
			if (at >= SPACE || m->known[at++])
				return false;
		if (in.offset != at)
			return false;
		for (size_t k = 0; k < in.data.len; k++, at++)
			if (at >= SPACE || !m->known[at] || m->bytes[at] != in.data.p[k])
				return false;
		hg_stream_take(d->flow, HG_TO_SERVER, in.data.len);
		if (in.eof)
			break;
	}
	for (; at < SPACE; at++)
		if (m->known[at])
			return false;
	return true;
}

static bool
round_is_right(struct drive *d)
{
	static struct model m;
	uint8_t os = (uint8_t)hg_check_below(HG_OS_LAST + 1), bytes[SPACE];
	const unsigned n = 1 + hg_check_below(SEGMENTS), most = 1 + hg_check_below(60);
	struct hg_stream_config c;
	bool right;

	memset(&m, 0, sizeof(m));
	drive_config(&c);
	c.os_policy = drive_policy_of;
	c.os_policy_arg = &os;
	c.ips = hg_check_below(4) == 0;
	drive_open(d, &c);
	drive_handshake(d);
	for (unsigned i = 0; i < n; i++) {
		const unsigned from = hg_check_below(SPACE - 2),
			       len = 2 + hg_check_below(HG_MIN(most, SPACE - from - 1));
		const uint64_t new[2] = { from, from + len };

		for (unsigned k = 0; k < len; k++)
			bytes[k] = (uint8_t)hg_check_below(256);
		drive_bytes(d, 'c', 1 + from, 1, hg_span(bytes, len));
		model_add(&m, os, c.ips, new, bytes);
	}
	drive_bytes(d, 's', 1, 1 + SPACE, HG_SPAN_NONE);
	right = compare(d, &m);
	drive_close(d);
	return right;
}

static void
test_random_segments_give_the_bytes_of_the_model(void)
{
	static struct drive d;

	hg_check_seed(20260411);
	for (unsigned i = 0; i < ROUNDS; i++) {
		const uint64_t before = hg_check_seed_here();

		if (round_is_right(&d))
			continue;
		printf("# round %u: HG_SEED=%llu\n", i, (unsigned long long)before);
		CU_FAIL_FATAL("the stream differs from the model");
	}
}

HG_TESTS("stream_random", HG_TEST(test_random_segments_give_the_bytes_of_the_model))
