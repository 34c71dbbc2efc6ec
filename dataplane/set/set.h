/* set: values that rules look up, remember and forget (dataset, datarep, filemd5 and its like).
 *
 * A set is a hash table over a region of fixed size. Any thread looks up, adds and removes without a lock: entries are only
 * ever pushed in front of a chain, and one that is removed or has run out stays as a place for the same value. Its memory is
 * the cap: what does not fit is refused (HG_SET_FULL), and what is gone gives its room back when the set is copied.
 *
 * Values are bytes as the buffer shows them; in files and commands they stand as text: base64, hex, or an address. Errors are
 * -errno with a sentence.
 */
#ifndef HG_SET_SET_H
#define HG_SET_SET_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"

enum hg_set_type {
	HG_SET_STRING,
	HG_SET_MD5,
	HG_SET_SHA1,
	HG_SET_SHA256,
	HG_SET_IPV4,
	HG_SET_IP,
	HG_SET_TYPES
};

#define HG_SET_VALUE_MAX 8192 /* bytes of a value */
#define HG_SET_NAME_MAX 63
#define HG_SET_FOREVER UINT64_MAX

struct hg_set;

struct hg_set_config {
	enum hg_set_type type;
	size_t memory; /* bytes that table and values may take; 64 KiB to 32 GiB */
	struct hg_hash_key key;
};

/* One reference is the caller's. */
int hg_set_open(struct hg_set **ret, const struct hg_set_config *c, struct hg_error *err);
struct hg_set *hg_set_take(struct hg_set *s); /* one more */
void hg_set_give(struct hg_set *s);           /* one less; the last one frees it; may be NULL */
enum hg_set_type hg_set_type_of(const struct hg_set *s);

enum hg_set_answer { HG_SET_DONE, HG_SET_KNOWN, HG_SET_FULL, HG_SET_BAD };

/* Is the value there at `now`? score: what was given with it; may be NULL. */
bool hg_set_has(const struct hg_set *s, struct hg_span value, hg_time now, uint16_t *score);
/* DONE: it was not there. KNOWN: it was; until and score are the new ones. BAD: no value of the type. */
enum hg_set_answer
hg_set_add(struct hg_set *s, struct hg_span value, uint16_t score, hg_time now, hg_time until);
/* Was it there? */
bool hg_set_remove(struct hg_set *s, struct hg_span value, hg_time now);
void hg_set_clear(struct hg_set *s);
uint64_t hg_set_count(const struct hg_set *s, hg_time now); /* walks all */
uint64_t hg_set_refused(const struct hg_set *s);            /* values that there was no room for */

struct hg_set_value {
	struct hg_span bytes;
	uint16_t score;
	hg_time until;
};
/* All that live at `now`, in no order; each says false to end. What others add meanwhile may or may not be shown. */
void hg_set_each(const struct hg_set *s, hg_time now, bool (*each)(void *ctx, const struct hg_set_value *v),
	void *ctx);

/* text.c */
bool hg_set_type_parse(struct hg_span name, enum hg_set_type *type);
const char *hg_set_type_name(enum hg_set_type type);
/* The value that the text means, in buf; false: it is none of the type, or too long. */
bool hg_set_parse(
	enum hg_set_type type, struct hg_span text, uint8_t buf[HG_SET_VALUE_MAX], struct hg_span *value);
#define HG_SET_TEXT_MAX (HG_SET_VALUE_MAX / 3 * 4 + 8)
/* The text of a value with a NUL behind it; returns its length. */
size_t hg_set_print(enum hg_set_type type, struct hg_span value, char text[HG_SET_TEXT_MAX]);

/* file.c: a value a line, with ",<score>" behind it where there is one; empty lines and lines that begin with # are none.
 * What stands behind a blank is a comment in lists of hashes. */
int hg_set_load(struct hg_set *s, const char *path, struct hg_error *err);
int hg_set_save(const struct hg_set *s, const char *path, hg_time now,
	struct hg_error *err); /* whole or not at all */

#endif
