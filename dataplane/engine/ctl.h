/* ctl: the client of the control socket at the terminal. */
#ifndef HG_ENGINE_CTL_H
#define HG_ENGINE_CTL_H

#include "engine/options.h"

/* The exit status: 0 done, 1 refused or bad use, 2 nobody answers. */
int hg_ctl(const struct hg_options *o);

/* The commands of a server, one a line. */
void hg_ctl_list(FILE *out);

#endif
