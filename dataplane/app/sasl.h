/* sasl: who logs in, out of what a client says in an exchange of SASL (RFC 4422), in base64 and line by line as mail servers have it, or as bytes (LDAP).
 *
 * The lines stay as they came until the server has answered; what is read out of them lives in the caller's scratch. */
#ifndef HG_APP_SASL_H
#define HG_APP_SASL_H

#include "app/login.h"
#include "base/buf.h"

#define HG_SASL_LINES 2
#define HG_SASL_LINE 4096 /* bytes of what a login sends that are told apart */

struct hg_sasl {
	const char *mechanism; /* as records show it; NULL: one of no known name */
	uint8_t kind;
	uint8_t lines; /* of the client, so far */
	bool cut;      /* one was longer: nothing is read out of them */
	bool raw;      /* lines are bytes, not base64; stays as it was set */
	struct hg_buf text[HG_SASL_LINES];
};

void hg_sasl_init(struct hg_sasl *s, struct hg_mem *mem);
void hg_sasl_fini(struct hg_sasl *s);
/* A mechanism is named, with what the client says at once or nothing (RFC 4959). */
void hg_sasl_begin(struct hg_sasl *s, struct hg_span mechanism, struct hg_span first);
void hg_sasl_line(struct hg_sasl *s, struct hg_span line);
/* Who, and with what: spans into `scratch`. */
struct hg_sasl_scratch {
	uint8_t bytes[HG_SASL_LINES][HG_SASL_LINE];
	uint8_t names[2][256];
};
void hg_sasl_read(const struct hg_sasl *s, struct hg_sasl_scratch *scratch, struct hg_login_seen *seen);

#endif
