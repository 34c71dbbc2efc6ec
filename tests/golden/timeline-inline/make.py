"""Keep-alive HTTP, a packet a message, each acknowledged."""
import packets

SETTINGS = ["simulate-ips=yes"]


def frames():
	page = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nbody needle'
	asked = b'GET /needle/%d HTTP/1.1\r\nHost: a.test\r\nUser-Agent: one\r\n\r\n'
	return packets.timed(packets.talk(80, [(0, asked % 1), (1, page), (0, asked % 2), (1, page)]))
