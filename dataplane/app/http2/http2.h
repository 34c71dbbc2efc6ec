/* http2: the decoder of HTTP/2 in clear (RFC 9113), with prior knowledge or behind an upgrade. Everything else is private. */
#ifndef HG_APP_HTTP2_HTTP2_H
#define HG_APP_HTTP2_HTTP2_H

#include "app/app.h"

extern const struct hg_decoder hg_http2;

#endif
