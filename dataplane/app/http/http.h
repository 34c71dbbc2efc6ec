/* http: the decoder of HTTP/1.x and 0.9 (RFC 9110, 9112), as the peer reads it. Everything else is private. */
#ifndef HG_APP_HTTP_HTTP_H
#define HG_APP_HTTP_HTTP_H

#include "app/app.h"

extern const struct hg_decoder hg_http;

#endif
