/* error: what went wrong outside the packet path, as one sentence an operator can act on.
 *
 * Functions that can fail return 0 or -errno and fill the error; the caller that has context logs it once.
 * Any thread; the error belongs to the caller.
 */
#ifndef HG_BASE_ERROR_H
#define HG_BASE_ERROR_H

#include <stdint.h>

struct hg_error {
	int code;              /* -errno */
	char file[256];        /* "" when no file is to blame */
	uint32_t line, column; /* 1-based; 0: unknown */
	char text[512];        /* the sentence, without file:line:column, without a final full stop */
	/* For tools that show it in the file (hg_error_mark and who knows the text). */
	const char *kind;      /* a short name for this sort of error, which stays; NULL: none */
	uint32_t length;       /* bytes it is about, from the column on; 0: unknown */
	uint32_t from16, to16; /* where they begin and end in the line, in UTF-16 from 0; equal: unknown */
	char near[64];         /* what was meant and may stand in their place; "": nobody knows */
};

/* Fills err (may be NULL) and returns code. */
int
hg_error_set(struct hg_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with ": strerror(errno)" behind; returns -errno. */
int hg_error_errno(struct hg_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says where; keeps the sentence. */
void hg_error_at(struct hg_error *err, const char *file, uint32_t line, uint32_t column);

/* What sort of error it is; keeps what was said before. */
void hg_error_mark(struct hg_error *err, const char *kind);

/* What was meant instead: adds "; did you mean 'near'?" to the sentence. */
void hg_error_guess(struct hg_error *err, const char *near);

/* "file:line:column: sentence" into buf; returns buf. */
const char *hg_error_text(const struct hg_error *err, char *buf, unsigned size);

#endif
