/* check_host: `hangu run --check-host`: what a live run needs of this machine, and whether it is there.
 *
 * A line each: ok, note (it works, but), problem (it does not) with what to do about it. Nothing is changed, no device is
 * opened. In the reader's language.
 */
#ifndef HG_ENGINE_CHECK_HOST_H
#define HG_ENGINE_CHECK_HOST_H

#include "base/config.h"
#include "engine/options.h"
#include "engine/settings.h"

/* The exit status: 0, or 1 when there is a problem. */
int
hg_check_host(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings);

#endif
