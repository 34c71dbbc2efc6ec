"""The same rules by another action-order."""
import packets

SETTINGS = ["packet-alert-max=9", "action-order.0=alert", "action-order.1=drop", "action-order.2=reject", "action-order.3=pass"]


def frames():
	page = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nbody needle'
	asked = b'GET /needle/%d HTTP/1.1\r\nHost: a.test\r\nUser-Agent: one\r\n\r\n'
	return packets.timed(packets.talk(80, [(0, asked % 1), (1, page), (0, asked % 2), (1, page)]))
