/* pop3: RFC 1939 with 2449, 5034, 2595: commands with their replies, logins, messages. */
#ifndef HG_APP_POP3_POP3_H
#define HG_APP_POP3_POP3_H

#include "app/app.h"

extern const struct hg_decoder hg_pop3;

#endif
