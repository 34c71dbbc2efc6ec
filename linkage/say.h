/* say: what people read, in their language: English, or Chinese where the locale says so. The English text is the key. */
#ifndef HG_LINKAGE_SAY_H
#define HG_LINKAGE_SAY_H

#include "base/translate.h"

const char *hg_say(const char *english);

#endif
