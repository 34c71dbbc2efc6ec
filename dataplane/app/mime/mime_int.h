/* mime_int: shared by the tree of parts (mime.c), header fields (header.c), bodies (body.c, url.c) and the record (log.c). */
#ifndef HG_APP_MIME_MIME_INT_H
#define HG_APP_MIME_MIME_INT_H

#include "app/mime/mime.h"

#define HG_MIME_LINE_MOST 998 /* RFC 5322 2.1.1 */
#define HG_MIME_CODED_MOST 76 /* RFC 2045 6.7, 6.8 */
#define HG_MIME_FIELD_MOST 75 /* bytes of a field's name */

/* In the order of a part; names are EVE's email.status. */
enum hg_mime_phase {
	HG_MIME_HEADER_READY,
	HG_MIME_HEADER_STARTED,
	HG_MIME_HEADER_DONE,
	HG_MIME_BODY_STARTED,
	HG_MIME_BODY_END_BOUND,
	HG_MIME_PARSE_DONE,
	HG_MIME_PARSE_ERROR,
	HG_MIME_PHASES
};

enum hg_mime_escape { HG_MIME_PLAIN, HG_MIME_ESCAPE, HG_MIME_ESCAPE_HALF };

struct hg_mime_level {
	struct hg_mime_part *part;
	struct hg_span boundary; /* of its children; NULL: none */
	bool message;            /* inside a part of type message */
};

struct hg_mime {
	struct hg_tx *tx;
	const struct hg_mime_config *config;
	struct hg_mime_part *root;
	uint8_t dir, phase;
	bool first_child; /* the next boundary begins the first child of the part */
	bool passed_over; /* so is the rest of the line */
	bool rootless;    /* its end stood in front of its parts: the peer loses it */
	uint32_t odd;
	uint32_t n_parts, n_fields, n_urls, files_closed;
	uint32_t line_len; /* of the line's pieces so far */
	unsigned depth;    /* levels in use; the last one is read */
	struct hg_mime_level levels[HG_MIME_DEPTH];

	uint8_t digest; /* index + 1 of the body's; 0: none */
	bool digest_over, has_digest;
	uint8_t md5[16];

	/* the field that has not ended */
	struct hg_span field;
	struct hg_buf value;

	/* the body that is read */
	uint8_t end_len, end[2]; /* of the last line: no part of the body if a boundary follows */
	uint8_t escape, escape_high;
	uint8_t quad_len, quad_pad, quad[4]; /* base64 */
	struct hg_buf text;                  /* decoded beginning of a line in which URLs are looked for */
};

static inline struct hg_mime_level *
hg_mime_top(struct hg_mime *m)
{
	return &m->levels[m->depth - 1];
}

static inline void
hg_mime_note(struct hg_mime *m, enum hg_mime_odd odd)
{
	m->odd |= 1u << odd;
}

/* Where `needle` stands, whatever the case of letters; SIZE_MAX: nowhere. */
size_t hg_mime_search(struct hg_span s, struct hg_span needle);

/* header.c: a line of a header; false: it is a body without header. */
bool hg_mime_header_line(struct hg_mime *m, struct hg_span line);
void hg_mime_header_end(struct hg_mime *m); /* the field that has not ended is over */
/* A parameter behind the value, by RFC 2231's continuations too; *len is its whole length, of which at most
 * HG_MIME_NAME bytes stand in buf. */
bool hg_mime_parameter(const struct hg_mime *m, struct hg_span value, struct hg_span name,
	uint8_t buf[HG_MIME_NAME], size_t *len);

/* body.c */
void hg_mime_body_line(struct hg_mime *m, struct hg_span text, struct hg_span end);
void hg_mime_body_end(struct hg_mime *m, bool whole);

/* digest.c: a line of the body, the end of the message. */
void hg_mime_digest_line(struct hg_mime *m, struct hg_span text, struct hg_span end);
void hg_mime_digest_end(struct hg_mime *m, bool whole);
bool hg_mime_digest(const struct hg_mime_digests *d, struct hg_span bytes, uint8_t out[16]);

/* url.c: a decoded line of text. */
void hg_mime_urls(struct hg_mime *m, struct hg_mime_part *part, struct hg_span line);

#endif
