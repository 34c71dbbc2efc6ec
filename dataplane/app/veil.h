/* veil: which bytes of a connection are passwords, so that raw bytes in records (payload, packet, frames) do not show them.
 *
 * Two sources. A reader goes over what the client says, byte by byte, and knows where credentials stand in the text of FTP, SMTP,
 * POP3, IMAP and HTTP, whatever decodes it; what it says of a byte depends on the bytes in front of it alone, so that no cut of the
 * stream changes it, and it can go on over bytes that no decoder was given yet. Decoders name the rest (Telnet): hg_app_veil().
 *
 * A direction remembers HG_VEILS places; when there are more, the two that are nearest become one, with what lies between: too much
 * is hidden rather than too little. Nothing of it exists unless records show raw bytes (struct hg_apps_config.veil).
 */
#ifndef HG_APP_VEIL_H
#define HG_APP_VEIL_H

#include "base/catalog.h"
#include "base/span.h"

struct hg_app;
struct hg_flow;

#define HG_VEIL_BYTE '*'
#define HG_VEILS 16
#define HG_VEIL_TOKEN 24

/* ---- the reader ---- */

struct hg_veil_reader {
	uint8_t verbs;   /* whose commands are looked for */
	uint8_t hides;   /* what is hidden from here on */
	uint8_t line;    /* what the line is */
	uint8_t word;    /* of the line, from 0 */
	uint8_t n;       /* bytes of token; more than fit: HG_VEIL_TOKEN + 1 */
	uint8_t last;    /* the byte before */
	uint8_t secrets; /* lines to come that are */
	bool http, form, part, query, key, colon, escaped, dull;
	bool field; /* of HTTP: its name was read */
	char token[HG_VEIL_TOKEN];
};

/* A client that begins to speak the protocol; false: nothing is to be found in it. */
bool hg_veil_reader_open(struct hg_veil_reader *r, uint8_t proto);
/* Reads on from *at, which moves; true: `run` is secret; false: all was read, and nothing more is. */
struct hg_veil_run {
	size_t first, end;
};
bool hg_veil_next(struct hg_veil_reader *r, struct hg_span in, size_t *at, struct hg_veil_run *run);
void
hg_veil_reader_lost(struct hg_veil_reader *r); /* bytes are missing: a new line is as good a guess as any */

/* ---- for decoders ---- */

/* So many bytes from `at` on, which lies in what feed was given, are a secret. */
void hg_app_veil(struct hg_app *app, enum hg_dir dir, const uint8_t *at, size_t len);
/* The same by their place in the direction. */
void hg_app_veil_at(struct hg_app *app, enum hg_dir dir, uint64_t from, uint64_t len);
uint64_t hg_app_offset(const struct hg_app *app, const uint8_t *at);

/* ---- for app/ and event/ ---- */

struct hg_veils; /* of a flow */

/* Bytes that feed has taken. */
void hg_veils_taken(struct hg_app *app, enum hg_dir dir, struct hg_span in);
void hg_veils_free(struct hg_app *app);

/* A copy of bytes of the direction, from offset `at` on: secrets in it are hidden. f may be
 * NULL: all that is known is the text. */
void hg_veil_cover(const struct hg_flow *f, enum hg_dir dir, uint64_t at, uint8_t *bytes, size_t len);

#endif
