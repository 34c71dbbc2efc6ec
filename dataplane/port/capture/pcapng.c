/* pcapng: draft-ietf-opsawg-pcapng.
 *
 *   block  type 4 | total length 4 | body | total length 4, in the byte order of its section
 */
#include "port/capture/capture_int.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reader.h"

#define BLOCK_MIN 12
#define INTERFACES_MAX 65536 /* a section; merged captures have one an input */

enum block { INTERFACE = 1, OLD_PACKET = 2, SIMPLE_PACKET = 3, ENHANCED_PACKET = 6, SECTION = 0x0a0d0d0a };
enum option { OPTION_END = 0, OPTION_TSRESOL = 9, OPTION_TSOFFSET = 14 };

struct hg_pcapng_interface {
	uint16_t link;
	uint32_t snaplen;
	/* Nanoseconds: ticks * scale / divide, or with shift ticks * 10^9 >> shift, + offset seconds. */
	uint64_t scale, divide;
	uint8_t shift;
	int64_t offset;
};

static uint16_t
read_u16(struct hg_reader *r, bool big)
{
	return big ? hg_read_u16be(r) : hg_read_u16le(r);
}

static uint32_t
read_u32(struct hg_reader *r, bool big)
{
	return big ? hg_read_u32be(r) : hg_read_u32le(r);
}

/* The high half comes first in both byte orders. */
static uint64_t
read_ticks(struct hg_reader *r, bool big)
{
	uint64_t high = read_u32(r, big);

	return high << 32 | read_u32(r, big);
}

static hg_time
time_of(const struct hg_pcapng_interface *i, uint64_t ticks)
{
	__int128 ns;

	if (i->shift > 0)
		ns = (__int128)((unsigned __int128)ticks * HG_SEC >> i->shift);
	else if (i->divide > 1)
		ns = ticks / i->divide;
	else
		ns = (__int128)((unsigned __int128)ticks * i->scale);
	ns += (__int128)i->offset * HG_SEC;
	return ns < 0 ? 0 : ns > (__int128)HG_CAPTURE_TIME_MAX ? HG_CAPTURE_TIME_MAX : (hg_time)ns;
}

/* if_tsresol: 10^-n, or 2^-n when the top bit is set. */
static void
set_resolution(struct hg_pcapng_interface *i, uint8_t resolution)
{
	int exponent = 9 - (resolution & 0x7f);

	i->scale = i->divide = 1;
	i->shift = 0;
	if (resolution == 0x80)
		i->scale = HG_SEC;
	else if (resolution & 0x80)
		i->shift = resolution & 0x7f;
	else if (exponent < -19)
		i->scale = 0; /* all that 64 bits count is less than a nanosecond */
	for (; i->shift == 0 && !(resolution & 0x80) && exponent > 0; exponent--)
		i->scale *= 10;
	for (; i->shift == 0 && !(resolution & 0x80) && exponent < 0 && i->scale > 0; exponent++)
		i->divide *= 10;
}

static void
read_options(struct hg_pcapng_interface *i, struct hg_reader *r, bool big)
{
	while (hg_reader_left(r) >= 4) {
		uint16_t code = read_u16(r, big), len = read_u16(r, big);
		struct hg_reader value = hg_reader_sub(r, len);

		hg_read_skip(r, -len & 3);
		if (code == OPTION_END || hg_reader_failed(r))
			return;
		if (code == OPTION_TSRESOL && len == 1) {
			set_resolution(i, hg_read_u8(&value));
		} else if (code == OPTION_TSOFFSET && len == 8) {
			uint64_t first = read_u32(&value, big), second = read_u32(&value, big);

			i->offset = (int64_t)(big ? first << 32 | second : second << 32 | first);
		}
	}
}

static bool
take_interface(struct hg_capture *c, struct hg_reader r)
{
	struct hg_pcapng *f = &c->pcapng;
	struct hg_pcapng_interface i = { .scale = 1000, .divide = 1 };

	i.link = read_u16(&r, f->big);
	hg_read_skip(&r, 2);
	i.snaplen = read_u32(&r, f->big);
	read_options(&i, &r, f->big);
	if (hg_reader_failed(&r)) {
		hg_capture_corrupt(c, "the description of interface %u is too short", f->n);
		return false;
	}
	if (f->n == f->room) {
		uint32_t room = f->room == 0 ? 16 : f->room * 2;
		struct hg_pcapng_interface *list = NULL;

		if (room <= INTERFACES_MAX)
			list = realloc(f->list, room * sizeof(*list));
		if (list == NULL) {
			hg_capture_corrupt(c, "it has more than %u interfaces", f->room);
			return false;
		}
		f->list = list;
		f->room = room;
	}
	f->list[f->n++] = i;
	return true;
}

static bool
take_packet(struct hg_capture *c, uint32_t type, struct hg_reader r, struct hg_frame *frame)
{
	const struct hg_pcapng *f = &c->pcapng;
	const struct hg_pcapng_interface *i;
	uint32_t id = 0, len, wire;
	struct hg_span data;

	if (type == OLD_PACKET) {
		id = read_u16(&r, f->big);
		hg_read_skip(&r, 2); /* drops */
	} else if (type == ENHANCED_PACKET) {
		id = read_u32(&r, f->big);
	}
	if (id >= f->n) {
		hg_capture_corrupt(c, "a packet of interface %u, which is not described", id);
		return false;
	}
	i = &f->list[id];
	if (type == SIMPLE_PACKET) {
		/* It has no time; the last one keeps time from jumping. */
		len = wire = read_u32(&r, f->big);
		if (i->snaplen > 0)
			len = HG_MIN(len, i->snaplen);
	} else {
		c->time = time_of(i, read_ticks(&r, f->big));
		len = read_u32(&r, f->big);
		wire = read_u32(&r, f->big);
	}
	data = hg_read_span(&r, len);
	if (hg_reader_failed(&r) || len > HG_CAPTURE_FRAME_MAX) {
		hg_capture_corrupt(c, "a packet of %u bytes in a block that cannot hold it", len);
		return false;
	}
	*frame = (struct hg_frame){
		.data = data.p,
		.len = len,
		.wire_len = HG_MAX(wire, len),
		.time = c->time,
		.number = ++c->number,
		.link = i->link,
	};
	return true;
}

/* A section header begins a new set of interfaces; its byte order was found with its length. */
static bool
take_section(struct hg_capture *c, struct hg_reader r)
{
	struct hg_pcapng *f = &c->pcapng;
	uint16_t major;

	hg_read_skip(&r, 4);
	major = read_u16(&r, f->big);
	hg_read_skip(&r, 2 + 8); /* minor, length of the section */
	if (hg_reader_failed(&r)) {
		hg_capture_corrupt(c, "a section header is too short");
		return false;
	}
	if (major != 1) {
		hg_capture_corrupt(c, "a section of unknown version %u", major);
		return false;
	}
	f->n = 0;
	return true;
}

/* The next block: its type and length; false: more bytes wanted, or corrupt. The window holds it whole, except for
 * one that is too long for that and is of no interest. */
static bool
find_block(struct hg_capture *c, uint32_t *type, uint32_t *len)
{
	struct hg_pcapng *f = &c->pcapng;
	const uint8_t *p = c->window + c->from;
	size_t left = c->to - c->from;

	c->want = BLOCK_MIN;
	if (left < BLOCK_MIN)
		return false;
	*type = hg_capture_u32(p, f->big);
	if (*type == SECTION) {
		f->big = hg_capture_u32(p + 8, true) == 0x1a2b3c4d;
		if (!f->big && hg_capture_u32(p + 8, false) != 0x1a2b3c4d) {
			hg_capture_corrupt(c, "a section header without byte order");
			return false;
		}
	}
	*len = hg_capture_u32(p + 4, f->big);
	if (*len < BLOCK_MIN || *len % 4 != 0) {
		hg_capture_corrupt(c, "a block says it has %u bytes", *len);
		return false;
	}
	if (*len > HG_CAPTURE_RECORD_MAX) {
		if (*type != INTERFACE && *type != OLD_PACKET && *type != SIMPLE_PACKET &&
			*type != ENHANCED_PACKET && *type != SECTION)
			return true;
		hg_capture_corrupt(c, "a block says it has %u bytes", *len);
		return false;
	}
	c->want = *len;
	if (left < *len)
		return false;
	if (hg_capture_u32(p + *len - 4, f->big) != *len) {
		hg_capture_corrupt(c, "a block's length differs at its two ends");
		return false;
	}
	return true;
}

static unsigned
pcapng_walk(struct hg_capture *c, struct hg_frame *frames, unsigned max)
{
	uint32_t type, len;
	unsigned n = 0;

	while (n < max && find_block(c, &type, &len)) {
		struct hg_reader body;

		if (len > HG_CAPTURE_RECORD_MAX) {
			c->skip = len;
			c->want = 0;
			break;
		}
		body = hg_reader_of(hg_span(c->window + c->from + 8, len - BLOCK_MIN));
		if (type == SECTION && !take_section(c, body))
			break;
		if (type == INTERFACE && !take_interface(c, body))
			break;
		if (type == ENHANCED_PACKET || type == SIMPLE_PACKET || type == OLD_PACKET) {
			if (!take_packet(c, type, body, &frames[n]))
				break;
			n++;
		}
		c->from += len;
	}
	return n;
}

static bool
pcapng_probe(struct hg_span head)
{
	return hg_span_starts(head, HG_BYTES("\x0a\x0d\x0d\x0a"));
}

/* The section header must be whole and sane; walk reads it again. */
static int
pcapng_open(struct hg_capture *c, struct hg_error *err)
{
	uint32_t type, len;
	int r = hg_capture_fill(c, BLOCK_MIN, err);

	if (r > 0 && !find_block(c, &type, &len) && !c->corrupt) {
		r = hg_capture_fill(c, c->want, err);
		if (r > 0)
			find_block(c, &type, &len);
	}
	if (r < 0)
		return r;
	if (r > 0 && !c->corrupt)
		take_section(c, hg_reader_of(hg_span(c->window + c->from + 8, len - BLOCK_MIN)));
	if (r == 0 || c->corrupt)
		return hg_error_set(err, -EBADMSG, "is no capture file: its pcapng header is cut or corrupt");
	return 0;
}

static void
pcapng_close(struct hg_capture *c)
{
	free(c->pcapng.list);
}

const struct hg_capture_format hg_capture_pcapng = {
	.probe = pcapng_probe,
	.open = pcapng_open,
	.walk = pcapng_walk,
	.close = pcapng_close,
};
