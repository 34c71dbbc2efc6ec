#include "rules/keyword/keyword_int.h"

int
hg_sticky_open(struct hg_draft *d, const struct hg_keyword *k, const char *buffer, uint32_t column)
{
	if (hg_draft_sticky(d) && d->lists[d->current].n == 0)
		return hg_draft_refuse(d, column, "nothing looks into the buffer \"%s\" named before",
			d->lists[d->current].buffer);
	if (d->n_lists == HG_DRAFT_LISTS)
		return hg_draft_refuse(d, column, "more than %d buffers in a rule", HG_DRAFT_LISTS);
	d->current = d->n_lists++;
	d->lists[d->current] = (struct hg_draft_list){ .buffer = buffer, .option = d->option };
	d->sticky = k;
	return 0;
}

int
hg_sticky_choose(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	int r = hg_draft_use_buffer(d, k->buffer, arg->column);

	return r != 0 ? r : hg_sticky_open(d, k, hg_buffer_alias(k->buffer), arg->column);
}

static int
pkt_data(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	if (hg_draft_sticky(d) && d->lists[d->current].n == 0)
		return hg_draft_refuse(d, arg->column, "nothing looks into the buffer \"%s\" named before",
			d->lists[d->current].buffer);
	d->current = HG_DRAFT_NO_LIST;
	d->sticky = NULL;
	return 0;
}

/* Takes an instruction out of its list; marks that stand behind it move up. */
static struct hg_ins
cut(struct hg_draft *d, uint16_t list, uint16_t at)
{
	struct hg_draft_list *l = &d->lists[list];
	struct hg_ins ins = l->ins[at];

	l->n--;
	memmove(&l->ins[at], &l->ins[at + 1], (size_t)(l->n - at) * sizeof(ins));
	memmove(&l->options[at], &l->options[at + 1], (size_t)(l->n - at) * sizeof(l->options[0]));
	if (d->fast.set && d->fast.list == list && d->fast.ins > at)
		d->fast.ins--;
	return ins;
}

/* http_uri & co.: the last content moves to the buffer. */
static int
legacy(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const char *buffer = hg_buffer_alias(k->buffer);
	struct hg_draft_list *to;
	struct hg_ins moved, *ins;
	uint16_t list, at, option;
	bool fast;
	int r;

	if (hg_draft_sticky(d))
		return hg_draft_refuse(d, arg->column,
			"\"%s\" changes contents of the payload, but the buffer \"%s\" is chosen; pkt_data "
			"ends that",
			k->name, d->lists[d->current].buffer);
	if (d->last_content == NULL || !hg_draft_find_ins(d, d->last_content, &list, &at) ||
		d->lists[list].buffer != NULL)
		return hg_draft_refuse(
			d, arg->column, "\"%s\" needs a content of the payload before it", k->name);
	if (d->last_content->flags & HG_INS_RAW)
		return hg_draft_refuse(d, arg->column, "\"%s\" cannot be combined with rawbytes", k->name);
	r = hg_draft_use_old(d, k->buffer, arg->column);
	if (r != 0)
		return r;
	to = hg_draft_list_of(d, buffer);
	if (to == NULL)
		return d->error.code;
	fast = d->fast.set && d->fast.list == list && d->fast.ins == at;
	option = d->lists[list].options[at];
	moved = cut(d, list, at);
	ins = hg_draft_list_add(d, to, HG_OP_CONTENT);
	if (ins == NULL)
		return d->error.code;
	*ins = moved;
	to->options[to->n - 1] = option;
	d->last_content = ins;
	if (fast) {
		d->fast.list = (uint16_t)(to - d->lists);
		d->fast.ins = (uint16_t)(to->n - 1);
	}
	return 0;
}

static int
uricontent(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	int r;

	if (hg_draft_sticky(d) && strcmp(d->lists[d->current].buffer, k->buffer) != 0)
		return hg_draft_refuse(d, arg->column,
			"\"uricontent\" while the buffer \"%s\" is chosen; pkt_data ends that",
			d->lists[d->current].buffer);
	r = hg_draft_use_old(d, k->buffer, arg->column);
	if (r != 0)
		return r;
	return hg_content_add(d, hg_draft_list_of(d, k->buffer), arg);
}

#define LEGACY(name_, buffer_, doc_)                                                              \
	{                                                                                         \
		.name = name_, .kind = HG_KW_LEGACY, .flags = HG_KWF_NO_ARG, .buffer = buffer_,   \
		.compile = legacy, .syntax = "", .doc = "The content before looks into " doc_ "." \
	}
#define STICKY(name_, buffer_)                                                                   \
	{                                                                                        \
		.name = name_, .kind = HG_KW_BUFFER, .flags = HG_KWF_NO_ARG, .buffer = buffer_,  \
		.compile = hg_sticky_choose, .syntax = "", .doc = "Another name of " buffer_ "." \
	}

static const struct hg_keyword rows[] = {
	LEGACY("http_uri", "http.uri", "the normalised URI"),
	LEGACY("http_raw_uri", "http.uri.raw", "the URI as sent"),
	LEGACY("http_method", "http.method", "the method"),
	LEGACY("http_header", "http.header", "the headers"),
	LEGACY("http_raw_header", "http.header.raw", "the headers as sent"),
	LEGACY("http_cookie", "http.cookie", "the cookie"),
	LEGACY("http_client_body", "http.request_body", "the body of the request"),
	LEGACY("http_server_body", "http.response_body", "the body of the response"),
	LEGACY("http_stat_code", "http.stat_code", "the status code"),
	LEGACY("http_stat_msg", "http.stat_msg", "the status text"),
	LEGACY("http_user_agent", "http.user_agent", "the User-Agent header"),
	LEGACY("http_host", "http.host", "the host in lower case"),
	LEGACY("http_raw_host", "http.host.raw", "the host as sent"),
	STICKY("http_request_line", "http.request_line"),
	STICKY("http_response_line", "http.response_line"),
	STICKY("http_header_names", "http.header_names"),
	STICKY("http_start", "http.start"),
	STICKY("http_protocol", "http.protocol"),
	STICKY("http_accept", "http.accept"),
	STICKY("http_accept_enc", "http.accept_enc"),
	STICKY("http_accept_lang", "http.accept_lang"),
	STICKY("http_connection", "http.connection"),
	STICKY("http_content_len", "http.content_len"),
	STICKY("http_content_type", "http.content_type"),
	STICKY("http_referer", "http.referer"),
	STICKY("http.response_body", "http.response_body"),
	STICKY("file_data", "file.data"),
	STICKY("dns_query", "dns.query"),
	STICKY("tls_sni", "tls.sni"),
	STICKY("tls_cert_subject", "tls.cert_subject"),
	STICKY("tls_cert_issuer", "tls.cert_issuer"),
	STICKY("tls_cert_serial", "tls.cert_serial"),
	STICKY("tls_cert_fingerprint", "tls.cert_fingerprint"),
	STICKY("ja3_hash", "ja3.hash"),
	STICKY("ja3_string", "ja3.string"),
	STICKY("ja3s_hash", "ja3s.hash"),
	STICKY("ja3s_string", "ja3s.string"),
	STICKY("ja4_hash", "ja4.hash"),
	STICKY("ssh_proto", "ssh.proto"),
	STICKY("ssh_software", "ssh.software"),
	STICKY("dce_stub_data", "dcerpc.stub_data"),
	STICKY("smb_named_pipe", "smb.named_pipe"),
	STICKY("smb_share", "smb.share"),
	STICKY("krb5_cname", "krb5.cname"),
	STICKY("krb5_sname", "krb5.sname"),
	{ .name = "pkt_data",
		.kind = HG_KW_BUFFER,
		.flags = HG_KWF_NO_ARG,
		.compile = pkt_data,
		.syntax = "",
		.doc = "Ends the buffer chosen before: contents look into the payload again." },
	{ .name = "uricontent",
		.kind = HG_KW_CONTENT,
		.buffer = "http.uri",
		.compile = uricontent,
		.syntax = "[!]\"<bytes>\"",
		.doc = "A content in the normalised URI." },
};
HG_KEYWORDS(sticky, rows);
