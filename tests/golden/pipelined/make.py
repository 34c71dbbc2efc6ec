"""Several requests in a packet, answers in another; rules without direction; one rule twice in the file."""
import packets


def frames():
	asked = b''.join(b'GET /n/%d HTTP/1.1\r\nHost: a.test\r\n\r\n' % i for i in range(5))
	page = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nanswer %d'
	answers = b''.join(page % i for i in range(5))
	return packets.timed(packets.talk(80, [(0, asked), (1, answers), (0, asked), (1, answers)]))
