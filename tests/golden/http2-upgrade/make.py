"""HTTP/2 behind an upgrade: the request that HTTP/1 hands over, and streams behind it."""
import http2 as h
from packets import Session, timed


def frames():
	s = Session(80).open()
	for side, data in ((0, h.UPGRADE % b'/up'), (1, h.SWITCHED % b'h2c'), (0, h.PREFACE + h.settings((3, 7))),
			(1, h.settings() + h.answer(1, b'after the switch')), (0, h.request(3, '/next')), (1, h.answer(3, b'', status=h.NOT_FOUND))):
		s.say(side, data)
	return timed(s.close())
