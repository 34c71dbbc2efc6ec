/* text: a configuration text (rules, classification, threshold …) read whole, given out line by line.
 *
 * Plain files, gzip and zstd, told apart by their first bytes. A line that ends in a backslash goes on with
 * the next one; lines are joined in place, and any pointer into the text can be asked for its line and
 * column in the file. Comments (# at the start of a line) and blank lines are left out. Start-up heap; one
 * owner thread. Everything that was read from a text (spans, rules) lives until hg_text_close.
 */
#ifndef HG_RULES_LANG_TEXT_H
#define HG_RULES_LANG_TEXT_H

#include "base/error.h"
#include "base/span.h"

#define HG_TEXT_MAX ((size_t)512 << 20) /* bytes after decompression; larger files are refused */

struct hg_text;

int hg_text_open(struct hg_text **ret, const char *path, struct hg_error *err);
/* The same over a copy of bytes; name stands in errors ("" for none). */
int hg_text_of(struct hg_text **ret, const char *name, struct hg_span bytes, struct hg_error *err);
void hg_text_close(struct hg_text *t);

const char *hg_text_name(const struct hg_text *t);

/* The next line with content, joined, without its end; false: none is left. */
bool hg_text_line(struct hg_text *t, struct hg_span *line);

/* Where p (a byte of a line handed out before, or its end) stands in the file; 1-based, columns in bytes. */
void hg_text_place(const struct hg_text *t, const uint8_t *p, uint32_t *line, uint32_t *column);

/* Zeroed memory that dies with the text; NULL: none is left. */
void *hg_text_take(struct hg_text *t, size_t size);

/* Parsers of parts (addresses, numbers, content …) know only the span they were given: they put 1 + the
 * offset of the offending byte into err->column and leave file and line empty. This turns such an error
 * over `part`, a span of this text, into file, line and column, and says how far it reaches: err->length bytes when that is
 * set, else the word that stands there; without a column all of the part. Returns err->code; err may be NULL. */
int hg_text_blame(const struct hg_text *t, struct hg_span part, struct hg_error *err);

/* Sets the error of a part: column = offset + 1, code -EINVAL, which is returned. err may be NULL. */
int hg_part_error(struct hg_error *err, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
