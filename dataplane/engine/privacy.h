/* privacy: what records may say of passwords. */
#ifndef HG_ENGINE_PRIVACY_H
#define HG_ENGINE_PRIVACY_H

#include "app/secret.h"
#include "base/config.h"

int hg_privacy_read(struct hg_secrets_config *s, const struct hg_config *c, struct hg_error *err);

/* Are passwords in bytes as they came hidden? As mask-secrets says, unless it is said; otherwise: where neither is. */
bool hg_privacy_veils(const struct hg_config *c, bool otherwise);

/* Of a run: without a key of its own it has a random one. */
int hg_privacy_live(struct hg_secrets_config *s, struct hg_error *err);

#endif
