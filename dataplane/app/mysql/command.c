/* The client's commands, and which of them wait for their answer. */
#include "app/mysql/mysql_int.h"
#include "app/sql.h"
#include "app/veil.h"

static const char *const names[HG_MYSQL_COMMANDS] = { "sleep", "quit", "init_db", "query", "field_list",
	"create_db", "drop_db", "refresh", "shutdown", "statistics", "process_info", "connect",
	"process_kill", "debug", "ping", "time", "delayed_insert", "change_user", "binlog_dump", "table_dump",
	"connect_out", "register_slave", "stmt_prepare", "stmt_execute", "stmt_send_long_data", "stmt_close",
	"stmt_reset", "set_option", "stmt_fetch", "daemon", "binlog_dump_gtid", "reset_connection" };

const char *
hg_mysql_command_name(uint8_t command)
{
	if (command < HG_MYSQL_COMMANDS)
		return names[command];
	return command == HG_MYSQL_BULK_EXECUTE ? "stmt_bulk_execute" : NULL;
}

/* ---- who waits ---- */

void
hg_mysql_settle(struct hg_mysql *s)
{
	struct hg_mysql_tx *tx;

	if (s->n_waiting == 0)
		return;
	tx = hg_mysql_tx_of(s, s->waiting[s->first].tx);
	s->first = (s->first + 1) % HG_MYSQL_WAITING;
	s->n_waiting--;
	s->part = HG_MYSQL_FIRST;
	s->again = s->file = false;
	if (tx != NULL)
		hg_tx_end(&tx->base);
}

void
hg_mysql_settle_all(struct hg_mysql *s)
{
	hg_mysql_login_over(s, HG_LOGIN_UNKNOWN);
	while (s->n_waiting > 0)
		hg_mysql_settle(s);
}

static void
wait_for_answer(struct hg_mysql *s, const struct hg_mysql_tx *tx, uint8_t command, uint8_t number)
{
	if (s->n_waiting == HG_MYSQL_WAITING) {
		if (s->spoke[HG_TO_CLIENT])
			hg_mysql_odd(
				hg_mysql_tx_of(s, s->waiting[s->first].tx), HG_TO_SERVER, HG_MYSQL_TOO_MANY);
		hg_mysql_settle(s);
	}
	s->waiting[(s->first + s->n_waiting) % HG_MYSQL_WAITING] =
		(struct hg_mysql_wait){ .tx = tx == NULL ? UINT64_MAX : tx->base.id,
			.command = command,
			.answer = (uint8_t)(number + 1) };
	s->n_waiting++;
}

static bool
is_answered(uint8_t command)
{
	return command != HG_MYSQL_QUIT && command != HG_MYSQL_STMT_CLOSE &&
		command != HG_MYSQL_STMT_LONG_DATA;
}

/* ---- what it says ---- */

/* A value of a query's attribute, by its type. */
static void
skip_value(struct hg_reader *r, uint8_t type)
{
	switch (type) {
	case 1: /* TINY */
		hg_read_skip(r, 1);
		break;
	case 2: /* SHORT, YEAR */
	case 13:
		hg_read_skip(r, 2);
		break;
	case 3: /* LONG, FLOAT, INT24 */
	case 4:
	case 9:
		hg_read_skip(r, 4);
		break;
	case 5: /* DOUBLE, LONGLONG */
	case 8:
		hg_read_skip(r, 8);
		break;
	case 6: /* NULL */
		break;
	case 7: /* TIMESTAMP, DATE, TIME, DATETIME */
	case 10:
	case 11:
	case 12:
		hg_read_counted8(r);
		break;
	default:
		hg_mysql_counted(r);
	}
}

#define ATTRIBUTES 64 /* of a query; behind more of them its text is not looked for */

/* What clients of MySQL 8 put in front of a query's text. */
static void
skip_attributes(struct hg_reader *r)
{
	const uint64_t n = hg_mysql_lenenc(r);
	uint8_t types[ATTRIBUTES];
	struct hg_span nulls;

	hg_mysql_lenenc(r);
	if (n > ATTRIBUTES)
		r->failed = true;
	if (n == 0 || hg_reader_failed(r))
		return;
	nulls = hg_read_span(r, (n + 7) / 8);
	hg_read_skip(r, 1);
	for (unsigned i = 0; i < n; i++) {
		types[i] = (uint8_t)hg_read_u16le(r);
		hg_mysql_counted(r);
	}
	for (unsigned i = 0; i < n && !hg_reader_failed(r); i++)
		if ((nulls.p[i / 8] >> (i % 8) & 1) == 0)
			skip_value(r, types[i]);
}

/* A statement: its passwords are hidden where it is shown. */
static void
take_text(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span text)
{
	const struct hg_head *h = &s->head[HG_TO_SERVER];
	struct hg_sql sql = hg_sql_of(text);
	struct hg_span secret;

	while (hg_sql_secret(&sql, &secret))
		hg_app_veil_at(
			s->app, HG_TO_SERVER, h->at + (uint64_t)(secret.p - hg_head_span(h).p), secret.len);
	if (tx == NULL)
		return;
	tx->length = h->length - (uint64_t)(text.p - hg_head_span(h).p);
	tx->text = hg_span_keep(&tx->base.arena, text);
	tx->shown = hg_app_masks(s->app) ? hg_sql_masked(&tx->base.arena, tx->text) : tx->text;
}

static void
read_command(struct hg_mysql *s, struct hg_mysql_tx *tx, uint8_t command, struct hg_span rest)
{
	struct hg_reader r = hg_reader_of(rest);

	switch (command) {
	case HG_MYSQL_QUERY:
		if (s->caps & s->server_caps & HG_MYSQL_QUERY_ATTRIBUTES)
			skip_attributes(&r);
		if (!hg_reader_failed(&r))
			take_text(s, tx, hg_read_rest(&r));
		break;
	case HG_MYSQL_STMT_PREPARE:
	case HG_MYSQL_INIT_DB:
	case HG_MYSQL_CREATE_DB:
	case HG_MYSQL_DROP_DB:
	case HG_MYSQL_FIELD_LIST:
		take_text(s, tx, command == HG_MYSQL_FIELD_LIST ? hg_mysql_text(&r) : rest);
		break;
	case HG_MYSQL_STMT_EXECUTE:
	case HG_MYSQL_STMT_FETCH:
	case HG_MYSQL_STMT_CLOSE:
	case HG_MYSQL_BULK_EXECUTE:
		if (tx == NULL)
			break;
		tx->statement_id = hg_read_u32le(&r);
		tx->has_statement_id = !hg_reader_failed(&r);
		break;
	case HG_MYSQL_CHANGE_USER:
		hg_mysql_change_user(s, tx, rest);
		break;
	default:
		break;
	}
}

/* Data for a statement comes in many packets, of which nothing is told. */
bool
hg_mysql_command_begins(struct hg_mysql *s, struct hg_span body, uint8_t number)
{
	struct hg_mysql_tx *tx;
	uint8_t command;

	if (body.len == 0)
		return hg_head_cut(&s->head[HG_TO_SERVER]);
	command = body.p[0];
	if (command == HG_MYSQL_STMT_LONG_DATA)
		return true;
	tx = hg_mysql_begin(s);
	if (tx != NULL) {
		tx->command = command;
		tx->cut = hg_head_cut(&s->head[HG_TO_SERVER]);
		tx->user = hg_mysql_keep(tx, hg_buf_span(&s->user));
		tx->database = hg_mysql_keep(tx, hg_buf_span(&s->database));
	}
	if (hg_mysql_command_name(command) == NULL)
		hg_mysql_odd(tx, HG_TO_SERVER, HG_MYSQL_UNKNOWN_COMMAND);
	read_command(s, tx, command, hg_span_from(body, 1));
	if (command == HG_MYSQL_CHANGE_USER)
		return true;
	if (is_answered(command))
		wait_for_answer(s, tx, command, number);
	if (tx != NULL && is_answered(command))
		hg_tx_progress(&tx->base, HG_TO_SERVER, HG_MYSQL_DONE);
	else if (tx != NULL)
		hg_tx_end(&tx->base);
	return true;
}
