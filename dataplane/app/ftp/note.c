/* What an announcement tells the data connection: a head of fixed size, then three texts. */
#include "app/ftp/ftp_int.h"
#include "base/reader.h"

enum { HEAD = 8 + 1 + 1 + 2 + 2 + 1 };

static size_t
put(uint8_t *to, struct hg_span text)
{
	if (text.len > 0)
		memcpy(to, text.p, text.len);
	return text.len;
}

struct hg_span
hg_ftp_note_write(const struct hg_ftp_note *n, uint8_t room[HG_FTP_NOTE])
{
	const struct hg_span name = hg_span_sub(n->name, 0, HG_FTP_LINE);
	const struct hg_span path = hg_span_sub(n->path, 0, HG_FTP_PATH);
	const struct hg_span user = hg_span_sub(n->user, 0, HG_FTP_USER);
	size_t at = HEAD;

	for (unsigned i = 0; i < 8; i++)
		room[i] = (uint8_t)(n->offset >> (56 - 8 * i));
	room[8] = n->type;
	room[9] = n->mode;
	room[10] = (uint8_t)(name.len >> 8);
	room[11] = (uint8_t)name.len;
	room[12] = (uint8_t)(path.len >> 8);
	room[13] = (uint8_t)path.len;
	room[14] = (uint8_t)user.len;
	at += put(room + at, name);
	at += put(room + at, path);
	at += put(room + at, user);
	return hg_span(room, at);
}

static struct hg_span
take(struct hg_reader *r, size_t n)
{
	return hg_span(hg_reader_take(r, n), hg_reader_failed(r) ? 0 : n);
}

bool
hg_ftp_note_read(struct hg_span bytes, struct hg_ftp_note *n)
{
	struct hg_reader r = hg_reader_of(bytes);
	size_t name, path, user;

	n->offset = hg_read_u64be(&r);
	n->type = hg_read_u8(&r);
	n->mode = hg_read_u8(&r);
	name = hg_read_u16be(&r);
	path = hg_read_u16be(&r);
	user = hg_read_u8(&r);
	n->name = take(&r, name);
	n->path = take(&r, path);
	n->user = take(&r, user);
	return !hg_reader_failed(&r);
}
