"""A local VoIPBIN on a virtual clock. It is handed the agent, the voices and the recogniser; it knows no adapter."""
