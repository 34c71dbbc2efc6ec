"""Ranges of files (206) put together: in order and not, over connections, with overlaps, holes and other files between them."""
import packets

FILES = True
TEXT = b''.join(b'%05d ' % i for i in range(700)) + b'Needle behind them all.'


def part(path, first, last, size=None, body=None, head=b'', host=b'a.test'):
	body = TEXT[first:last + 1] if body is None else body
	ask = b'GET %s HTTP/1.1\r\nHost: %s\r\nRange: bytes=%d-%d\r\n\r\n' % (path, host, first, last)
	return [(0, ask), (1, b'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %d-%d/%d\r\n%sContent-Length: %d\r\n\r\n%s' % (
		first, last, len(TEXT) if size is None else size, head, len(body), body))]


def frames():
	end = len(TEXT) - 1
	cut = TEXT.index(b'Needle') + 3
	shown = iter(range(43000, 44000))
	out = []

	def talk(*parts, **how):
		out.extend(packets.talk(80, [message for one in parts for message in one], sport=next(shown), **how))

	# One connection: in order, backwards, with an overlap.
	talk(part(b'/order', 0, cut - 1), part(b'/order', cut, end))
	talk(part(b'/back', 3000, end), part(b'/back', 1000, 2999), part(b'/back', 0, 999))
	talk(part(b'/overlap', 0, 1999), part(b'/overlap', 1500, 2999), part(b'/overlap', 2000, end))
	talk(part(b'/again', 0, 1999), part(b'/again', 0, 1999), part(b'/again', 2000, end))
	# Several.
	talk(part(b'/many', cut, end))
	talk(part(b'/many', 0, cut - 1))
	# Other bytes where they overlap: the first ones count.
	talk(part(b'/differ', 0, 1999), part(b'/differ', 1000, end, body=b'x' * (end - 999)))
	# Never whole: a hole, an answer that is cut short.
	talk(part(b'/hole', 0, 999), part(b'/hole', 2000, end))
	talk(part(b'/short', 2000, end), part(b'/short', 0, 1999, body=TEXT[:1500])[:1] + [(1, part(b'/short', 0, 1999)[1][1][:1200])])
	# Two files: of another host, of another size.
	talk(part(b'/host', 0, 1999), part(b'/host', 2000, end, host=b'b.test'))
	talk(part(b'/size', 0, 1999), part(b'/size', 2000, end, size=len(TEXT) + 1))
	return packets.timed(out)
