/* say: what people read at the terminal, in their language: English, or Chinese where the locale says so.
 *
 * The English text is the key; one without a translation stays as it is. Messages with a place in a file (errors) and
 * records are not translated: programs and search engines read them. Constant data, any thread.
 */
#ifndef HG_ENGINE_SAY_H
#define HG_ENGINE_SAY_H

#include "base/translate.h"

const char *hg_say(const char *english) __attribute__((format_arg(1)));

#endif
