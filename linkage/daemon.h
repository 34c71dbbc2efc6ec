/* daemon: hangu-linkd run, put together: feed, decider, targets, store, control. */
#ifndef HG_LINKAGE_DAEMON_H
#define HG_LINKAGE_DAEMON_H

#include "base/config.h"

/* Runs until SIGTERM or SIGINT; the program's exit status. */
int hg_daemon_run(const struct hg_config *c);

#endif
