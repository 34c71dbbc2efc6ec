/* sql: passwords in statements, so that records and raw bytes do not show them.
 *
 * A literal is one by the word in front of it: `IDENTIFIED BY 'x'`, `PASSWORD = 'x'`, `PASSWORD('x')`, `SET PASSWORD FOR a = 'x'`,
 * and `column = 'x'` where the column's name is one of a password (mask.h). Literals in lists of VALUES have no name in front of
 * them. Linear; nothing is kept.
 */
#ifndef HG_APP_SQL_H
#define HG_APP_SQL_H

#include "base/arena.h"

struct hg_sql {
	struct hg_span text;
	size_t at;
	bool identified;   /* the word was there */
	bool set_password; /* the statement begins so */
	uint8_t words;     /* so far; 255: many */
	uint8_t last;      /* what the word in front means */
	bool equals;       /* … and = behind it */
};

static inline struct hg_sql
hg_sql_of(struct hg_span text)
{
	return (struct hg_sql){ .text = text };
}

/* The next secret, without its quotes; false: there is none. */
bool hg_sql_secret(struct hg_sql *s, struct hg_span *secret);
/* The text with HG_SECRET_MASK in place of secrets: itself when there are none, else a copy in the arena. */
struct hg_span hg_sql_masked(struct hg_arena *a, struct hg_span text);

#endif
