"""The same mails, where hangu reads on: behind an unknown reply, in chunks, behind a refused DATA."""

FRAMES_OF = 'mail'
SETTINGS = ["compat=native"]
