/* Malformations by name: app-layer-event:http.<name>, counters, EVE anomaly records. */
#include "app/http/http_int.h"

const struct hg_anomaly_row hg_http_anomalies[HG_HTTP_ANOMALIES] = {
	[HG_HTTP_UNKNOWN_ERROR] = { "unknown_error", "a malformation without a name of its own" },
	[HG_HTTP_GZIP_FAILED] = { "gzip_decompression_failed", "a gzip or deflate coding is broken" },
	[HG_HTTP_REQUEST_MISSING_COLON] = { "request_field_missing_colon", "a header line has no colon" },
	[HG_HTTP_RESPONSE_MISSING_COLON] = { "response_field_missing_colon", "a header line has no colon" },
	[HG_HTTP_REQUEST_CHUNK_LEN] = { "invalid_request_chunk_len", "a chunk size is no number" },
	[HG_HTTP_RESPONSE_CHUNK_LEN] = { "invalid_response_chunk_len", "a chunk size is no number" },
	[HG_HTTP_REQUEST_TE] = { "invalid_transfer_encoding_value_in_request",
		"Transfer-Encoding without chunked, or in a version before 1.1" },
	[HG_HTTP_RESPONSE_TE] = { "invalid_transfer_encoding_value_in_response",
		"Transfer-Encoding without chunked" },
	[HG_HTTP_REQUEST_CL] = { "invalid_content_length_field_in_request", "Content-Length is no number" },
	[HG_HTTP_RESPONSE_CL] = { "invalid_content_length_field_in_response", "Content-Length is no number" },
	[HG_HTTP_REQUEST_CL_TWICE] = { "duplicate_content_length_field_in_request",
		"two Content-Length fields that differ" },
	[HG_HTTP_RESPONSE_CL_TWICE] = { "duplicate_content_length_field_in_response",
		"two Content-Length fields that differ" },
	[HG_HTTP_CONTINUE_TWICE] = { "100_continue_already_seen",
		"more than one 100 (Continue) to a request" },
	[HG_HTTP_UNMATCHED_RESPONSE] = { "unable_to_match_response_to_request",
		"a response whose request was not seen" },
	[HG_HTTP_SERVER_PORT] = { "invalid_server_port_in_request", "the port behind the host is no port" },
	[HG_HTTP_AUTHORITY_PORT] = { "invalid_authority_port", "the port of a CONNECT target is no port" },
	[HG_HTTP_REQUEST_HEADER_INVALID] = { "request_header_invalid",
		"a header name is empty, no token, or followed by a blank" },
	[HG_HTTP_RESPONSE_HEADER_INVALID] = { "response_header_invalid",
		"a header name is empty, no token, or followed by a blank" },
	[HG_HTTP_MISSING_HOST] = { "missing_host_header", "HTTP/1.1 without Host" },
	[HG_HTTP_HOST_AMBIGUOUS] = { "host_header_ambiguous", "the target's host is not that of Host" },
	[HG_HTTP_REQUEST_FOLDING] = { "invalid_request_field_folding",
		"the first header line begins with a blank" },
	[HG_HTTP_RESPONSE_FOLDING] = { "invalid_response_field_folding",
		"the first header line begins with a blank, or a folded line holds a header" },
	[HG_HTTP_REQUEST_TOO_LONG] = { "request_field_too_long", "a line is longer than 18000 bytes" },
	[HG_HTTP_RESPONSE_TOO_LONG] = { "response_field_too_long", "a line is longer than 18000 bytes" },
	[HG_HTTP_PORT_MISMATCH] = { "request_server_port_tcp_port_mismatch",
		"the port of the target is not the connection's" },
	[HG_HTTP_URI_HOST] = { "request_uri_host_invalid", "the host of the target is no host name" },
	[HG_HTTP_HEADER_HOST] = { "request_header_host_invalid", "Host is no host name" },
	[HG_HTTP_METHOD_DELIM] = { "method_delim_non_compliant",
		"something else than a blank behind the method" },
	[HG_HTTP_URI_DELIM] = { "uri_delim_non_compliant", "something else than a blank ends the target" },
	[HG_HTTP_LEADING_WHITESPACE] = { "request_line_leading_whitespace",
		"white space in front of the method" },
	[HG_HTTP_ENCODING_LAYERS] = { "too_many_encoding_layers", "more content codings than are undone" },
	[HG_HTTP_ABNORMAL_CE] = { "abnormal_ce_header", "a content coding is not known" },
	[HG_HTTP_AUTH] = { "request_auth_unrecognized", "an Authorization scheme that is not known" },
	[HG_HTTP_REQUEST_REPETITION] = { "request_header_repetition",
		"a request repeats header names too often" },
	[HG_HTTP_RESPONSE_REPETITION] = { "response_header_repetition",
		"a response repeats header names too often" },
	[HG_HTTP_BYTERANGES] = { "response_multipart_byteranges", "several ranges in one response" },
	[HG_HTTP_ABNORMAL_TE] = { "response_abnormal_transfer_encoding",
		"Transfer-Encoding is more than the word chunked" },
	[HG_HTTP_CHUNKED_OLD] = { "response_chunked_old_proto", "chunked in a version before 1.1" },
	[HG_HTTP_INVALID_PROTOCOL] = { "response_invalid_protocol",
		"the version of a response is not HTTP/n.n" },
	[HG_HTTP_INVALID_STATUS] = { "response_invalid_status", "the status is not 100 to 999" },
	[HG_HTTP_LINE_INCOMPLETE] = { "request_line_incomplete",
		"the connection ends inside the request line" },
	[HG_HTTP_DOUBLE_ENCODED] = { "double_encoded_uri", "decoding the target again changes it" },
	[HG_HTTP_LINE_INVALID] = { "request_line_invalid", "neither method nor version are known" },
	[HG_HTTP_BODY_UNEXPECTED] = { "request_body_unexpected",
		"bytes that begin no request behind a request" },
	[HG_HTTP_LZMA_LIMIT] = { "lzma_memlimit_reached", "an lzma coding needs too much memory" },
	[HG_HTTP_BOMB] = { "compression_bomb", "a body grows out of all proportion" },
	[HG_HTTP_RANGE] = { "range_invalid", "Content-Range makes no sense" },
	[HG_HTTP_CHUNK_EXTENSION] = { "request_chunk_extension", "a chunk size carries an extension" },
	[HG_HTTP_REQUEST_HEADERS] = { "request_too_many_headers", "more than 1024 headers" },
	[HG_HTTP_RESPONSE_HEADERS] = { "response_too_many_headers", "more than 1024 headers" },
	[HG_HTTP_MULTIPART_ERROR] = { "multipart_generic_error", "a multipart body cannot be followed" },
	[HG_HTTP_MULTIPART_NO_DATA] = { "multipart_no_filedata", "a part with a file name has no data" },
	[HG_HTTP_MULTIPART_HEADER] = { "multipart_invalid_header", "the headers of a part make no sense" },
	[HG_HTTP_TOO_MANY] = { "too_many_warnings", "a flow had more malformations than are named" },
	[HG_HTTP_FAILED_CHANGE] = { "failed_protocol_change", "an upgrade could not be followed" },
	[HG_HTTP_FILE_NAME_LONG] = { "file_name_too_long", "a file name is cut" },
	[HG_HTTP_BROTLI_FAILED] = { "brotli_decompression_failed", "a brotli coding is broken" },
	[HG_HTTP_ZSTD_FAILED] = { "zstd_decompression_failed", "a zstd coding is broken" },
	[HG_HTTP_CODING_MEMORY] = { "coding_memory_refused",
		"there is no memory to undo a coding, or its window is too large" },
	[HG_HTTP_TE_AND_CL] = { "length_and_transfer_encoding",
		"a message has both Content-Length and Transfer-Encoding" },
	[HG_HTTP_CL_REPEATED] = { "content_length_repeated",
		"more than one Content-Length, as fields or as a list" },
	[HG_HTTP_CL_ODD] = { "content_length_odd", "Content-Length is more than digits, or begins with 0" },
	[HG_HTTP_TE_ODD] = { "transfer_encoding_odd",
		"Transfer-Encoding is no list of known codings of which chunked is the last, or comes "
		"twice" },
	[HG_HTTP_CHUNK_ODD] = { "chunk_size_odd",
		"a chunk size has a sign, 0x, leading zeros or blanks, or junk behind it" },
	[HG_HTTP_CHUNK_OVERFLOW] = { "chunk_size_overflow", "a chunk size has more digits than fit" },
	[HG_HTTP_CHUNK_LF] = { "chunk_line_lf_only",
		"a line of the chunked coding ends without CR, or holds one" },
	[HG_HTTP_CHUNK_END_ODD] = { "chunk_end_odd",
		"something else than a line end behind the data of a chunk" },
	[HG_HTTP_CHUNK_EXTENSION_LONG] = { "chunk_extension_long",
		"extensions of a chunk are longer than 256 bytes" },
	[HG_HTTP_TRAILER_FRAMING] = { "trailer_changes_message",
		"a trailer has a field of length, coding, host or rights" },
	[HG_HTTP_NAME_BLANK] = { "blank_before_colon", "a blank stands between a header name and the colon" },
	[HG_HTTP_NAME_LONG] = { "header_name_long", "a header name is longer than 255 bytes" },
	[HG_HTTP_OBS_FOLD] = { "header_folded", "a header is folded" },
	[HG_HTTP_BARE_CR] = { "bare_cr", "CR inside a line" },
	[HG_HTTP_LF_ONLY] = { "line_lf_only", "a line ends without CR" },
	[HG_HTTP_NUL] = { "nul_byte", "NUL in the head of a message" },
	[HG_HTTP_HOST_TWICE] = { "host_repeated", "more than one Host" },
	[HG_HTTP_LINE_BLANKS] = { "request_line_blanks",
		"more than one blank between the words of a request line" },
	[HG_HTTP_VERSION_ODD] = { "request_version_odd",
		"the version of a request is not HTTP/0.9, 1.0 or 1.1" },
	[HG_HTTP_METHOD_CASE] = { "method_case", "a known method in small letters" },
	[HG_HTTP_OTHER_READING] = { "other_reading_found",
		"read otherwise, the body of a message holds a request" },
	[HG_HTTP_RANGE_LIST] = { "range_list_long", "a request asks for more than 50 ranges" },
	[HG_HTTP_HOP_BY_HOP] = { "connection_names_header",
		"Connection lists a field that proxies must not take away" },
	[HG_HTTP_INTERIM_FLOOD] = { "interim_flood", "more than 16 answers 1xx in front of an answer" },
	[HG_HTTP_TARGET_LINE_BREAK] = { "target_line_break",
		"the target, decoded once or twice, holds CR or LF" },
	[HG_HTTP_SPLITTING] = { "response_splitting",
		"a header of the answer is what the target holds behind a line break: whoever asked writes "
		"the answer" },
	[HG_HTTP_EXPECT_ODD] = { "expect_odd", "Expect is something else than 100-continue" },
	[HG_HTTP_RESPONSE_UNEXPECTED] = { "response_body_unexpected",
		"bytes that begin no answer behind an answer that has ended" },
	[HG_HTTP_CHARSET_ODD] = { "charset_odd",
		"the text of an answer is in a charset in which words are other bytes: UTF-7, UTF-16, "
		"UTF-32, "
		"EBCDIC" },
	[HG_HTTP_OTHER_CUT] = { "other_reading_cut",
		"another reading of a message would go on behind what is kept of it" },
};

/* What the peer keeps in mind about a request. */
static bool
is_flag(enum hg_http_anomaly row)
{
	return row == HG_HTTP_REQUEST_TE || row == HG_HTTP_REQUEST_CL || row == HG_HTTP_MISSING_HOST ||
		row == HG_HTTP_HOST_AMBIGUOUS || row == HG_HTTP_URI_HOST || row == HG_HTTP_HEADER_HOST;
}

/* What the peer names at once, for the transaction it belongs to; the others are notes of its parser. */
static bool
is_direct(enum hg_http_anomaly row)
{
	switch (row) {
	case HG_HTTP_REQUEST_TE:
	case HG_HTTP_REQUEST_CL:
	case HG_HTTP_MISSING_HOST:
	case HG_HTTP_HOST_AMBIGUOUS:
	case HG_HTTP_URI_HOST:
	case HG_HTTP_HEADER_HOST:
	case HG_HTTP_AUTH:
	case HG_HTTP_LINE_INVALID:
	case HG_HTTP_DOUBLE_ENCODED:
	case HG_HTTP_RANGE:
	case HG_HTTP_MULTIPART_ERROR:
	case HG_HTTP_MULTIPART_NO_DATA:
	case HG_HTTP_MULTIPART_HEADER:
	case HG_HTTP_FILE_NAME_LONG:
	case HG_HTTP_FAILED_CHANGE:
		return true;
	default:
		return false;
	}
}

/* Events of a transaction have no direction with the peer: a rule without one matches once in each. */
static void
name_it(struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_anomaly row)
{
	struct hg_tx *base = &tx->base;

	if (hg_as_peer(base->app->suricata7, HG_DIFF_HTTP_NAMED_AGAIN) &&
		hg_tx_has_anomaly(base, dir, (uint8_t)row) && base->n_anomalies < HG_TX_ANOMALIES)
		base->anomalies[base->n_anomalies++] = (struct hg_tx_anomaly){ (uint8_t)row, (uint8_t)dir };
	hg_tx_anomaly(base, dir, (uint8_t)row);
	base->anomaly_bits[!dir][row >> 6] |= UINT64_C(1) << (row & 63);
	hg_tx_touch_other(base, dir);
}

void
hg_http_anomaly(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_anomaly row)
{
	bool late = hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_NAMED_LATE);

	if (late && !is_direct(row)) {
		h->messages += h->messages < HG_HTTP_MESSAGES_MAX;
		if (h->n_noted < HG_HTTP_NOTED)
			h->noted[h->n_noted++] = (uint8_t)row;
		return;
	}
	if (tx == NULL || h->messages > HG_HTTP_MESSAGES_MAX)
		return;
	if (!late)
		h->messages++;
	name_it(tx, dir, h->messages > HG_HTTP_MESSAGES_MAX ? HG_HTTP_TOO_MANY : row);
}

void
hg_http_name_again(struct hg_http_tx *tx)
{
	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_NAMED_AGAIN))
		return;
	for (unsigned row = 0; row < HG_HTTP_ANOMALIES; row++)
		if (is_flag(row) && hg_tx_has_anomaly(&tx->base, HG_TO_SERVER, (uint8_t)row))
			name_it(tx, HG_TO_SERVER, row);
}

/* Requests: the newest transaction. Responses: the one behind those that are answered, or the one before it. */
static struct hg_http_tx *
told_one(struct hg_http *h, enum hg_dir dir)
{
	uint64_t id = dir == HG_TO_SERVER ? h->app->tx_next - 1 : h->app->tx_first + h->answered;
	struct hg_tx *tx = hg_tx_find(h->app, id);

	if (tx == NULL && id > 0)
		tx = hg_tx_find(h->app, id - 1);
	return (struct hg_http_tx *)tx;
}

void
hg_http_tell(struct hg_http *h, enum hg_dir dir)
{
	struct hg_http_tx *tx;

	if (h->n_noted == 0)
		return;
	tx = told_one(h, dir);
	if (h->messages == HG_HTTP_MESSAGES_MAX) {
		h->messages++;
		if (tx != NULL)
			name_it(tx, dir, HG_HTTP_TOO_MANY);
	} else if (h->messages < HG_HTTP_MESSAGES_MAX) {
		for (unsigned i = 0; tx != NULL && i < h->n_noted; i++)
			name_it(tx, dir, h->noted[i]);
	}
	h->n_noted = 0;
}
