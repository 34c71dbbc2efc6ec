/* Where names lead: the directory of a session is known from PWD on, and followed by what CWD and CDUP are answered. The path of
 * a name is what its components say; links on the server are not known. */
#include "app/ftp/ftp_int.h"

#define FAR_UP 3 /* directories above an unknown one that nobody climbs by chance */

static bool
is_letter(uint8_t c)
{
	return hg_lower(c) >= 'a' && hg_lower(c) <= 'z';
}

static bool
has_drive(struct hg_span s)
{
	return s.len >= 3 && is_letter(s.p[0]) && s.p[1] == ':' && (s.p[2] == '/' || s.p[2] == '\\');
}

static bool
is_absolute(struct hg_span s)
{
	return (s.len > 0 && s.p[0] == '/') || has_drive(s);
}

static struct hg_span
take_component(struct hg_span *rest)
{
	const size_t end = HG_MIN(hg_span_find(*rest, 0, '/'), rest->len);
	const struct hg_span c = hg_span_sub(*rest, 0, end);

	*rest = hg_span_from(*rest, end + 1);
	return c;
}

struct walk {
	uint8_t *room;
	size_t n;
	bool fits;
	unsigned above; /* components that lead above where it began */
};

static void
step(struct walk *w, struct hg_span c)
{
	if (c.len == 0 || hg_span_eq(c, HG_BYTES(".")))
		return;
	if (hg_span_eq(c, HG_BYTES(".."))) {
		w->above += w->n == 0;
		while (w->n > 0 && w->room[--w->n] != '/')
			;
		return;
	}
	if (c.len + 1 > HG_FTP_PATH - w->n) {
		w->fits = false;
		return;
	}
	w->room[w->n] = '/';
	memcpy(w->room + w->n + 1, c.p, c.len);
	w->n += c.len + 1;
}

static void
walk(struct walk *w, struct hg_span path)
{
	while (path.len > 0)
		step(w, take_component(&path));
}

bool
hg_ftp_resolve(struct hg_span cwd, struct hg_span argument, uint8_t room[HG_FTP_PATH], struct hg_span *out,
	bool *climbs)
{
	const bool absolute = is_absolute(argument), known = absolute || (cwd.len > 0 && !has_drive(cwd));
	struct walk w = { .room = room, .fits = true };

	*climbs = false;
	*out = argument;
	if (has_drive(argument))
		return argument.len <= HG_FTP_PATH;
	if (argument.len > 0 && argument.p[0] == '~')
		return false;
	if (!absolute && known)
		walk(&w, cwd);
	walk(&w, argument);
	*climbs = w.above >= (known ? 1 : FAR_UP);
	if (w.n == 0)
		room[w.n++] = '/';
	*out = hg_span(room, w.n);
	return known && w.fits;
}

/* A quote inside is doubled. */
bool
hg_ftp_quoted(struct hg_span reply, uint8_t room[HG_FTP_PATH], struct hg_span *out)
{
	size_t n = 0, i = hg_span_find(reply, 0, '"');

	if (i == SIZE_MAX)
		return false;
	for (i++; i < reply.len && n < HG_FTP_PATH; i++) {
		if (reply.p[i] == '"' && (i + 1 == reply.len || reply.p[i + 1] != '"')) {
			*out = hg_span(room, n);
			return is_absolute(*out);
		}
		i += reply.p[i] == '"';
		room[n++] = reply.p[i];
	}
	return false;
}

static bool
names_path(uint8_t command)
{
	return hg_ftp_moves(command) || hg_ftp_lists(command) || command == HG_FTP_CWD ||
		command == HG_FTP_MKD || command == HG_FTP_RMD || command == HG_FTP_DELE ||
		command == HG_FTP_RNFR || command == HG_FTP_RNTO || command == HG_FTP_OF_FILE;
}

struct hg_span
hg_ftp_file_in(uint8_t command, struct hg_span argument)
{
	while (command == HG_FTP_LIST || command == HG_FTP_NLST) {
		if (argument.len == 0 || argument.p[0] != '-')
			break;
		argument = hg_span_skip_blanks(
			hg_span_from(argument, HG_MIN(hg_span_find(argument, 0, ' '), argument.len)));
	}
	return argument;
}

/* RFC 1123 4.1.2.9: the server has chosen the name. */
static struct hg_span
chosen_name(const struct hg_ftp_tx *tx)
{
	const struct hg_span mark = HG_BYTES("FILE:");

	for (const struct hg_ftp_reply *r = tx->replies; r != NULL; r = r->next)
		if (hg_span_starts_nocase(hg_span_from(r->text, 4), mark))
			return hg_span_trim(hg_span_from(r->text, 4 + mark.len));
	return HG_SPAN_NONE;
}

static struct hg_span
argument_of(const struct hg_ftp_tx *tx)
{
	struct hg_span argument;

	if (tx->command == HG_FTP_CDUP)
		return HG_BYTES("..");
	hg_ftp_argument(tx->name, tx->line, false, &argument);
	if (tx->command == HG_FTP_STOU) {
		const struct hg_span chosen = chosen_name(tx);

		return chosen.len > 0 ? chosen : argument;
	}
	return hg_ftp_file_in(tx->command, argument);
}

/* Only a name that is missing means the directory itself, and not for every command. */
static bool
find_path(const struct hg_ftp *s, struct hg_ftp_tx *tx, uint8_t room[HG_FTP_PATH], struct hg_span *path)
{
	const struct hg_span argument = argument_of(tx);
	bool climbs, known;

	if (argument.len == 0 && !hg_ftp_lists(tx->command))
		return false;
	known = hg_ftp_resolve(hg_buf_span(&s->cwd), argument, room, path, &climbs);
	if (climbs && tx->command != HG_FTP_CDUP)
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_TRAVERSAL);
	return known;
}

static void
remember(struct hg_buf *b, struct hg_span path)
{
	hg_buf_clear(b);
	hg_buf_append(b, path);
}

static void
go(struct hg_ftp *s, struct hg_span path, bool likely)
{
	remember(&s->cwd, path);
	s->likely = likely;
}

static void
settle_directory(struct hg_ftp *s, const struct hg_ftp_tx *tx, struct hg_span reply)
{
	uint8_t room[HG_FTP_PATH];
	struct hg_span told;

	if (reply.p[0] != '2')
		return;
	if (hg_ftp_quoted(reply, room, &told))
		go(s, told, false);
	else if (tx->command != HG_FTP_PWD)
		go(s, tx->path, !is_absolute(argument_of(tx)));
}

void
hg_ftp_walk(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span reply)
{
	struct hg_ftp *s = app->state;
	uint8_t room[HG_FTP_PATH];
	struct hg_span path;

	if (tx->command == HG_FTP_PWD || (tx->command == HG_FTP_MKD && reply.p[0] == '2')) {
		if (hg_ftp_quoted(reply, room, &path))
			tx->path = hg_span_keep(&tx->tx.arena, path);
	}
	if (tx->path.len == 0 && (names_path(tx->command) || tx->command == HG_FTP_CDUP) &&
		find_path(s, tx, room, &path)) {
		tx->path = hg_span_keep(&tx->tx.arena, path);
		tx->likely = s->likely && !is_absolute(argument_of(tx));
	}
	if (hg_ftp_changes_dir(tx->command) || tx->command == HG_FTP_PWD)
		settle_directory(s, tx, reply);
	if (tx->command == HG_FTP_RNFR)
		remember(&s->renamed, reply.p[0] == '3' ? tx->path : HG_SPAN_NONE);
	if (tx->command != HG_FTP_RNTO)
		return;
	tx->from = hg_span_keep(&tx->tx.arena, hg_buf_span(&s->renamed));
	hg_buf_clear(&s->renamed);
}

struct hg_span
hg_ftp_path_ahead(const struct hg_ftp *s, struct hg_span name, uint8_t room[HG_FTP_PATH])
{
	struct hg_span path;
	bool climbs;

	if (s->moving > 0 && !is_absolute(name))
		return HG_SPAN_NONE;
	return hg_ftp_resolve(hg_buf_span(&s->cwd), name, room, &path, &climbs) ? path : HG_SPAN_NONE;
}
