/* What single parts of the packet path cost, each alone and with warm caches: a table of nanoseconds for a packet, a search, a record, a look at a rule.
 *
 * usage: parts [ROUNDS] [--json] [--rules FILE]        of each part, default 200,000; the best of five is shown
 *
 * FILE: rules whose patterns are looked for, in place of rules/sets; of many_rules.py --keep, say.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"

#include "base/json.h"
#include "detect/search.h"
#include "flow/flow.h"
#include "packet/packet.h"
#include "stream/blocks.h"

#define BURST 32 /* TABLE_STEP is a multiple */
#define FLOWS 4096
#define SEGMENT 1400

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
run_decode(void *arg, unsigned rounds)
{
	struct bench *b = arg;
	struct hg_packet out[HG_FRAME_PACKETS];

	for (unsigned i = 0; i < rounds; i++)
		b->sum += decode(b, out, 54 + 100);
}

static void
run_flow(void *arg, unsigned rounds)
{
	struct bench *b = arg;

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
run_blocks(void *arg, unsigned rounds)
{
	struct bench *b = arg;
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
run_search(void *arg, unsigned rounds)
{
	search(arg, rounds, "needle", false);
}

static void
run_search_nocase(void *arg, unsigned rounds)
{
	search(arg, rounds, "needle", true);
}

static void
run_search_hostile(void *arg, unsigned rounds)
{
	search(arg, rounds, "aaaaaaaaaaaaaaaabaaaaaaaaaaaaaaaa", false);
}

static void
run_json(void *arg, unsigned rounds)
{
	struct bench *b = arg;
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
	static struct bench bench;
	struct bench *b = &bench;
	const struct part parts[] = {
		{ "decode Ethernet, IPv4, TCP", "packet", run_decode, b, 1, 1 },
		{ "look-up of 4,096 flows, in bursts", "packet", run_flow, b, 1, 1 },
		{ "reassembly in order, 1,400 bytes", "packet", run_blocks, b, 1, 1 },
		{ "search of 1,400 bytes, absent", "search", run_search, b, 1, 1 },
		{ "… in any case", "search", run_search_nocase, b, 1, 1 },
		{ "… that nearly stands everywhere", "search", run_search_hostile, b, 16, 1 },
		{ "JSON record of seven values", "record", run_json, b, 1, 1 },
	};
	struct table t;

	if (!table_read(&t, argc, argv, true, "parts [ROUNDS] [--json] [--rules FILE]"))
		return 2;
	if (open_bench(b) < 0)
		return 1;
	table_head(&t);
	table_run(&t, parts, HG_COUNT(parts));
	return parts_of_rules(&t) < 0 || b->sum == 0;
}
