/* dns: RFC 1035 over UDP and TCP. */
#ifndef HG_APP_DNS_DNS_H
#define HG_APP_DNS_DNS_H

#include "app/app.h"

extern const struct hg_decoder hg_dns;

#endif
