/* telnet: RFC 854 and 855, with the options that name the user's side: RFC 1073, 1079, 1091, 1096, 1408, 1572. */
#ifndef HG_APP_TELNET_TELNET_H
#define HG_APP_TELNET_TELNET_H

#include "app/app.h"

extern const struct hg_decoder hg_telnet;

#endif
