/* inflate: reads a whole file that is plain, gzip or zstd. Private to rules/lang. */
#ifndef HG_RULES_LANG_INFLATE_INT_H
#define HG_RULES_LANG_INFLATE_INT_H

#include "base/error.h"
#include "base/span.h"

/* *bytes: heap block of the caller's, at least one byte; max bounds what comes out. */
int hg_inflate_file(const char *path, size_t max, uint8_t **bytes, size_t *len, struct hg_error *err);

#endif
