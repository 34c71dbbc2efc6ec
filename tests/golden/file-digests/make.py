"""Digests of whole files against lists: two answers, one that is cut off, one upload."""
import packets


def frames():
	ask = lambda name: (0, b'GET /%s HTTP/1.1\r\nHost: a.test\r\n\r\n' % name)
	answer = lambda body, said=None: (1, b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s' % (said or len(body), body))
	upload = (0, b'POST /up HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nthe')
	one = packets.talk(80, [ask(b'one'), answer(b'first file'), ask(b'two'), answer(b'second file'), upload, answer(b'ok')])
	two = packets.talk(80, [ask(b"cut"), answer(b"first file", 100)], sport=40001)
	return packets.timed(one + two)
