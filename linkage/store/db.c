#include "linkage/store/store_int.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static const char schema[] =
	"PRAGMA journal_mode=WAL;"
	"PRAGMA synchronous=FULL;"
	"PRAGMA wal_autocheckpoint=8192;"
	"PRAGMA cache_size=-16384;"
	"PRAGMA busy_timeout=5000;"
	"CREATE TABLE IF NOT EXISTS lease("
	"family INTEGER NOT NULL, addr BLOB NOT NULL, len INTEGER NOT NULL, origin INTEGER NOT NULL, id "
	"INTEGER NOT NULL,"
	"granted INTEGER NOT NULL, expires INTEGER NOT NULL, ended INTEGER NOT NULL, ttl INTEGER NOT NULL,"
	"level INTEGER NOT NULL, gid INTEGER NOT NULL, sid INTEGER NOT NULL, flow INTEGER NOT NULL,"
	"targets TEXT NOT NULL, why TEXT NOT NULL,"
	"PRIMARY KEY(family, addr, len, origin)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS journal("
	"seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, line BLOB NOT NULL, hash BLOB NOT NULL);"
	/* Targets whose having it is in the journal, and not yet that they have it no more. */
	"CREATE TABLE IF NOT EXISTS told("
	"family INTEGER NOT NULL, addr BLOB NOT NULL, len INTEGER NOT NULL, target TEXT NOT NULL,"
	"PRIMARY KEY(family, addr, len, target)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS flag(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"PRAGMA user_version=1;";

static const struct {
	size_t at; /* of the statement in struct hg_db */
	const char *sql;
} statements[] = {
	{ offsetof(struct hg_db, put),
		"INSERT OR REPLACE INTO lease VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)" },
	{ offsetof(struct hg_db, forget),
		"DELETE FROM lease WHERE family=?1 AND addr=?2 AND len=?3 AND origin=?4" },
	{ offsetof(struct hg_db, told), "INSERT OR REPLACE INTO told VALUES(?1,?2,?3,?4)" },
	{ offsetof(struct hg_db, untold),
		"DELETE FROM told WHERE family=?1 AND addr=?2 AND len=?3 AND target=?4" },
	{ offsetof(struct hg_db, flag), "INSERT OR REPLACE INTO flag VALUES(?1,?2)" },
	{ offsetof(struct hg_db, older_leases), "DELETE FROM lease WHERE ended<>0 AND ended<?1" },
	/* The newest record always stays: the chain goes on from it. */
	{ offsetof(struct hg_db, older_journal),
		"DELETE FROM journal WHERE at<?1 AND seq<(SELECT max(seq) FROM journal)" },
	{ offsetof(struct hg_db, journal), "INSERT INTO journal VALUES(?1,?2,?3,?4)" },
};

int
hg_db_fail(struct hg_db *db, struct hg_error *err, const char *what)
{
	return hg_error_set(err, -EIO, "%s: %s", what, sqlite3_errmsg(db->handle));
}

static sqlite3_stmt **
statement(struct hg_db *db, size_t i)
{
	return (sqlite3_stmt **)((char *)db + statements[i].at);
}

static int
read_last(struct hg_db *db, struct hg_error *err)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db->handle, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", -1, &s,
		    NULL) != SQLITE_OK)
		return hg_db_fail(db, err, "cannot read the journal");
	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_bytes(s, 1) == HG_CHAIN) {
		db->last = (uint64_t)sqlite3_column_int64(s, 0);
		memcpy(db->chain, sqlite3_column_blob(s, 1), HG_CHAIN);
	}
	sqlite3_finalize(s);
	return 0;
}

int
hg_db_open(struct hg_db *db, const char *path, struct hg_error *err)
{
	int status = 0;

	*db = (struct hg_db){ .sha = EVP_MD_CTX_new() };
	if (db->sha == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the store");
	if (sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
		status = hg_error_set(
			err, -EIO, "cannot open the store %s: %s", path, sqlite3_errmsg(db->handle));
	else if (sqlite3_exec(db->handle, schema, NULL, NULL, NULL) != SQLITE_OK)
		status = hg_error_set(
			err, -EIO, "cannot use the store %s: %s", path, sqlite3_errmsg(db->handle));
	for (size_t i = 0; status == 0 && i < HG_COUNT(statements); i++)
		if (sqlite3_prepare_v3(db->handle, statements[i].sql, -1, SQLITE_PREPARE_PERSISTENT,
			    statement(db, i), NULL) != SQLITE_OK)
			status = hg_db_fail(db, err, path);
	if (status == 0)
		status = read_last(db, err);
	if (status < 0)
		hg_db_close(db);
	return status;
}

void
hg_db_close(struct hg_db *db)
{
	for (size_t i = 0; i < HG_COUNT(statements); i++)
		sqlite3_finalize(*statement(db, i));
	sqlite3_close(db->handle);
	EVP_MD_CTX_free(db->sha);
	*db = (struct hg_db){ 0 };
}

static void
bind_key(sqlite3_stmt *s, const struct hg_store_lease *l)
{
	sqlite3_bind_int(s, 1, l->net.family);
	sqlite3_bind_blob(s, 2, l->net.addr.b, l->net.family == 4 ? 4 : 16, SQLITE_STATIC);
	sqlite3_bind_int(s, 3, l->net.len);
	sqlite3_bind_int(s, 4, (int)l->origin);
}

static sqlite3_stmt *
bind_put(struct hg_db *db, const struct hg_store_lease *l)
{
	const int64_t numbers[] = { (int64_t)l->id, l->granted, l->expires, l->ended, l->ttl, l->level,
		l->gid, l->sid, (int64_t)l->flow_id };

	bind_key(db->put, l);
	for (size_t i = 0; i < HG_COUNT(numbers); i++)
		sqlite3_bind_int64(db->put, (int)i + 5, numbers[i]);
	sqlite3_bind_text(db->put, 14, l->targets, -1, SQLITE_STATIC);
	sqlite3_bind_text(db->put, 15, l->why, -1, SQLITE_STATIC);
	return db->put;
}

static sqlite3_stmt *
bind_told(struct hg_db *db, const struct hg_op *op)
{
	sqlite3_stmt *s = op->at != 0 ? db->told : db->untold;

	bind_key(s, &op->lease);
	sqlite3_bind_text(s, 4, op->text, -1, SQLITE_STATIC);
	return s;
}

static sqlite3_stmt *
bind_journal(struct hg_db *db, const struct hg_op *op)
{
	hg_chain_step(db->sha, db->next_chain, hg_span(op->text, op->len));
	sqlite3_bind_int64(db->journal, 1, (sqlite3_int64)op->seq);
	sqlite3_bind_int64(db->journal, 2, op->at);
	sqlite3_bind_blob(db->journal, 3, op->text, (int)op->len, SQLITE_STATIC);
	sqlite3_bind_blob(db->journal, 4, db->next_chain, HG_CHAIN, SQLITE_STATIC);
	return db->journal;
}

static int
run(sqlite3_stmt *s)
{
	const int status = sqlite3_step(s);

	sqlite3_reset(s);
	return status == SQLITE_DONE ? 0 : -EIO;
}

static int
write_op(struct hg_db *db, const struct hg_op *op)
{
	switch (op->kind) {
	case HG_OP_PUT:
		return run(bind_put(db, &op->lease));
	case HG_OP_FORGET:
		bind_key(db->forget, &op->lease);
		return run(db->forget);
	case HG_OP_TOLD:
		return run(bind_told(db, op));
	case HG_OP_FLAG:
		sqlite3_bind_text(db->flag, 1, op->text, -1, SQLITE_STATIC);
		sqlite3_bind_int64(db->flag, 2, op->at);
		return run(db->flag);
	case HG_OP_OLDER:
		sqlite3_bind_int64(db->older_leases, 1, op->at);
		sqlite3_bind_int64(db->older_journal, 1, op->at2);
		return run(db->older_leases) < 0 ? -EIO : run(db->older_journal);
	default:
		return run(bind_journal(db, op));
	}
}

int
hg_db_commit(struct hg_db *db, const struct hg_op *ops, struct hg_error *err)
{
	int status = sqlite3_exec(db->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ? 0 : -EIO;
	uint64_t last = db->last;

	memcpy(db->next_chain, db->chain, HG_CHAIN);
	for (const struct hg_op *op = ops; status == 0 && op != NULL; op = op->next) {
		status = write_op(db, op);
		if (op->kind == HG_OP_JOURNAL)
			last = op->seq;
	}
	if (status == 0 && sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		status = -EIO;
	if (status < 0) {
		hg_db_fail(db, err, "cannot write to the store");
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
		return status;
	}
	memcpy(db->chain, db->next_chain, HG_CHAIN);
	db->last = last;
	return 0;
}

static struct hg_net
take_net(sqlite3_stmt *s)
{
	const int family = sqlite3_column_int(s, 0);
	struct hg_addr addr = { 0 };

	memcpy(addr.b, sqlite3_column_blob(s, 1), (size_t)HG_MIN(sqlite3_column_bytes(s, 1), 16));
	return hg_net_of(&addr, family == 4 ? 4 : 6, (uint8_t)sqlite3_column_int(s, 2));
}

static void
take_lease(sqlite3_stmt *s, struct hg_store_lease *l)
{
	*l = (struct hg_store_lease){ .net = take_net(s),
		.origin = sqlite3_column_int(s, 3) == HG_ORIGIN_OPERATOR ? HG_ORIGIN_OPERATOR
									 : HG_ORIGIN_POLICY,
		.id = (uint64_t)sqlite3_column_int64(s, 4),
		.granted = sqlite3_column_int64(s, 5),
		.expires = sqlite3_column_int64(s, 6),
		.ended = sqlite3_column_int64(s, 7),
		.ttl = (uint32_t)sqlite3_column_int64(s, 8),
		.level = (uint32_t)sqlite3_column_int64(s, 9),
		.gid = (uint32_t)sqlite3_column_int64(s, 10),
		.sid = (uint32_t)sqlite3_column_int64(s, 11),
		.flow_id = (uint64_t)sqlite3_column_int64(s, 12) };
	snprintf(l->targets, sizeof(l->targets), "%s", (const char *)sqlite3_column_text(s, 13));
	snprintf(l->why, sizeof(l->why), "%s", (const char *)sqlite3_column_text(s, 14));
}

int
hg_db_load(struct hg_db *db, hg_store_each each, void *ctx, struct hg_error *err)
{
	sqlite3_stmt *s;
	int step;

	if (sqlite3_prepare_v2(db->handle, "SELECT * FROM lease", -1, &s, NULL) != SQLITE_OK)
		return hg_db_fail(db, err, "cannot read the leases");
	while ((step = sqlite3_step(s)) == SQLITE_ROW) {
		struct hg_store_lease l;

		take_lease(s, &l);
		each(ctx, &l);
	}
	sqlite3_finalize(s);
	return step == SQLITE_DONE ? 0 : hg_db_fail(db, err, "cannot read the leases");
}

int
hg_db_load_told(struct hg_db *db, hg_store_each_told each, void *ctx, struct hg_error *err)
{
	sqlite3_stmt *s;
	int step;

	if (sqlite3_prepare_v2(db->handle, "SELECT * FROM told", -1, &s, NULL) != SQLITE_OK)
		return hg_db_fail(db, err, "cannot read what was told");
	while ((step = sqlite3_step(s)) == SQLITE_ROW) {
		const struct hg_net net = take_net(s);

		each(ctx, &net, (const char *)sqlite3_column_text(s, 3));
	}
	sqlite3_finalize(s);
	return step == SQLITE_DONE ? 0 : hg_db_fail(db, err, "cannot read what was told");
}

bool
hg_db_flag(struct hg_db *db, const char *name)
{
	sqlite3_stmt *s;
	bool value;

	if (sqlite3_prepare_v2(db->handle, "SELECT value FROM flag WHERE name=?1", -1, &s, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	value = sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) != 0;
	sqlite3_finalize(s);
	return value;
}
