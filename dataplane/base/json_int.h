/* json_int: what json.c and quote.c share. */
#ifndef HG_BASE_JSON_INT_H
#define HG_BASE_JSON_INT_H

#include "base/json.h"

extern const char hg_json_digits[16]; /* of lower-case hex */

char *hg_json_room(struct hg_json *j, size_t n); /* takes n bytes of the buffer; NULL: overflown */
void hg_json_quote(struct hg_json *j, struct hg_span value); /* a string in quotes, escaped */

#endif
