/* decode: the decoder's own state; private to packet/. */
#ifndef HG_PACKET_DECODE_H
#define HG_PACKET_DECODE_H

#include "base/pool.h"
#include "packet/defrag.h"
#include "packet/layer.h"

struct hg_decode {
	struct hg_pool self; /* the one element that this structure is */
	struct hg_decode_config config;
	struct hg_decode_stats stats;
	struct hg_defrag defrag;
};

#endif
