/* keys: the rows of the configuration's schema that belong to no decoder.
 *
 * Names and defaults are the peer's where it has the setting (peer-semantics, Appendix C). A default that only its shipped
 * file sets stands in hg_builtin, which is loaded when there is no file. Constant data, any thread.
 */
#ifndef HG_ENGINE_KEYS_H
#define HG_ENGINE_KEYS_H

#include "base/config.h"

/* Keys that settings.c and the stages read. */
const struct hg_config_key *hg_keys(size_t *n);

/* The peer's keys that are accepted without effect, each with the reason. */
const struct hg_config_key *hg_keys_ignored(size_t *n);

/* Protocols with records of the peer's that are ignored as long as no decoder writes them; ends with NULL. */
extern const char *const hg_keys_types[];

/* The configuration without -c: the peer's shipped file where that differs from its defaults, and all EVE types. */
extern const char hg_builtin[];
#define HG_BUILTIN_NAME "built-in defaults"

#endif
