/* exceptions: exception-policy and the policies that stand for themselves, as the stages want them. */
#ifndef HG_ENGINE_EXCEPTIONS_H
#define HG_ENGINE_EXCEPTIONS_H

#include "engine/settings.h"

/* After s->ips and s->stream.midstream are read. */
int hg_exceptions_read(struct hg_settings *s, const struct hg_config *c, struct hg_error *err);

#endif
