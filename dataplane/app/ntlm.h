/* ntlm: who answers an NTLM challenge ([MS-NLMP] 2.2.1.3), as HTTP, SMB, mail servers and Telnet carry it.
 *
 * Everything lies in the message that was read; nothing is kept. */
#ifndef HG_APP_NTLM_H
#define HG_APP_NTLM_H

#include "base/span.h"

enum hg_ntlm_type { HG_NTLM_NEGOTIATE = 1, HG_NTLM_CHALLENGE, HG_NTLM_AUTHENTICATE };

/* Two answers to the challenge and what stands behind them, in this order. */
enum hg_ntlm_part {
	HG_NTLM_LM,
	HG_NTLM_NT,
	HG_NTLM_DOMAIN,
	HG_NTLM_USER,
	HG_NTLM_HOST,
	HG_NTLM_SESSION_KEY,
	HG_NTLM_PARTS
};

struct hg_ntlm {
	struct hg_span message;
	struct {
		uint16_t length;
		uint32_t offset; /* in the message */
	} part[HG_NTLM_PARTS];
	bool unicode;
	struct hg_span version; /* 8 bytes; NULL: none */
};

/* Begins with the signature. */
bool hg_ntlm_is(struct hg_span message);
/* False: its type is cut off. Other values than those of enum hg_ntlm_type are possible. */
bool hg_ntlm_type(struct hg_span message, uint32_t *type);
/* A message of type AUTHENTICATE; false: its head is cut off. */
bool hg_ntlm_read(struct hg_ntlm *n, struct hg_span message);
/* The bytes of a part, NULL when it has none; false: they are not all there. */
bool hg_ntlm_bytes(const struct hg_ntlm *n, enum hg_ntlm_part part, struct hg_span *out);
/* A name as UTF-8 in `to`; in a character set of the client's that nobody names, as it came. NULL: none. */
struct hg_span hg_ntlm_name(const struct hg_ntlm *n, enum hg_ntlm_part part, uint8_t *to, size_t size);

#endif
