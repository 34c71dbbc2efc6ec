"""requires and tag: what loads."""

FRAMES_OF = 'flags'
