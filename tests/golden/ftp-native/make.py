"""FTP as an auditor asks for it: who came in, which file of which directory went where, and how the protocol's rules are broken."""
import zlib

from packets import timed
from traffic import HELLO, Transfers

SETTINGS = ['compat=native']
RECORDS = ('login', 'ftp', 'ftp_data', 'fileinfo', 'anomaly', 'tls')
KEYS = ('anomaly', 'fileinfo')
TEXT = b'a file with a needle in it\n'
GBK = '\u516c\u6587'.encode('gb18030')
LIST = b'-rw-r--r-- 1 a a 1 Jan 1 00:00 one\r\ndrwxr-xr-x 2 a a 1 Jan 1 00:00 two\r\n'


def session(number):
	return Transfers(21, sport=40000 + number).open()


def logins():
	s = session(1).talk(b'220 (hi)', b'CWD /early', b'530 who are you', b'USER anna', b'331 p', b'PASS 123456', b'530 no')
	s.talk(b'', b'USER anna', b'331 p', b'PASS two words', b'332 account', b'ACCT books', b'230 in', b'REIN', b'220 again', b'PWD', b'530 no')
	s.talk(b'', b'USER ftp', b'331 mail', b'PASS me@a.test', b'230-Welcome\r\n 530 of you\r\n230 in', b'PWD', b'257 "/"')
	s.talk(b'', b'USER \xd6\xd0', b'530 no').talk(b'', b'USER a\r\nPASS b\r\nUSER c\r\nPASS d', b'331 p\r\n530 no\r\n331 p\r\n230 in', b'NOOP', b'200 ok')
	return s.talk(b'', b'USER last', b'331 p', b'PASS unanswered').close()


def paths():
	s = session(2).login().talk(b'', b'CWD here', b'250 ok', b'RETR x', b'425 no', b'PWD', b'257 "/a ""b""" is here', b'CWD c/./d', b'250 ok')
	s.talk(b'', b'DELE ../e', b'250 ok', b'CDUP', b'200 ok', b'MKD ' + GBK, b'257 "/a ""b""/c/' + GBK + b'" made', b'RNFR f', b'350 more')
	s.talk(b'', b'RNTO /g', b'250 ok', b'CWD nowhere', b'550 no', b'SIZE h', b'213 5', b'CWD /i', b'250 ok', b'RMD j', b'550 no')
	s.talk(b'', b'CWD k\r\nDELE l\r\nCWD ..\r\nDELE m', b'250 a\r\n250 b\r\n250 c\r\n250 d', b'XCWD ~root', b'250 ok', b'DELE n', b'250 ok')
	return s.talk(b'', b'MDTM C:\\o.txt', b'213 20260101000000', b'QUIT', b'221 bye').close()


def transfers():
	s = session(3).login().talk(b'', b'PWD', b'257 "/home"', b'TYPE I', b'200 ok', b'REST 7', b'350 ok')
	s.passive(b'RETR one.txt', 1, TEXT[7:]).passive(b'STOR ' + GBK, 0, TEXT).passive(b'LIST -al sub', 1, LIST).passive(b'NLST', 1, b'one\r\ntwo\r\n')
	s.passive(b'MLSD', 1, b'type=file; one\r\n').talk(b'', b'TYPE A', b'200 ok').passive(b'APPE log', 0, b'line\r\n')
	s.talk(b'', b'MODE Z', b'200 ok').passive(b'RETR z', 1, zlib.compress(TEXT * 9)).passive(b'RETR broken', 1, b'no deflate at all')
	s.talk(b'', b'MODE B', b'200 ok').passive(b'RETR b', 1, b'\0\0\5a fil\x10\0\3abc\x40\0\x0be of blocks')
	s.passive(b'RETR behind', 1, b'\x40\0\1abehind').talk(b'', b'MODE C', b'504 no', b'MODE S', b'200 ok')
	s.talk(b'', b'PASV', b'227 (192,168,1,2,195,80)', b'STOU')
	s.data(50000).say(0, TEXT).close()
	s.talk(b'150 FILE: chosen\r\n226 done', b'LPSV', b'228 (4,4,192,168,1,2,2,195,81)', b'RETR long')
	s.data(50001).say(1, TEXT).close()
	s.talk(b'226 done', b'PORT 10,0,0,1,200,9\r\nRETR never', b'200 ok')
	return s.close()


def active():
	"""Sent ahead: the command in front of the answer that agrees upon its port."""
	s = Transfers(21, sport=40100).open().login().talk(b'', b'PORT 10,0,0,1,200,10\r\nRETR ahead', b'200 ok')
	s.data(51210, True).say(0, TEXT).close()
	s.talk(b'150 go\r\n226 done', b'LPRT 4,4,10,0,0,1,2,200,11', b'200 ok', b'STOR up')
	s.data(51211, True).say(1, TEXT).close()
	return s.talk(b'226 done', b'QUIT', b'221 bye').close()


def elsewhere():
	s = session(4).login().talk(b'', b'PORT 10,9,9,9,0,22', b'200 ok', b'EPRT |1|10.0.0.1|1023|', b'200 ok', b'EPRT |2|::1|2000|', b'200 ok')
	s.talk(b'', b'LPRT 4,4,10,9,9,9,2,8,0', b'200 ok', b'PASV', b'227 (10,1,1,1,195,80)', b'PASV', b'227 (0,0,0,0,195,80)', b'RETR a')
	return s.talk(b'425 Security: Bad IP connecting.', b'ABOR', b'226 ok', b'QUIT', b'221 bye').close()


def tls():
	s = session(5).talk(b'220 (hi)', b'AUTH TLS\r\nUSER injected\r\nPASS injected', b'234 go').say(0, HELLO).say(1, b'\x15\3\1\0\2\2\x28')
	return s.close() + session(6).talk(b'220 hi', b'AUTH GSSAPI', b'504 no', b'AUTH SSL', b'234 go').say(0, HELLO).close()


def evasions():
	s = session(7).login().talk(b'', b'PWD', b'257 "/"', b'DELE \xff\xf1se\xff\xf1cret', b'250 ok', b'\xff\xf4\xff\xf2ABOR', b'226 ok')
	s.say(0, b'DELE a\n').say(1, b'250 ok\r\n').say(0, b'DELE b\rQUIT\r\n').say(1, b'250 ok\r\n').say(0, b'DELE c\0d\r\n').say(1, b'250 ok\r\n')
	s.talk(b'', b'RETR ../../etc/passwd', b'550 no', b'CWD ' + b'x/' * 600, b'550 no', b'dele e', b'250 ok', b'  DELE\tf', b'250 ok')
	s.talk(b'', b'SITE CPFR /etc/passwd', b'350 ok')
	other = session(8).login().talk(b'', b'CWD a/../../../../b', b'250 ok', b'CWD ../../c', b'250 ok', b'QUIT', b'221 bye')
	return s.talk(b'', b'QUIT', b'221 bye').close() + other.close()


def frames():
	return timed(logins() + paths() + transfers() + active() + elsewhere() + tls() + evasions())
