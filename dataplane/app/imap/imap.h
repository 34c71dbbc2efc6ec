/* imap: RFC 9051 and 3501, with 2177, 2971, 4315, 4959, 4978, 6851, 7888: commands with their responses, logins, mailboxes, messages. */
#ifndef HG_APP_IMAP_IMAP_H
#define HG_APP_IMAP_IMAP_H

#include "app/app.h"

extern const struct hg_decoder hg_imap;

#endif
