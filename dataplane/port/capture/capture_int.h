/* What the file formats share: the window over the file and the row that a format is. */
#ifndef HG_PORT_CAPTURE_CAPTURE_INT_H
#define HG_PORT_CAPTURE_CAPTURE_INT_H

#include "port/capture/capture.h"
#include "port/capture/source.h"
#include "port/port_int.h"

#define HG_CAPTURE_READ ((size_t)1 << 20)          /* bytes asked for at once */
#define HG_CAPTURE_FRAME_MAX ((uint32_t)256 << 10) /* the largest snapshot length that writers use */
#define HG_CAPTURE_RECORD_MAX ((size_t)512 << 10)  /* a frame with its headers and options */
#define HG_CAPTURE_TIME_MAX ((hg_time)INT64_MAX)

struct hg_capture;
struct hg_pcapng_interface;

struct hg_capture_format {
	bool (*probe)(struct hg_span head);
	/* Reads the file header; -EBADMSG with err filled when it is none. */
	int (*open)(struct hg_capture *c, struct hg_error *err);
	/* Frames of whole records in the window, at most max. When it has fewer it has either set want to the bytes
	 * (counted from `from`) that the next record takes, or called hg_capture_corrupt(). */
	unsigned (*walk)(struct hg_capture *c, struct hg_frame *frames, unsigned max);
	void (*close)(struct hg_capture *c); /* may be NULL */
};

extern const struct hg_capture_format hg_capture_pcap, hg_capture_pcapng;

struct hg_pcap {
	bool big;              /* byte order */
	bool swap_lengths;     /* versions before 2.3 */
	bool swap_odd_lengths; /* version 2.3: some writers */
	uint8_t head;          /* bytes of a record header */
	uint16_t link;
	uint32_t snaplen;  /* frames are cut to it */
	uint32_t fraction; /* nanoseconds a unit of the second field of a timestamp */
};

struct hg_pcapng {
	bool big;                         /* byte order of the section */
	struct hg_pcapng_interface *list; /* of the section */
	uint32_t n, room;
};

struct hg_capture {
	struct hg_port port;
	struct hg_source source;
	const struct hg_capture_format *format;
	uint8_t *window; /* HG_CAPTURE_RECORD_MAX + HG_CAPTURE_READ bytes */
	size_t from, to; /* window[from, to) is still to be parsed */
	size_t want;
	uint64_t skip; /* bytes of the file behind the window that nobody wants */
	uint64_t number;
	hg_time time; /* of the last frame */
	bool corrupt, ended;
	char warning[256];
	struct hg_pcap pcap;
	struct hg_pcapng pcapng;
};

/* Sets the warning; the caller stops walking, at the record's start. */
void hg_capture_corrupt(struct hg_capture *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes the window hold n (<= HG_CAPTURE_RECORD_MAX) bytes or all that are left; 1: n are there, 0: fewer,
 * -errno. Moves the window's bytes. */
int hg_capture_fill(struct hg_capture *c, size_t n, struct hg_error *err);

static inline uint32_t
hg_capture_u32(const uint8_t *p, bool big)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return big == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) ? v : __builtin_bswap32(v);
}

static inline uint16_t
hg_capture_u16(const uint8_t *p, bool big)
{
	return (uint16_t)(big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

#endif
