/* say: what people read, in their language: English, or Chinese where the locale says so. The English text is the key. */
#ifndef HG_LINKAGE_SAY_H
#define HG_LINKAGE_SAY_H

#include <stdio.h>

const char *hg_say(const char *english);

/* The text and spaces up to `columns` of the terminal; a Chinese character takes two. */
void hg_say_padded(FILE *out, const char *text, unsigned columns);

#endif
