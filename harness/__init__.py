"""Conversational evaluation and prompt testing for AI voice agents on VoIPBIN."""
