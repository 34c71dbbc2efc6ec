/* json_int: what json.c and quote.c share. */
#ifndef HG_BASE_JSON_INT_H
#define HG_BASE_JSON_INT_H

#include "base/json.h"

extern const char hg_json_digits[16]; /* of lower-case hex */

/* Takes n bytes of the buffer; NULL: overflown. */
static inline char *
hg_json_room(struct hg_json *j, size_t n)
{
	char *p = j->p;

	if (HG_UNLIKELY(j->overflown || n > (size_t)(j->end - j->p))) {
		j->overflown = true;
		return NULL;
	}
	j->p += n;
	return p;
}

void hg_json_quote(struct hg_json *j, struct hg_span value);  /* a string in quotes, escaped */
void hg_json_escape(struct hg_json *j, struct hg_span value); /* … without the quotes */

#endif
