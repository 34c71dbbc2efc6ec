#include "rules/keyword/keyword_int.h"

static const struct hg_keyword rows[] = {
	HG_NUMBER_ROW("snmp.version", "snmp.version", "The version of SNMP: 1, 2 or 3."),
	HG_NUMBER_ROW("snmp.pdu_type", "snmp.pdu_type",
		"What the message asks or tells, by the number of its tag: 0 get, 3 set, 7 trap."),
};
HG_KEYWORDS(snmp, rows);
