/* Frames of any link type: a byte for the link type, a byte for the time between frames, then frames. */
#include "fuzz.h"
#include "packet/packet.h"

static const uint16_t links[] = { HG_LINK_ETHERNET, HG_LINK_RAW, HG_LINK_SLL, HG_LINK_SLL2, HG_LINK_NULL,
	HG_LINK_LOOP, HG_LINK_PPP, HG_LINK_CHDLC, HG_LINK_IPV4, HG_LINK_IPV6, 12, 147 };

static void
check(const struct hg_packet *p)
{
	fuzz_require(p->l3 <= p->len && p->l3_len <= p->len - p->l3, "layer 3: %u + %u of %u", p->l3,
		p->l3_len, p->len);
	fuzz_require(p->l4 <= p->len && p->l4_len <= p->len - p->l4, "layer 4: %u + %u of %u", p->l4,
		p->l4_len, p->len);
	fuzz_require(p->payload <= p->len && p->payload_len <= p->len - p->payload, "payload: %u + %u of %u",
		p->payload, p->payload_len, p->len);
	fuzz_require(p->vlans <= HG_VLANS && (p->family == 0 || p->family == 4 || p->family == 6),
		"%u VLANs, family %u", p->vlans, p->family);
	fuzz_hash(0, p->data, p->len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hg_reader r = hg_reader_of(hg_span(data, size));
	struct hg_frame_in in = { .link = links[hg_read_u8(&r) % HG_COUNT(links)], .time = HG_SEC };
	hg_time step = (hg_time)hg_read_u8(&r) * HG_SEC / 8;
	struct hg_packet out[HG_FRAME_PACKETS];
	struct hg_decode_config config;
	struct hg_decode *d;
	struct hg_mem *mem;

	hg_decode_config_init(&config);
	config.check_checksums = size & 1;
	config.ipip = size & 2;
	if (hg_mem_open(&mem, 8 << 20, false, NULL) < 0 || hg_decode_open(&d, &config, mem, NULL) < 0)
		abort();
	while (hg_reader_left(&r) > 2) {
		struct hg_span frame = fuzz_piece(&r);
		unsigned n;

		in.data = frame.p;
		in.len = in.wire_len = (uint32_t)frame.len;
		in.time += step;
		in.number++;
		n = hg_decode_frame(d, &in, out);
		fuzz_require(n >= 1 && n <= HG_FRAME_PACKETS, "%u packets", n);
		for (unsigned i = 0; i < n; i++)
			check(&out[i]);
		hg_decode_recycle(d);
	}
	hg_decode_close(d);
	fuzz_mem_close(mem);
	return 0;
}
