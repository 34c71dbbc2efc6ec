/* krb5: the decoder of Kerberos 5 between clients and their KDC (RFC 4120). Everything else is private. */
#ifndef HG_APP_KRB5_KRB5_H
#define HG_APP_KRB5_KRB5_H

#include "app/app.h"

extern const struct hg_decoder hg_krb5;

#endif
