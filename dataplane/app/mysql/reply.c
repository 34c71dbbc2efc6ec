/* The server's answers to commands: OK and ERR, results with their rows, requests for files. */
#include "app/mysql/mysql_int.h"

#define MORE_RESULTS 8 /* of the status that OK and EOF say */
#define EOF_MOST 9     /* bytes below which 0xfe ends rows where there are EOFs */

enum { SAYS_OK = 0, SAYS_FILE = 0xfb, SAYS_EOF = 0xfe, SAYS_ERR = 0xff };

static struct hg_mysql_wait *
oldest(struct hg_mysql *s)
{
	return s->n_waiting == 0 ? NULL : &s->waiting[s->first];
}

static bool
without_eof(const struct hg_mysql *s)
{
	return (s->caps & s->server_caps & HG_MYSQL_NO_EOF) != 0;
}

/* A result is over: the command is, or another one follows. */
static void
end_result(struct hg_mysql *s, uint16_t status)
{
	s->part = HG_MYSQL_FIRST;
	s->again = (status & MORE_RESULTS) != 0;
	if (!s->again)
		hg_mysql_settle(s);
}

static void
end_good(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	const struct hg_mysql_wait *w = oldest(s);
	uint16_t status;

	hg_mysql_ok(tx, body, &status);
	if (w->command == HG_MYSQL_INIT_DB && tx != NULL)
		hg_mysql_note(&s->database, tx->text);
	end_result(s, status);
}

static void
end_bad(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	hg_mysql_err(tx, body);
	hg_mysql_settle(s);
}

/* ---- what begins an answer ---- */

/* Servers may ask for any file, whatever the statement said: clients ought to refuse. */
static void
ask_file(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	s->file = s->again = true;
	if (tx == NULL)
		return;
	tx->file = hg_mysql_keep(tx, hg_span_from(body, 1));
	hg_mysql_odd(tx, HG_TO_CLIENT, HG_MYSQL_LOCAL_FILE);
	if (!tx->cut && !hg_span_has_nocase(tx->text, HG_BYTES("load")))
		hg_mysql_odd(tx, HG_TO_CLIENT, HG_MYSQL_FILE_UNASKED);
}

/* The statement's number, then what it takes and what it gives. */
static bool
prepared(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(hg_span_from(body, 1));
	const uint32_t id = hg_read_u32le(&r);
	const uint16_t columns = hg_read_u16le(&r), parameters = hg_read_u16le(&r);

	if (hg_reader_failed(&r))
		return false;
	if (tx != NULL) {
		tx->status = HG_MYSQL_OK;
		tx->statement_id = id;
		tx->has_statement_id = true;
	}
	s->definitions = (uint64_t)columns + parameters;
	if (!without_eof(s))
		s->definitions += (columns > 0) + (parameters > 0);
	s->part = HG_MYSQL_DEFINITIONS;
	if (s->definitions == 0)
		hg_mysql_settle(s);
	return true;
}

/* How many columns the rows have; MariaDB may say behind it that their names are known. */
static bool
begin_rows(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	const uint64_t columns = hg_mysql_lenenc(&r);
	const bool known = hg_reader_left(&r) == 1 && hg_read_u8(&r) == 0;

	if (hg_reader_failed(&r) || columns == 0)
		return false;
	if (tx != NULL) {
		tx->status = HG_MYSQL_OK;
		tx->has_rows = true;
		tx->columns = columns;
	}
	s->definitions = (known ? 0 : columns) + !without_eof(s);
	s->part = s->definitions > 0 ? HG_MYSQL_DEFINITIONS : HG_MYSQL_ROWS;
	return true;
}

static bool
is_rows_only(uint8_t command)
{
	return command == HG_MYSQL_FIELD_LIST || command == HG_MYSQL_STMT_FETCH;
}

/* Events follow these as long as the connection lasts: they are no answers to anything. */
static bool
is_endless(uint8_t command)
{
	return command == HG_MYSQL_BINLOG_DUMP || command == HG_MYSQL_BINLOG_DUMP_GTID ||
		command == HG_MYSQL_TABLE_DUMP;
}

static bool
begin_answer(struct hg_mysql *s, const struct hg_mysql_wait *w, struct hg_mysql_tx *tx, struct hg_span body)
{
	const uint8_t first = body.p[0];

	if (first == SAYS_ERR) {
		end_bad(s, tx, body);
		return true;
	}
	if (w->command == HG_MYSQL_STATISTICS || is_endless(w->command)) {
		if (tx != NULL)
			tx->status = HG_MYSQL_OK;
		hg_mysql_settle(s);
		return true;
	}
	if (w->command == HG_MYSQL_STMT_PREPARE && first == SAYS_OK)
		return prepared(s, tx, body);
	if (first == SAYS_OK || (first == SAYS_EOF && body.len < EOF_MOST)) {
		end_good(s, tx, body);
		return true;
	}
	if (first == SAYS_FILE) {
		ask_file(s, tx, body);
		return true;
	}
	return begin_rows(s, tx, body);
}

/* ---- what follows ---- */

static void
end_definitions(struct hg_mysql *s, const struct hg_mysql_wait *w)
{
	if (--s->definitions > 0)
		return;
	if (w->command == HG_MYSQL_STMT_PREPARE)
		hg_mysql_settle(s);
	else
		s->part = HG_MYSQL_ROWS;
}

static bool
ends_rows(const struct hg_mysql *s, struct hg_span body)
{
	const uint64_t length = s->head[HG_TO_CLIENT].length;

	return body.p[0] == SAYS_EOF && length < (without_eof(s) ? 0xffffff : EOF_MOST);
}

static void
take_row(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	if (body.len > 0 && body.p[0] == SAYS_ERR) {
		end_bad(s, tx, body);
	} else if (body.len > 0 && ends_rows(s, body)) {
		end_good(s, tx, body);
	} else if (tx != NULL) {
		tx->has_rows = true;
		tx->rows++;
	}
}

/* What is numbered otherwise than its first answer belongs to what was asked before, or to nobody. */
static bool
is_of_another(const struct hg_mysql *s, const struct hg_mysql_wait *w, uint8_t number)
{
	return s->part == HG_MYSQL_FIRST && !s->again && number != w->answer;
}

bool
hg_mysql_reply(struct hg_mysql *s, struct hg_span body, uint8_t number)
{
	const struct hg_mysql_wait *w = oldest(s);
	struct hg_mysql_tx *tx;

	if (w == NULL || is_of_another(s, w, number))
		return true;
	tx = hg_mysql_tx_of(s, w->tx);
	if (s->part == HG_MYSQL_FIRST && is_rows_only(w->command))
		s->part = HG_MYSQL_ROWS;
	if (s->part == HG_MYSQL_DEFINITIONS) {
		end_definitions(s, w);
		return true;
	}
	if (s->part == HG_MYSQL_ROWS) {
		take_row(s, tx, body);
		return true;
	}
	if (body.len > 0)
		return begin_answer(s, w, tx, body);
	hg_mysql_settle(s);
	return hg_head_cut(&s->head[HG_TO_CLIENT]);
}
