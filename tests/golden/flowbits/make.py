"""Who sees flowbits, flowints and xbits, and in which order rules are asked."""
import packets


def frames():
	page = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nbody needle'
	asked = b'GET /needle/%d HTTP/1.1\r\nHost: a.test\r\nUser-Agent: one\r\n\r\n'
	return packets.timed(packets.talk(80, [(0, asked % 1), (1, page), (0, asked % 2), (1, page)]))
