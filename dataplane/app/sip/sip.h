/* sip: the decoder of SIP (RFC 3261) over UDP and TCP. Everything else is private. */
#ifndef HG_APP_SIP_SIP_H
#define HG_APP_SIP_SIP_H

#include "app/app.h"

extern const struct hg_decoder hg_sip;

#endif
