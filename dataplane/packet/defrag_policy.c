/* defrag_policy: whose bytes count when two fragments overlap. */
#include "packet/defrag.h"

enum rule {
	RULE_BSD,       /* the one that begins first; the old one when both do */
	RULE_BSD_RIGHT, /* the one that begins last; the new one when both do */
	RULE_LINUX,     /* the one that begins first; the new one when both do */
	RULE_WINDOWS,   /* the old one, unless the new one sticks out at both ends */
	RULE_SOLARIS,   /* the old one, unless the new one begins before it and covers it */
	RULE_FIRST,
	RULE_LAST,
};

static const uint8_t rules[] = {
	[HG_OS_BSD] = RULE_BSD,
	[HG_OS_BSD_RIGHT] = RULE_BSD_RIGHT,
	[HG_OS_OLD_LINUX] = RULE_LINUX,
	[HG_OS_LINUX] = RULE_LINUX,
	[HG_OS_OLD_SOLARIS] = RULE_FIRST,
	[HG_OS_SOLARIS] = RULE_SOLARIS,
	[HG_OS_HPUX10] = RULE_BSD,
	[HG_OS_HPUX11] = RULE_FIRST,
	[HG_OS_IRIX] = RULE_BSD,
	[HG_OS_MACOS] = RULE_FIRST,
	[HG_OS_WINDOWS] = RULE_WINDOWS,
	[HG_OS_VISTA] = RULE_WINDOWS,
	[HG_OS_WINDOWS2K3] = RULE_WINDOWS,
	[HG_OS_FIRST] = RULE_FIRST,
	[HG_OS_LAST] = RULE_LAST,
};

bool
hg_defrag_new_wins(enum hg_os_policy policy, struct hg_extent fresh, struct hg_extent old)
{
	switch (policy < HG_COUNT(rules) ? rules[policy] : RULE_BSD) {
	case RULE_BSD_RIGHT:
		return fresh.from >= old.from;
	case RULE_LINUX:
		return fresh.from <= old.from;
	case RULE_WINDOWS:
		return fresh.from < old.from && fresh.to > old.to;
	case RULE_SOLARIS:
		return fresh.from < old.from && fresh.to >= old.to;
	case RULE_FIRST:
		return false;
	case RULE_LAST:
		return true;
	default:
		return fresh.from < old.from;
	}
}
