"""The address that a proxy names (xff): which of several, with brackets and ports, what is none; of alerts with and without a transaction."""
import packets

RECORDS = ('http', 'fileinfo')
KEYS = ('xff', 'alert')
SETTINGS = ['outputs.eve-log.xff.enabled=yes']

CHAINS = [b'9.9.9.9', b'1.1.1.1, 2.2.2.2', b'1.1.1.1,2.2.2.2', b'1.1.1.1:80, 2.2.2.2:443', b'[2001:db8::1]:80', b'[2001:db8::1', b'2001:db8::1',
	b'unknown, 3.3.3.3', b'3.3.3.3, unknown', b'1.2.3', b'1.1.1.1 ', b'"4.4.4.4"', b'1.1.1.1,\t5.5.5.5', b'6.6.6.6 , 7.7.7.7',
	b'a' * 248 + b' 8.8.8.8', b'a' * 247 + b' 8.8.8.8', b'1.1.1.1, [2001:db8::2]:5x', b'::ffff:1.2.3.4', b'::ffff:1.2.3.4:80', b'1.2.3.04',
	b'1.1.1.1, 2.2.2.2\0x', b'2001:DB8:0:0::1', b'1.1.1.1\r\nx-forwarded-for: 2.2.2.2']


def frames():
	out = []
	ask = b'GET /%d HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: %s\r\n\r\n'
	for i, chain in enumerate(CHAINS):
		out += packets.talk(80, [(0, ask % (i, chain)), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
			(0, b'GET /needle HTTP/1.1\r\nHost: a\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsec')], sport=43000 + i)
	out += packets.talk(80, [(0, b'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
		(0, b'POST /needle HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 8.8.8.8\r\nContent-Length: 40\r\n\r\nneedle'), (0, b'needle'),
		(1, b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsec')], sport=43100)
	return packets.timed(out)
