/* ctl: hangu-linkd ctl, the other end of the control socket; tables for people, JSON for programs. */
#ifndef HG_LINKAGE_CTL_H
#define HG_LINKAGE_CTL_H

#include "linkage/options.h"

int hg_ctl(const struct hg_options *o); /* the program's exit status */

#endif
