"""FTP: files announced in all four ways, from either side; ports that bounce; lines that are too long; what ends decoding."""
import gzip

from packets import ACK, RST, timed
from traffic import NUMBERS, Transfers

TEXT = b'a file with a needle in it\n'


def transfers():
	s = Transfers(21, sport=40000).open().login()
	s.passive(b'RETR dir/one.txt', 1, TEXT).passive(b'STOR two.bin', 0, TEXT * 3).passive(b'APPE three.txt', 0, TEXT)
	s.passive(b'RETR large.txt', 1, NUMBERS).passive(b'RETR magic.txt', 1, b'SSH-2.0-needle\r\n')
	s.talk(b'', b'PORT 10,0,0,1,200,10', b'200 ok', b'RETR four.txt')
	s.data(51210, True).say(0, TEXT).close()
	s.talk(b'150 go\r\n226 done', b'EPSV', b'229 ok (|||50001|)', b'STOR five.gz')
	s.data(50001).say(0, gzip.compress(TEXT, mtime=0)).send(1, RST | ACK)
	s.talk(b'426 no', b'EPRT |1|10.0.0.1|51211|', b'200 ok', b'STOR six')
	s.data(51211, True).say(1, TEXT).close()
	return s.talk(b'226 done', b'QUIT', b'221 bye').close()


def ports():
	s = Transfers(21, client='10.0.0.2', sport=40001).open().login()
	for port in (b'10,0,0,2,4,1', b'10,9,9,9,4,1', b'2,0,0,10,4,1', b' 10,9,9,9,4', b'10,9,9', b'10.9.9.9,4,1'):
		s.talk(b'', b'PORT ' + port, b'200 ok')
	s.talk(b'', b'PORT 10,9,9,9,4,1', b'150 wait').talk(b'200 ok')
	return s.talk(b'', b'PORT 10,9,9,9,4,1\r\nNOOP', b'200 ok', b'', b'200 ok').close()


def lines():
	s = Transfers(21, client='10.0.0.3', sport=40002).open().login()
	for n in (4089, 4090, 6000):
		s.talk(b'', b'MKD ' + b'a' * n, b'250 ' + b'b' * n)
	return s.talk(b'', b'HELP', b'214-one', b'', b'214 two', b'PWD', b'257 x').close()


def failing():
	s = Transfers(21, client='10.0.0.4', sport=40003).open().login()
	return s.talk(b'', b'RETR none', b'425 no', b'PORT 9,9,9,9,9,9', b'200 ok').close()


def frames():
	return timed(transfers() + ports() + lines() + failing())
