/* replay: captures through a worker, events out. */
#ifndef HG_ENGINE_REPLAY_H
#define HG_ENGINE_REPLAY_H

#include "engine/options.h"
#include "engine/settings.h"

/* The exit status of the contract: 0, 1, 2 or 3. */
int hg_replay(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings,
	const struct hg_snapshot *rules);

#endif
