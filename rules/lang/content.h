/* content: the pattern notation of rules, "GET |20 0d|\;" → bytes.
 *
 * Inside the quotes \" \; \: \\ stand for the second character, |41 42| for bytes in hex; a bare " or ; is
 * refused. Errors: column = 1 + offset in the text given.
 */
#ifndef HG_RULES_LANG_CONTENT_H
#define HG_RULES_LANG_CONTENT_H

#include "base/error.h"
#include "base/span.h"

/* value: [!]"…" as the option has it. bytes: room for value.len, *len of them are written (at least one). */
int hg_content_parse(struct hg_span value, bool *negated, uint8_t *bytes, size_t *len, struct hg_error *err);

/* The notation between the quotes alone (for keywords whose quotes are gone already); may come out empty. */
int hg_content_unescape(struct hg_span inner, uint8_t *bytes, size_t *len, struct hg_error *err);

#endif
