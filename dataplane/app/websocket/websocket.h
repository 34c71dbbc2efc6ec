/* websocket: the decoder of WebSocket (RFC 6455) behind an upgrade of HTTP/1. Everything else is private. */
#ifndef HG_APP_WEBSOCKET_WEBSOCKET_H
#define HG_APP_WEBSOCKET_WEBSOCKET_H

#include "app/app.h"

extern const struct hg_decoder hg_websocket;

#endif
