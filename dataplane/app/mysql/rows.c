/* Names that rules and operators use: buffers, malformations. */
#include "app/mysql/mysql_int.h"

#define AT(server, client)     \
	{                      \
		server, client \
	}

const struct hg_buffer_row hg_mysql_buffers[HG_MYSQL_BUFFERS] = {
	[HG_MYSQL_VERSION] = { "mysql.version", HG_SIDE_CLIENT, AT(0, HG_MYSQL_OPEN), 0, 2,
		"the version that the server's greeting tells" },
	[HG_MYSQL_USER] = { "mysql.user", HG_SIDE_SERVER, AT(HG_MYSQL_OPEN, 0), 0, 2,
		"who logs in, or who has logged in when a command is sent" },
	[HG_MYSQL_COMMAND] = { "mysql.command", HG_SIDE_SERVER, AT(HG_MYSQL_OPEN, 0), 0, 4,
		"a command's name: query, init_db, stmt_prepare" },
	[HG_MYSQL_STATEMENT] = { "mysql.query", HG_SIDE_SERVER, AT(HG_MYSQL_OPEN, 0), 0, 2,
		"the text of a statement, also of one that is prepared, or the name of a database" },
	[HG_MYSQL_ERROR] = { "mysql.error", HG_SIDE_CLIENT, AT(0, HG_MYSQL_DONE), 0, 2,
		"the server's message with an error" },
	[HG_MYSQL_STREAM] = HG_FRAME_STREAM("mysql"),
};

const struct hg_anomaly_row hg_mysql_anomalies[HG_MYSQL_ANOMALIES] = {
	[HG_MYSQL_MALFORMED] = { "malformed_data",
		"a packet does not follow the protocol: the connection is not read any further" },
	[HG_MYSQL_LOGIN_FAILED] = { "login_failed", "the server refuses a login" },
	[HG_MYSQL_EMPTY_PASSWORD] = { "empty_password", "somebody logs in without a password" },
	[HG_MYSQL_CLEAR_PASSWORD] = { "cleartext_password",
		"a password passes as it was typed (mysql_clear_password, dialog)" },
	[HG_MYSQL_OLD_PASSWORD] = { "old_password",
		"a login by the digest of before MySQL 4.1 (old_passwords), which is soon guessed" },
	[HG_MYSQL_LOCAL_FILE] = { "local_infile_request", "the server asks the client for a file" },
	[HG_MYSQL_FILE_UNASKED] = { "local_infile_unasked",
		"the server asks the client for a file although the statement loads none: a server that "
		"steals files" },
	[HG_MYSQL_UNKNOWN_COMMAND] = { "unknown_command", "a command that neither MySQL nor MariaDB has" },
	[HG_MYSQL_TOO_MANY] = { "too_many_commands",
		"more than 32 commands wait for their answer: the first ones are told without" },
};
