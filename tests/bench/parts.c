/* What single parts of the packet path cost, each alone and with warm caches: a table of nanoseconds for a packet, a search, a record.
 *
 * usage: parts [ROUNDS]        of each part, default 200,000; the best of five is shown
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#include "base/json.h"
#include "detect/search.h"
#include "flow/flow.h"
#include "packet/packet.h"
#include "stream/blocks.h"

#define BURST 32
#define FLOWS 4096
#define SEGMENT 1400
#define TIMES 5

struct bench {
	struct hg_mem *mem;
	struct hg_decode *decoder;
	struct hg_flows *flows;
	uint8_t frame[14 + 20 + 20 + SEGMENT];
	struct hg_packet packets[BURST];
	uint64_t sum; /* so that nothing is left out */
};

/* A TCP segment of the flow with that number. */
static void
make_frame(uint8_t *f, uint32_t flow, size_t payload)
{
	static const uint8_t ether[14] = { 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 8, 0 };
	const uint16_t len = htons((uint16_t)(40 + payload)), sport = htons((uint16_t)(1024 + flow));

	memset(f, 'a', 54 + payload);
	memcpy(f, ether, sizeof(ether));
	memcpy(f + 14, "\x45\0\0\0\0\1\0\0\x40\6\0\0\x0a\0\0\1\xc0\xa8\1\2", 20);
	memcpy(f + 16, &len, 2);
	memcpy(f + 34, "\0\0\0\x50\0\0\0\1\0\0\0\1\x50\x10\xff\xff\0\0\0\0", 20);
	memcpy(f + 34, &sport, 2);
}

static unsigned
decode(struct bench *b, struct hg_packet *out, size_t len)
{
	const struct hg_frame_in in = {
		.data = b->frame, .len = (uint32_t)len, .wire_len = (uint32_t)len, .time = HG_SEC, .link = 1
	};

	return hg_decode_frame(b->decoder, &in, out);
}

static void
run_decode(struct bench *b, unsigned rounds)
{
	struct hg_packet out[HG_FRAME_PACKETS];

	for (unsigned i = 0; i < rounds; i++)
		b->sum += decode(b, out, 54 + 100);
}

static void
run_flow(struct bench *b, unsigned rounds)
{
	for (unsigned i = 0; i < rounds / BURST; i++) {
		for (unsigned k = 0; k < BURST; k++)
			b->packets[k].sport = (uint16_t)(1024 + (i * BURST + k) * 2654435761u % FLOWS);
		hg_flow_look(&b->flows, b->packets, BURST);
		for (unsigned k = 0; k < BURST; k++)
			hg_flow_settle(b->flows, &b->packets[k]);
		b->sum += b->packets[0].flow != NULL;
	}
}

/* Segments in order, eight of them held, then read. */
static void
run_blocks(struct bench *b, unsigned rounds)
{
	uint64_t held = 0;
	const struct hg_block_caps caps = {
		.mem = b->mem, .held = &held, .held_max = 1 << 20, .blocks_max = 16
	};
	struct hg_blocks blocks = { 0 };

	for (uint64_t i = 0; i < rounds; i++) {
		hg_blocks_write(&blocks, &caps, i * SEGMENT, hg_span(b->frame + 54, SEGMENT));
		if (i % 8 == 7)
			hg_blocks_drop(&blocks, &caps, (i + 1) * SEGMENT);
	}
	hg_blocks_free(&blocks, &caps);
}

static void
search(struct bench *b, unsigned rounds, const char *text, bool nocase)
{
	for (unsigned i = 0; i < rounds; i++)
		b->sum += hg_search(hg_span(b->frame + 54, SEGMENT), 0, hg_span_str(text), nocase, &b->sum);
}

static void
run_search(struct bench *b, unsigned rounds)
{
	search(b, rounds, "needle", false);
}

static void
run_search_nocase(struct bench *b, unsigned rounds)
{
	search(b, rounds, "needle", true);
}

static void
run_search_hostile(struct bench *b, unsigned rounds)
{
	search(b, rounds / 16, "aaaaaaaaaaaaaaaabaaaaaaaaaaaaaaaa", false);
}

static void
run_json(struct bench *b, unsigned rounds)
{
	char text[2048];

	for (unsigned i = 0; i < rounds; i++) {
		struct hg_json j = hg_json_of(text, sizeof(text));

		hg_json_open(&j);
		hg_json_cstr(&j, "event_type", "http");
		hg_json_u64(&j, "flow_id", 1234567890123456u + i);
		hg_json_open_at(&j, "http");
		hg_json_cstr(&j, "hostname", "www.example.org");
		hg_json_cstr(&j, "url", "/index.php?id=1&name=\"quoted\"");
		hg_json_cstr(
			&j, "http_user_agent", "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101");
		hg_json_u64(&j, "status", 200);
		hg_json_u64(&j, "length", i);
		hg_json_close(&j);
		hg_json_close(&j);
		b->sum += hg_json_done(&j).len;
	}
}

static const struct part {
	const char *what;
	void (*run)(struct bench *b, unsigned rounds);
	unsigned share; /* of the rounds */
} parts[] = {
	{ "decode Ethernet, IPv4, TCP", run_decode, 1 },
	{ "look-up of 4,096 flows, in bursts", run_flow, 1 },
	{ "reassembly in order, 1,400 bytes", run_blocks, 1 },
	{ "search of 1,400 bytes, absent", run_search, 1 },
	{ "… in any case", run_search_nocase, 1 },
	{ "… that nearly stands everywhere", run_search_hostile, 16 },
	{ "JSON record of seven values", run_json, 1 },
};

static int
open_bench(struct bench *b)
{
	struct hg_decode_config decode_config;
	struct hg_flow_config flow_config;
	struct hg_error err = { 0 };

	hg_decode_config_init(&decode_config);
	hg_flow_config_init(&flow_config);
	if (hg_mem_open(&b->mem, (size_t)256 << 20, false, &err) < 0 ||
		hg_decode_open(&b->decoder, &decode_config, b->mem, &err) < 0 ||
		hg_flows_open(&b->flows, &flow_config, b->mem, &err) < 0) {
		fprintf(stderr, "parts: %s\n", err.text);
		return -1;
	}
	make_frame(b->frame, 0, SEGMENT);
	make_frame(b->frame, 0, 100);
	memset(b->frame + 54 + 100, 'a', SEGMENT - 100);
	for (unsigned k = 0; k < BURST; k++) {
		struct hg_packet out[HG_FRAME_PACKETS];

		if (decode(b, out, 54 + 100) == 0)
			return -1;
		b->packets[k] = out[0];
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200000;
	struct bench *b = calloc(1, sizeof(*b));

	if (b == NULL || rounds < BURST || open_bench(b) < 0)
		return 1;
	printf("%-40s %10s\n", "", "ns each");
	for (size_t i = 0; i < HG_COUNT(parts); i++) {
		double best = 0;

		for (unsigned k = 0; k < TIMES; k++) {
			const double begin = now();
			double ns;

			parts[i].run(b, rounds);
			ns = (now() - begin) * parts[i].share / rounds;
			best = k == 0 || ns < best ? ns : best;
		}
		printf("%-40s %10.1f\n", parts[i].what, best);
	}
	return b->sum == 0;
}
