/* differences: every point in which `compat: suricata7` reads otherwise than hangu does by itself.
 *
 * A row is a name and the reason, in words for operators: docs/protocols/http.md shows the same rows in the same order, and
 * tests/unit/http_differences.c holds both to it. Code asks by name; nothing else in this folder looks at the setting.
 */
#ifndef HG_APP_HTTP_DIFFERENCES_H
#define HG_APP_HTTP_DIFFERENCES_H

#include "app/app.h"

/* clang-format off */
#define HG_HTTP_DIFFERENCES(ROW) \
	ROW(BEGINS_WITH_BYTE, "One byte begins a message and blank lines are part of it; natively blank lines between messages make no transaction (RFC 9112 2.2)") \
	ROW(BODY_BY_PIECE, "Bytes behind a message in the piece that ended it are its body unless they begin with a method, or look like a status line; natively what begins no message is shown to rules and counts as no body, whatever the cut") \
	ROW(STATUS_BY_PIECE, "Lines in place of a status line are body up to the end of the piece; natively up to the end of the connection, as no length is given") \
	ROW(HEAD_BY_PIECE, "Where header lines end, and the last one, depends on where the piece does; natively on the lines alone, so that no cut hides a header") \
	ROW(OLD_BY_PIECE, "The piece with a request line without a version tells whether headers follow; natively the next line does") \
	ROW(OLD_IS_LAST, "Behind an HTTP/0.9 request nothing is read and the answer is all body; natively a status line is one and requests may follow, since servers answer so") \
	ROW(CONNECT_OPEN, "A CONNECT is in work until its answer; natively it ends with its headers, because it has no body (RFC 9110 9.3.6)") \
	ROW(TUNNEL_FIRST, "Only behind the first answer of a flow the protocol of a tunnel is looked for; natively behind every CONNECT that succeeds") \
	ROW(SWITCH_OPEN, "An answer 101 other than to h2c ends with the connection; natively with its headers, because what follows is no body (RFC 9110 15.2.2)") \
	ROW(PHANTOM_OPEN, "The request of an answer without one ends when the client sends something, and has no normal target; natively it is over at once, as there is none") \
	ROW(LENGTH_IS_FATAL, "A transfer coding or length that makes no sense ends parsing; natively it is named and passed over, so that it hides nothing") \
	ROW(BODY_OF_STATUS, "1xx, 204 and 304 have a body if a header gives its length; natively they have none (RFC 9112 6.3)") \
	ROW(CHUNKED_INSIDE, "The word chunked anywhere in Transfer-Encoding of an answer counts; natively it is one of the codings listed (RFC 9112 6.1)") \
	ROW(COUNTED_TWICE, "Bytes that show that an answer is not chunked count twice in its length; natively once") \
	ROW(NUL_IGNORED, "Names and codings in headers are compared as if NUL were not there; natively NUL is a byte like others") \
	ROW(HEAD_CUT_OFF, "A header line in which the connection ends is in the raw buffer only; natively rules see it as a header, too") \
	ROW(CODING_LIST, "Lists of codings are read in answers only, in small letters, and pieces of their tokens twice; natively in both directions and as RFC 9110 8.4 has it") \
	ROW(CODING_ORDER, "Codings are undone in the order in which they stand; natively the last one first (RFC 9110 8.4)") \
	ROW(CODING_RETRY, "Another format is tried on the piece at hand; natively on the first 512 bytes, so that the cut does not count") \
	ROW(CODING_BLOCKS, "Output of codings is handed on in blocks of 8192 bytes; natively with the piece that gave it, so that rules see it in time") \
	ROW(FILE_AT_LIMIT, "A file is truncated if a piece begins behind the body limit; natively if any byte is behind it") \
	ROW(GAP_UNCOUNTED, "Missing bytes do not count against the body limit; natively it is a place in the body") \
	ROW(GAP_IGNORED, "A gap outside a body of known end is read over as if there were none; natively the message is over and the next one is looked for") \
	ROW(END_COMPLETES, "Answers end with the connection however much is missing, their files are closed and held lines are body; natively what is cut off is not complete") \
	ROW(HOST_CASE, "A host with a port keeps its capitals; natively http.host is in small letters always") \
	ROW(PORT_LATE, "The port is 0 until the headers are complete; natively that of the target is known with the line, and none is none") \
	ROW(PORT_EVENTS, "A bad port makes the host invalid and no port is compared with the connection's; natively each has its event") \
	ROW(NAMED_LATE, "Malformations found by the parser go to the newest transaction (requests) or the one behind the answered ones (answers) when the piece is done; natively at once to their own") \
	ROW(NAMED_AGAIN, "A malformation is named each time, that of a request once more when it is over; natively once a transaction") \
	ROW(NAMED_LESS, "request_line_invalid, invalid_transfer_encoding_value_in_response, response_field_too_long and a form without its last boundary are not named; natively they are")
/* clang-format on */

#define HG_HTTP_DIFFERENCE(name, reason) HG_HTTP_PEER_##name,
enum hg_http_difference { HG_HTTP_DIFFERENCES(HG_HTTP_DIFFERENCE) HG_HTTP_PEER_ROWS };
#undef HG_HTTP_DIFFERENCE

/* Is this to be read as the peer does? There is one setting for all of them: the name tells readers which one is meant. */
static inline bool
hg_http_as_peer(const struct hg_app *app, enum hg_http_difference difference)
{
	(void)difference;
	return app->compat;
}

#endif
