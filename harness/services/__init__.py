"""Speech and language services, one provider a file."""
