/* Names of commands, and the line around them. */
#include "app/ftp/ftp_int.h"

struct name_row {
	struct hg_span name;
	uint8_t command;
};

#define NAME(text, command)                      \
	{                                        \
		HG_BYTES(text), HG_FTP_##command \
	}

/* What the peer knows, in its order. */
static const struct name_row rows[] = {
	NAME("PORT", PORT),
	NAME("EPRT", EPRT),
	NAME("AUTH TLS", AUTH),
	NAME("PASV", PASV),
	NAME("EPSV", EPSV),
	NAME("RETR", RETR),
	NAME("STOR", STOR),
	NAME("APPE", APPE),
	NAME("STOU", STOU),
	NAME("USER", USER_CMD),
	NAME("PASS", PASS),
	NAME("ABOR", ABOR),
	NAME("ACCT", ACCT),
	NAME("ALLO", OTHER),
	NAME("CDUP", CDUP),
	NAME("CHMOD", OTHER),
	NAME("CWD", CWD),
	NAME("DELE", DELE),
	NAME("HELP", OTHER),
	NAME("IDLE", OTHER),
	NAME("LIST", LIST),
	NAME("MAIL", OTHER),
	NAME("MDTM", OF_FILE),
	NAME("MKD", MKD),
	NAME("MLFL", OTHER),
	NAME("MODE", MODE_CMD),
	NAME("MRCP", OTHER),
	NAME("MRSQ", OTHER),
	NAME("MSAM", OTHER),
	NAME("MSND", OTHER),
	NAME("MSOM", OTHER),
	NAME("NLST", NLST),
	NAME("NOOP", OTHER),
	NAME("PWD", PWD),
	NAME("QUIT", OTHER),
	NAME("REIN", REIN),
	NAME("REST", REST),
	NAME("RMD", RMD),
	NAME("RNFR", RNFR),
	NAME("RNTO", RNTO),
	NAME("SITE", OTHER),
	NAME("SIZE", OF_FILE),
	NAME("SMNT", OTHER),
	NAME("STAT", OF_FILE),
	NAME("STRU", OTHER),
	NAME("SYST", OTHER),
	NAME("TYPE", TYPE),
	NAME("UMASK", OTHER),
};

/* What it does not (RFC 775, 1639, 3659). */
static const struct name_row more_rows[] = {
	NAME("XCWD", CWD),
	NAME("XCUP", CDUP),
	NAME("XPWD", PWD),
	NAME("XMKD", MKD),
	NAME("XRMD", RMD),
	NAME("MLSD", MLSD),
	NAME("MLST", OF_FILE),
	NAME("LPRT", LPRT),
	NAME("LPSV", LPSV),
};

/* The name that ends first, wherever it stands. */
static const struct name_row *
find_anywhere(struct hg_span line)
{
	for (size_t end = 1; end <= line.len; end++)
		for (size_t i = 0; i < HG_COUNT(rows); i++) {
			struct hg_span name = rows[i].name;

			if (name.len <= end && name.p[name.len - 1] == (hg_lower(line.p[end - 1]) & ~0x20) &&
				hg_span_eq_nocase(hg_span_sub(line, end - name.len, name.len), name))
				return &rows[i];
		}
	return NULL;
}

/* AUTH is for TLS whatever the mechanism is called: TLS, TLS-C, TLS-P, SSL (RFC 4217 2). */
static uint8_t
command_of(struct hg_span name, struct hg_span line)
{
	struct hg_span argument;

	if (hg_span_eq(name, HG_BYTES("AUTH")) && hg_ftp_argument(name, line, false, &argument))
		return hg_span_starts_nocase(argument, HG_BYTES("TLS")) ||
				hg_span_starts_nocase(argument, HG_BYTES("SSL"))
			? HG_FTP_AUTH
			: HG_FTP_OTHER;
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (hg_span_eq(name, rows[i].name))
			return rows[i].command;
	for (size_t i = 0; i < HG_COUNT(more_rows); i++)
		if (hg_span_eq(name, more_rows[i].name))
			return more_rows[i].command;
	return HG_FTP_OTHER;
}

static bool
is_letter(uint8_t c)
{
	return hg_lower(c) >= 'a' && hg_lower(c) <= 'z';
}

/* The first word, if it is one of letters that ends at a blank or with the line. */
static struct hg_span
first_word(struct hg_span line, uint8_t room[HG_FTP_NAME])
{
	size_t n = 0;

	for (; n < line.len && is_letter(line.p[n]); n++) {
		if (n == HG_FTP_NAME)
			return HG_SPAN_NONE;
		room[n] = (uint8_t)(hg_lower(line.p[n]) & ~0x20);
	}
	return n < line.len && !hg_is_blank(line.p[n]) ? HG_SPAN_NONE : hg_span(room, n);
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
hg_ftp_request_read(struct hg_span line, bool as_peer, uint8_t room[HG_FTP_NAME], struct hg_ftp_request *out)
{
	const struct name_row *row = as_peer ? find_anywhere(line) : NULL;

	while (line.len > 0 && is_space(line.p[line.len - 1]))
		line.len--;
	while (!as_peer && line.len > 0 && is_space(line.p[0]))
		line = hg_span_from(line, 1);
	*out = (struct hg_ftp_request){ .line = line };
	if (as_peer) {
		if (row != NULL) {
			out->name = row->name;
			out->command = row->command;
		}
		return row != NULL;
	}
	out->name = first_word(line, room);
	out->command = command_of(out->name, line);
	return line.len > 0;
}

bool
hg_ftp_argument(struct hg_span name, struct hg_span line, bool as_peer, struct hg_span *out)
{
	*out = hg_span_from(line, name.len + (as_peer || name.len > 0));
	return line.len > name.len;
}

/* A whole word that is a command of FTP. */
enum hg_probe
hg_ftp_probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	uint8_t room[HG_FTP_NAME];
	const size_t end = HG_MIN(hg_span_find(in, 0, '\n'), in.len);
	struct hg_span word;

	(void)dir;
	(void)udp;
	if (end == in.len && in.len < HG_FTP_NAME)
		return HG_PROBE_MORE;
	word = first_word(hg_span_trim(hg_span_sub(in, 0, end)), room);
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (hg_span_eq(word, rows[i].name))
			return HG_PROBE_YES;
	for (size_t i = 0; i < HG_COUNT(more_rows); i++)
		if (hg_span_eq(word, more_rows[i].name))
			return HG_PROBE_YES;
	return hg_span_eq(word, HG_BYTES("AUTH")) ? HG_PROBE_YES : HG_PROBE_NO;
}

uint64_t
hg_ftp_number(struct hg_span text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.len && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
		if (n > UINT64_MAX / 10 - 1)
			return UINT64_MAX;
		n = n * 10 + (uint64_t)(text.p[i] - '0');
	}
	return n;
}

enum { IAC = HG_FTP_IAC, WILL = 251, LOWEST = 236 };

struct hg_span
hg_ftp_plain(struct hg_span line, uint8_t room[HG_FTP_LINE])
{
	size_t n = 0, i = hg_span_find(line, 0, IAC);

	if (i == SIZE_MAX || line.len > HG_FTP_LINE)
		return line;
	memcpy(room, line.p, i);
	for (n = i; i < line.len; i++) {
		const bool command = line.p[i] == IAC && i + 1 < line.len && line.p[i + 1] >= LOWEST;

		if (command && line.p[i + 1] != IAC) {
			i += line.p[i + 1] >= WILL ? 2 : 1;
			continue;
		}
		i += command; /* doubled it is data */
		room[n++] = line.p[i];
	}
	return hg_span(room, n);
}
