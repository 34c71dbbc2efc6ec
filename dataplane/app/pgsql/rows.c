/* Names that rules and operators use: buffers, malformations. */
#include "app/pgsql/pgsql_int.h"

#define AT(server, client)     \
	{                      \
		server, client \
	}

const struct hg_buffer_row hg_pgsql_buffers[HG_PGSQL_BUFFERS] = {
	[HG_PGSQL_BUFFER_USER] = { "pgsql.user", HG_SIDE_SERVER, AT(HG_PGSQL_OPEN, 0), 0, 2,
		"who logs in, or who has logged in when something is asked" },
	[HG_PGSQL_BUFFER_COMMAND] = { "pgsql.command", HG_SIDE_SERVER, AT(HG_PGSQL_OPEN, 0), 0, 4,
		"what is asked: query, parse, execute, function_call, terminate, cancel" },
	[HG_PGSQL_BUFFER_QUERY] = { "pgsql.query", HG_SIDE_SERVER, AT(HG_PGSQL_OPEN, 0), 0, 2,
		"the text of a query, or of a statement that is parsed or executed" },
	[HG_PGSQL_BUFFER_ERROR] = { "pgsql.error", HG_SIDE_CLIENT, AT(0, HG_PGSQL_DONE), 0, 2,
		"the server's message with an error" },
	[HG_PGSQL_STREAM] = HG_FRAME_STREAM("pgsql"),
};

const struct hg_anomaly_row hg_pgsql_anomalies[HG_PGSQL_ANOMALIES] = {
	[HG_PGSQL_MALFORMED] = { "malformed_data",
		"a message does not follow the protocol: the connection is not read any further" },
	[HG_PGSQL_LOGIN_FAILED] = { "login_failed", "the server refuses a login" },
	[HG_PGSQL_EMPTY_PASSWORD] = { "empty_password", "somebody answers with an empty password" },
	[HG_PGSQL_CLEAR_PASSWORD] = { "cleartext_password", "a password passes as it was typed" },
	[HG_PGSQL_COPY_PROGRAM] = { "copy_program",
		"COPY runs a program on the server's host (CVE-2019-9193)" },
	[HG_PGSQL_TOO_MANY] = { "too_many_messages",
		"more than 64 messages wait for their answer: the first ones are told without" },
};
