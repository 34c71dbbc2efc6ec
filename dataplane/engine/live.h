/* live: `hangu run`, from devices to events and verdicts, until a signal or the control socket says stop. */
#ifndef HG_ENGINE_LIVE_H
#define HG_ENGINE_LIVE_H

#include "engine/options.h"
#include "engine/settings.h"

/* The exit status. settings become those of a live run. */
int hg_live(const struct hg_options *o, const struct hg_config *config, struct hg_settings *settings);

#endif
