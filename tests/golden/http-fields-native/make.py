"""Natively, what records of HTTP say besides the peer's members: proxies, times, uploads with digests, answers that somebody else writes."""
import packets

RECORDS = ('http', 'anomaly')
KEYS = ('http', 'anomaly')
SETTINGS = ['compat=native', 'app-layer.protocols.http.trusted-proxies.0=10.0.0.0/24', 'app-layer.protocols.http.trusted-proxies.1=2001:db8::9',
	'outputs.eve-log.types.files.force-hash.0=sha256', 'outputs.eve-log.types.files.force-hash.1=sm3']
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'


def get(target, *fields):
	return (0, b'GET %s HTTP/1.1\r\nHost: a.test\r\n%s\r\n' % (target, b''.join(f + b'\r\n' for f in fields)))


def form(*parts):
	body = b''.join(b'--b\r\n%s\r\n\r\n%s\r\n' % part for part in parts) + b'--b--\r\n'
	return (0, b'POST /up HTTP/1.1\r\nHost: a.test\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s' % (len(body), body))


def frames():
	out = []
	shown = iter(range(43000, 44000))

	def talk(*messages, **how):
		out.extend(packets.talk(80, messages, sport=next(shown), **how))

	# client_chain and client_ip: from a proxy that is trusted, and from one that is not.
	talk(get(b'/chain', b'X-Forwarded-For: 1.2.3.4, 5.6.7.8, 10.0.0.7'), (1, OK))
	talk(get(b'/forwarded', b'Forwarded: for="[2001:db8::1]:4711";proto=http, for=2001:db8::9'), (1, OK))
	talk(get(b'/real', b'X-Real-IP: 7.7.7.7'), (1, OK))
	talk(get(b'/all-trusted', b'X-Forwarded-For: 10.0.0.8, 10.0.0.9'), (1, OK))
	talk(get(b'/none', b'X-Forwarded-For: unknown'), (1, OK))
	talk(get(b'/long', b'X-Forwarded-For: ' + b', '.join(b'1.1.1.%d' % i for i in range(20))), (1, OK))
	talk(get(b'/stranger', b'X-Forwarded-For: 1.2.3.4'), (1, OK), client='10.9.0.1')
	# range_list_long: 50 ranges are plain, 51 are not.
	talk(get(b'/fifty', b'Range: bytes=' + b','.join(b'%d-%d' % (i, i) for i in range(50))), (1, OK))
	talk(get(b'/more', b'Range: bytes=' + b','.join(b'%d-%d' % (i, i) for i in range(51))), (1, OK))
	# interim_flood: 16 answers in front of an answer are plain, 17 are not.
	talk(get(b'/sixteen'), (1, b'HTTP/1.1 102 Processing\r\n\r\n' * 16 + OK))
	talk(get(b'/flood'), (1, b'HTTP/1.1 102 Processing\r\n\r\n' * 17 + OK))
	# upload: parts of a form, and bodies of PUT and POST.
	talk(form((b'Content-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain', b'first file'),
		(b'Content-Disposition: form-data; name="note"', b'no file'), (b'Content-Disposition: form-data; name="g"; filename="b.bin"', b'second')), (1, OK))
	talk((0, b'PUT /put.bin HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/x\r\nContent-Length: 4\r\n\r\nbody'), (1, OK))
	talk((0, b'POST /post HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'), (1, OK))
	talk((0, b'POST /both HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'), (1, OK))
	talk(get(b'/down'), (1, b'HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename="d.bin"\r\nContent-Length: 4\r\n\r\ndown'))
	# response_splitting: what stands behind a line break of the target is a header of the answer; or only in the target.
	split = b'/go?to=/x%0d%0aSet-Cookie:%20evil=1'
	talk(get(split), (1, b'HTTP/1.1 302 Found\r\nLocation: /x\r\nSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n'))
	talk(get(split.replace(b'%0d%0a', b'%250A')), (1, b'HTTP/1.1 302 Found\r\nLocation: /x\r\nset-cookie: a=1\r\nset-cookie: evil=1\r\nContent-Length: 0\r\n\r\n'))
	talk(get(split), (1, b'HTTP/1.1 302 Found\r\nLocation: /x%0d%0aSet-Cookie:%20evil=1\r\nContent-Length: 0\r\n\r\n'))
	# latency_ms: the answer comes 250 ms behind the request; an interim answer is none.
	slow = packets.talk(80, [get(b'/slow'), (1, b'HTTP/1.1 103 Early Hints\r\n\r\n'), (1, OK)], sport=next(shown))
	base = packets.START + len(out) * packets.STEP
	out.extend((base + i * packets.STEP + (250 * packets.STEP if i > 6 else 0), f) for i, f in enumerate(slow))
	return packets.timed(out)
