"""Sessions that nothing ends: what is due comes with the packets made at the end."""
import packets


def frames():
	asked, page = b'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n', b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
	out = []
	for i, messages in enumerate(([], [(0, asked)], [(0, asked), (1, page)], [(0, b'neither this nor that')], [(1, page)])):
		out += packets.talk(80, messages, sport=41000 + i)[:-3]
	unacknowledged = packets.Session(80, sport=42000).open()
	unacknowledged.send(0, packets.PSH | packets.ACK, asked)
	answered = packets.Session(80, sport=42001).open()
	answered.send(0, packets.PSH | packets.ACK, asked)
	answered.send(1, packets.PSH | packets.ACK, page)
	return packets.timed(out + unacknowledged.frames + answered.frames)
