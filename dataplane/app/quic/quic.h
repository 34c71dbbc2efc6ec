/* The QUIC decoder (docs/protocols/quic.md). */
#ifndef HG_APP_QUIC_QUIC_H
#define HG_APP_QUIC_QUIC_H

#include "app/app.h"

extern const struct hg_decoder hg_quic;

#endif
