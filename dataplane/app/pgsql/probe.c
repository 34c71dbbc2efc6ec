/* First messages of clients and servers, which are sure enough to be asked for on every port. */
#include "app/pgsql/pgsql_int.h"

#define HEAD 8
#define STARTUP_LEAST 9
#define STARTUP_MOST 10000 /* as servers have it */
#define ANSWER_MOST 8192
#define KIND_MOST 16 /* of authentications */
#define NAME_MOST 64

/* The first parameter of a startup message is the name of one. */
static enum hg_probe
probe_parameter(struct hg_span rest)
{
	size_t n = 0;

	while (n < rest.len && n < NAME_MOST && ((rest.p[n] >= 'a' && rest.p[n] <= 'z') || rest.p[n] == '_'))
		n++;
	if (n == rest.len)
		return HG_PROBE_MORE;
	return n > 0 && rest.p[n] == '\0' ? HG_PROBE_YES : HG_PROBE_NO;
}

static enum hg_probe
probe_client(struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);
	const uint32_t length = hg_read_u32be(&r), code = hg_read_u32be(&r);

	if (in.len < HEAD)
		return (in.len > 0 && in.p[0] != 0) || (in.len > 1 && in.p[1] != 0) ? HG_PROBE_NO
										    : HG_PROBE_MORE;
	if (code == HG_PGSQL_SSL || code == HG_PGSQL_GSS)
		return length == HEAD ? HG_PROBE_YES : HG_PROBE_NO;
	if (code == HG_PGSQL_CANCEL)
		return length == 2 * HEAD ? HG_PROBE_YES : HG_PROBE_NO;
	if (code >> 16 != HG_PGSQL_MAJOR || (code & 0xffff) > 0xff || length < STARTUP_LEAST ||
		length > STARTUP_MOST)
		return HG_PROBE_NO;
	return probe_parameter(hg_span_from(in, HEAD));
}

/* The one byte that answers SSLRequest says too little: what follows, or the other side, must tell. */
static enum hg_probe
probe_server(struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);
	const uint8_t type = hg_read_u8(&r);
	const uint32_t length = hg_read_u32be(&r);
	uint8_t next;

	if (type != 'R' && type != 'E')
		return in.len == 1 && (type == 'S' || type == 'N' || type == 'G') ? HG_PROBE_MORE
										  : HG_PROBE_NO;
	if (in.len < 5)
		return (in.len > 1 && in.p[1] != 0) || (in.len > 2 && in.p[2] != 0) ? HG_PROBE_NO
										    : HG_PROBE_MORE;
	if (length < HEAD || length > ANSWER_MOST)
		return HG_PROBE_NO;
	if (type == 'R') {
		const uint32_t kind = hg_read_u32be(&r);

		if (hg_reader_failed(&r))
			return HG_PROBE_MORE;
		return kind < KIND_MOST ? HG_PROBE_YES : HG_PROBE_NO;
	}
	next = hg_read_u8(&r);
	if (hg_reader_failed(&r))
		return HG_PROBE_MORE;
	if (next != 'S')
		return HG_PROBE_NO;
	next = hg_read_u8(&r);
	if (hg_reader_failed(&r))
		return HG_PROBE_MORE;
	return next >= 'A' ? HG_PROBE_YES : HG_PROBE_NO; /* the severity, in the server's language */
}

enum hg_probe
hg_pgsql_probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	(void)udp;
	return dir == HG_TO_SERVER ? probe_client(in) : probe_server(in);
}
