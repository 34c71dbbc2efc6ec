/* ssh: RFC 4253, as far as it is in the clear. */
#ifndef HG_APP_SSH_SSH_H
#define HG_APP_SSH_SSH_H

#include "app/app.h"

extern const struct hg_decoder hg_ssh;

#endif
