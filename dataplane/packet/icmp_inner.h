/* icmp_inner: the packet an ICMP error complains about, as far as the error quotes it; private to packet/. */
#ifndef HG_PACKET_ICMP_INNER_H
#define HG_PACKET_ICMP_INNER_H

#include "packet/layer.h"

/* Fill icmp.inner_*; inner_proto stays 0 unless the quoted upper header is whole. */
void hg_icmp_inner_v4(struct hg_decoding *c, struct hg_span quoted);
void hg_icmp_inner_v6(struct hg_decoding *c, struct hg_span quoted);

#endif
