/* verdict: why a packet does not pass, and what is done with one that an engine has no room for (exception policies). */
#ifndef HG_PACKET_VERDICT_H
#define HG_PACKET_VERDICT_H

#include "packet/packet.h"

/* EVE drop.reason; names in hg_drop_reason_name(). */
enum hg_drop_reason {
	HG_DROP_NONE,
	HG_DROP_DECODE,
	HG_DROP_DEFRAG_MEMCAP,
	HG_DROP_FLOW_MEMCAP,
	HG_DROP_FLOW,
	HG_DROP_APP_ERROR,
	HG_DROP_RULES,
	HG_DROP_THRESHOLD,
	HG_DROP_STREAM_ERROR,
	HG_DROP_STREAM_MEMCAP,
	HG_DROP_MIDSTREAM,
	HG_DROP_STREAM_REASSEMBLY,
	HG_DROP_STREAM_URGENT,
	HG_DROP_BLOCKED,
	HG_DROP_OVERLOAD,
	HG_DROP_REASONS
};

const char *hg_drop_reason_name(enum hg_drop_reason reason);

/* Values of exception-policy and of the policies by engine. */
enum hg_exception {
	HG_EXCEPTION_IGNORE,
	HG_EXCEPTION_PASS_PACKET,
	HG_EXCEPTION_PASS_FLOW,
	HG_EXCEPTION_BYPASS,
	HG_EXCEPTION_DROP_PACKET,
	HG_EXCEPTION_DROP_FLOW,
	HG_EXCEPTION_REJECT,
};

/* Inline the packet is dropped; the first reason stays. */
void hg_packet_drop(struct hg_packet *p, enum hg_drop_reason reason, bool ips);

/* The part of a policy that concerns the packet alone. */
void hg_packet_except(struct hg_packet *p, enum hg_exception policy, enum hg_drop_reason reason, bool ips);

#endif
