/* prompt: what a server's line without an end asks for, and what its lines say of a login, in the words of Linux, BusyBox, Windows,
 * Cisco IOS, Huawei VRP and H3C Comware, in English and Chinese; an operator may add some. */
#ifndef HG_APP_TELNET_PROMPT_H
#define HG_APP_TELNET_PROMPT_H

#include "base/span.h"

#define HG_TELNET_PROMPT 128u /* bytes of a prompt that are looked at */

enum hg_telnet_asks {
	HG_ASKS_OTHER,
	HG_ASKS_USER,
	HG_ASKS_PASSWORD,
	HG_ASKS_NEW_PASSWORD, /* to be set */
	HG_ASKS_COMMAND,
	HG_ASKS_KEY /* to show more */
};

enum hg_telnet_words {
	HG_WORDS_USER,     /* a prompt ends so */
	HG_WORDS_PASSWORD, /* … */
	HG_WORDS_COMMAND,  /* … */
	HG_WORDS_FAILURE,  /* a line has it */
	HG_WORDS_SUCCESS,  /* … */
	HG_TELNET_WORDS
};

#define HG_TELNET_OWN 16u     /* words of an operator, a kind */
#define HG_TELNET_OWN_LEN 64u /* bytes of one */

struct hg_telnet_own {
	uint8_t n[HG_TELNET_WORDS], len[HG_TELNET_WORDS][HG_TELNET_OWN];
	uint8_t text[HG_TELNET_WORDS][HG_TELNET_OWN][HG_TELNET_OWN_LEN]; /* lower case */
};

/* Lower case, UTF-8 out of GB18030, without blanks around it; `to` has 2 * HG_TELNET_PROMPT bytes. */
struct hg_span hg_telnet_plain(struct hg_span line, uint8_t *to);

enum hg_telnet_asks hg_telnet_asks(const struct hg_telnet_own *own, struct hg_span plain);

/* The words that a line has of those of a kind; NULL: none. They live as long as the process. */
const char *hg_telnet_says(const struct hg_telnet_own *own, enum hg_telnet_words kind, struct hg_span plain);

#endif
