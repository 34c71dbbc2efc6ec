/* mime_int: shared by the tree of parts (mime.c), header fields (header.c), bodies (body.c, url.c) and the record (log.c). */
#ifndef HG_APP_MIME_MIME_INT_H
#define HG_APP_MIME_MIME_INT_H

#include "app/mime/mime.h"

#define HG_MIME_LINE_MOST 998   /* RFC 5322 2.1.1 */
#define HG_MIME_CODED_MOST 76   /* RFC 2045 6.7, 6.8 */
#define HG_MIME_FIELD_MOST 75   /* bytes of a field's name */
#define HG_MIME_HEAD 264        /* bytes by which a file is known */
#define HG_MIME_BROKEN_WORDS 16 /* of a value that begin like encoded words and are none */

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
	bool guess;              /* natively: it has parts and says no boundary */
	bool closed;             /* … its last boundary has come */
};

/* A name as receivers show it. */
struct hg_mime_name {
	uint8_t text[HG_MIME_NAME];
	size_t len;
	bool cut, decoded;
	bool twice; /* it is said in both forms */
};

/* Inside the attachment that is read. */
struct hg_mime_look {
	uint64_t at;       /* bytes so far */
	uint64_t unpacked; /* … that its directory promises */
	uint32_t sign;     /* the last four bytes */
	uint8_t head[HG_MIME_HEAD];
	uint16_t head_len;
	bool decided;
	uint8_t kind;        /* as its first bytes have it */
	uint8_t record[128]; /* what is looked at as one */
	uint8_t have, fixed, need;
};

struct hg_mime_tnef {
	struct hg_mime_part *part; /* the attachment that is read; NULL: none */
	struct hg_mime_look look;
	uint32_t attribute, left;
	uint8_t header[9], title[HG_MIME_NAME];
	uint16_t title_len;
	uint8_t have, skip;
	bool begun;
};

struct hg_mime_uu {
	struct hg_mime_part *part; /* the file that is read; NULL: none */
	struct hg_mime_look look;
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
	struct hg_mime_url *last_url;
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
	bool padded;                         /* … whose end has come */
	struct hg_mime_look look;
	struct hg_mime_tnef tnef;
	struct hg_mime_uu uu;
	struct hg_buf text; /* decoded beginning of a line in which URLs are looked for */
};

static inline struct hg_mime_level *
hg_mime_top(struct hg_mime *m)
{
	return &m->levels[m->depth - 1];
}

_Static_assert(HG_MIME_ODDITIES <= 32, "oddities are bits of a word");

static inline void
hg_mime_note(struct hg_mime *m, enum hg_mime_odd odd)
{
	m->odd |= 1u << odd;
}

/* header.c: a line of a header; false: it is a body without header. */
bool hg_mime_header_line(struct hg_mime *m, struct hg_span line);
void hg_mime_header_end(struct hg_mime *m); /* the field that has not ended is over */
/* A parameter behind the value, by RFC 2231's continuations too; *len is its whole length, of which at most
 * HG_MIME_NAME bytes stand in buf. */
bool hg_mime_parameter(const struct hg_mime *m, struct hg_span value, struct hg_span name,
	uint8_t buf[HG_MIME_NAME], size_t *len);

/* Takes name=value off *list; false: there is none any more. */
bool hg_mime_take_parameter(struct hg_span *list, struct hg_span *name, struct hg_span *value);

/* mime.c */
struct hg_mime_part *hg_mime_add_part(struct hg_mime *m, struct hg_mime_part *parent); /* NULL: no room */
bool hg_mime_push(struct hg_mime *m, bool message);
void hg_mime_give_up(struct hg_mime *m, enum hg_mime_odd why);

/* part.c, natively: the header of the innermost part is complete; is this line, which begins with two hyphens, a boundary? */
void hg_mime_read_part(struct hg_mime *m);
bool hg_mime_boundary(struct hg_mime *m, struct hg_span line);

/* word.c: a value with its encoded words undone, in UTF-8; returns how many bytes. */
size_t hg_mime_words(struct hg_span value, uint8_t *to, size_t size, bool *changed);

/* name.c: a parameter in any of its forms. */
bool hg_mime_name_of(struct hg_span value, struct hg_span parameter, struct hg_mime_name *name);
void hg_mime_look_at_name(struct hg_mime *m, struct hg_span name);
struct hg_span hg_mime_extension(struct hg_span name);
bool hg_mime_is_program(struct hg_span extension);
void hg_mime_look_at_sender(struct hg_mime *m, struct hg_span from);

/* kind.c */
uint8_t hg_mime_kind_of(struct hg_span head);
const char *hg_mime_kind_name(uint8_t kind); /* NULL: unknown */
bool hg_mime_is_archive(uint8_t kind);
bool hg_mime_breaks_promise(struct hg_span name, uint8_t kind);

/* log_parts.c */
void hg_mime_log_parts(const struct hg_mime *m, struct hg_json *j);

/* look.c: more of an attachment, its end, bytes that are missing in it. */
void hg_mime_look(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l, struct hg_span s);
void hg_mime_look_end(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l);
void hg_mime_look_gap(struct hg_mime *m);

/* tnef.c: more of a winmail.dat, and its end. */
void hg_mime_tnef(struct hg_mime *m, struct hg_mime_part *carrier, struct hg_span s);
void hg_mime_tnef_end(struct hg_mime *m, bool whole);

/* uu.c: a whole line of a text; true: it is one of a file. The text is over. */
bool hg_mime_uu_line(struct hg_mime *m, struct hg_mime_part *carrier, struct hg_span line);
void hg_mime_uu_end(struct hg_mime *m);

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
