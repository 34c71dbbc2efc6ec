/* mime: a message of mail while it passes (RFC 5322, 2045 to 2049, 2231): header fields, parts, decoded bodies.
 *
 * Fed with lines by whoever carries mail; a part with a name becomes a file of the transaction. All that is kept stands in the
 * transaction's arena or in its memory, bounded: what is past a bound is named in `odd` and not kept. Nothing here knows
 * which protocol carries the mail. One owner thread.
 */
#ifndef HG_APP_MIME_MIME_H
#define HG_APP_MIME_MIME_H

#include "app/app.h"

#define HG_MIME_LINE 4096                 /* of a line are looked at as one */
#define HG_MIME_DEPTH 32                  /* parts inside each other */
#define HG_MIME_PARTS 1024                /* of a message */
#define HG_MIME_FIELDS 1024               /* of a message */
#define HG_MIME_URLS 256                  /* of a message */
#define HG_MIME_NAME 255                  /* bytes of a parameter's value */
#define HG_MIME_BOUNDARY 254              /* bytes of a boundary that is followed */
#define HG_MIME_SHOWN 4096                /* bytes of a value that records show */
#define HG_MIME_RECORD ((size_t)32 << 10) /* behind so many bytes of a record nothing is added to it */
#define HG_MIME_SCHEMES 8
#define HG_MIME_SCHEME 24

#define HG_MIME_DIGESTS 64 /* mails whose bodies are digested at a time, and one more */

struct evp_md_ctx_st; /* of OpenSSL */

struct hg_mime_digests {
	struct evp_md_ctx_st *ctx[HG_MIME_DIGESTS];
	bool taken[HG_MIME_DIGESTS];
};

/* At start; zeroed before. close also after no open. */
void hg_mime_digests_open(struct hg_mime_digests *d);
void hg_mime_digests_close(struct hg_mime_digests *d);

struct hg_mime_config {
	struct hg_mime_digests *digests; /* of bodies; NULL: none are made */
	bool base64, quoted_printable;   /* are decoded */
	bool urls;                       /* of texts are noted … */
	bool url_schemes;                /* … with the scheme */
	uint32_t value_most;             /* bytes of a field's value that are kept */
	uint8_t n_schemes;
	char schemes[HG_MIME_SCHEMES][HG_MIME_SCHEME]; /* "http://" */
	struct hg_inspect_limits limits;               /* of files */
};

/* What is odd about a message. */
enum hg_mime_odd {
	HG_MIME_UNPARSED, /* a part's header cannot be followed */
	HG_MIME_BAD_BASE64,
	HG_MIME_BAD_QP,
	HG_MIME_LONG_LINE,
	HG_MIME_LONG_CODED,
	HG_MIME_LONG_FIELD,
	HG_MIME_LONG_VALUE,
	HG_MIME_MALFORMED, /* it ends inside a part */
	HG_MIME_LONG_BOUNDARY,
	HG_MIME_LONG_FILE_NAME,
	HG_MIME_MANY_PARTS,
	HG_MIME_MANY_FIELDS,
	HG_MIME_MANY_URLS,
	HG_MIME_ODDITIES
};

struct hg_mime_field {
	struct hg_mime_field *next; /* the one before it */
	struct hg_span name,
		value; /* name in small letters; lines of a value follow each other without their ends */
};

enum { HG_MIME_URL_EXE = 1, HG_MIME_URL_IPV4 = 2, HG_MIME_URL_IPV6 = 4 };

struct hg_mime_url {
	struct hg_mime_url *next; /* the one before it */
	struct hg_span text;      /* in small letters */
	uint8_t flags;
};

struct hg_mime_part {
	struct hg_mime_part *next, *child, *last_child;
	struct hg_mime_field *fields; /* newest first */
	struct hg_mime_url *urls;     /* newest first */
	struct hg_span name;          /* of the file it is */
	bool attachment, base64, quoted_printable, text;
	bool begun;           /* its body has */
	struct hg_file *file; /* NULL: it is none, or there was no room for one */
};

struct hg_mime;

/* NULL: no memory. limits and config live as long as the transaction. */
struct hg_mime *hg_mime_open(struct hg_tx *tx, enum hg_dir dir, const struct hg_mime_config *config);
/* Gives back what lies outside the arena; m may be NULL. */
void hg_mime_close(struct hg_mime *m);

/* A line or a piece of one, with its end if it has one; first: the piece begins the line. */
void hg_mime_line(struct hg_mime *m, struct hg_span text, struct hg_span end, bool first);
/* Bytes are missing. */
void hg_mime_gap(struct hg_mime *m, uint64_t bytes);
/* The message is over; whole: its end has come. */
void hg_mime_finish(struct hg_mime *m, bool whole);

bool hg_mime_in_header(const struct hg_mime *m);
uint32_t hg_mime_odd(const struct hg_mime *m); /* bits by enum hg_mime_odd */
/* Files that were closed so far, and bytes in the one that is open. */
uint32_t hg_mime_files_closed(const struct hg_mime *m);
const struct hg_file *hg_mime_file(const struct hg_mime *m);
bool hg_mime_is_shown(const struct hg_mime *m); /* records show it */
const char *hg_mime_status(const struct hg_mime *m);
const struct hg_mime_part *hg_mime_root(const struct hg_mime *m);
const struct hg_mime_part *hg_mime_current(const struct hg_mime *m); /* the part that is being read */
/* The newest field of that name; NULL: none. */
const struct hg_mime_field *hg_mime_find(const struct hg_mime_part *part, struct hg_span name);

static inline bool
hg_mime_fits(const struct hg_json *j)
{
	return (size_t)(j->p - j->begin) < HG_MIME_RECORD;
}

/* Members of EVE's `email`: status, senders, receivers, attachments, URLs. `more` bits: fields by their place in hg_mime_logged. */
enum { HG_MIME_LOGGED = 16 };
extern const char
	*const hg_mime_logged[HG_MIME_LOGGED]; /* member names, as `custom` of the configuration lists them */
void hg_mime_log(const struct hg_mime *m, uint32_t more, struct hg_json *j);
/* Inside that object: subject_md5, body_md5. */
void hg_mime_log_digests(
	const struct hg_mime *m, const struct hg_mime_digests *d, bool subject, bool body, struct hg_json *j);

#endif
