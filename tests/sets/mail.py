"""rules/sets/hangu-mail.rules: what makes each rule alert, and what is like it and must not."""
from ftp import EICAR
from scripts import mail, smtp

PROGRAM = b'MZ' + bytes(76) + b'This program cannot be run in DOS mode.'


def refused(line, reply, times):
	return smtp(*[line % i for i in range(times)], replies={line % i: reply for i in range(times)})


CASES = {
	8612001: (smtp(b'EHLO a', b'MAIL FROM:<a@a.test>', b'RCPT TO:<b%other.test@b.test>'), smtp(b'EHLO a', b'MAIL FROM:<a@a.test>', b'RCPT TO:<b@b.test>')),
	8612002: (refused(b'RCPT TO:<b%d@c.test>', b'554 5.7.1 Relay access denied', 6), refused(b'RCPT TO:<b%d@c.test>', b'554 5.7.1 Relay access denied', 2)),
	8612003: (smtp(b'EHLO a', *[b'VRFY user%d' % i for i in range(6)]), smtp(b'EHLO a', b'VRFY user')),
	8612004: (smtp(b'EHLO a', b'EXPN all'), smtp(b'EHLO a', b'HELP EXPN')),
	8612005: (refused(b'AUTH PLAIN AGEAY%d==', b'535 5.7.8 no', 6), refused(b'AUTH PLAIN AGEAY%d==', b'535 5.7.8 no', 1)),
	8612006: (smtp(b'EHLO a', b'MAIL FROM:<>', b'RCPT TO:<${run{\\x2fbin\\x2fsh}}@b.test>'), smtp(b'EHLO a', b'MAIL FROM:<run@a.test>', b'RCPT TO:<b@b.test>')),
	8612007: (mail(b'plan.docm'), mail(b'plan.docx')),
	8612008: (mail(b'plan.XLSM'), mail(b'plan.xlsx')),
	8612009: (mail(b'setup.exe'), mail(b'setup.exe.txt')),
	8612010: (mail(b'photo.scr'), mail(b'photo.png')),
	8612011: (mail(b'a.vbs'), mail(b'vbs.doc')),
	8612012: (mail(b'a.hta'), mail(b'a.html')),
	8612013: (mail(b'a.pdf.lnk'), mail(b'link.pdf')),
	8612014: (mail(b'bill.pdf', PROGRAM), mail(b'bill.pdf', b'%PDF-1.7 This program')),
	8612015: (mail(b'a.docx', b'PK\3\4 word/vbaProject.bin'), mail(b'a.docx', b'PK\3\4 word/document.xml')),
	8612016: (mail(b'a.com', EICAR), mail(b'a.txt', b'EICAR is a test file')),
	8612017: (smtp(b'EHLO a', b'STARTTLS\r\nMAIL FROM:<a@a.test>', replies={b'STARTTLS\r\nMAIL FROM:<a@a.test>': b'220 go'}), mail(b'a.txt')),
	8612018: (mail(b'', body=b'Subject: x\r\n\r\nx\n.\r\nMAIL FROM:<b@b.test>'), mail(b'a.txt')),
	8612019: (mail('\u202etxt.exe'.encode()), mail('\u6d4b\u8bd5.txt'.encode())),
	8612020: (mail(b'bill.pdf.exe'), mail(b'bill.v2.pdf')),
	8612021: (mail(b'bill.pdf', PROGRAM), mail(b'bill.pdf', b'%PDF-1.7')),
	8612022: (mail(b'', body=b'From: "boss@a.test" <x@b.test>\r\n\r\nx'), mail(b'', body=b'From: "boss@a.test" <boss@a.test>\r\n\r\nx')),
}
