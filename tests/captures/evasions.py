"""HTTP that receivers read differently: requests (a rule looks for /admin in the target) and answers (for Needle in the body).

Each row: name, what the client sends, what the server sends. Packers are fixed bytes, so that no encoder need be installed.
"""
import base64
import gzip
import zlib

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
ASK = b'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'
ADMIN = b'GET /admin HTTP/1.1\r\nHost: a.test\r\nX: y\r\n\r\n'
TEXT = b'a page with the word Needle in it, and more of it. ' * 4
BROTLI = base64.b64decode('G8sAAAT+z5bqC0mKQrf5FOZ24JADhyN93pZhYhw45OACx7CtNnjRuaE/ELiUI+701XBU731xxSdDAw==')
ZSTD = base64.b64decode('KLUv/QRY5QEANANhIHBhZ2Ugd2l0aCB0aGUgd29yZCBOZWVkbGUgaW4gaXQsIGFuZCBtb3JlIG9mIGl0LiABAGOxlIIC2H9mog==')
PACKED = gzip.compress(TEXT, mtime=0)


def post(headers, body):
	return b'POST / HTTP/1.1\r\nHost: a.test\r\n' + headers + b'\r\n' + body


def chunk(data, size=None, end=b'\r\n'):
	return (size or b'%x' % len(data)) + end + data + b'\r\n'


LAST = b'0\r\n\r\n'
TE = b'Transfer-Encoding: chunked\r\n'


def length(n):
	return b'Content-Length: %d\r\n' % n


def answer(headers, body, version=b'HTTP/1.1'):
	return version + b' 200 OK\r\n' + headers + b'\r\n' + body


def whole(headers, body):
	return answer(headers + length(len(body)), body)


HIDDEN = LAST + ADMIN

# h2: what a gateway to HTTP/1 makes of it. Fields of a request to /, and its body; a rule looks for /admin in the target.
DOWNGRADES = [
	('h2.CL: a length that ends earlier', (('content-length', '0'),), ADMIN),
	('h2.TE: transfer-encoding', (('transfer-encoding', 'chunked'),), HIDDEN),
	('h2: a field of several lines', (('x', 'y\r\n\r\nGET /admin HTTP/1.1\r\nHost: b'),), b''),
	('h2: a name with a line in it', (('x: y\r\ntransfer-encoding', 'chunked'),), HIDDEN),
]

REQUESTS = [
	('plain', ADMIN),
	('CL.TE: chunked, and a length that ends later', post(length(len(HIDDEN)) + TE, HIDDEN)),
	('TE.CL: chunked, and a length that ends earlier', post(length(4) + TE, chunk(ADMIN) + LAST)),
	('xchunked and a length', post(b'Transfer-Encoding: xchunked\r\n' + length(len(HIDDEN)), HIDDEN)),
	('VT in front of chunked', post(b'Transfer-Encoding: \x0bchunked\r\n' + length(len(HIDDEN)), HIDDEN)),
	('chunked, identity', post(b'Transfer-Encoding: chunked, identity\r\n' + length(4), chunk(ADMIN) + LAST)),
	('blank before the colon of Transfer-Encoding', post(b'Transfer-Encoding : chunked\r\n' + length(len(HIDDEN)), HIDDEN)),
	('folded Transfer-Encoding', post(b'Transfer-Encoding:\r\n chunked\r\n' + length(4), chunk(ADMIN) + LAST)),
	('two Transfer-Encodings', post(TE + b'Transfer-Encoding: x\r\n' + length(4), chunk(ADMIN) + LAST)),
	('NUL in the name Transfer-Encoding', post(b'Transfer\0-Encoding: chunked\r\n' + length(len(HIDDEN)), HIDDEN)),
	('two lengths, the last is less', post(length(len(ADMIN) + 2) + length(2), b'ab' + ADMIN)),
	('two lengths, the first is less', post(length(2) + length(len(ADMIN) + 2), b'ab' + ADMIN)),
	('a list of lengths', post(b'Content-Length: %d, 2\r\n' % (len(ADMIN) + 2), b'ab' + ADMIN)),
	('a length with a sign', post(b'Content-Length: +%d\r\n' % (len(ADMIN) + 2), b'ab' + ADMIN)),
	('chunk size 0x0', post(TE, b'0x0\r\n\r\n' + ADMIN)),
	('chunk size with leading zeros', post(TE, b'00000000%x\r\n' % 2 + b'ab\r\n' + LAST + ADMIN)),
	('chunk size beyond 32 bits', post(TE, b'100000000\r\n' + ADMIN)),
	('LF in a chunk extension', post(TE, b'1;\nx\r\n' + chunk(ADMIN) + LAST)),
	('a length in a trailer', post(TE, b'0\r\nContent-Length: 4\r\n\r\n' + ADMIN)),
	('LF alone', ADMIN.replace(b'\r\n', b'\n')),
	('CR alone in a header', ASK.replace(b'a.test', b'a.test\rGET /admin HTTP/1.1')),
	('a method in small letters', ADMIN.replace(b'GET', b'get')),
	('a version of 2.0', ADMIN.replace(b'1.1', b'2.0')),
	('no version', b'GET /admin\r\n'),
	('blanks in front of the method', b'  ' + ADMIN),
	('tab in place of blanks', ADMIN.replace(b' /admin ', b'\t/admin\t')),
	('a target with scheme and host', ADMIN.replace(b'/admin', b'http://b.test/admin')),
	('escaped', ADMIN.replace(b'/admin', b'/%61dm%69n')),
	('escaped twice', ADMIN.replace(b'/admin', b'/%2561dmin')),
	('%u', ADMIN.replace(b'/admin', b'/%u0061dmin')),
	('overlong UTF-8', ADMIN.replace(b'/admin', b'/x%c0%af../admin')),
	('dot segments', ADMIN.replace(b'/admin', b'/x/.%2e/./admin')),
	('backslash', ADMIN.replace(b'/admin', b'\\admin')),
	('pipelined behind another', ASK + ADMIN),
	('CL.0: a body that a server may leave where it is', b'GET / HTTP/1.1\r\nHost: a.test\r\n' + length(len(ADMIN)) + b'\r\n' + ADMIN),
	('TE.TE: chunked in quotes and a length', post(b'Transfer-Encoding: "chunked"\r\n' + length(len(HIDDEN)), HIDDEN)),
	('TE.TE: chunked behind LF alone in another field', post(b'X: y\nTransfer-Encoding: chunked\r\n' + length(len(HIDDEN)), HIDDEN)),
	('TE.TE: chunked twice', post(b'Transfer-Encoding: chunked, chunked\r\n' + length(4), chunk(ADMIN) + LAST)),
	('a length in hexadecimal', post(b'Content-Length: 0x2\r\n', b'ab' + ADMIN)),
	('a length of two numbers', post(b'Content-Length: 2 %d\r\n' % (len(ADMIN) + 2), b'ab' + ADMIN)),
	('chunk size with a sign', post(TE, b'+2\r\nab\r\n' + LAST + ADMIN)),
	('chunk size in front of nothing but CR', post(TE, b'2\rab\r\n' + LAST + ADMIN)),
	('slashes that run together', ADMIN.replace(b'/admin', b'//admin')),
	('an escaped slash', ADMIN.replace(b'/admin', b'/x/..%2fadmin')),
	('a parameter in a segment', ADMIN.replace(b'/admin', b'/x/..;/admin')),
	('an escaped NUL behind', ADMIN.replace(b'/admin', b'/admin%00.html')),
	('letters of full width', ADMIN.replace(b'/admin', b'/%ef%bd%81dmin')),
	('behind a fragment', ADMIN.replace(b'/admin', b'/#/admin')),
]

ANSWERS = [
	('plain', whole(b'', TEXT)),
	('chunked', answer(TE, chunk(TEXT) + LAST)),
	('one byte a chunk', answer(TE, b''.join(chunk(TEXT[i:i + 1]) for i in range(len(TEXT))) + LAST)),
	('chunked, capitals', answer(b'Transfer-Encoding: CHUNKED\r\n', chunk(TEXT) + LAST)),
	('xchunked, as it is', answer(b'Transfer-Encoding: xchunked\r\n', TEXT)),
	('xchunked, with chunks', answer(b'Transfer-Encoding: xchunked\r\n', chunk(TEXT[:20]) + chunk(TEXT[20:]) + LAST)),
	('chunked in HTTP/1.0', answer(TE, chunk(TEXT) + LAST, b'HTTP/1.0')),
	('said to be chunked and is not', answer(TE, TEXT)),
	('chunked and a length', answer(length(5) + TE, chunk(TEXT) + LAST)),
	('a length that is too small, chunks', answer(TE + length(0), chunk(TEXT) + LAST)),
	('two lengths, the first too small', answer(length(3) + length(len(TEXT)), TEXT)),
	('chunk sizes with extensions', answer(TE, chunk(TEXT, b'%x;foo=bar' % len(TEXT)) + LAST)),
	('chunk sizes with blanks behind', answer(TE, chunk(TEXT, b'%x   ' % len(TEXT)) + LAST)),
	('chunk sizes with leading zeros', answer(TE, chunk(TEXT, b'%012x' % len(TEXT)) + LAST)),
	('chunk lines that end in LF', answer(TE, chunk(TEXT, end=b'\n') + LAST)),
	('gzip', whole(b'Content-Encoding: gzip\r\n', PACKED)),
	('x-gzip', whole(b'Content-Encoding: x-gzip\r\n', PACKED)),
	('gzip in capitals', whole(b'Content-Encoding: GZIP\r\n', PACKED)),
	('gzip, chunked', answer(b'Content-Encoding: gzip\r\n' + TE, chunk(PACKED[:30]) + chunk(PACKED[30:]) + LAST)),
	('gzip twice', whole(b'Content-Encoding: gzip, gzip\r\n', gzip.compress(PACKED, mtime=0))),
	('gzip without its last bytes', whole(b'Content-Encoding: gzip\r\n', PACKED[:-8])),
	('gzip with a wrong sum', whole(b'Content-Encoding: gzip\r\n', PACKED[:-8] + b'\0' * 8)),
	('gzip with a name in its head', whole(b'Content-Encoding: gzip\r\n', PACKED[:3] + b'\x08' + PACKED[4:10] + b'n\0' + PACKED[10:])),
	('said to be gzip and is not', whole(b'Content-Encoding: gzip\r\n', TEXT)),
	('gzip said to be deflate', whole(b'Content-Encoding: deflate\r\n', PACKED)),
	('deflate with a head', whole(b'Content-Encoding: deflate\r\n', zlib.compress(TEXT))),
	('deflate without a head', whole(b'Content-Encoding: deflate\r\n', zlib.compress(TEXT)[2:-4])),
	('two fields of one coding each', whole(b'Content-Encoding: deflate\r\nContent-Encoding: gzip\r\n', gzip.compress(zlib.compress(TEXT), mtime=0))),
	('a coding with a blank before the colon', whole(b'Content-Encoding : gzip\r\n', PACKED)),
	('a coding folded', whole(b'Content-Encoding:\r\n gzip\r\n', PACKED)),
	('a coding with a semicolon behind', whole(b'Content-Encoding: gzip;\r\n', PACKED)),
	('gzip as transfer coding', answer(b'Transfer-Encoding: gzip, chunked\r\n', chunk(PACKED) + LAST)),
	('brotli', whole(b'Content-Encoding: br\r\n', BROTLI)),
	('zstd', whole(b'Content-Encoding: zstd\r\n', ZSTD)),
	('lines end in LF', answer(length(len(TEXT)), TEXT).replace(b'\r\n', b'\n')),
	('lines end in CR', answer(length(len(TEXT)), b'').replace(b'\r\n', b'\r') + b'\n' + TEXT),
	('an empty line in front', b'\r\n' + whole(b'', TEXT)),
	('100 in front', b'HTTP/1.1 100 Continue\r\n\r\n' + whole(b'', TEXT)),
	('103 in front', b'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n' + whole(b'', TEXT)),
	('a status of four digits', whole(b'', TEXT).replace(b' 200 ', b' 2000 ')),
	('204 with a body', whole(b'', TEXT).replace(b'200 OK', b'204 No')),
	('a version of 1.2', whole(b'', TEXT).replace(b'HTTP/1.1', b'HTTP/1.2')),
	('a version in small letters', whole(b'', TEXT).replace(b'HTTP/1.1', b'http/1.1')),
	('no status line', TEXT),
	('UTF-16', whole(b'Content-Type: text/html; charset=utf-16le\r\n', TEXT.decode().encode('utf-16le'))),
	('UTF-7', whole(b'Content-Type: text/html; charset=utf-7\r\n', TEXT.replace(b'Needle', b'+AE4-eedle'))),
	('a length that is too small', answer(length(5), TEXT)),
	('a length that is too large', answer(length(len(TEXT) + 50), TEXT)),
	('identity and gzip', whole(b'Content-Encoding: identity, gzip\r\n', PACKED)),
	('an unknown coding and gzip', whole(b'Content-Encoding: x, gzip\r\n', PACKED)),
	('gzip in two members', whole(b'Content-Encoding: gzip\r\n', gzip.compress(TEXT[:20], mtime=0) + gzip.compress(TEXT[20:], mtime=0))),
	('gzip behind bytes that are none', whole(b'Content-Encoding: gzip\r\n', b'\r\n' + PACKED)),
	('gzip as transfer coding without chunks', answer(b'Transfer-Encoding: gzip\r\n', PACKED)),
	('gzip three times', whole(b'Content-Encoding: gzip, gzip, gzip\r\n', gzip.compress(gzip.compress(PACKED, mtime=0), mtime=0))),
	('deflate without a head, called gzip', whole(b'Content-Encoding: gzip\r\n', zlib.compress(TEXT)[2:-4])),
]
