/* list: what there is, printed as Markdown: `hangu check --list`. The pages in docs/ are these texts. */
#ifndef HG_ENGINE_LIST_H
#define HG_ENGINE_LIST_H

#include <stdio.h>

#include "base/config.h"
#include "engine/options.h"

/* list_manual.c */
void hg_list_manual(FILE *out);

void hg_list_print(FILE *out, enum hg_list what, const struct hg_config *config);

#endif
