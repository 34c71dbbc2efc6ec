#include "flow/exception.h"

void
hg_exception_apply(struct hg_packet *p, enum hg_exception policy, enum hg_drop_reason reason, bool ips)
{
	struct hg_flow *f = p->flow;

	hg_packet_except(p, policy, reason, ips);
	if (f == NULL)
		return;
	switch (policy) {
	case HG_EXCEPTION_REJECT:
		if (!ips)
			break;
		__attribute__((fallthrough));
	case HG_EXCEPTION_DROP_FLOW:
		f->flags |= HG_FLOW_ACTION_DROP | HG_FLOW_NO_PAYLOAD | HG_FLOW_NO_DETECT |
			(ips ? HG_FLOW_DROP : 0);
		break;
	case HG_EXCEPTION_BYPASS:
		hg_flow_set_state(f, HG_FLOW_BYPASSED);
		__attribute__((fallthrough));
	case HG_EXCEPTION_PASS_FLOW:
		f->flags |= HG_FLOW_ACTION_PASS | HG_FLOW_NO_DETECT;
		break;
	default:
		break;
	}
}
