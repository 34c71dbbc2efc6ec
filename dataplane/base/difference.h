/* difference: where hangu answers otherwise than Suricata 7, and why.
 *
 * One row a difference, for every layer; the code names the row wherever it makes one. Natively hangu does what is right;
 * under `compat: suricata7` each row's place answers as the peer does. `hangu check --list differences` prints the table
 * (docs/differences.md). A difference that is none of these is a defect.
 */
#ifndef HG_BASE_DIFFERENCE_H
#define HG_BASE_DIFFERENCE_H

#include <stdbool.h>

enum hg_difference {
	HG_DIFF_DECODE_IPIP,

	HG_DIFF_STREAM_PROBE,
	HG_DIFF_STREAM_SYN_ACKED,
	HG_DIFF_STREAM_SAME_BORDERS,
	HG_DIFF_STREAM_LONG_SEGMENT,

	HG_DIFF_APP_CLIENT_PORT,
	HG_DIFF_APP_PROBE_FIRST,
	HG_DIFF_APP_END,
	HG_DIFF_APP_UNDECIDED,

	HG_DIFF_HTTP_BEGINS_WITH_BYTE,
	HG_DIFF_HTTP_BODY_BY_PIECE,
	HG_DIFF_HTTP_STATUS_BY_PIECE,
	HG_DIFF_HTTP_HEAD_BY_PIECE,
	HG_DIFF_HTTP_OLD_BY_PIECE,
	HG_DIFF_HTTP_OLD_IS_LAST,
	HG_DIFF_HTTP_CONNECT_OPEN,
	HG_DIFF_HTTP_TUNNEL_FIRST,
	HG_DIFF_HTTP_SWITCH_OPEN,
	HG_DIFF_HTTP_PHANTOM_OPEN,
	HG_DIFF_HTTP_LENGTH_IS_FATAL,
	HG_DIFF_HTTP_BODY_OF_STATUS,
	HG_DIFF_HTTP_CHUNKED_INSIDE,
	HG_DIFF_HTTP_COUNTED_TWICE,
	HG_DIFF_HTTP_NUL_IGNORED,
	HG_DIFF_HTTP_HEAD_CUT_OFF,
	HG_DIFF_HTTP_CODING_LIST,
	HG_DIFF_HTTP_CODING_ORDER,
	HG_DIFF_HTTP_CODING_RETRY,
	HG_DIFF_HTTP_CODING_BLOCKS,
	HG_DIFF_HTTP_FILE_AT_LIMIT,
	HG_DIFF_HTTP_GAP_UNCOUNTED,
	HG_DIFF_HTTP_GAP_IGNORED,
	HG_DIFF_HTTP_END_COMPLETES,
	HG_DIFF_HTTP_HOST_CASE,
	HG_DIFF_HTTP_PORT_LATE,
	HG_DIFF_HTTP_PORT_EVENTS,
	HG_DIFF_HTTP_NAMED_LATE,
	HG_DIFF_HTTP_NAMED_AGAIN,
	HG_DIFF_HTTP_NAMED_LESS,

	HG_DIFF_DNS_MALFORMED,
	HG_DIFF_DNS_NOT_RESPONSE,

	HG_DIFF_TLS_RESUMED,
	HG_DIFF_TLS_QUIET,
	HG_DIFF_TLS_JA4,
	HG_DIFF_TLS_SSL2_KEY,
	HG_DIFF_TLS_SSL2_PADDED,
	HG_DIFF_TLS_END,

	HG_DIFF_EVENT_FILE,

	HG_DIFF_RULE_COMPARISONS,
	HG_DIFF_RULE_NOTHING_FOLLOWS,
	HG_DIFF_RULE_RETRY,
	HG_DIFF_RULE_WITHIN,
	HG_DIFF_RULE_NEGATED_DISTANCE,
	HG_DIFF_RULE_NEGATED_END,

	HG_DIFF_DETECT_NEGATED,
	HG_DIFF_DETECT_AGAIN,

	HG_DIFFERENCES
};

struct hg_difference_row {
	const char *where;         /* protocol or stage */
	const char *native, *peer; /* what either does */
	const char *why;           /* native is right */
};
extern const struct hg_difference_row hg_differences[HG_DIFFERENCES];

/* Is the peer's answer asked for? suricata7: what `compat` says. */
static inline bool
hg_as_peer(bool suricata7, enum hg_difference which)
{
	(void)which;
	return suricata7;
}

#endif
