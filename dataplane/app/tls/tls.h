/* tls: SSL 2.0, SSL 3.0, TLS 1.0 to 1.3 (RFC 6101, 5246, 8446, 6066, 6520). */
#ifndef HG_APP_TLS_TLS_H
#define HG_APP_TLS_TLS_H

#include "app/app.h"

extern const struct hg_decoder hg_tls;

#endif
