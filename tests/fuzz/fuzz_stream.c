/* TCP reassembly: a program of segments. The first byte is the setting, then 8 bytes a segment: flags and direction, distance
 * from the last sequence number, length, distance of the acknowledgement, seconds.
 *
 * Every byte of a direction is a function of its place, so whatever is handed out must be what its offset says. */
#include "flow/flow.h"
#include "fuzz.h"
#include "stream/stream.h"

#define ISN UINT32_C(0xfffff000) /* soon wraps */
#define SEGMENT 2048
#define HEADS 40 /* bytes in front of the payload */

enum {
	STEP_SERVER = 1,
	STEP_SYN = 2,
	STEP_FIN = 4,
	STEP_RST = 8,
	STEP_BACK = 16,
	STEP_NO_ACK = 32,
	STEP_TAKE_HALF = 64
};

struct bench {
	struct hg_mem *mem;
	struct hg_flows *flows;
	struct hg_streams *streams;
	uint32_t next[HG_DIRS]; /* sequence number */
	uint64_t taken[HG_DIRS];
	hg_time now;
	uint8_t bytes[HEADS + SEGMENT];
	bool half;
};

static uint8_t
byte_at(unsigned who, uint32_t seq)
{
	return (uint8_t)(seq * 31 + (seq >> 8) * 7 + who);
}

/* Who of the two speaks in a direction of the flow, whose client is whoever began. */
static unsigned
speaker(const struct hg_flow *f, unsigned dir)
{
	return hg_flow_client_addr(f)->b[3] == 1 ? dir : !dir;
}

static void
check(unsigned who, uint64_t offset, struct hg_span data)
{
	for (size_t i = 0; i < data.len; i++)
		fuzz_require(data.p[i] == byte_at(who, ISN + 1 + (uint32_t)offset + (uint32_t)i),
			"byte %zu behind offset %llu", i, (unsigned long long)offset);
}

static void
pull(struct bench *b, struct hg_packet *p, enum hg_dir dir)
{
	struct hg_flow *f = p->flow;
	unsigned who = speaker(f, dir);
	struct hg_stream_bytes in;

	while (hg_stream_next(p, dir, &in)) {
		fuzz_require(in.offset >= b->taken[who], "offset %llu after %llu",
			(unsigned long long)in.offset, (unsigned long long)b->taken[who]);
		check(who, in.offset, in.data);
		if (b->half && in.data.len > 1 && !in.eof) {
			hg_stream_take(f, dir, in.data.len / 2);
			b->taken[who] = in.offset + in.data.len / 2;
			return;
		}
		hg_stream_take(f, dir, in.data.len);
		b->taken[who] = in.offset + in.data.len;
		if (in.data.len == 0)
			return;
	}
}

static void
look_raw(struct bench *b, const struct hg_packet *p)
{
	struct hg_raw_iter it = { 0 };
	struct hg_raw_window w;

	/* Inline a payload that fits nowhere is a window by itself. */
	while (hg_stream_raw(b->streams, p, &it, &w))
		if (w.data.p != p->data + p->payload)
			check(speaker(p->flow, p->dir), w.offset, w.data);
	hg_stream_raw_done(b->streams, p, &it, true);
}

static void
end_flows(struct bench *b, bool all)
{
	struct hg_flow *f;

	while ((f = hg_flow_next_end(b->flows, b->now, all)) != NULL) {
		for (unsigned dir = 0; dir < HG_DIRS && f->stream != NULL; dir++) {
			struct hg_packet last = { .time = b->now,
				.flags = HG_PKT_PSEUDO | HG_PKT_STREAM_EOF,
				.family = 4,
				.proto = HG_IP_TCP,
				.dir = (uint8_t)dir,
				.flow = f };

			hg_stream_flush(b->streams, f, dir);
			pull(b, &last, dir);
		}
		hg_stream_free(b->streams, f);
		hg_flow_free(b->flows, f);
		b->taken[0] = b->taken[1] = 0;
	}
}

static void
run(struct bench *b, struct hg_packet *p)
{
	unsigned sides;

	end_flows(b, false);
	hg_flow_look(&b->flows, p, 1);
	hg_flow_settle(b->flows, p);
	end_flows(b, false);
	if (p->flow == NULL)
		return;
	sides = hg_stream_packet(b->streams, p);
	for (unsigned dir = 0; dir < HG_DIRS && p->flow->stream != NULL; dir++)
		if (sides >> dir & 1)
			pull(b, p, dir);
	if (p->flow->stream == NULL)
		return;
	look_raw(b, p);
	hg_stream_prune(b->streams, p);
}

static void
step(struct bench *b, struct hg_reader *r)
{
	uint8_t op = hg_read_u8(r), gap = hg_read_u8(r);
	uint16_t len = hg_read_u16be(r) % SEGMENT, ack = hg_read_u16be(r);
	unsigned dir = op & STEP_SERVER;
	uint32_t seq = op & STEP_SYN ? ISN
				     : b->next[dir] +
			(op & STEP_BACK             ? (uint32_t)-gap * 16
					: gap > 250 ? 1u
						    : 0u);
	struct hg_packet p = { .data = b->bytes,
		.family = 4,
		.proto = HG_IP_TCP,
		.l4 = 20,
		.l3_len = 20,
		.l4_len = 20,
		.sport = dir ? 80 : 4000,
		.dport = dir ? 4000 : 80,
		.number = 1,
		.payload = HEADS,
		.payload_len = op & STEP_SYN ? 0 : len };

	b->now += (hg_time)hg_read_u16be(r) * HG_SEC / 4096;
	p.time = b->now;
	p.src.b[3] = (uint8_t)(1 + dir);
	p.dst.b[3] = (uint8_t)(2 - dir);
	p.len = p.wire_len = HEADS + p.payload_len;
	/* flow/ reads the ports where they stand */
	b->bytes[20] = (uint8_t)(p.sport >> 8);
	b->bytes[21] = (uint8_t)p.sport;
	b->bytes[22] = (uint8_t)(p.dport >> 8);
	b->bytes[23] = (uint8_t)p.dport;
	for (uint32_t i = 0; i < p.payload_len; i++)
		b->bytes[HEADS + i] = byte_at(dir, seq + i);
	p.tcp = (struct hg_tcp_fields){ .seq = seq,
		.window = 65535,
		.hlen = 20,
		.flags = (op & STEP_SYN ? HG_TCP_SYN : 0) | (op & STEP_FIN ? HG_TCP_FIN : 0) |
			(op & STEP_RST ? HG_TCP_RST : 0) | (op & STEP_NO_ACK ? 0 : HG_TCP_ACK) };
	/* With SYN a wrong one would tell another first sequence number. */
	if (!(op & STEP_NO_ACK))
		p.tcp.ack = op & STEP_SYN ? ISN + 1 : b->next[!dir] - (ack & 0x8000 ? ack & 0x7fff : 0);
	if (!(op & STEP_BACK))
		b->next[dir] = seq + p.payload_len + !!(op & STEP_SYN) + !!(op & STEP_FIN);
	b->half = op & STEP_TAKE_HALF;
	run(b, &p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hg_reader r = hg_reader_of(hg_span(data, size < 4096 ? size : 4096));
	struct hg_stream_config sc;
	struct hg_flow_config fc;
	struct bench b = { .now = HG_SEC, .next = { ISN + 1, ISN + 1 } };
	uint8_t how = hg_read_u8(&r);

	hg_stream_config_init(&sc);
	hg_flow_config_init(&fc);
	sc.ips = how & 1;
	sc.max_sessions = 16;
	sc.depth = how & 2 ? 3000 : 0;
	sc.memcap = how & 4 ? 8192 : 1 << 20;
	fc.max_flows = 16;
	fc.parts = 1;
	if (hg_mem_open(&b.mem, 8 << 20, false, NULL) < 0 || hg_flows_open(&b.flows, &fc, b.mem, NULL) < 0 ||
		hg_streams_open(&b.streams, &sc, b.mem, NULL) < 0)
		abort();
	while (hg_reader_left(&r) >= 8)
		step(&b, &r);
	end_flows(&b, true);
	hg_streams_close(b.streams);
	hg_flows_close(b.flows);
	fuzz_mem_close(b.mem);
	return 0;
}
