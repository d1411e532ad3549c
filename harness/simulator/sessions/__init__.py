"""AI sessions: who talks, in turns, with which tools, in a call or in writing."""
