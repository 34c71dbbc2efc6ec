#include "rules/keyword/keyword_int.h"

static const struct hg_keyword rows[] = {
	HG_NUMBER_ROW("ldap.request.operation", "ldap.request.operation",
		"What the client asks for, by its number in RFC 4511: 0 binds, 3 searches."),
	HG_NUMBER_ROW("ldap.responses.result_code", "ldap.responses.result_code",
		"The result code of the answer: 49 are invalid credentials."),
};
HG_KEYWORDS(ldap, rows);
