#include "packet/verdict.h"

static const char *const names[HG_DROP_REASONS] = {
	[HG_DROP_NONE] = "none",
	[HG_DROP_DECODE] = "decode error",
	[HG_DROP_DEFRAG_MEMCAP] = "defrag memcap",
	[HG_DROP_FLOW_MEMCAP] = "flow memcap",
	[HG_DROP_FLOW] = "flow drop",
	[HG_DROP_APP_ERROR] = "applayer error",
	[HG_DROP_RULES] = "rules",
	[HG_DROP_THRESHOLD] = "threshold detection_filter",
	[HG_DROP_STREAM_ERROR] = "stream error",
	[HG_DROP_STREAM_MEMCAP] = "stream memcap",
	[HG_DROP_MIDSTREAM] = "stream midstream",
	[HG_DROP_STREAM_REASSEMBLY] = "stream reassembly",
	[HG_DROP_STREAM_URGENT] = "stream urgent",
	[HG_DROP_BLOCKED] = "blocked",
	[HG_DROP_OVERLOAD] = "overload",
};

const char *
hg_drop_reason_name(enum hg_drop_reason reason)
{
	return names[reason];
}

void
hg_packet_drop(struct hg_packet *p, enum hg_drop_reason reason, bool ips)
{
	if (!ips)
		return;
	p->flags |= HG_PKT_DROPPED;
	if (p->drop_reason == HG_DROP_NONE)
		p->drop_reason = (uint8_t)reason;
}

void
hg_packet_except(struct hg_packet *p, enum hg_exception policy, enum hg_drop_reason reason, bool ips)
{
	if (policy == HG_EXCEPTION_IGNORE)
		return;
	if (policy >= HG_EXCEPTION_DROP_PACKET)
		hg_packet_drop(p, reason, ips);
	/* Out of line a reject does nothing: there is nobody to tell. */
	if (policy == HG_EXCEPTION_REJECT && !ips)
		return;
	p->flags |= HG_PKT_NO_PAYLOAD | HG_PKT_NO_DETECT;
	if (policy == HG_EXCEPTION_REJECT)
		p->flags |= HG_PKT_REJECTED;
}
