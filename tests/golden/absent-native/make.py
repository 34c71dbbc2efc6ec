"""What is not there, and how random what is there is: requests with and without a Referer, answers of noise, text and one letter."""
import random

import packets

SETTINGS = ['compat=native']
NOISE = random.Random(1).randbytes(4000)
TEXT = b'how random is a text that is repeated over and over again? ' * 60
TALK = ((b'Referer: http://good.test/\r\n', TEXT), (b'Referer: http://bad.test/\r\n', NOISE), (b'', b'a' * 300), (b'Referer: \r\n', b'' ))


def frames():
	says = []
	for i, (field, body) in enumerate(TALK):
		says += [(0, b'GET /%d HTTP/1.1\r\nHost: a\r\n%s\r\n' % (i, field)), (1, b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (len(body), body))]
	return packets.timed(packets.talk(80, says))
