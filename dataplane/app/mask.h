/* mask: URLs without what they give away: `http://anna:***@h/`, `?user=anna&password=***`, `#access_token=***`.
 *
 * What is secret is told by names of parameters: passwords and tokens that are known, and an operator's own (privacy.secret-fields). */
#ifndef HG_APP_MASK_H
#define HG_APP_MASK_H

#include "base/span.h"

#define HG_MASK_NAMES 16 /* of an operator */
#define HG_MASK_NAME 24  /* bytes of one */
#define HG_MASK_URL 16384

struct hg_mask_names {
	uint8_t n;
	char name[HG_MASK_NAMES][HG_MASK_NAME + 1];
};

/* Of a field of a form, or of a URL. */
bool hg_mask_is_password(struct hg_span name);
/* Of a parameter of a URL; in bodies the same names stand for things that are no secret. */
bool hg_mask_is_token(struct hg_span name);
/* The URL itself when there is nothing to hide; else a copy in `to`, never longer, cut where it does not fit. */
struct hg_span hg_mask_url(const struct hg_mask_names *own, struct hg_span url, uint8_t to[HG_MASK_URL]);

#endif
