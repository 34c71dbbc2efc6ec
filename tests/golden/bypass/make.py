"""What a rule with bypass ends: inspection and records of the session, from the next packet on."""

FRAMES_OF = 'scope'
RECORDS = ('http', 'fileinfo', 'flow')
