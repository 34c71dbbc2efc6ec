/* smtp: RFC 5321 with 1870, 2920, 3030, 3207, 4954. */
#ifndef HG_APP_SMTP_SMTP_H
#define HG_APP_SMTP_SMTP_H

#include "app/app.h"

extern const struct hg_decoder hg_smtp;

#endif
