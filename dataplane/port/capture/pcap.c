/* pcap: draft-ietf-opsawg-pcap.
 *
 *   file    magic 4 | major 2 | minor 2 | zone 4 | accuracy 4 | snaplen 4 | link 4 (low 16 bits: LINKTYPE_)
 *   record  seconds 4 | fraction 4 | captured 4 | on the wire 4 | [ interface 4 | protocol 2 | type 1 | pad 1 ]
 */
#include "port/capture/capture_int.h"

#include <errno.h>

#define FILE_HEAD 24

static const struct {
	uint32_t magic;
	uint8_t head;
	uint32_t fraction;
} kinds[] = {
	{ 0xa1b2c3d4, 16, 1000 }, /* the usual one */
	{ 0xa1b23c4d, 16, 1 },    /* nanoseconds */
	{ 0xa1b2cd34, 24, 1000 }, /* "modified": Linux 2.2's patched libpcap */
};

static bool
find_kind(struct hg_pcap *f, const uint8_t *head)
{
	for (size_t i = 0; i < HG_COUNT(kinds); i++) {
		f->big = hg_capture_u32(head, true) == kinds[i].magic;
		f->head = kinds[i].head;
		f->fraction = kinds[i].fraction;
		if (f->big || hg_capture_u32(head, false) == kinds[i].magic)
			return true;
	}
	return false;
}

static bool
pcap_probe(struct hg_span head)
{
	struct hg_pcap f;

	return find_kind(&f, head.p);
}

static int
pcap_open(struct hg_capture *c, struct hg_error *err)
{
	struct hg_pcap *f = &c->pcap;
	const uint8_t *p;
	uint16_t major, minor;
	int r = hg_capture_fill(c, FILE_HEAD, err);

	if (r < 0)
		return r;
	if (r == 0)
		return hg_error_set(err, -EBADMSG, "is no capture file: it ends within the pcap header");
	p = c->window + c->from;
	find_kind(f, p);
	major = hg_capture_u16(p + 4, f->big);
	minor = hg_capture_u16(p + 6, f->big);
	/* 543.0 is what AIX writes; its lengths are the other way round too. */
	if (major != 2 && !(major == 543 && minor == 0))
		return hg_error_set(err, -EBADMSG, "is a pcap file of unknown version %u.%u", major, minor);
	f->swap_lengths = major == 543 || minor < 3;
	f->swap_odd_lengths = major == 2 && minor == 3;
	f->snaplen = hg_capture_u32(p + 16, f->big);
	if (f->snaplen == 0 || f->snaplen > HG_CAPTURE_FRAME_MAX)
		f->snaplen = HG_CAPTURE_FRAME_MAX;
	f->link = (uint16_t)hg_capture_u32(p + 20, f->big);
	c->from += FILE_HEAD;
	return 0;
}

static unsigned
pcap_walk(struct hg_capture *c, struct hg_frame *frames, unsigned max)
{
	const struct hg_pcap f = c->pcap;
	unsigned n = 0;

	for (; n < max; n++) {
		const uint8_t *p = c->window + c->from;
		size_t left = c->to - c->from;
		uint32_t captured, wire;

		if (left < f.head) {
			c->want = f.head;
			break;
		}
		captured = hg_capture_u32(p + 8, f.big);
		wire = hg_capture_u32(p + 12, f.big);
		if (HG_UNLIKELY(f.swap_lengths || (f.swap_odd_lengths && captured > wire))) {
			uint32_t other = captured;

			captured = wire;
			wire = other;
		}
		if (HG_UNLIKELY(captured > HG_CAPTURE_FRAME_MAX)) {
			hg_capture_corrupt(c, "a record says it has %u bytes", captured);
			break;
		}
		if (left < f.head + captured) {
			c->want = f.head + captured;
			break;
		}
		frames[n] = (struct hg_frame){
			.data = p + f.head,
			.len = HG_MIN(captured, f.snaplen),
			.wire_len = HG_MAX(wire, captured),
			.time = hg_capture_u32(p, f.big) * HG_SEC +
				(hg_time)hg_capture_u32(p + 4, f.big) * f.fraction,
			.number = ++c->number,
			.link = f.link,
		};
		c->from += f.head + captured;
	}
	return n;
}

const struct hg_capture_format hg_capture_pcap = {
	.probe = pcap_probe,
	.open = pcap_open,
	.walk = pcap_walk,
};
