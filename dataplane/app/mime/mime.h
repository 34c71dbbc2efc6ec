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
#define HG_MIME_ENTRIES 16                /* names of an archive's entries that are kept */
#define HG_MIME_ENTRY_NAME 64u            /* bytes of one */
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
	/* natively: where receivers read differently, and what is suspicious */
	HG_MIME_TWO_FIELDS,
	HG_MIME_TWO_NAMES,
	HG_MIME_NO_BOUNDARY,
	HG_MIME_ALMOST_BOUNDARY,
	HG_MIME_UNCLOSED,
	HG_MIME_BEHIND_END,
	HG_MIME_NO_SEPARATOR,
	HG_MIME_BARE_CR,
	HG_MIME_UNKNOWN_CODING,
	HG_MIME_CODED_PARTS,
	HG_MIME_JUNK_BASE64,
	HG_MIME_TURNED_NAME,
	HG_MIME_TWO_EXTENSIONS,
	HG_MIME_OTHER_TYPE,
	HG_MIME_MACRO,
	HG_MIME_ENCRYPTED,
	HG_MIME_PROGRAM,
	HG_MIME_NAME_ADDRESS,
	HG_MIME_ODDITIES
};
#define HG_MIME_FIRST_FINDING HG_MIME_TWO_FIELDS
#define HG_MIME_FINDINGS (HG_MIME_ODDITIES - HG_MIME_FIRST_FINDING)

/* The rows by which protocols name them, from FIRST on. */
#define HG_MIME_FINDING_ROWS(FIRST)                                                                        \
	[(FIRST)] = { "mime_duplicate_field",                                                              \
		"a header says twice what type or coding a part has, or what becomes of it" },             \
	[(FIRST) + 1] = { "mime_two_names",                                                                \
		"a file has one name in its type and another in its disposition" },                        \
	[(FIRST) + 2] = { "mime_no_boundary",                                                              \
		"a list of parts says no boundary: the first line that looks like one is it" },            \
	[(FIRST) + 3] = { "mime_odd_boundary",                                                             \
		"a line begins with a boundary and goes on: receivers differ in whether it is one" },      \
	[(FIRST) + 4] = { "mime_unclosed_parts",                                                           \
		"a list of parts is ended by the boundary of one around it" },                             \
	[(FIRST) + 5] = { "mime_part_behind_end", "a part stands behind the last boundary of its list" },  \
	[(FIRST) + 6] = { "mime_no_separator", "a header goes over into its body without an empty line" }, \
	[(FIRST) + 7] = { "mime_bare_cr",                                                                  \
		"a line of a header holds CR: receivers differ in where it ends" },                        \
	[(FIRST) + 8] = { "mime_unknown_encoding", "a transfer coding that nobody knows" },                \
	[(FIRST) + 9] = { "mime_encoded_parts", "a list of parts, or a message, has a transfer coding" },  \
	[(FIRST) + 10] = { "mime_base64_junk",                                                             \
		"characters that are no base64 stand within it, or bytes behind its padding" },            \
	[(FIRST) + 11] = { "filename_direction",                                                           \
		"a file's name holds a character that turns the direction of text" },                      \
	[(FIRST) + 12] = { "filename_double_extension",                                                    \
		"a program has a document's extension in front of its own" },                              \
	[(FIRST) + 13] = { "file_type_mismatch", "a file is no such thing as its name says" },             \
	[(FIRST) + 14] = { "attachment_macro", "a document holds macros" },                                \
	[(FIRST) + 15] = { "attachment_encrypted", "an attachment, or something in it, is encrypted" },    \
	[(FIRST) + 16] = { "attachment_program", "an attachment is a program, or an archive holds one" },  \
	[(FIRST) + 17] = { "from_display_address",                                                         \
		"the name in front of a sender's address is an address, of another domain" }

/* What a file is by its first bytes; archives stand together. */
enum hg_mime_kind {
	HG_MIME_UNKNOWN,
	HG_MIME_EXE,
	HG_MIME_ELF,
	HG_MIME_MACHO,
	HG_MIME_LNK,
	HG_MIME_SCRIPT,
	HG_MIME_ZIP,
	HG_MIME_RAR,
	HG_MIME_7Z,
	HG_MIME_GZIP,
	HG_MIME_BZIP2,
	HG_MIME_XZ,
	HG_MIME_ZSTD,
	HG_MIME_CAB,
	HG_MIME_TAR,
	HG_MIME_CHM,
	HG_MIME_OLE,
	HG_MIME_PDF,
	HG_MIME_RTF,
	HG_MIME_ONENOTE,
	HG_MIME_TNEF,
	HG_MIME_PNG,
	HG_MIME_JPEG,
	HG_MIME_GIF,
	/* a ZIP by what is in it */
	HG_MIME_OOXML,
	HG_MIME_ODF,
	HG_MIME_JAR,
	HG_MIME_APK,
	HG_MIME_KINDS
};

enum hg_mime_flag {
	HG_MIME_IS_ARCHIVE = 1,
	HG_MIME_IS_ENCRYPTED = 2,
	HG_MIME_HAS_MACRO = 4,
	HG_MIME_HAS_PROGRAM = 8,
	HG_MIME_HAS_ARCHIVE = 16,
	HG_MIME_HAS_SCRIPT = 32,
	HG_MIME_HAS_OBJECT = 64,
	HG_MIME_IS_BOMB = 128
};

struct hg_mime_field {
	struct hg_mime_field *next; /* the one before it */
	struct hg_span name,
		value; /* name in small letters; lines of a value follow each other without their ends */
	struct hg_span text; /* hg_mime_text() */
};

/* An archive's, newest first. */
struct hg_mime_entry {
	struct hg_mime_entry *next;
	struct hg_span name;
};

enum { HG_MIME_URL_EXE = 1, HG_MIME_URL_IPV4 = 2, HG_MIME_URL_IPV6 = 4 };

struct hg_mime_url {
	struct hg_mime_url *next, *of_message; /* the one before it, in its part and in the message */
	struct hg_span text;                   /* in small letters */
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
	/* natively */
	struct hg_span type, charset, coding; /* as they were said, without parameters */
	struct hg_span other_name;            /* by the type, if the disposition has another one */
	bool decoded_name;                    /* it came in a coding of RFC 2047 or 2231 */
	uint8_t kind;                         /* enum hg_mime_kind */
	uint8_t n_entries;
	uint16_t flags; /* enum hg_mime_flag */
	struct hg_mime_entry *entries;
	uint64_t size; /* decoded */
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
struct hg_mime_field *
hg_mime_find_field(const struct hg_mime_part *part, struct hg_span name); /* for hg_mime_text() */

/* URL `index` of all parts, the newest first; NULL: there are no more. */
const struct hg_mime_url *hg_mime_url(const struct hg_mime *m, uint32_t index);
/* Its value as people read it: encoded words undone, in UTF-8; as the peer has it, the value itself. */
struct hg_span hg_mime_text(const struct hg_mime *m, struct hg_mime_field *field);
/* The domain of the first address in a value; empty: there is none. */
struct hg_span hg_mime_domain(struct hg_span value);
/* Both below one name that is registered: the last two labels, three below those that countries keep for kinds (co.uk). */
bool hg_mime_same_organisation(struct hg_span a, struct hg_span b);

static inline bool
hg_mime_fits(const struct hg_json *j)
{
	return (size_t)(j->p - j->begin) < HG_MIME_RECORD;
}

/* Where `needle` stands, whatever the case of letters; SIZE_MAX: nowhere. */
size_t hg_mime_search(struct hg_span s, struct hg_span needle);

/* Members of EVE's `email`: status, senders, receivers, attachments, URLs. `more` bits: fields by their place in hg_mime_logged. */
enum { HG_MIME_LOGGED = 16 };
extern const char
	*const hg_mime_logged[HG_MIME_LOGGED]; /* member names, as `custom` of the configuration lists them */
void hg_mime_log(const struct hg_mime *m, uint32_t more, struct hg_json *j);
/* Inside that object: subject_md5, body_md5. */
void hg_mime_log_digests(
	const struct hg_mime *m, const struct hg_mime_digests *d, bool subject, bool body, struct hg_json *j);

#endif
