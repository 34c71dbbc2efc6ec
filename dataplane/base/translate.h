/* translate: texts in the reader's language: English, or Chinese where the locale says so. Each program has a table of its own.
 *
 * The English text is the key; one without a translation stays as it is. Constant data, any thread; not for the packet path.
 */
#ifndef HG_BASE_TRANSLATE_H
#define HG_BASE_TRANSLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct hg_translation {
	const char *english, *chinese;
};

/* By LC_ALL, LC_MESSAGES, LANG, the first that is set: zh, zh_CN.UTF-8 … */
bool hg_say_chinese(void);

/* The row's other text where the locale asks for it, else english itself. */
const char *
hg_translate(const struct hg_translation *rows, size_t n, const char *english) __attribute__((format_arg(3)));

/* The text and spaces up to `columns` of the terminal; a Chinese character takes two. */
void hg_say_padded(FILE *out, const char *text, unsigned columns);

#endif
