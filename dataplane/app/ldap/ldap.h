/* ldap: the decoder of LDAP 2 and 3 (RFC 1777, 4511) over TCP. Everything else is private. */
#ifndef HG_APP_LDAP_LDAP_H
#define HG_APP_LDAP_LDAP_H

#include "app/app.h"

extern const struct hg_decoder hg_ldap;

#endif
