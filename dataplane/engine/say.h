/* say: what people read at the terminal, in their language: English, or Chinese where the locale says so.
 *
 * The English text is the key; one without a translation stays as it is. Messages with a place in a file (errors) and
 * records are not translated: programs and search engines read them. Constant data, any thread.
 */
#ifndef HG_ENGINE_SAY_H
#define HG_ENGINE_SAY_H

#include <stdbool.h>
#include <stdio.h>

/* By LC_ALL, LC_MESSAGES, LANG, the first that is set: zh, zh_CN.UTF-8 … */
bool hg_say_chinese(void);
const char *hg_say(const char *english) __attribute__((format_arg(1)));

/* The text and spaces up to `columns` of the terminal; a Chinese character takes two. */
void hg_say_padded(FILE *out, const char *text, unsigned columns);

#endif
